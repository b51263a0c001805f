import type { ScopeEnergy, UnknownSeconds } from '../power/attribution';
import type { Component } from '../power/source';
import type { IntervalFill, RunInterval, SettledEnergy } from './interval';

/** Two clocks that differ by less agree. */
const clockToleranceSeconds = 1;

/** Sums over all intervals of a run so far, joules and seconds. */
export interface RunTotals {
  readonly run: ScopeEnergy;
  readonly machine: RunInterval['machine'];
  readonly seconds: number;
  readonly samples: number;
  readonly peakProcesses: number;
  /** Time without a figure, by component. */
  readonly lost: Readonly<Record<Component, LostTime>>;
  /** Time that a mean must leave out, because its energy is in no figure. */
  readonly unknown: { readonly run: UnknownSeconds; readonly machine: UnknownSeconds };
}

/** Seconds in gaps of one component. */
interface LostTime {
  readonly seconds: number;
  /** The part without an upper limit of energy, because the gap came before any good reading. */
  readonly unbounded: number;
}

const noTime: LostTime = { seconds: 0, unbounded: 0 };
const nothing: ScopeEnergy = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };

export const emptyTotals: RunTotals = {
  run: nothing,
  machine: { ...nothing, idle: null },
  seconds: 0,
  samples: 0,
  peakProcesses: 0,
  lost: { cpu: noTime, gpu: noTime, memory: noTime, system: noTime },
  unknown: { run: {}, machine: {} },
};

const components: readonly Component[] = ['cpu', 'gpu', 'memory', 'system'];

function addSeconds(a: UnknownSeconds, b: UnknownSeconds): UnknownSeconds {
  return Object.fromEntries(
    components.flatMap((each) =>
      a[each] === undefined && b[each] === undefined ? [] : [[each, (a[each] ?? 0) + (b[each] ?? 0)]],
    ),
  );
}

function addUnknown(a: RunTotals['unknown'], interval: RunInterval): RunTotals['unknown'] {
  const { run, machine, unknownSeconds, seconds } = interval;
  if (unknownSeconds === undefined && run.total !== null) return a;
  const b = unknownSeconds ?? { run: {}, machine: {} };
  // While no process of the run is known, all of the time is without a figure.
  const all: UnknownSeconds =
    run.total === null && machine.total !== null
      ? { cpu: seconds, gpu: seconds, memory: seconds, system: seconds }
      : b.run;
  return { run: addSeconds(a.run, all), machine: addSeconds(a.machine, b.machine) };
}

/** A part that was never known stays null; a part that was known at times is the sum of those times. */
export function addKnown(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : a + b;
}

/** The idle part of both; null if one is not known, because the other alone would look like the whole. */
function addIdle(a: RunInterval['machine'], b: RunInterval['machine']): number | null {
  if (a.total === null) return b.idle;
  if (b.total === null) return a.idle;
  return a.idle === null || b.idle === null ? null : a.idle + b.idle;
}

function addEnergy(a: ScopeEnergy, b: ScopeEnergy): ScopeEnergy {
  return {
    cpu: addKnown(a.cpu, b.cpu),
    gpu: addKnown(a.gpu, b.gpu),
    memory: addKnown(a.memory, b.memory),
    total: addKnown(a.total, b.total),
    low: addKnown(a.low, b.low),
    high: addKnown(a.high, b.high),
  };
}

/**
 * Adds one interval. Energy that may be in a gap is never added to the value; it raises the upper limits of both run
 * and machine, since the run could have used all of it.
 */
export function addInterval(totals: RunTotals, interval: RunInterval): RunTotals {
  const most = (gaps: RunInterval['gaps']): number => gaps.reduce((sum, gap) => sum + (gap.atMostJoules ?? 0), 0);
  const [lost, lostOfMachine] = [most(interval.gaps), most(interval.gaps.filter(({ scope }) => scope !== 'run'))];
  const run = addEnergy(totals.run, interval.run);
  const machine = addEnergy(totals.machine, interval.machine);
  return {
    run: lost > 0 ? { ...run, high: (run.high ?? 0) + lost } : run,
    machine: {
      ...(lostOfMachine > 0 ? { ...machine, high: (machine.high ?? 0) + lostOfMachine } : machine),
      idle: addIdle(totals.machine, interval.machine),
    },
    seconds: totals.seconds + interval.seconds,
    samples: totals.samples + (interval.merged ?? 1),
    peakProcesses: Math.max(totals.peakProcesses, interval.processes),
    // Most intervals have no gap.
    lost: interval.gaps.length === 0 ? totals.lost : interval.gaps.reduce(addLost, totals.lost),
    unknown: addUnknown(totals.unknown, interval),
  };
}

/**
 * The sums of a run whose energy was read at once after its end. Its time stays as it was measured, unless it is another one
 * that was read: this computer slept while the run went on elsewhere, or waited for its last sample.
 */
