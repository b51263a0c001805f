import { about } from '../../present/quantities';
import { counted, formatShare, signedPercent, toDigits } from '../../present/words';
import { commonMetric, metricOf, sameMetric, type ComparedMetric } from './compare';
import { isModelled } from '../describe';
import { studentT95 } from '../forecast/student';
import { metricDirection } from '../training/metric-direction';
import type { RunRecord } from '../record';
import { commonResults, resultOf } from '../results';
import { hasSameBasis, sameWork, type WorkAnswer } from './same-work';
import { energyRatioBySources, sideOf, tellApart, tickFactor, widened, type Ratio, type Side } from './tell-apart';

/** A run before a change and a run after it. */
export type RunPair = readonly [before: RunRecord, after: RunRecord];

/** A metric of all pairs: the means of both sides. */
export interface PairedMetric extends ComparedMetric {
  /** Whether the difference is larger than chance. */
  readonly isApart: boolean;
  /** `equal`: the same in all pairs, or closer than 0.5 % and no further apart than the pairs differ. */
  readonly verdict: 'equal' | 'better' | 'worse' | 'cannot tell';
}

/** What a change did to the energy, from pairs of runs before and after it. */
export interface PairedChange {
  readonly pairs: number;
  /** Energy after, divided by energy before: the geometric mean over the pairs. Null if it cannot be compared. */
  readonly ratio: Ratio | null;
  readonly verdict: Side | 'not the same work';
  readonly work: WorkAnswer;
  /** The one that says most about the model; null if the runs do not all report one. */
  readonly metric: PairedMetric | null;
  /** The other final results that all runs report. */
  readonly otherMetrics: readonly PairedMetric[];
  /** The result in one line, such as "−38 % ± 6 %, 5 pairs, accuracy equal". */
  readonly text: string;
  /** What the interval takes for granted, one sentence each. */
  readonly assumed: readonly string[];
}

/** Pairs may agree by chance, so the relative deviation of single runs is taken to be at least this. */
const leastDeviation = 0.01 * Math.SQRT2;

/** Metrics are printed with rounded digits; a smaller part of one is no difference. */
const leastDifference = 0.0005;
/** More results of a program say the same again. */
const mostMetrics = 5;
/** Results that got worse are named besides the first one. */
const mostNamed = 2;

/** Limits whose distances differ by more than this factor are both written. */
const mostUneven = 1.5;

/**
 * Says what a change did to the energy. From two pairs on, the interval is that of the mean of the logarithms of the ratios
 * (Student's t, 95 %), widened by the errors of the sources that do not cancel. A single pair has the noise that recorded
 * repetitions show, as in `tellApart`.
 *
 * @param history other recorded runs, for a single pair
 */
export function pairedChange(
  pairs: readonly [RunPair, ...RunPair[]],
  history: readonly RunRecord[] = [],
): PairedChange {
  const ratio = pairs.length === 1 ? tellApart(...pairs[0], history).energy : meanRatio(pairs);
  const [metric = null, ...otherMetrics] = metricsOfPairs(pairs);
  const work = workOfPairs(pairs);
  const isOther = work.answer === 'different' && !isAsGood(metric, otherMetrics, pairs);
  const verdict = isOther ? 'not the same work' : sideOf(ratio);
  return {
    pairs: pairs.length,
    ratio,
    verdict,
    work,
    metric,
    otherMetrics,
    text: inWords({ pairs, ratio, verdict, work, metric, otherMetrics }),
    assumed: assumptions(pairs, work),
  };
}

function meanRatio(pairs: readonly RunPair[]): Ratio | null {
  const ratios = pairs.map((pair) => energyRatioBySources(...pair));
  const logs: number[] = [];
  let [low, high] = [0, 0];
  for (const ratio of ratios) {
    if (ratio === null || ratio.value <= 0) return null;
    logs.push(Math.log(ratio.value));
    low += Math.log(ratio.low / ratio.value);
    high += ratio.high === null ? Infinity : Math.log(ratio.high / ratio.value);
  }
  const { mean, reach } = intervalOfMean(logs, leastDeviation);
  const n = logs.length;
  const limit = Math.exp(mean + reach + high / n);
  const spread = {
    value: Math.exp(mean),
    low: Math.exp(mean - reach + low / n),
    high: Number.isFinite(limit) ? limit : null,
  };
  // Ticks are lost in one direction in all pairs alike.
  return widened(spread, Math.max(...pairs.map((pair) => tickFactor(...pair))));
}

/** The mean, and how far the true mean may be from it in 19 of 20 cases. */
export function intervalOfMean(
  values: readonly number[],
  leastDeviationOfOne = 0,
): { readonly mean: number; readonly reach: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { mean, reach: (studentT95(n - 1) * Math.max(deviation, leastDeviationOfOne)) / Math.sqrt(n) };
}

/** The metrics that all runs of all pairs have, the most telling first. */
function metricsOfPairs(pairs: readonly RunPair[]): readonly PairedMetric[] {
  const names = commonResults(pairs.flat()).slice(0, mostMetrics);
  if (names.length > 0)
    return names.map((name) =>
      pairedMetric(
        name,
        pairs.map((pair) => pair.map((run) => resultOf(run, name)) as [number, number]),
      ),
    );
  const all = pairs.map((pair) => commonMetric(...pair));
  const [first] = all;
  if (first === null || first === undefined) return [];
  const values = all.flatMap((each) =>
    each?.name === first.name ? [[each.first, each.second] as [number, number]] : [],
  );
  return values.length < all.length ? [] : [pairedMetric(first.name, values)];
}

