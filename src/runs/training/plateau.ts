import { formatDuration, formatEnergy, toDigits } from '../../present/words';
import { type RunProgress, type Usage } from '../progress/run-progress';
import { unitName, type ProgressUnit } from '../progress/epoch-event';
import { english, type Translate } from '../../present/l10n';

/** A training that continues without improving. */
export interface Plateau {
  readonly metric: string;
  readonly best: number;
  readonly bestEpoch: number;
  readonly unit: ProgressUnit;
  /** Units done since the best value. */
  readonly since: number;
  readonly secondsSince: number;
  /** Energy in the run's scope since the best value; null if unknown. */
  readonly wattHoursSince: number | null;
}

/**
 * How long to wait before reporting a plateau. Rounds of boosting are small: early stopping usually waits for 50. A
 * search finds improvements less and less often.
 */
type Patience = Readonly<Record<PlateauUnit, number>>;

/** Hundreds of iterations may lie between two lines of output, so for them the lines count. */
type PlateauUnit = Exclude<ProgressUnit, 'step' | 'iteration'>;

export const defaultPatience: Patience = { epoch: 6, round: 50, trial: 50 };

/** Figures of iterations are for single batches and noisy. */
const iterationEvaluations = 30;

/** A metric that is printed seldom needs at least this many values without improvement. */
const leastEvaluations = 3;

/** The present plateau of the training, or null. `usage` is what the run has used so far. */
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

/** Reports a plateau once for each training of a run. */
export class PlateauWatch {
  private reportedFit = 0;

  constructor(private readonly patience: Patience = defaultPatience) {}

  check(progress: RunProgress, usage: Usage): Plateau | null {
    if (progress.last.fit <= this.reportedFit) return null;
    const plateau = plateauOf(progress, usage, this.patience);
    if (plateau !== null) this.reportedFit = progress.last.fit;
    return plateau;
  }
}

/** "val_loss has not improved for 6 epochs (best 0.41 at epoch 12); 1.2 kWh used since." */
export function plateauText(
  { metric, best, bestEpoch, unit, since, secondsSince, wattHoursSince }: Plateau,
  t: Translate = english,
): string {
  const count = Math.floor(since);
  const used = wattHoursSince === null ? formatDuration(secondsSince) : formatEnergy(wattHoursSince);
  return t(
    '{0} has not improved for {1} {2} (best {3} at {4} {5}); {6} used since.',
    metric,
    count,
    unitName(unit, count, t),
    toDigits(best, 4),
    unitName(unit, 1, t),
    Math.ceil(bestEpoch),
    used,
  );
}