export function settleTotals(totals: RunTotals, settledEnergy: SettledEnergy): RunTotals {
  const { at, run, machine, gaps, unknownSeconds, seconds: length = totals.seconds } = settledEnergy;
  const seconds = Math.abs(length - totals.seconds) > clockToleranceSeconds ? length : totals.seconds;
  const settled = addInterval(emptyTotals, {
    at,
    seconds,
    run,
    machine,
    processes: 0,
    gaps,
    unknownSeconds: unknownSeconds ?? { run: {}, machine: {} },
  });
  return { ...settled, samples: totals.samples, peakProcesses: totals.peakProcesses };
}

/** Adds what became known later about an interval that is already in the sums. */
export function addFill(
  totals: RunTotals,
  { run: more, seconds, wasUnknown, gaps, unknownSeconds = {} }: IntervalFill,
): RunTotals {
  const lost = gaps.reduce((sum, { atMostJoules }) => sum + (atMostJoules ?? 0), 0);
  const run = addEnergy(totals.run, more);
  return {
    ...totals,
    run: lost > 0 ? { ...run, high: (run.high ?? 0) + lost } : run,
    unknown: wasUnknown
      ? { ...totals.unknown, run: addSeconds(withoutSeconds(totals.unknown.run, seconds), unknownSeconds) }
      : totals.unknown,
  };
}

/** One interval with what became known about it later. */
export function fillInterval(interval: RunInterval, fill: IntervalFill): RunInterval {
  const unknown = addFill({ ...emptyTotals, unknown: addUnknown(emptyTotals.unknown, interval) }, fill).unknown;
  const isKnown = Object.keys(unknown.run).length + Object.keys(unknown.machine).length === 0;
  const { unknownSeconds, ...rest } = interval;
  return {
    ...rest,
    run: addEnergy(interval.run, fill.run),
    gaps: [...interval.gaps, ...fill.gaps],
    ...(isKnown ? {} : { unknownSeconds: unknown }),
  };
}

function withoutSeconds(unknown: UnknownSeconds, seconds: number): UnknownSeconds {
  // Sums of seconds differ in their last digits.
  return Object.fromEntries(
    Object.entries(unknown).flatMap(([component, each]) =>
      each - seconds > 1e-9 ? [[component, each - seconds]] : [],
    ),
  );
}

function addLost(
  lost: RunTotals['lost'],
  { component, seconds, atMostJoules, scope }: RunInterval['gaps'][number],
): RunTotals['lost'] {
  if (component === null || scope === 'run') return lost;
  const before = lost[component];
  return {
    ...lost,
    [component]: {
      seconds: before.seconds + seconds,
      unbounded: before.unbounded + (atMostJoules === null ? seconds : 0),
    },
  };
}

/**
 * Joules that may have been used in gaps without an upper limit: twice the component's mean power over the rest of
 * the run. 0 if it never gave a figure, because then the whole is unknown.
 */
export function unboundedJoules({ machine, seconds, lost }: RunTotals): number {
  let joules = 0;
  for (const component of ['cpu', 'gpu', 'memory', 'system'] as const) {
    const time = lost[component];
    const known = component === 'system' ? machine.total : machine[component];
    const knownSeconds = seconds - time.seconds;
    if (time.unbounded > 0 && known !== null && knownSeconds > 0) joules += 2 * (known / knownSeconds) * time.unbounded;
  }
  return joules;
}

/**
 * Mean power of a scope, watts: energy / time, without each component's time in gaps, because its energy is missing
 * too. Null if the energy is not known.
 */
export function meanWatts(totals: RunTotals, scope: 'run' | 'machine'): number | null {
  const { [scope]: energy, unknown, seconds } = totals;
  if (energy.total === null || seconds <= 0) return null;
  const known = (component: Component): number => Math.max(0, seconds - (unknown[scope][component] ?? 0));
  const parts = (energy.cpu ?? 0) + (energy.gpu ?? 0) + (energy.memory ?? 0);
  // The figure of a source for the whole machine is not a sum of parts.
  if (Math.abs(parts - energy.total) > 1e-9 * energy.total && (unknown[scope].system ?? 0) > 0)
    return known('system') > 0 ? energy.total / known('system') : null;
  let watts = energy.total / seconds;
  for (const part of ['cpu', 'gpu', 'memory'] as const) {
    const joules = energy[part] ?? 0;
    if (unknown[scope][part] !== undefined && known(part) > 0) watts += joules / known(part) - joules / seconds;
  }
  return watts;
}

function unknownOf(unknown: RunTotals['unknown']): Pick<RunInterval, 'unknownSeconds'> {
  return unknown === emptyTotals.unknown ? {} : { unknownSeconds: unknown };
}

/** Merges two neighbours of one run into one interval, with the same sums. */
export function mergeIntervals(first: RunInterval, second: RunInterval): RunInterval {
  return {
    at: second.at,
    seconds: first.seconds + second.seconds,
    run: addEnergy(first.run, second.run),
    machine: {
      ...addEnergy(first.machine, second.machine),
      idle: addIdle(first.machine, second.machine),
    },
    processes: Math.max(first.processes, second.processes),
    // A gap without an end of its own ended with its interval.
    gaps: [...first.gaps.map((gap) => ({ ...gap, until: gap.until ?? first.at })), ...second.gaps],
    ...unknownOf(addUnknown(addUnknown(emptyTotals.unknown, first), second)),
    merged: (first.merged ?? 1) + (second.merged ?? 1),
  };
}
