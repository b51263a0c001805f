import type { EpochMark, RunProgress, Usage } from './progress/run-progress';
import type { ProgressUnit } from './progress/epoch-event';
import type { RunRecord } from './record';
import { countedEnergy } from './describe';

/** A figure at the end of a fit. `low` and `high` are null as long as it is rough. */
export interface Expected {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** What a run will have used when the fit that goes on is through: the run may do more after that. */
export interface Forecast {
  readonly unit: ProgressUnit;
  readonly done: number;
  readonly of: number;
  /** Earlier fits of the same run. */
  readonly earlierFits: number;
  /** Fewer than three were measured: there is no range yet. */
  readonly rough: boolean;
  /** Measured time of the whole run at the end of the fit. */
  readonly seconds: Expected;
  readonly secondsLeft: Expected;
  /** Energy of the counted scope; null while it is not known. */
  readonly wattHours: Expected | null;
  readonly grams: Expected | null;
}

/** One stretch between two marks. */
export interface Lap {
  /** How many epochs, rounds or steps it held; above 0, not always whole. */
  readonly units: number;
  /** What they took: seconds or watt-hours. */
  readonly cost: number;
}

/** The first epoch (compiling, filling caches) is left out where it took this much more than the others. */
const slowFirst = 1.3;
/** From this number on, laps tell how much they vary. */
const lapsForInterval = 3;
/** Limit of an outlier in scaled median absolute deviations. */
const outlierLimit = 3;
/** Makes the median absolute deviation comparable with a standard deviation. */
const deviationScale = 1.4826;

/** How far a drift that shows in the laps so far may go on, in multiples of the largest step between two stretches of them. */
const driftGoesOn = 1.5;
/** What a drift that did not show yet may change: a share of the mean, more the longer it still takes, and at most this. */
const hiddenDrift = 0.14;
const mostHiddenDrift = 0.5;

/**
 * What `remaining` more units will take: remaining × the robust mean of those done, and from the third lap on a range.
 * The range is no confidence interval: nobody knows what else the machine will do. It is made for laps that drift and
 * depend on each other: it has the spread of the laps (Student's t), the mean of the last third of them, the largest
 * step between two stretches of them, carried on, and an allowance for what did not show yet. On simulated loads
 * (random walks, slow waves, ramps, warm-up, periodic evaluations) it held the truth in about 19 of 20; a load that
 * jumps by half after the forecast breaks it.
 *
 * The first lap is dropped when it took over 1.3 times the median of the rest. A single lap far from the median is
 * pulled to the limit of what is usual; from the second on they are part of the work (an evaluation every tenth epoch).
 * Null without a lap.
 */
export function expectedRemaining(laps: readonly Lap[], remaining: number): Expected | null {
  const usable = laps.filter(({ units, cost }) => units > 0 && cost >= 0);
  if (usable.length === 0) return null;
  const kept = withoutSlowFirst(usable);
  const units = kept.reduce((sum, lap) => sum + lap.units, 0);
  const rates = withoutLoneOutlier(kept.map((lap) => lap.cost / lap.units));
  const mean = rates.reduce((sum, rate, index) => sum + rate * (kept[index]?.units ?? 0), 0) / units;
  const value = remaining * mean;
  if (usable.length < lapsForInterval || kept.length < 2) return { value, low: null, high: null };
  const count = kept.length;
  const raw = kept.map((lap) => lap.cost / lap.units);
  const variance = raw.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (count - 1);
  // Laps are observations: their mean length makes the remaining units a number of laps.
  const lapsLeft = (remaining * count) / units;
  const noise = studentT95(count - 1) * Math.sqrt(variance * (1 / Math.max(lapsLeft, 1e-9) + 1 / count));
  const shown = driftGoesOn * largestStep(kept) * Math.sqrt(1 + lapsLeft / count) * Math.min(1, Math.sqrt(count / 4));
  const hidden = mean * Math.min(mostHiddenDrift, hiddenDrift * Math.sqrt(0.7 + lapsLeft / count));
  const reach = Math.hypot(noise, Math.max(shown, hidden));
  const recent = meanRate(kept.slice(-Math.max(1, Math.ceil(count / 3))));
  return { value, low: remaining * Math.max(0, Math.min(mean, recent) - reach), high: remaining * (Math.max(mean, recent) + reach) };
}

function meanRate(laps: readonly Lap[]): number {
  const units = laps.reduce((sum, lap) => sum + lap.units, 0);
  return laps.reduce((sum, lap) => sum + lap.cost, 0) / units;
}

/** The largest difference between the mean rates before and after any lap, neither side shorter than a quarter. */
function largestStep(laps: readonly Lap[]): number {
  const edge = Math.max(1, laps.length >> 2);
  const total = { units: laps.reduce((sum, lap) => sum + lap.units, 0), cost: laps.reduce((sum, lap) => sum + lap.cost, 0) };
  let [units, cost, largest] = [0, 0, 0];
  for (const [index, lap] of laps.entries()) {
    if (index >= edge && index <= laps.length - edge) {
      largest = Math.max(largest, Math.abs((total.cost - cost) / (total.units - units) - cost / units));
    }
    units += lap.units;
    cost += lap.cost;
  }
  return largest;
}

function withoutSlowFirst(laps: readonly Lap[]): readonly Lap[] {
  const [first, ...rest] = laps;
  if (first === undefined || rest.length === 0) return laps;
  return first.cost / first.units > slowFirst * median(rest.map(({ cost, units }) => cost / units)) ? rest : laps;
}

function withoutLoneOutlier(rates: readonly number[]): readonly number[] {
  if (rates.length < 4) return rates;
  const middle = median(rates);
  const deviation = deviationScale * median(rates.map((rate) => Math.abs(rate - middle)));
  // Where half of them are equal, a twentieth of the median stands for what is usual.
  const limit = outlierLimit * Math.max(deviation, middle / 20);
  const outliers = rates.filter((rate) => Math.abs(rate - middle) > limit).length;
  if (outliers !== 1) return rates;
  return rates.map((rate) => Math.min(middle + limit, Math.max(middle - limit, rate)));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2;
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom, from any table of it. */
const studentTable = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101,
  2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** The 97.5 % quantile of Student's t. */
export function studentT95(degrees: number): number {
  // Beyond the table by the first term of the expansion around the normal quantile, right to 0.001.
  return studentTable[degrees - 1] ?? 1.96 + 2.372 / degrees + 2.82 / degrees ** 2;
}

/**
 * What the run will have used when the fit that goes on is through, by its progress. Time has the epochs' spread alone;
 * energy and emissions also have the limits of the figures that they rest on. Epochs of earlier fits of the same length
 * count too: the folds of a cross-validation are alike. Null where the output does not tell how many epochs there will
 * be, where none was seen from its beginning to its end, once all are done (what comes then is not known), and once the
 * work takes longer than was to be expected of it.
 */
export function forecast(record: RunRecord, progress: RunProgress): Forecast | null {
  const { last } = progress;
  const { of } = last;
  if (of === null || of <= last.epoch) return null;
  const remaining = of - last.epoch;
  const energy = countedEnergy(record);
  const now: Usage = { at: Date.parse(record.endedAt), seconds: record.durationSeconds, wattHours: energy.total };
  const rest = expectedRemaining(lapsOf(progress, (mark) => mark.seconds), remaining);
  if (rest === null || last.seconds + latest(rest) <= now.seconds) return null;
  const seconds = expectedEnd(rest, last.seconds, now.seconds);
  const restEnergy = expectedRemaining(lapsOf(progress, (mark) => mark.wattHours), remaining);
  const wattHours =
    last.wattHours === null || now.wattHours === null || restEnergy === null ? null : expectedEnd(restEnergy, last.wattHours, now.wattHours);
  return {
    unit: last.unit,
    done: last.epoch,
    of,
    earlierFits: last.fit - 1,
    rough: seconds.low === null,
    seconds,
    secondsLeft: mapExpected(seconds, (value) => Math.max(0, value - now.seconds)),
    wattHours: wattHours === null ? null : withBand(wattHours, energy.total, energy),
    grams: wattHours === null || record.emissionsGrams === null ? null : gramsOf(wattHours, energy.total, record.emissionsGrams),
  };
}

/**
 * The stretches between marks of this fit, after those of earlier fits of the same length. What came before the first
 * mark of a fit is none: it holds imports, data and compiling besides.
 */
function lapsOf({ marks, last }: RunProgress, cost: (mark: EpochMark) => number | null): readonly Lap[] {
  return marks.slice(1).flatMap((mark, index): readonly Lap[] => {
    const before = marks[index];
    if (before?.fit !== mark.fit || mark.unit !== last.unit || (mark.fit !== last.fit && mark.of !== last.of)) return [];
    const [from, to] = [cost(before), cost(mark)];
    return from === null || to === null ? [] : [{ units: mark.epoch - before.epoch, cost: to - from }];
  });
}

/** What the rest may take at most: without a range, twice what is expected. */
function latest({ value, high }: Expected): number {
  return high ?? 2 * value;
}

/** Never less than what is used already: work that takes long moves the end, to the middle of what is left of the range. */
function expectedEnd(rest: Expected, atLast: number, now: number): Expected {
  const end = mapExpected(rest, (value) => Math.max(now, atLast + value));
  if (atLast + rest.value > now) return end;
  return { ...end, value: (now + Math.max(now, atLast + latest(rest))) / 2 };
}

function mapExpected({ value, low, high }: Expected, change: (value: number) => number): Expected {
  return { value: change(value), low: low === null ? null : change(low), high: high === null ? null : change(high) };
}

/** Widens by the limits of the energy so far, which come from its sources. */
function withBand(expected: Expected, total: number | null, { low, high }: { readonly low: number | null; readonly high: number | null }): Expected {
  if (expected.low === null || expected.high === null || total === null || total <= 0) return expected;
  return {
    value: expected.value,
    low: low === null ? expected.low : (expected.low * low) / total,
    high: high === null ? expected.high : (expected.high * high) / total,
  };
}

function gramsOf(wattHours: Expected, total: number | null, emissions: NonNullable<RunRecord['emissionsGrams']>): Expected | null {
  if (total === null || total <= 0) return null;
  return {
    value: (wattHours.value * emissions.value) / total,
    low: wattHours.low === null ? null : (wattHours.low * emissions.low) / total,
    high: wattHours.high === null ? null : (wattHours.high * emissions.high) / total,
  };
}
