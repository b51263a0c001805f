import { EpochBase } from './epoch-base';
import type { FrameworkReader, ProgressUpdate, ProgressUnit } from './epoch-event';
import { findMetrics, parseNumber } from './metric-text';

/** A line that a library always prints in the same words. Groups: `n` the number, `of` the end, `value` of the metric. */
interface Phrase {
  /** Text that the line must contain; a cheap test before the pattern. */
  readonly word: string;
  readonly pattern: RegExp;
  readonly unit: ProgressUnit;
  /** The number is of a unit that begins, so one less is done. */
  readonly begins?: boolean;
  /** Whether it counts from 0 or from 1 follows from the first number. */
  readonly base?: boolean;
  readonly metric?: string;
  /** The rest of the line contains measures. */
  readonly more?: boolean;
  /** Threads print it, in any order. */
  readonly unordered?: boolean;
}

const phrases: readonly Phrase[] = [
  // PyTorch's own tutorial: "[2,  4000] loss: 1.8", a position within an epoch.
  { word: '] loss: ', pattern: /^\[(?<n>\d{1,6}),\s{1,8}\d{1,9}\] loss: /, unit: 'epoch', begins: true },
  // gensim's Word2Vec and similar models: from 0 since version 4, from 1 before.
  {
    word: 'EPOCH',
    pattern: /\bEPOCH (?:- )?(?<n>\d{1,6}) ?: training on \d{1,15} raw words/,
    unit: 'epoch',
    base: true,
  },
  // ESPnet.
  { word: 'epoch started', pattern: /\bINFO: (?<n>\d{1,6})\/(?<of>\d{1,6})epoch started/, unit: 'epoch', begins: true },
  { word: 'epoch results', pattern: /\bINFO: (?<n>\d{1,6})epoch results: /, unit: 'epoch', more: true },
  // Flower: rounds of federated learning.
  { word: '[ROUND ', pattern: /\[ROUND (?<n>\d{1,6})(?:\/(?<of>\d{1,6}))?\]/, unit: 'round', begins: true },
  // scikit-learn: forests, t-SNE, mini-batch k-means, topics, mixtures.
  {
    word: 'building tree',
    pattern: /^building tree (?<n>\d{1,7}) of (?<of>\d{1,7})$/,
    unit: 'round',
    begins: true,
    unordered: true,
  },
  {
    word: '[t-SNE]',
    pattern: /^\[t-SNE\] Iteration (?<n>\d{1,7}): error = (?<value>[\d.e+-]{1,40}),/,
    unit: 'iteration',
    metric: 'error',
  },
  {
    word: 'Minibatch step',
    pattern: /^Minibatch step (?<n>\d{1,9})\/(?<of>\d{1,9}): mean batch inertia: (?<value>[\d.e+-]{1,40})/,
    unit: 'iteration',
    metric: 'inertia',
  },
  {
    word: 'max_iter',
    pattern: /^iteration: (?<n>\d{1,7}) of max_iter: (?<of>\d{1,7})(?:, perplexity: (?<value>[\d.e+-]{1,40}))?$/,
    unit: 'iteration',
    metric: 'perplexity',
  },
  { word: 'time lapse', pattern: /^ {2}Iteration (?<n>\d{1,7})\t time lapse /, unit: 'iteration' },
  // Darknet.
  {
    word: ' avg loss,',
    pattern: /^\s{0,8}(?<n>\d{1,9}): [\d.]{1,20}, (?<value>[\d.]{1,20}) avg loss,/,
    unit: 'iteration',
    metric: 'loss',
  },
  // fastText counts hundredths of the work.
  {
    word: 'words/sec/thread',
    pattern: /^Progress:\s{1,4}(?<n>\d{1,3}(?:\.\d{1,3})?)% words\/sec\/thread:/,
    unit: 'step',
  },
  // Stan with one chain.
  {
    word: 'Iteration: ',
    pattern: /^Iteration:\s{1,8}(?<n>\d{1,8}) \/ (?<of>\d{1,8}) \[\s{0,3}\d{1,3}%\]/,
    unit: 'iteration',
  },
  // The metric writer of JAX's examples.
  {
    word: 'logging_writer',
    pattern: /\blogging_writer\.py:\d{1,5}\] \[(?<n>\d{1,9})\] /,
    unit: 'iteration',
    more: true,
  },
  // DeepSpeed's own log.
  { word: 'skipped=', pattern: /\[Rank 0\] step=(?<n>\d{1,9}), skipped=\d{1,9}, lr=/, unit: 'iteration' },
];

/** Libraries that print one known sentence for each epoch, round or iteration. */
export class PhrasesReader implements FrameworkReader {
  private readonly bases = new Map<Phrase, EpochBase>();
  private readonly furthest = new Map<Phrase, number>();

  read(line: string): readonly ProgressUpdate[] | null {
    for (const phrase of phrases) {
      const match = line.includes(phrase.word) ? phrase.pattern.exec(line) : null;
      if (match !== null) return this.updatesOf(phrase, match, line);
    }
    return null;
  }

  private updatesOf(phrase: Phrase, match: RegExpExecArray, line: string): readonly ProgressUpdate[] {
    const { n = '', of, value } = match.groups ?? {};
    const number = Number(n);
    if (phrase.unordered === true) {
      if (number > 1 && number <= (this.furthest.get(phrase) ?? 0)) return [];
      this.furthest.set(phrase, number);
    }
    const base = this.bases.get(phrase) ?? new EpochBase();
    if (phrase.base === true) this.bases.set(phrase, base);
    const index = phrase.base === true ? base.read(number, null).index : number;
    const figure = parseNumber(value ?? '');
    const metrics =
      phrase.more === true
        ? figuresOf(line.slice(match.index + match[0].length))
        : figure === null || phrase.metric === undefined
          ? {}
          : { [phrase.metric]: figure };
    return [
      {
        unit: phrase.unit,
        epoch: phrase.begins === true ? index - 1 : index,
        of: of === undefined ? (phrase.unit === 'step' ? 100 : null) : Number(of),
        metrics,
      },
    ];
  }
}

/** "[train] loss=70.1, [valid] loss=50.2, cer=0.3": each part with the name of its set. */
function figuresOf(text: string): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const part of text.split(/(?=\[(?:train|valid|eval)\])/)) {
    const set = /^\[(\w{4,5})\]/.exec(part)?.[1];
    for (const [name, value] of Object.entries(findMetrics(part.replace(/^\[\w{4,5}\]/, ''))))
      metrics[set === undefined ? name : `${set}_${name}`] = value;
  }
  return metrics;
}
