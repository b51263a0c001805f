import type { EpochMark, RunProgress, Usage } from '../progress/run-progress';
import type { ProgressUnit } from '../progress/epoch-event';
import type { RunRecord } from '../record';
import { countedEnergy } from '../describe';
import type { Lap } from './laps';
import { expectedRemaining, type ExpectedRest } from './rest';

/** What a run will have used at the end of the present fit; the run may do more after that. */
export interface RunForecast {
  readonly unit: ProgressUnit;
  readonly done: number;
  readonly of: number;
  /** Whether the number of units is from the script, not from the output. */
  readonly byScript: boolean;
  /** Number of earlier fits of the same run. */
  readonly earlierFits: number;
  /** Fewer than three units were measured, so there is no range yet. */
  readonly rough: boolean;
  /** The epochs vary so much that there is nothing to plan with: only upper limits are said. */
  readonly tooEarly: boolean;
  /** Measured time of the whole run at the end of the fit. */
  readonly seconds: ExpectedRest;
  readonly secondsLeft: ExpectedRest;
  /** Energy in the run's scope; null while unknown. */
  readonly wattHours: ExpectedRest | null;
  readonly grams: ExpectedRest | null;
}

/**
 * If the end may be this many times another likely end, it is too early to tell. Within this factor one digit is known
 * (`digitsWithin`), which is enough to choose between letting a run go on and stopping it. Only the spread of the epochs
 * counts, because time mends it; the limits of the power sources stay as they are, and are part of the range.
 */
const tooWide = 4;

/** The expected cost of the rest of a fit at one mark; null if there is no forecast. */
export interface Rest {
  readonly from: Pick<RunProgress, 'last'> & { readonly marks: number };
  readonly seconds: ExpectedRest | null;
  readonly wattHours: ExpectedRest | null;
}

/** Evaluates all laps of a run, which takes up to a millisecond. */
export function restOf(progress: RunProgress): Rest {
  const { last, marks } = progress;
  const remaining = (last.of ?? last.epoch) - last.epoch;
  const expected = (cost: (mark: EpochMark) => number | null): ExpectedRest | null =>
    expectedRemaining(lapsOf(progress, cost), remaining, last.epoch);
  return {
    from: { last, marks: marks.length },
    seconds: expected((mark) => mark.seconds),
    wattHours: expected((mark) => mark.wattHours),
  };
}

/** Whether an expectation is still valid: few laps were added compared with those that it is based on. */
export function isStillValid({ from }: Rest, { last, marks }: RunProgress): boolean {
  const came = marks.length - from.marks;
  return (
    last.fit === from.last.fit &&
    last.unit === from.last.unit &&
    last.of === from.last.of &&
    came >= 0 &&
    came <= from.marks / 20
  );
}

/**
 * What the run will have used at the end of the present fit, from its progress. The range of time is only the
 * epochs' spread; energy and emissions also have the limits of the underlying figures. Epochs of earlier fits of the
 * same length count too, because the folds of a cross-validation are alike. Null if the output does not show how many
 * epochs there will be, if no epoch was seen from start to end, once all epochs are done (what follows is unknown),
 * and once the work takes longer than expected.
 *
 * @param rest an earlier expectation, while it is still valid
 */
export function forecast(record: RunRecord, progress: RunProgress, rest: Rest = restOf(progress)): RunForecast | null {
  const { last } = progress;
  const { of } = last;
  if (of === null || of <= last.epoch) return null;
  const energy = countedEnergy(record);
  const now: Usage = { at: Date.parse(record.endedAt), seconds: record.durationSeconds, wattHours: energy.total };
  const from = rest.from.last;
  if (rest.seconds === null || from.seconds + latest(rest.seconds) <= now.seconds) return null;
  const seconds = expectedEnd(rest.seconds, from.seconds, now.seconds);
  const wattHours =
    from.wattHours === null || now.wattHours === null || rest.wattHours === null
      ? null
      : expectedEnd(rest.wattHours, from.wattHours, now.wattHours);
  return {
    unit: last.unit,
    done: last.epoch,
    of,
    byScript: false,
    earlierFits: last.fit - 1,
    rough: seconds.low === null,
    tooEarly: isTooWide(seconds) || (wattHours !== null && isTooWide(wattHours)),
    seconds,
    secondsLeft: mapExpected(seconds, (value) => Math.max(0, value - now.seconds)),
    wattHours: wattHours === null ? null : withBand(wattHours, energy.total, energy),
    grams:
      wattHours === null || record.emissionsGrams === null
        ? null
        : gramsOf(wattHours, energy.total, record.emissionsGrams),
  };
}

/**
 * The sections between marks of this fit, after those of earlier fits of the same length. The time before the first
 * mark of a fit is left out: it also contains imports, data loading and compiling.
 */
function lapsOf({ marks, last }: RunProgress, cost: (mark: EpochMark) => number | null): readonly Lap[] {
  return marks.slice(1).flatMap((mark, index): readonly Lap[] => {
    const before = marks[index];
    if (
      before?.fit !== mark.fit ||
      mark.unit !== last.unit ||
      (mark.fit !== last.fit && mark.of !== null && mark.of !== last.of)
    )
      return [];
    const [from, to] = [cost(before), cost(mark)];
    return from === null || to === null
      ? []
      : [{ units: mark.epoch - before.epoch, cost: to - from, end: mark.epoch, fit: mark.fit }];
  });
}

function isTooWide({ low, high }: ExpectedRest): boolean {
  return low !== null && high !== null && high > tooWide * low;
}

/** The most that the rest may take: without a range, twice the expected value. */
function latest({ value, high }: ExpectedRest): number {
  return high ?? 2 * value;
}

/** Never less than the present use: if work takes long, the end moves to the middle of the remaining range. */
function expectedEnd(rest: ExpectedRest, atLast: number, now: number): ExpectedRest {
  const end = mapExpected(rest, (value) => Math.max(now, atLast + value));
  if (atLast + rest.value > now) return end;
  return { ...end, value: (now + Math.max(now, atLast + latest(rest))) / 2 };
}

function mapExpected({ value, low, high }: ExpectedRest, change: (value: number) => number): ExpectedRest {
  return { value: change(value), low: low === null ? null : change(low), high: high === null ? null : change(high) };
}

/** Widens the range by the limits of the energy so far, which come from its sources. */
function withBand(
  expected: ExpectedRest,
  total: number | null,
  { low, high }: { readonly low: number | null; readonly high: number | null },
): ExpectedRest {
  if (expected.low === null || expected.high === null || total === null || total <= 0) return expected;
  return {
    value: expected.value,
    low: low === null ? expected.low : (expected.low * low) / total,
    high: high === null ? expected.high : (expected.high * high) / total,
  };
}

function gramsOf(
  wattHours: ExpectedRest,
  total: number | null,
  emissions: NonNullable<RunRecord['emissionsGrams']>,
): ExpectedRest | null {
  if (total === null || total <= 0) return null;
  return {
    value: (wattHours.value * emissions.value) / total,
    low: wattHours.low === null ? null : (wattHours.low * emissions.low) / total,
    high: wattHours.high === null ? null : (wattHours.high * emissions.high) / total,
  };
}
