import type { ProgressEntry } from '../journal/journal-shapes';
import { isHeldOut, metricDirection } from '../training/metric-direction';
import { unitRank, type EpochEvent, type OwnBest } from './epoch-event';

/** A finished epoch, round or step, and what the run had used by then. */
export type EpochMark = ProgressEntry['mark'];

/** Where the watched metric was best so far. */
type BestMark = NonNullable<ProgressEntry['best']>;

/** What a run had used from its start to some moment, in its scope. */
export type Usage = Pick<EpochMark, 'at' | 'seconds' | 'wattHours'>;

/** How far a run has come, from its output. */
export interface RunProgress {
  /** In order of time; for a long run some are left out. */
  readonly marks: readonly EpochMark[];
  readonly last: EpochMark;
  /** Of the current training; null until a metric with a known direction is printed. */
  readonly best: BestMark | null;
}

/** A chart is a few hundred pixels wide, and a forecast needs no more either. */
const marksKept = 1000;

/** Other processes print the same epoch within this share of its time. */
const echoShare = 0.25;

/** The progress after one more event; `usage` is what the run had used when the event was read. */
export function addEvent(progress: RunProgress | null, event: EpochEvent, usage: Usage): RunProgress {
  if (progress === null) return begun(markOf(event, usage, 1), event);
  const { last } = progress;
  if (event.unit === last.unit && event.epoch === last.epoch) {
    const mark: EpochMark = {
      ...last,
      of: event.of ?? last.of,
      metrics: { ...last.metrics, ...event.metrics },
      ...usage,
    };
    const marks = [...progress.marks.slice(0, -1), mark];
    return { marks, last: mark, best: bestAfter(progress.best, mark, event, marks) };
  }
  if (unitRank[event.unit] > unitRank[last.unit]) return begunAfterParts(progress, event, usage);
  if (isEcho(progress, event, usage)) return progress;
  if (event.unit !== last.unit || event.epoch < last.epoch) {
    const mark = markOf(event, usage, last.fit + 1);
    return { marks: thinned([...progress.marks, mark]), last: mark, best: bestAfter(null, mark, event, []) };
  }
  const mark = markOf({ ...event, of: event.of ?? last.of }, usage, last.fit);
  const marks = thinned([...progress.marks, mark]);
  return { marks, last: mark, best: bestAfter(progress.best, mark, event, marks) };
}

/**
 * Whether another process of the same training repeats an epoch: with several GPUs each process prints its own
 * lines, some later than others. A training that restarts begins with the first number, and later than that.
 */
function isEcho({ marks, last }: RunProgress, event: EpochEvent, usage: Usage): boolean {
  if (event.unit !== last.unit || event.epoch <= 0 || event.epoch >= last.epoch) return false;
  const own = marks.filter(({ fit }) => fit === last.fit);
  if (!own.some(({ epoch }) => epoch === event.epoch)) return false;
  const smallest = own.find(({ epoch }) => epoch > 0)?.epoch ?? 0;
  if (event.epoch > smallest) return true;
  const before = own.at(-2);
  return before !== undefined && usage.seconds - last.seconds < echoShare * (last.seconds - before.seconds);
}

function begun(mark: EpochMark, event: EpochEvent): RunProgress {
  return { marks: [mark], last: mark, best: bestAfter(null, mark, event, []) };
}

function markOf({ unit, epoch, of, metrics }: EpochEvent, usage: Usage, fit: number): EpochMark {
  return { unit, epoch, of, metrics, ...usage, fit };
}

/** A bar that was taken for steps turns out to belong to a training that counts epochs: they began with the bar. */
function begunAfterParts({ marks, last }: RunProgress, event: EpochEvent, usage: Usage): RunProgress {
  const mark = markOf(event, usage, last.fit);
  const first = marks.find(({ fit }) => fit === last.fit);
  const before = marks.filter(({ fit }) => fit !== last.fit);
  const start: readonly EpochMark[] =
    first?.epoch === 0 && event.epoch > 0 ? [{ ...first, unit: event.unit, of: event.of, metrics: {} }] : [];
  return { marks: [...before, ...start, mark], last: mark, best: bestAfter(null, mark, event, []) };
}

function thinned(marks: readonly EpochMark[]): readonly EpochMark[] {
  if (marks.length <= marksKept) return marks;
  return marks.filter(
    (mark, index) =>
      index % 2 === 0 ||
      marks[index + 1]?.fit !== mark.fit ||
      marks[index - 1]?.fit !== mark.fit ||
      index === marks.length - 1,
  );
}

/** @param marks the marks so far, to find what had been used at the framework's best epoch */
function bestAfter(
  best: BestMark | null,
  mark: EpochMark,
  { metrics: values, best: own }: EpochEvent,
  marks: readonly EpochMark[],
): BestMark | null {
  if (mark.unit === 'step') return null;
  if (own !== undefined) return ownBest(best, mark, own, marks);
  const candidate = monitored(Object.keys(values));
  const metric =
    best === null || (candidate !== null && importance(candidate) > importance(best.metric)) ? candidate : best.metric;
  const value = metric === null ? undefined : values[metric];
  if (metric === null || value === undefined) return best;
  if (best?.metric === metric && !isBetter(metric, value, best.value)) {
    if (mark.epoch <= best.lastEvaluation) return best;
    return { ...best, evaluationsSince: best.evaluationsSince + 1, lastEvaluation: mark.epoch };
  }
  const { at, seconds, wattHours, epoch } = mark;
  return { metric, value, epoch, evaluationsSince: 0, lastEvaluation: epoch, at, seconds, wattHours };
}

/** The best value according to the framework, if the name of a metric does not show its direction. */
function ownBest(best: BestMark | null, mark: EpochMark, own: OwnBest, marks: readonly EpochMark[]): BestMark {
  if (best?.metric === own.metric && best.value === own.value && best.epoch === own.epoch) {
    if (mark.epoch <= best.lastEvaluation) return best;
    return { ...best, evaluationsSince: best.evaluationsSince + 1, lastEvaluation: mark.epoch };
  }
  const { at, seconds, wattHours } =
    marks.filter(({ fit, epoch }) => fit === mark.fit && epoch <= own.epoch).at(-1) ?? mark;
  return {
    ...own,
    evaluationsSince: own.epoch < mark.epoch ? 1 : 0,
    lastEvaluation: mark.epoch,
    at,
    seconds,
    wattHours,
  };
}

function isBetter(metric: string, value: number, than: number): boolean {
  return metricDirection(metric) === 'higher' ? value > than : value < than;
}

/** The metric that best shows whether a training still improves: preferably a loss on held-out data. */
export function monitored(names: readonly string[]): string | null {
  let found: string | null = null;
  for (const name of names) {
    if (metricDirection(name) !== null && (found === null || importance(name) > importance(found))) found = name;
  }
  return found;
}

function importance(name: string): number {
  if (name === 'val_loss') return 4;
  const isLoss = /loss/i.test(name);
  // spaCy and searches have one score, measured on held-out data.
  if (/^score$/i.test(name)) return 2;
  // For detectors precision counts, for agents the reward; losses of agents mean little.
  if (/(?:^|[^a-z])(?:map\d*|rew|reward|return)(?:[^a-z]|$)/i.test(name)) return 2;
  if (isHeldOut(name)) return isLoss ? 3 : 2;
  return isLoss ? 1 : 0;
}

/** The marks of the present training, in order. */
export function currentFit({ marks, last }: RunProgress): readonly EpochMark[] {
  return marks.filter(({ fit }) => fit === last.fit);
}
