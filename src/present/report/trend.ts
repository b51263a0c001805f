import type { CountedRun } from '../../runs/measuring/counted-once';
import { isModelled } from '../../runs/describe';
import { hasSameBasis } from '../../runs/compare/same-work';
import { energyOf } from '../../runs/summary';
import { curveFactor, sideOf, type Ratio, type Side } from '../../runs/compare/tell-apart';
import { dayKey } from '../words';

/** How the newest weeks compare with as many before them. */
export interface Trend {
  /** The length of each of the two periods. */
  readonly weeks: number;
  readonly runs: readonly [before: number, since: number];
  /** Whether the newer period used less or more, if that is certain. */
  readonly side: Side;
  /** The energy of the newer period divided by that of the older one. */
  readonly ratio: number;
  readonly isModelled: boolean;
}

const dayMilliseconds = 86_400_000;
const weekMilliseconds = 7 * dayMilliseconds;
const mostWeeks = 4;

/** Monday of the week of a moment, as a day in local time. */
export function weekOf(at: Date): string {
  return dayKey(new Date(at.getFullYear(), at.getMonth(), at.getDate() - ((at.getDay() + 6) % 7)));
}

/** The Mondays from the first to the last week, none left out. */
export function weeksBetween(first: string, last: string): readonly string[] {
  const weeks: string[] = [];
  const [year = 0, month = 1, day = 1] = first.split('-').map(Number);
  for (let back = 0; (weeks.at(-1) ?? '') < last; back += 7) weeks.push(dayKey(new Date(year, month - 1, day + back)));
  return weeks;
}

/** Null if the runs span less than two weeks, or if the energy of one of the periods is not known. */
export function trendOf(counted: readonly CountedRun[]): Trend | null {
  const [first, last] = [counted[0], counted.at(-1)];
  if (first === undefined || last === undefined) return null;
  const [from, to] = [startOf(first), startOf(last)];
  const weeks = Math.min(mostWeeks, Math.floor((to - from) / (2 * weekMilliseconds)));
  if (weeks < 1) return null;
  const [begin, middle] = [to - 2 * weeks * weekMilliseconds, to - weeks * weekMilliseconds];
  const newest = counted.filter((each) => startOf(each) > begin);
  const before = newest.filter((each) => startOf(each) <= middle);
  const since = newest.filter((each) => startOf(each) > middle);
  const ratio = ratioOf(before, since);
  if (ratio === null) return null;
  return {
    weeks,
    runs: [before.length, since.length],
    side: sideOf(ratio),
    ratio: ratio.value,
    isModelled: newest.some(({ record }) => isModelled(record)),
  };
}

function startOf({ record }: CountedRun): number {
  return Date.parse(record.startedAt);
}

/** Errors of the sources cancel where all runs of both periods have the same ones. */
function ratioOf(before: readonly CountedRun[], since: readonly CountedRun[]): Ratio | null {
  const [a, b] = [energyOf(before).total, energyOf(since).total];
  if (a === null || b === null || a.value <= 0) return null;
  const value = b.value / a.value;
  const all = [...before, ...since];
  const [sample] = all;
  const isShared = distinctBases(all).every(
    ({ record }) => sample === undefined || hasSameBasis(sample.record, record),
  );
  if (!isShared) return { value, low: b.low / a.high, high: a.low > 0 ? b.high / a.low : null };
  const curve = curveFactor(
    all.some(({ record }) => isModelled(record)),
    meanWatts(before),
    meanWatts(since),
  );
  return { value, low: value / curve, high: value * curve };
}

/** Runs that were read together share their lists of sources: one run of each is enough to compare. */
function distinctBases(counted: readonly CountedRun[]): readonly CountedRun[] {
  const seen = new Map<unknown, CountedRun>();
  const others: CountedRun[] = [];
  for (const each of counted) {
    const known = seen.get(each.record.sources);
    if (known === undefined) seen.set(each.record.sources, each);
    else if (known.record.hardware !== each.record.hardware || known.record.scope !== each.record.scope)
      others.push(each);
  }
  return [...seen.values(), ...others];
}

/** The mean power of the machines during the runs; null if it is not known. */
function meanWatts(counted: readonly CountedRun[]): number | null {
  let [wattHours, hours] = [0, 0];
  for (const { record } of counted) {
    if (record.machineWh.total === null) continue;
    wattHours += record.machineWh.total;
    hours += record.durationSeconds / 3600;
  }
  return hours > 0 ? wattHours / hours : null;
}
