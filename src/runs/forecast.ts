import { currentFit, type EpochMark, type RunProgress, type Usage } from './progress/run-progress';
import type { ProgressUnit } from './progress/epoch-event';
import type { RunRecord } from './record';
import { countedEnergy } from './describe';

/** A figure at the end of a training. `low` and `high` are null as long as it is rough. */
export interface Expected {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** What a run will have used when the training that goes on is through. */
export interface Forecast {
  readonly unit: ProgressUnit;
  readonly done: number;
  readonly of: number;
  /** Earlier trainings of the same run: the forecast is for the end of this one, not of the run. */
  readonly earlierFits: number;
  /** Fewer than three are done: there is no interval yet. */
  readonly rough: boolean;
  /** Measured time of the whole run at the end. */
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

/**
 * What `remaining` more units will take: remaining × the robust mean of those done, with the 95 % prediction interval
 * of Student's t from the third lap on. The first lap is dropped when it took over 1.3 times the median of the rest. A
 * single lap far from the median is pulled to the limit of what is usual; from the second on they are part of the
 * work (an evaluation every tenth epoch). Null without a lap.
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
  // Laps are observations: their mean length makes the remaining units a number of laps.
  const lapUnits = units / kept.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (kept.length - 1);
  const lapsLeft = remaining / lapUnits;
  const spread = Math.sqrt(variance) * lapUnits * Math.sqrt(lapsLeft + lapsLeft ** 2 / kept.length);
  const reach = studentT95(kept.length - 1) * spread;
  return { value, low: Math.max(0, value - reach), high: value + reach };
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
 * What the run will have used when the training that goes on is through, by its progress; null where the output does
 * not tell how many epochs there will be, or none is done. Time has the epochs' spread alone; energy and emissions
 * also have the limits of the figures that they rest on.
 */
export function forecast(record: RunRecord, progress: RunProgress): Forecast | null {
  const { last } = progress;
  const { of } = last;
  if (of === null || last.epoch <= 0) return null;
  const marks = withStart(currentFit(progress));
  const remaining = Math.max(0, of - last.epoch);
  const energy = countedEnergy(record);
  const now: Usage = { at: Date.parse(record.endedAt), seconds: record.durationSeconds, wattHours: energy.total };
  const seconds = expectedEnd(lapsOf(marks, (mark) => mark.seconds), remaining, last.seconds, now.seconds);
  if (seconds === null) return null;
  const wattHours =
    last.wattHours === null || now.wattHours === null
      ? null
      : expectedEnd(lapsOf(marks, (mark) => mark.wattHours), remaining, last.wattHours, now.wattHours);
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

/** The first training begins with the run where its first line tells of a first epoch that is done already. */
function withStart(marks: readonly EpochMark[]): readonly EpochMark[] {
  const [first] = marks;
  if (first?.fit !== 1 || first.epoch <= 0 || first.epoch > 1) return marks;
  return [{ ...first, epoch: 0, metrics: {}, seconds: 0, wattHours: first.wattHours === null ? null : 0 }, ...marks];
}

function lapsOf(marks: readonly EpochMark[], cost: (mark: EpochMark) => number | null): readonly Lap[] {
  return marks.slice(1).flatMap((mark, index): readonly Lap[] => {
    const before = marks[index];
    const [from, to] = [before === undefined ? null : cost(before), cost(mark)];
    if (before === undefined || from === null || to === null) return [];
    return [{ units: mark.epoch - before.epoch, cost: to - from }];
  });
}

/** Never less than what is used already: an epoch that takes long moves the end. */
function expectedEnd(laps: readonly Lap[], remaining: number, atLast: number, now: number): Expected | null {
  const rest = expectedRemaining(laps, remaining);
  return rest === null ? null : mapExpected(rest, (value) => Math.max(now, atLast + value));
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
