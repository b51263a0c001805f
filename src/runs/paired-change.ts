import { about } from '../present/quantities';
import { counted, formatShare, signedPercent, toDigits } from '../present/words';
import { commonMetric, metricOf, type ComparedMetric } from './compare';
import { isModelled } from './describe';
import { studentT95 } from './forecast-student';
import type { RunRecord } from './record';
import { hasSameBasis, sameWork, type WorkAnswer } from './same-work';
import { energyRatioBySources, sideOf, tellApart, tickFactor, widened, type Ratio, type Side } from './tell-apart';

/** A run before a change and a run after it. */
export type RunPair = readonly [before: RunRecord, after: RunRecord];

/** What a change did to the energy, from pairs of runs before and after it. */
export interface PairedChange {
  readonly pairs: number;
  /** Energy after, divided by energy before: the geometric mean over the pairs. Null if it cannot be compared. */
  readonly ratio: Ratio | null;
  readonly verdict: Side | 'not the same work';
  readonly work: WorkAnswer;
  /** Means over the pairs; null if the runs do not all report one. */
  readonly metric: (ComparedMetric & { readonly isApart: boolean }) | null;
  /** The result in one line, such as "−38 % ± 6 %, 5 pairs, accuracy equal". */
  readonly text: string;
  /** What the interval takes for granted, one sentence each. */
  readonly assumed: readonly string[];
}

/** Pairs may agree by chance, so the relative deviation of single runs is taken to be at least this. */
const leastDeviation = 0.01 * Math.SQRT2;

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
  const metric = metricOfPairs(pairs);
  const work = workOfPairs(pairs);
  const isOther = work.answer === 'different' && !isAsGood(metric, pairs);
  const verdict = isOther ? 'not the same work' : sideOf(ratio);
  return {
    pairs: pairs.length,
    ratio,
    verdict,
    work,
    metric,
    text: inWords({ pairs, ratio, verdict, work, metric }),
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

function metricOfPairs(pairs: readonly RunPair[]): PairedChange['metric'] {
  const all = pairs.map((pair) => commonMetric(...pair));
  const [first] = all;
  if (first === null || first === undefined) return null;
  const compared = all.flatMap((each) => (each?.name === first.name ? [each] : []));
  if (compared.length < all.length) return null;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const means = metricOf(
    first.name,
    mean(compared.map((each) => each.first)),
    mean(compared.map((each) => each.second)),
  );
  if (compared.length === 1) return { ...means, isApart: means.better !== null };
  const change = intervalOfMean(compared.map((each) => each.second - each.first));
  return { ...means, isApart: means.better !== null && Math.abs(change.mean) > change.reach };
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
function isAsGood(metric: PairedChange['metric'], pairs: readonly RunPair[]): boolean {
  const isDone = pairs.flat().every(({ status, exitCode }) => status === 'completed' && exitCode === 0);
  return isDone && metric !== null && metric.better !== 'first';
}

function inWords({
  pairs,
  ratio,
  verdict,
  work,
  metric,
}: Pick<PairedChange, 'ratio' | 'verdict' | 'work' | 'metric'> & { readonly pairs: readonly RunPair[] }): string {
  const rest = [counted(pairs.length, 'pair'), ...(metric === null ? [] : [metricInWords(metric)])];
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

function metricInWords({ name, first, second, better, isApart }: NonNullable<PairedChange['metric']>): string {
  if (better === null) return `${name} equal`;
  const figures = `${toDigits(first, 4)} and ${toDigits(second, 4)}`;
  if (!isApart) return `${name} cannot be told apart (${figures})`;
  return `${name} ${better === 'second' ? 'better' : 'worse'} (${figures})`;
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
