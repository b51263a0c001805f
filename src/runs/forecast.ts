import type { EpochMark, RunProgress, Usage } from './progress/run-progress';
import type { ProgressUnit } from './progress/epoch-event';
import type { RunRecord } from './record';
import { countedEnergy } from './describe';
import type { Lap } from './forecast-laps';
import { expectedRemaining, type ExpectedRest } from './forecast-rest';

/** What a run will have used when the fit that goes on is through: the run may do more after that. */
export interface RunForecast {
  readonly unit: ProgressUnit;
  readonly done: number;
  readonly of: number;
  /** The number of them is from the script, not from the output. */
  readonly byScript: boolean;
  /** Earlier fits of the same run. */
  readonly earlierFits: number;
  /** Fewer than three were measured: there is no range yet. */
  readonly rough: boolean;
  /** Measured time of the whole run at the end of the fit. */
  readonly seconds: ExpectedRest;
  readonly secondsLeft: ExpectedRest;
  /** Energy of the counted scope; null while it is not known. */
  readonly wattHours: ExpectedRest | null;
  readonly grams: ExpectedRest | null;
}

/** What the rest of a fit takes, as it was expected at one mark; null where nothing can be expected. */
export interface Rest {
  readonly from: Pick<RunProgress, 'last'> & { readonly marks: number };
  readonly seconds: ExpectedRest | null;
  readonly wattHours: ExpectedRest | null;
}

/** Looks at all laps of a run, which takes up to a millisecond. */
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

/** Whether what was expected still stands: the laps that came since are few beside those that it rests on. */
export function stillStands({ from }: Rest, { last, marks }: RunProgress): boolean {
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
 * What the run will have used when the fit that goes on is through, by its progress. Time has the epochs' spread alone;
 * energy and emissions also have the limits of the figures that they rest on. Epochs of earlier fits of the same length
 * count too: the folds of a cross-validation are alike. Null where the output does not tell how many epochs there will
 * be, where none was seen from its beginning to its end, once all are done (what comes then is not known), and once the
 * work takes longer than was to be expected of it.
 *
 * @param rest kept from an earlier look as long as it still stands
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
 * The stretches between marks of this fit, after those of earlier fits of the same length. What came before the first
 * mark of a fit is none: it holds imports, data and compiling besides.
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

/** What the rest may take at most: without a range, twice what is expected. */
function latest({ value, high }: ExpectedRest): number {
  return high ?? 2 * value;
}

/** Never less than what is used already: work that takes long moves the end, to the middle of what is left of the range. */
function expectedEnd(rest: ExpectedRest, atLast: number, now: number): ExpectedRest {
  const end = mapExpected(rest, (value) => Math.max(now, atLast + value));
  if (atLast + rest.value > now) return end;
  return { ...end, value: (now + Math.max(now, atLast + latest(rest))) / 2 };
}

function mapExpected({ value, low, high }: ExpectedRest, change: (value: number) => number): ExpectedRest {
  return { value: change(value), low: low === null ? null : change(low), high: high === null ? null : change(high) };
}

/** Widens by the limits of the energy so far, which come from its sources. */
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
