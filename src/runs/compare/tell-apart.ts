import { countedEnergy, gapSecondsOf } from '../describe';
import { studentT95 } from '../forecast/student';
import type { RunRecord } from '../record';
import { hasSameBasis, isRepetition } from './same-work';

/** The second figure divided by the first, with the limits between which the true ratio is expected. */
export interface Ratio {
  readonly value: number;
  readonly low: number;
  /** Null if there is no upper limit, because the first may have been 0. */
  readonly high: number | null;
}

/** How much single runs of the same work differ. */
export interface Noise {
  /** Relative standard deviation. */
  readonly relative: number;
  /** Number of repetitions in the journal; 0 for the default. */
  readonly repetitions: number;
  /** The factor within which two runs of the same work differ in 19 of 20 cases. */
  readonly factor: number;
}

/** What can be said about the figures of two runs. */
export interface Apart {
  /** Null if they cannot be compared: different scopes, unknown, or 0. */
  readonly energy: Ratio | null;
  readonly time: Ratio | null;
  readonly energyNoise: Noise;
  readonly timeNoise: Noise;
  /** Whether both figures have the same errors, so that the ratio is more exact than each. */
  readonly sharesErrors: boolean;
}

export type Side = 'less' | 'more' | 'cannot tell';

/**
 * Relative standard deviation of runs of one fixed loop, 0.8 s to 7 s long, time and energy alike: 6 % on a quiet
 * machine, 13 to 16 % on two cores that eight others shared (2026-11-28). A value between the two is used until there
 * are recorded repetitions.
 */
const usualDeviation = 0.09;
/** Three runs may agree by chance, so the deviation is at least this. */
const leastDeviation = 0.01;
/** Number of repetitions that are needed to measure a spread. */
const leastRepetitions = 3;
const normal95 = 1.96;
/** The kernel counts CPU time in steps of 10 ms: one at each end of a run may be missing. */
const tickSeconds = 0.02;

/**
 * Modelled runs on one machine share the error of its model if they load it alike. If one draws more power than the
 * other, the form of the load curve matters: between published curves (0.12, 0.32, 0.75 and 1.02 × TDP at 0, 10, 50
 * and 100 % load) and ours (0.15 + 0.85 × load) the error changes by at most this power of the ratio of the powers,
 * from a tenth of the load on.
 */
const curveExponent = 0.45;

/**
 * The only way to compare the figures of two runs; whether they did the same work is another question (`sameWork`).
 * The limits of the ratio include the noise of single runs and the errors of sources that do not cancel.
 *
 * @param history other recorded runs, to find repetitions in
 */
export function tellApart(first: RunRecord, second: RunRecord, history: readonly RunRecord[] = []): Apart {
  const repeated = repetitionsOf(first, second, history);
  const energyNoise = noiseOf(repeated, (record) => countedEnergy(record).total);
  const timeNoise = noiseOf(repeated, ({ durationSeconds }) => durationSeconds);
  const sharesErrors = hasSameBasis(first, second);
  return {
    energy: energyRatio(first, second, energyNoise, sharesErrors),
    time: widened(
      quotient(first.durationSeconds, second.durationSeconds),
      timeNoise.factor * tickFactor(first, second),
    ),
    energyNoise,
    timeNoise,
    sharesErrors,
  };
}

/** Whether the second is less or more than the first; `cannot tell` if the limits allow both. */
export function sideOf(ratio: Ratio | null): Side {
  if (ratio === null) return 'cannot tell';
  if (ratio.low > 1) return 'more';
  return ratio.high !== null && ratio.high < 1 ? 'less' : 'cannot tell';
}

export function scaleRatio({ value, low, high }: Ratio, factor: number): Ratio {
  return { value: value * factor, low: low * factor, high: high === null ? null : high * factor };
}

function energyRatio(first: RunRecord, second: RunRecord, noise: Noise, sharesErrors: boolean): Ratio | null {
  const sources = energyRatioBySources(first, second, sharesErrors);
  return widened(sources, noise.factor * tickFactor(first, second));
}

/**
 * The ratio of two energies with the errors of their sources that do not cancel, and without the noise of single runs.
 *
 * @returns null if the energies cannot be compared
 */
