import * as v from 'valibot';
import { anyObject, between, finiteNumber, fits, type Shaped, type ShapedMembers } from '../../system/shapes';
import { headerShape, headerUpdateShape } from '../header';
import { fillEntries, intervalEntries, mostSeconds, seconds, settledEntries } from '../interval';
import { progressUnits } from '../progress/epoch-event';
import { count, moment } from '../run';

/**
 * What the lines of a run's file must look like before a figure is taken from them. Limits are far beyond anything
 * real, so that no honest figure is lost, and one damaged figure does not become the sum of a whole report.
 */

/** Watts: a cluster of a thousand large servers. */
const mostWatts = 1e7;
/** Epochs; a framework may count from below zero. */
const epoch = between(-1e12, 1e12);

/** What a run had used at some moment since its start, of the scope that it counts. */
const usage = {
  at: moment,
  /** Measured time. */
  seconds,
  /** Null as long as no energy is known. */
  wattHours: v.nullable(between(-1e-6, (mostWatts / 3600) * mostSeconds)),
};

const progressEntries = {
  /** An epoch, round or step that was done, and what the run had used by then. */
  mark: v.object({
    ...usage,
    unit: v.picklist(progressUnits),
    epoch,
    of: v.nullable(epoch),
    metrics: v.record(v.string(), finiteNumber),
    /** Which training of the run it belongs to, from 1: a search or a cross-validation trains many times. */
    fit: count,
  }),
  /** Where the metric that is watched was best so far: not every mark is written. */
  best: v.nullable(
    v.object({
      ...usage,
      metric: v.string(),
      value: finiteNumber,
      epoch,
      /** At how many later epochs the metric was there and was not better, and the last of them. */
      evaluationsSince: count,
      lastEvaluation: finiteNumber,
    }),
  ),
};

const endEntries = {
  /** Wall-clock end. */
  at: moment,
  /** 128 + signal number for a killed command; null if nobody can tell. */
  exitCode: v.nullable(between(-(2 ** 32), 2 ** 32)),
  /** CPU time that the meter itself used during the run. */
  meterCpuSeconds: seconds,
};

/** How far the run has come, by its output. */
export type ProgressEntry = ShapedMembers<typeof progressEntries>;
/** How a run ended. */
export type RunEnd = ShapedMembers<typeof endEntries>;

interface Energies {
  readonly seconds: number;
  readonly run: Readonly<Record<string, number | null>>;
  readonly machine?: Readonly<Record<string, number | null>>;
  readonly gaps: readonly { readonly seconds: number; readonly atMostJoules: number | null }[];
}

/** Whether some machine could have used this energy in its time. */
function isPossible({ seconds: measured, run, machine = {}, gaps: lost }: Energies): boolean {
  const possible = (joulesOfPart: number | null, time: number): boolean =>
    joulesOfPart === null || joulesOfPart <= mostWatts * Math.max(1, time);
  const longest = Math.max(measured, ...lost.map((gap) => gap.seconds));
  return (
    [run, machine].every((part) => Object.values(part).every((each) => possible(each, measured))) &&
    lost.every((gap) => possible(gap.atMostJoules, longest))
  );
}

interface EnergyFigures {
  readonly total: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Sums of rounded figures differ in their last digits. */
const rounding = 1e-3;

function isAtMost(part: number | null, whole: number | null): boolean {
  return part === null || whole === null || part <= whole * (1 + rounding) + rounding;
}

/** A figure lies within its limits, and a run uses no more than its machine. */
function agree(run: EnergyFigures, machine: EnergyFigures): boolean {
  const isWithin = ({ total, low, high }: EnergyFigures): boolean => isAtMost(low, total) && isAtMost(total, high);
  return isWithin(run) && isWithin(machine) && isAtMost(run.total, machine.total);
}

/** By its `type`, each line of a run's file. */
const lineShapes = {
  start: v.object({ type: v.literal('start'), version: v.literal(1), ...headerShape.entries }),
  sample: v.pipe(
    v.object({ type: v.literal('sample'), ...intervalEntries }),
    v.check((line) => isPossible(line) && agree(line.run, line.machine)),
  ),
  fill: v.pipe(
    v.object({ type: v.literal('fill'), ...fillEntries }),
    v.check((line) => isPossible(line)),
  ),
  settled: v.pipe(
    v.object({ type: v.literal('settled'), ...settledEntries }),
    v.check((line) => agree(line.run, line.machine)),
  ),
  update: v.object({ type: v.literal('update'), ...headerUpdateShape.entries }),
  progress: v.object({ type: v.literal('progress'), ...progressEntries }),
  end: v.object({ type: v.literal('end'), ...endEntries }),
};

/**
 * A run's file in the journal: JSON lines, appended while the run goes on. What was written is the truth: a run
 * whose recorder was killed is read from the lines that are there.
 */
export type JournalLine = Shaped<(typeof lineShapes)[keyof typeof lineShapes]>;

const isLineType = (type: string): type is keyof typeof lineShapes => Object.hasOwn(lineShapes, type);

/** A parsed line; null where it cannot be read, `newer` for one of a type that a newer version writes. */
export function journalLine(value: unknown): JournalLine | 'newer' | null {
  if (!fits(anyObject, value)) return null;
  const { type } = value;
  if (typeof type !== 'string') return null;
  if (!isLineType(type)) return 'newer';
  const shape = lineShapes[type];
  return fits(shape, value) ? value : null;
}