function pairedMetric(name: string, values: readonly (readonly [before: number, after: number])[]): PairedMetric {
  const mean = (side: 0 | 1): number => values.reduce((sum, pair) => sum + pair[side], 0) / values.length;
  const means = metricOf(name, mean(0), mean(1));
  const { first, second } = means;
  const difference = Math.abs(second - first);
  const scale = Math.max(Math.abs(first), Math.abs(second));
  // One pair shows no spread.
  const reach = values.length === 1 ? sameMetric * scale : intervalOfMean(values.map(([a, b]) => b - a)).reach;
  const isApart = difference > Math.max(reach, leastDifference * scale);
  const direction = metricDirection(name);
  if (!isApart) return { ...means, isApart, verdict: difference <= sameMetric * scale ? 'equal' : 'cannot tell' };
  if (direction === null) return { ...means, isApart, verdict: 'cannot tell' };
  return { ...means, isApart, verdict: (direction === 'higher') === second > first ? 'better' : 'worse' };
}

function workOfPairs(pairs: readonly RunPair[]): WorkAnswer {
  const answers = pairs.map((pair) => sameWork(...pair));
  return (
    answers.find(({ answer }) => answer === 'different') ??
    answers.find(({ answer }) => answer === 'unknown') ??
    answers[0] ?? { answer: 'unknown', reason: 'there are no runs' }
  );
}

/** Whether all runs ended well and the metric is no worse: then less work is the saving, and no fault. */
function isAsGood(metric: PairedMetric | null, others: readonly PairedMetric[], pairs: readonly RunPair[]): boolean {
  const isDone = pairs.flat().every(({ status, exitCode }) => status === 'completed' && exitCode === 0);
  const isWorse = others.some(({ better, isApart }) => better === 'first' && isApart);
  return isDone && metric !== null && metric.better !== 'first' && !isWorse;
}

function inWords({
  pairs,
  ratio,
  verdict,
  work,
  metric,
  otherMetrics,
}: Pick<PairedChange, 'ratio' | 'verdict' | 'work' | 'metric' | 'otherMetrics'> & {
  readonly pairs: readonly RunPair[];
}): string {
  const worse = otherMetrics.filter((each) => each.verdict === 'worse').slice(0, mostNamed);
  const metrics = [...(metric === null ? [] : [metric]), ...worse];
  const rest = [counted(pairs.length, 'pair'), ...metrics.map(metricInWords)];
  if (work.answer === 'different') rest.push(work.reason);
  if (ratio === null) return ['The energies cannot be compared', ...rest].join(', ');
  const change = changeInWords(ratio, pairs.flat().some(isModelled));
  if (verdict === 'not the same work') return [`Not the same work: ${change}`, ...rest].join(', ');
  return [verdict === 'cannot tell' ? `Cannot be told apart: ${change}` : change, ...rest].join(', ');
}

/** "~−38 % ± 6 %", or "~+11 % (−79 % to +484 %)" where the limits are far from even. */
function changeInWords({ value, low, high }: Ratio, modelled: boolean): string {
  const inPercent = (ratio: number): string => signedPercent((ratio - 1) * 100);
  const change = about(modelled, inPercent(value));
  if (high === null) return `${change} (${inPercent(low)} or more)`;
  const [up, down] = [high - value, value - low];
  if (up > mostUneven * down) return `${change} (${inPercent(low)} to ${inPercent(high)})`;
  return `${change} ± ${formatShare(Math.max(up, down))}`;
}

function metricInWords({ name, first, second, verdict }: PairedMetric): string {
  const [before, after] = [toDigits(first, 4), toDigits(second, 4)];
  if (verdict === 'equal') return `${name} equal`;
  if (verdict === 'cannot tell') return `${name} cannot be told apart (${before} and ${after})`;
  return `${name} ${before} to ${after} (${verdict})`;
}

function assumptions(pairs: readonly RunPair[], work: WorkAnswer): readonly string[] {
  const sentences: string[] = [];
  const isShared = pairs.every((pair) => hasSameBasis(...pair));
  if (pairs.flat().some(isModelled))
    sentences.push(
      isShared
        ? 'The energy is modelled. Both sides have the same sources on the same machine, so the error of the model is taken to be common to both and to cancel; what the form of its load curve may change is in the range.'
        : 'The energy is modelled, by different sources or on different machines, so the limits of both count in full.',
    );
  sentences.push(
    pairs.length === 1
      ? 'One pair does not show how much single runs differ; the range takes what recorded repetitions or usual runs show. Measure three pairs or more.'
      : 'The range is a 95 % interval of the mean over the pairs. It takes the pairs to be independent and measured in turn, so that other load on the machine hits both sides alike.',
  );
  if (work.answer === 'unknown') sentences.push(`It is unknown whether they did the same work: ${work.reason}.`);
  return sentences;
}
