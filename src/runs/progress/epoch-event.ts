/**
 * What is counted: passes over the data, rounds of boosting, trials of a search, iterations of a loop that prints its
 * figures with them, or the steps of a progress bar that names no epochs (the weakest: it may turn out to be one pass of
 * many).
 */
export const progressUnits = ['epoch', 'round', 'trial', 'iteration', 'step'] as const;
export type ProgressUnit = (typeof progressUnits)[number];

/** Which unit holds which: a trial trains for epochs, an epoch has iterations. */
export const unitRank: Readonly<Record<ProgressUnit, number>> = { step: 0, iteration: 1, epoch: 2, round: 2, trial: 3 };

/** What a line of output tells of a training's progress. */
export interface ProgressNews {
  readonly unit: ProgressUnit;
  /**
   * How many are done, whatever the framework counts from: "Epoch 1/20" has just begun with 0 done. A fraction where
   * the framework tells one. The same number told again brings more of its metrics.
   */
  readonly epoch: number;
  /** How many there will be; null where the output does not tell. */
  readonly of: number | null;
  /** By the framework's own names, such as `val_loss`; only what the line tells, without what is not a number. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What the framework itself says was best so far, and at which epoch; absent where it does not say. */
  readonly best?: OwnBest;
}

export interface OwnBest {
  readonly metric: string;
  readonly value: number;
  readonly epoch: number;
}

export interface EpochEvent extends ProgressNews {
  /** When the line was read, milliseconds since the epoch. */
  readonly at: number;
}

/** Knows how one framework writes of its progress. */
export interface FrameworkReader {
  /**
   * Reads one line without its end and without escape codes. Null if the line is not this framework's; an empty list
   * if it is, and tells nothing. `nested` is true of the inner one of two progress bars.
   */
  read(line: string, nested: boolean): readonly ProgressNews[] | null;
  /** What it still holds when the output has ended. */
  end?(): readonly ProgressNews[];
}
