import type { ScopeEnergy } from '../power/attribution';
import type { Component } from '../power/source';
import type { RunInterval } from './interval';

/** Sums over all intervals of a run so far, joules and seconds. */
export interface RunTotals {
  readonly run: ScopeEnergy;
  readonly machine: RunInterval['machine'];
  readonly seconds: number;
  readonly samples: number;
  readonly peakProcesses: number;
  /** Time without a figure, by component. */
  readonly lost: Readonly<Record<Component, LostTime>>;
}

/** Seconds in gaps of one component. */
interface LostTime {
  readonly seconds: number;
  /** The part of them for which nobody could say how much had flowed at most: the gap came before any good reading. */
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
};

/** A part that was never known stays null; one that was known at times is the sum of those times. */
export function addKnown(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : a + b;
}

/** The idle part of both; null if that of one is not known, for a part of it would pass for the whole. */
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
 * Adds one interval. What a gap may have held never enters the value; it widens the upper limit of the run and of
 * the machine alike, since the run could have used all of it.
 */
export function addInterval(totals: RunTotals, interval: RunInterval): RunTotals {
  const lost = interval.gaps.reduce((sum, gap) => sum + (gap.atMostJoules ?? 0), 0);
  const run = addEnergy(totals.run, interval.run);
  const machine = addEnergy(totals.machine, interval.machine);
  return {
    run: lost > 0 ? { ...run, high: (run.high ?? 0) + lost } : run,
    machine: {
      ...(lost > 0 ? { ...machine, high: (machine.high ?? 0) + lost } : machine),
      idle: addIdle(totals.machine, interval.machine),
    },
    seconds: totals.seconds + interval.seconds,
    samples: totals.samples + (interval.merged ?? 1),
    peakProcesses: Math.max(totals.peakProcesses, interval.processes),
    // Most intervals have no gap.
    lost: interval.gaps.length === 0 ? totals.lost : interval.gaps.reduce(addLost, totals.lost),
  };
}

function addLost(lost: RunTotals['lost'], { component, seconds, atMostJoules }: RunInterval['gaps'][number]): RunTotals['lost'] {
  if (component === null) return lost;
  const before = lost[component];
  return { ...lost, [component]: { seconds: before.seconds + seconds, unbounded: before.unbounded + (atMostJoules === null ? seconds : 0) } };
}

/**
 * Joules that may have flowed in gaps whose bound nobody knew at the time: twice the component's mean power over the
 * rest of the run. 0 as long as it never gave a figure, for then the whole is unknown.
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
    gaps: [...first.gaps, ...second.gaps],
    merged: (first.merged ?? 1) + (second.merged ?? 1),
  };
}
