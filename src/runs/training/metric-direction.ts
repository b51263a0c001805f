/** Which way a metric gets better. */
type Direction = 'lower' | 'higher';

const lower = new Set([
  'loss',
  'logloss',
  'err',
  'error',
  'rmse',
  'mse',
  'mae',
  'mape',
  'smape',
  'rmsle',
  'msle',
  'merror',
  'mlogloss',
  'nll',
  'perplexity',
  'ppl',
  'entropy',
  'crossentropy',
  'kl',
  'divergence',
  'fid',
  'wer',
  'cer',
  'ter',
  'eer',
  'brier',
  'hinge',
  'deviance',
  'gamma',
  'poisson',
  'quantile',
  'tweedie',
  'huber',
  'fair',
  'l1',
  'l2',
  'bce',
  'ce',
  'elbo',
  'bpc',
  'bpb',
  'inertia',
  'logcosh',
  'cost',
  'lpips',
  'epe',
  'ece',
  'multilogloss',
]);
const higher = new Set([
  'acc',
  'accuracy',
  'auc',
  'auroc',
  'aucpr',
  'auprc',
  'roc',
  'prauc',
  'f1',
  'fbeta',
  'fscore',
  'precision',
  'recall',
  'sensitivity',
  'specificity',
  'ap',
  'map',
  'map50',
  'ndcg',
  'mrr',
  'hit',
  'hits',
  'r2',
  'dice',
  'iou',
  'miou',
  'jaccard',
  'bleu',
  'rouge',
  'rouge1',
  'rouge2',
  'rougel',
  'meteor',
  'chrf',
  'kappa',
  'mcc',
  'matthews',
  'score',
  'reward',
  'rew',
  'return',
  'pearson',
  'spearman',
  'pearsonr',
  'spearmanr',
  'psnr',
  'ssim',
  'top1',
  'top5',
  'auuc',
  'concordance',
  'cindex',
  'silhouette',
  'em',
  'exact',
  'likelihood',
  'correct',
]);

/**
 * Which direction of a metric is better, from the words of its name (`val_loss`, `eval_f1`, `validation-auc`,
 * `sparse_categorical_accuracy`); null if the name does not show it.
 */
export function metricDirection(name: string): Direction | null {
  // The last known word is the measure: "f1_loss" is a loss. A camel-case name is tried as a whole first ("mAP50").
  const words = [name, name.replace(/([a-z])([A-Z])/g, '$1 $2')].map((each) =>
    each
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .reverse(),
  );
  for (const word of words.flat()) {
    const bare = word.replace(/s$/, '');
    if (lower.has(word) || lower.has(bare) || /(?:loss|error)$/.test(word)) return 'lower';
    if (higher.has(word) || higher.has(bare) || /(?:accuracy|acc|auc)$/.test(word)) return 'higher';
  }
  return null;
}

/** Whether a metric is measured on held-out data, from its name. */
export function isHeldOut(name: string): boolean {
  return /(?:^|[^a-z])(?:val|valid|validation|eval|test|dev)(?:[^a-z]|$)/i.test(name);
}
