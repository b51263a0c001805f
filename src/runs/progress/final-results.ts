import { findMetrics } from './metric-text';

/** A program prints few results; of more, the last ones matter. */
const mostResults = 20;
/** A line with results is short. */
const longestLine = 1000;

/** Part of the name of every metric below; most lines have none and are not read any further. */
const hint =
  /acc|loss|f1|fbeta|score|auc|roc|precision|recall|r2|r²|r\^2|r-sq|rmse|mse|mae|mape|error|perpl|ppl|bleu|rouge|meteor|chrf|wer|cer|iou|dice|psnr|ssim|fid|kappa|mcc|map|ndcg|mrr|nll|entropy|brier|reward|sensitiv|specific|silhou/i;

/** Words that are the name of a metric and nothing else. */
const measures: ReadonlySet<string> = new Set([
  ...['accuracy', 'acc', 'auc', 'auroc', 'auprc', 'f1', 'fbeta', 'fscore', 'precision', 'recall', 'sensitivity'],
  ...['specificity', 'mcc', 'kappa', 'loss', 'logloss', 'nll', 'entropy', 'brier', 'rmse', 'mse', 'mae', 'mape'],
  ...['smape', 'rmsle', 'msle', 'r2', 'perplexity', 'ppl', 'bleu', 'rouge', 'rouge1', 'rouge2', 'rougel', 'meteor'],
  ...['chrf', 'wer', 'cer', 'iou', 'miou', 'dice', 'psnr', 'ssim', 'fid', 'ndcg', 'mrr', 'map50', 'silhouette'],
  ...['reward', 'pearsonr', 'spearmanr'],
]);
/** Sets of data that a metric is of. */
const sets: ReadonlySet<string> = new Set([
  ...['train', 'training', 'val', 'valid', 'validation', 'eval', 'evaluation', 'test', 'testing', 'dev', 'holdout'],
  ...['cv', 'oof'],
]);
/** Words behind the name of a metric that do not change what it is. */
const additions: ReadonlySet<string> = new Set([
  ...sets,
  ...['score', 'rate', 'mean', 'avg', 'average', 'macro', 'micro', 'weighted', 'percent', 'pct', 'value', 'top', 'k'],
]);

/** How people write the names, in one form. The order matters. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/["']\s?:/g, ' : '],
  [/[│┃║]/g, ' | '],
  [/\bR²|\bR\^2\b|\bR-?squared\b/gi, 'r2'],
  [/\bF-?1(?:[- ]score)?\b/gi, 'f1'],
  [/\broot[- ]mean[- ]squared?[- ]error\b/gi, 'rmse'],
  [/\bmean[- ]squared?[- ]error\b/gi, 'mse'],
  [/\bmean[- ]absolute[- ]percentage[- ]error\b/gi, 'mape'],
  [/\bmean[- ]absolute[- ]error\b/gi, 'mae'],
  // "Accuracy: 9850/10000 (98%)"
  [/\b\d{1,12} ?\/ ?\d{1,12} ?\((?=[\d.]{1,8} ?%)/g, ''],
  // "Best CV score: 0.9" is not the score of the model at the end, so the word belongs to the name.
  [/\b(best) ([a-z]\w{0,20})(?: ([a-z]\w{0,20}))?(?= ?[:=]| [\d.-])/gi, '$1_$2_$3'],
];

/** "Accuracy of the network on the 10000 test images: 53 %" */
const sentence =
  /^\W{0,8}((?:[a-z]{1,20} )?(?:accuracy|acc|loss|error rate|f1)) (?:of|on|for|over) [^:=]{0,60}\b(test|validation|val|training|train)\b[^:=]{0,40}[:=] ?(-?[\d.]{1,20}) ?%?\.?$/i;

/** A condition is no result. */
const condition = /[<>]|[!=]=/;

/**
 * The last values of the metrics that a program prints outside its epochs, such as "Test accuracy: 0.981" at its end.
 * Only names that are clearly those of a metric count. Memory is bounded, and time is linear in the length of a line.
 */
export class FinalResults {
  private readonly values = new Map<string, number>();

  /** By name, the latest last. */
  get all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.values);
  }

  /**
   * Reads a line that is not the progress of a training.
   *
   * @returns whether it has a result
   */
  read(line: string): boolean {
    if (line.length > longestLine || !hint.test(line)) return false;
    const text = line.trim().replace(/[-=]>/g, ' ');
    if (condition.test(text)) return false;
    const found = Object.entries(metricsIn(text)).filter(([name, value]) => isMeasure(name, value));
    for (const [name, value] of found) {
      // The order of a map is that of the first insertion.
      this.values.delete(name);
      this.values.set(name, value);
    }
    for (const name of this.values.keys()) {
      if (this.values.size <= mostResults) break;
      this.values.delete(name);
    }
    return found.length > 0;
  }

  /** Forgets values of what turns out to be printed in every epoch. */
  forget(names: readonly string[]): void {
    for (const name of names) this.values.delete(name);
  }
}

function metricsIn(text: string): Readonly<Record<string, number>> {
  const [, name = '', set = '', value = ''] = sentence.exec(text) ?? [];
  if (value !== '') return findMetrics(`${set.toLowerCase()}_${name.replace(' ', '_')}: ${value}`);
  return findMetrics(
    spellings.reduce((changed, [from, to]) => changed.replace(from, to), text).replace(/_(?=\W)/g, ''),
  );
}

function isMeasure(name: string, value: number): boolean {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  const parts = words.filter((word) => word !== '' && !/^\d+$/.test(word));
  const isOfSet = parts.some((word) => sets.has(word));
  let end = parts.length;
  while (end > 1 && additions.has(parts[end - 1] ?? '')) end--;
  const last = parts[end - 1] ?? '';
  // "Precision: 16" is a setting.
  if (last === 'precision') return !Number.isInteger(value) || value <= 1;
  if (measures.has(last)) return true;
  // Only these say of what an error or a score is.
  if (last === 'error') return isOfSet || parts.includes('rate');
  return parts.includes('score') && parts.every((word) => additions.has(word) || word === 'best');
}
