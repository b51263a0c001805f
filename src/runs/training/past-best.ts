import { exactly, multiplyEstimates, type Estimate } from '../../units/estimate';
import { countedEnergy } from '../describe';
import { defaultPatience } from './plateau';
import type { ProgressUnit } from '../progress/epoch-event';
import type { RunRecord } from '../record';

/** What a run used after its watched metric had reached its best value. */
interface PastBest {
  /** Watt-hours in the scope of the run. */
  readonly wattHours: Estimate;
  /** The part that early stopping with the usual patience would have saved, in watt-hours. */
  readonly savable: Estimate;
  readonly metric: string;
  readonly unit: PatientUnit;
}

type PatientUnit = keyof typeof defaultPatience;

function hasPatience(unit: ProgressUnit): unit is PatientUnit {
  return Object.hasOwn(defaultPatience, unit);
}

/**
 * The energy past the best value of a run that has ended; 0 if the last value was the best. Of several trainings, only the last
 * one counts, because the record has only its best value. Null if the output shows no such value, or its energy is not known.
 */
export function pastBest(record: RunRecord): PastBest | null {
  const { progress } = record;
  const { total, low, high } = countedEnergy(record);
  if (progress === undefined || progress.best === null || total === null || !hasPatience(progress.unit)) return null;
  const { metric, epoch, energyWh } = progress.best;
  if (energyWh === null) return null;
  // The errors of a source apply to every part of its figure.
  const share = total > 0 ? Math.min(1, Math.max(0, (total - energyWh) / total)) : 0;
  const since = Math.floor(progress.done - epoch);
  const late = since > 0 ? Math.max(0, since - defaultPatience[progress.unit]) / since : 0;
  const wattHours = multiplyEstimates({ value: total, low: low ?? total, high: high ?? total }, exactly(share));
  return { wattHours, savable: multiplyEstimates(wattHours, exactly(late)), metric, unit: progress.unit };
}
