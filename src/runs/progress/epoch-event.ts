import { localisable, type Translate } from '../../present/l10n';

/**
 * What is counted: passes over the data, rounds of boosting, trials of a search, iterations of a loop that prints
 * figures, or the steps of a progress bar that shows no epochs (the weakest: it may turn out to be one pass of many).
 */
export const progressUnits = ['epoch', 'round', 'trial', 'iteration', 'step'] as const;
export type ProgressUnit = (typeof progressUnits)[number];

const unitNames: Readonly<Record<ProgressUnit, { readonly one: string; readonly several: string }>> = localisable({
  epoch: { one: 'epoch', several: 'epochs' },
  round: { one: 'round', several: 'rounds' },
  trial: { one: 'trial', several: 'trials' },
  iteration: { one: 'iteration', several: 'iterations' },
  step: { one: 'step', several: 'steps' },
});

/** The name of a unit for a count: "epoch", "epochs". */
export function unitName(unit: ProgressUnit, count: number, t: Translate): string {
  const { one, several } = unitNames[unit];
  return t(count === 1 ? one : several);
}

/** Which unit contains which: a trial trains for epochs, an epoch has iterations. */
export const unitRank: Readonly<Record<ProgressUnit, number>> = { step: 0, iteration: 1, epoch: 2, round: 2, trial: 3 };

/** The progress of a training in one line of output. */
export interface ProgressUpdate {
  readonly unit: ProgressUnit;
  /**
   * How many are done, whatever number the framework counts from: "Epoch 1/20" has just begun with 0 done. A
   * fraction if the framework gives one. If the same number is given again, it has more metrics.
   */
  readonly epoch: number;
  /** How many there will be; null if the output does not show it. */
  readonly of: number | null;
  /** By the framework's own names, such as `val_loss`; only finite numbers of this line. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The best value so far and its epoch according to the framework; absent if it does not say. */
  readonly best?: OwnBest;
}

export interface OwnBest {
  readonly metric: string;
  readonly value: number;
  readonly epoch: number;
}

export interface EpochEvent extends ProgressUpdate {
  /** When the line was read, milliseconds since the epoch. */
  readonly at: number;
}

/** Reads the progress output of one framework. */
export interface FrameworkReader {
  /**
   * Reads one line without its end and without escape codes. Null if the line is not from this framework; an empty
   * list if it is, but shows no progress. `nested` is true for the inner one of two progress bars.
   */
  read(line: string, nested: boolean): readonly ProgressUpdate[] | null;
  /** Progress that is still pending when the output ends. */
  end?(): readonly ProgressUpdate[];
}
