import { compareRuns } from '../../runs/compare/compare';
import type { CountedRun } from '../../runs/measuring/counted-once';
import { countedEnergy, howItEnded, isModelled } from '../../runs/describe';
import type { ProgressUnit } from '../../runs/progress/epoch-event';
import type { RunRecord } from '../../runs/record';
import { studentT95 } from '../../runs/forecast/student';
import { hasSameBasis, workDone } from '../../runs/compare/same-work';
import { sideOf, type Ratio, type Side } from '../../runs/compare/tell-apart';
import type { Estimate } from '../../units/estimate';
import { byKey } from './groups';

/** What an epoch, round or trial of a program used, run by run. */
export interface UnitEnergy {
  readonly label: string;
  readonly unit: ProgressUnit;
  /** In order of time. */
  readonly runs: readonly UnitRun[];
  /** All energy of these runs, in watt-hours. */
  readonly wattHours: number;
  /** The last runs against as many first ones; null with one run, or if they cannot be compared. */
  readonly change: { readonly side: Side; readonly ratio: number; readonly runs: number } | null;
}

interface UnitRun {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Watt-hours for one unit, start and end of the run included. */
  readonly energy: Estimate;
  readonly units: number;
  readonly isModelled: boolean;
}

/** Less than the whole energy of a run is not that of all its epochs. */
const whole = 0.999;

/** Programs whose output counts epochs, rounds or trials; the one that used the most comes first. Only runs that ran to their end. */
export function unitEnergies(counted: readonly CountedRun[]): readonly UnitEnergy[] {
  const complete = counted.filter(({ record, energyShare }) => energyShare >= whole && howItEnded(record) === null);
  return [...byKey(complete, ({ name }) => name)]
    .flatMap(
      ([label, members]) =>
        unitEnergyOf(
          label,
          members.map(({ record }) => record),
        ) ?? [],
    )
    .sort((a, b) => b.wattHours - a.wattHours);
}

function unitEnergyOf(label: string, records: readonly RunRecord[]): UnitEnergy | null {
  const counting = records.filter((record) => {
    const unit = workDone(record)?.unit;
    return unit !== undefined && unit !== 'step' && (countedEnergy(record).total ?? 0) > 0;
  });
  const newest = counting.at(-1);
  const unit = newest === undefined ? undefined : workDone(newest)?.unit;
  // A program may have learned to count epochs: figures of other units do not compare.
  const alike = counting.filter((record) => workDone(record)?.unit === unit);
  const [first] = alike;
  if (unit === undefined || first === undefined || newest === undefined) return null;
  return {
    label,
    unit,
    runs: alike.map(unitRun),
    wattHours: alike.reduce((sum, record) => sum + (countedEnergy(record).total ?? 0), 0),
    change: changeOf(alike),
  };
}

/** The mean of so many runs at each end. */
const mostCompared = 5;
/** Fewer runs show no spread. */
const leastCompared = 3;

function changeOf(records: readonly RunRecord[]): UnitEnergy['change'] {
  const runs = Math.min(mostCompared, Math.floor(records.length / 2));
  const [first, newest] = [records[0], records.at(-1)];
  if (runs < 1 || first === undefined || newest === undefined) return null;
  const ends = [records.slice(0, runs), records.slice(-runs)] as const;
  if (runs < leastCompared || !ends.flat().every((record) => hasSameBasis(first, record))) {
    const one = compareRuns(first, newest).perUnit;
    return one === null || one.ratio === null ? null : { side: one.verdict, ratio: one.ratio.value, runs: 1 };
  }
  const [before, since] = ends.map((end) => end.map((record) => Math.log(unitRun(record).energy.value)));
  const ratio = ratioOfMeans(before ?? [], since ?? []);
  return { side: sideOf(ratio), ratio: ratio.value, runs };
}

/** The ratio of two geometric means, with its limits in 19 of 20 cases; both sides have the same errors. */
function ratioOfMeans(before: readonly number[], since: readonly number[]): Ratio {
  const [a, b] = [spreadOf(before), spreadOf(since)];
  const degrees = before.length + since.length - 2;
  const deviation = Math.sqrt((a.squares + b.squares) / degrees);
  const reach = Math.exp(studentT95(degrees) * deviation * Math.sqrt(1 / before.length + 1 / since.length));
  const value = Math.exp(b.mean - a.mean);
  return { value, low: value / reach, high: value * reach };
}

function spreadOf(values: readonly number[]): { readonly mean: number; readonly squares: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

function unitRun(record: RunRecord): UnitRun {
  const { total, low, high } = countedEnergy(record);
  const units = workDone(record)?.count ?? 1;
  const value = (total ?? 0) / units;
  return {
    at: Date.parse(record.startedAt),
    energy: { value, low: low === null ? value : low / units, high: high === null ? value : high / units },
    units,
    isModelled: isModelled(record),
  };
}
