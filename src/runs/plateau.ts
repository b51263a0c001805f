import { formatDuration, formatEnergy, plural, toDigits } from '../present/words';
import { type RunProgress, type Usage } from './progress/run-progress';
import type { ProgressUnit } from './progress/epoch-event';

/** A training that goes on without getting better. */
export interface Plateau {
  readonly metric: string;
  readonly best: number;
  readonly bestEpoch: number;
  readonly unit: ProgressUnit;
  /** How many have been done since the best. */
  readonly since: number;
  readonly secondsSince: number;
  /** Energy of the counted scope since the best; null where unknown. */
  readonly wattHoursSince: number | null;
}

/**
 * How long to wait before a plateau is told. Rounds of boosting are small: early stopping usually waits for 50. A search
 * finds something better ever more seldom.
 */
export type Patience = Readonly<Record<PlateauUnit, number>>;

/** Of iterations, a few hundred lie between two lines of output: for them the lines count. */
export type PlateauUnit = Exclude<ProgressUnit, 'step' | 'iteration'>;

export const defaultPatience: Patience = { epoch: 6, round: 50, trial: 50 };

/** Their figures are of single batches and noisy. */
const iterationEvaluations = 30;

/** A metric that is told seldom must have had its chances: so many times it was told and not better. */
const leastEvaluations = 3;

/** The plateau that the training is on, or null. `usage` is what the run has used by now. */
export function plateauOf(
  { last, best }: RunProgress,
  usage: Usage,
  patience: Patience = defaultPatience,
): Plateau | null {
  if (best === null || last.unit === 'step') return null;
  const since = last.epoch - best.epoch;
  const flat =
    last.unit === 'iteration'
      ? best.evaluationsSince >= iterationEvaluations
      : since >= patience[last.unit] && best.evaluationsSince >= leastEvaluations;
  if (!flat) return null;
  return {
    metric: best.metric,
    best: best.value,
    bestEpoch: best.epoch,
    unit: last.unit,
    since,
    secondsSince: Math.max(0, usage.seconds - best.seconds),
    wattHoursSince:
      usage.wattHours === null || best.wattHours === null ? null : Math.max(0, usage.wattHours - best.wattHours),
  };
}

/** Tells a plateau once for each training of a run. */
export class PlateauWatch {
  private toldFit = 0;

  constructor(private readonly patience: Patience = defaultPatience) {}

  check(progress: RunProgress, usage: Usage): Plateau | null {
    if (progress.last.fit <= this.toldFit) return null;
    const plateau = plateauOf(progress, usage, this.patience);
    if (plateau !== null) this.toldFit = progress.last.fit;
    return plateau;
  }
}

/** "val_loss has not improved for 6 epochs (best 0.41 at epoch 12); 1.2 kWh used since." */
export function plateauText({ metric, best, bestEpoch, unit, since, secondsSince, wattHoursSince }: Plateau): string {
  const count = Math.floor(since);
  const used = wattHoursSince === null ? formatDuration(secondsSince) : formatEnergy(wattHoursSince);
  return `${metric} has not improved for ${count} ${plural(count, unit)} (best ${toDigits(best, 4)} at ${unit} ${Math.ceil(bestEpoch)}); ${used} used since.`;
}