export function energyRatioBySources(
  first: RunRecord,
  second: RunRecord,
  sharesErrors = hasSameBasis(first, second),
): Ratio | null {
  if (first.scope !== second.scope) return null;
  const [a, b] = [countedEnergy(first), countedEnergy(second)];
  const value = quotient(a.total, b.total);
  if (value === null) return null;
  if (!sharesErrors) return independentRatio(a, b, value.value);
  // Energy that may be in gaps is in neither figure, and it may not cancel.
  const [gapsBefore, gapsAfter] = [gapFactor(first), gapFactor(second)];
  const curve = curveOf(first, second);
  return { value: value.value, low: value.value / curve / gapsBefore, high: value.value * curve * gapsAfter };
}

/** The ratio with the limits of each run's own sources. */
function independentRatio(
  a: { readonly low: number | null; readonly high: number | null },
  b: typeof a,
  value: number,
): Ratio | null {
  if (a.low === null || a.high === null || b.low === null || b.high === null || a.high <= 0) return null;
  return { value, low: b.low / a.high, high: a.low <= 0 ? null : b.high / a.low };
}

function quotient(from: number | null, to: number | null): Ratio | null {
  if (from === null || to === null || from <= 0) return null;
  return { value: to / from, low: to / from, high: to / from };
}

export function widened(ratio: Ratio | null, factor: number): Ratio | null {
  if (ratio === null) return null;
  const high = ratio.high === null ? Infinity : ratio.high * factor;
  return { value: ratio.value, low: ratio.low / factor, high: Number.isFinite(high) ? high : null };
}

/** What the steps in which the kernel counts CPU time may do to a ratio. */
export function tickFactor(first: RunRecord, second: RunRecord): number {
  const shortest = Math.min(first.durationSeconds, second.durationSeconds);
  return shortest <= 0 ? 2 : 1 + tickSeconds / shortest;
}

/** By how much the errors of a model differ at two mean powers of its machine, in watts; 1 if they are measured or unknown. */
export function curveFactor(isModelled: boolean, a: number | null, b: number | null): number {
  if (!isModelled || a === null || b === null || a <= 0 || b <= 0) return 1;
  return Math.exp(curveExponent * Math.abs(Math.log(b / a)));
}

function curveOf(first: RunRecord, second: RunRecord): number {
  const isModelled = first.sources.some(
    ({ component, method }) =>
      (component === 'cpu' || component === 'system') && (method === 'model' || method === 'assumed'),
  );
  const watts = ({ machineWh, durationSeconds }: RunRecord): number | null =>
    machineWh.total === null || durationSeconds <= 0 ? null : machineWh.total / durationSeconds;
  return curveFactor(isModelled, watts(first), watts(second));
}

/** Power in a gap may have been twice the mean of the rest. */
function gapFactor(record: RunRecord): number {
  const { durationSeconds } = record;
  const lost = Math.min(gapSecondsOf(record), durationSeconds);
  if (lost <= 0) return 1;
  return durationSeconds - lost <= 0 ? Infinity : 1 + (2 * lost) / (durationSeconds - lost);
}

/** The repetitions of both runs, including these two, in one group or in two. */
function repetitionsOf(
  first: RunRecord,
  second: RunRecord,
  history: readonly RunRecord[],
): readonly (readonly RunRecord[])[] {
  const group = (run: RunRecord): readonly RunRecord[] => [
    ...new Map([run, ...history.filter((each) => isRepetition(run, each))].map((each) => [each.id, each])).values(),
  ];
  if (!isRepetition(first, second)) return [group(first), group(second)];
  return [[...new Map([...group(first), ...group(second)].map((each) => [each.id, each])).values()]];
}

function noiseOf(groups: readonly (readonly RunRecord[])[], figure: (record: RunRecord) => number | null): Noise {
  let [squares, degrees, repetitions] = [0, 0, 0];
  for (const group of groups) {
    const logs = group.map(figure).flatMap((value) => (value === null || value <= 0 ? [] : [Math.log(value)]));
    if (logs.length < leastRepetitions) continue;
    const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
    squares += logs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    degrees += logs.length - 1;
    repetitions += logs.length;
  }
  const relative = degrees === 0 ? usualDeviation : Math.max(leastDeviation, Math.sqrt(squares / degrees));
  const reach = (degrees === 0 ? normal95 : studentT95(degrees)) * Math.SQRT2;
  return { relative, repetitions, factor: Math.exp(reach * relative) };
}
