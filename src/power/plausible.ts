import type { MachineCounters } from '../processes/machine-load';
import type { Component, GapOutcome, MachineLoad, SourceReading } from './source';

/**
 * The one check that every interval passes before anything in it becomes energy. What fails it is a gap with a reason,
 * never a share of 1 and never a figure.
 */

/** The counters of the machine with the moments, monotonic seconds, between which they were read. */
export interface LoadLook {
  readonly counters: MachineCounters | null;
  readonly from: number;
  readonly until: number;
}

export interface JudgedLoad {
  /** Null when it is not known. */
  readonly load: MachineLoad | null;
  /** Why counters that could be read say nothing of this interval; null if they do, or if they could not be read. */
  readonly problem: string | null;
}

/** What the runs' processes used, by their own accounts. */
export interface RunsCpu {
  readonly cpuSeconds: number;
  readonly processes: number;
  /** When they were looked at, monotonic seconds; later than the machine's counters. */
  readonly at: number;
}

/** The unit of CPU times on Linux (USER_HZ); other systems count no coarser. */
export const tickSeconds = 0.01;
/** Totals are rounded down to ticks, so a difference may be one off at each end. */
const roundingSeconds = 2 * tickSeconds;
/** The kernel and the clock may drift apart by less. */
const clockDrift = 1.01;
/** Kernels that sample may miss a part of what processes use, but not most of it. */
const mostMissed = 2;

/** Said of counters that are those of the last look. */
export const stoodStill = 'the CPU times of the machine stood still';
/** Where all CPUs together count a tick each hundredth of a second, a copy that is the same after this time is an old one. */
const oldSeconds = 5 * tickSeconds;

/**
 * The load of the machine between two looks, if the counters can be believed.
 *
 * @param interval seconds that are asked about, up to the second look; shorter than the time between the looks where
 * the counters stood still before, so that what they grew by lies in all of it
 */
export function judgeLoad(before: LoadLook, after: LoadLook, interval = after.until - before.until): JudgedLoad {
  if (before.counters === null || after.counters === null) return { load: null, problem: null };
  const { logicalCpus, memoryTotalBytes, ranBack, isOld } = after.counters;
  const cpus = Math.max(logicalCpus, before.counters.logicalCpus);
  const used = after.counters.busyCpuSeconds - before.counters.busyCpuSeconds;
  const unread = (problem: string): JudgedLoad => ({ load: null, problem });
  if (!Number.isFinite(used)) return unread('the CPU times of the machine are not numbers');
  if (used < -roundingSeconds) return unread('the CPU times of the machine went back');
  if (isOld === true && interval > oldSeconds) return unread(stoodStill);
  if (ranBack !== undefined) return unread(`the "${ranBack}" CPU time of the machine went back`);
  // The counters were read somewhere between `from` and `until`, so this is the longest that they can cover.
  if (used > cpus * ((after.until - before.from) * clockDrift + roundingSeconds)) {
    return unread('the CPU times of the machine grew by more than its CPUs can do');
  }
  const seconds = after.until - before.until;
  // The kernel may take back a little when it corrects its accounts: that is no time.
  const busyCpuSeconds = Math.max(0, used) * (seconds > interval ? interval / seconds : 1);
  const utilisation = interval > 0 ? Math.min(1, busyCpuSeconds / (logicalCpus * interval)) : 0;
  return { load: { busyCpuSeconds, logicalCpus, utilisation, memoryTotalBytes }, problem: null };
}

/** Holds the load against what the measured processes say that they used: the part cannot be more than the whole. */
export function judgeAgainstRuns(judged: JudgedLoad, after: LoadLook, runs: RunsCpu): JudgedLoad {
  const { load } = judged;
  if (load === null) return judged;
  const missed = load.busyCpuSeconds > 0 ? mostMissed * load.busyCpuSeconds : 0;
  // The processes were looked at a little later, and worked on until then; each rounds its own time.
  const later = Math.max(0, runs.at - after.from) * Math.min(load.logicalCpus, Math.max(1, runs.processes));
  if (runs.cpuSeconds <= missed + later + tickSeconds * (runs.processes + 3)) return judged;
  const problem =
    load.busyCpuSeconds > 0
      ? 'the measured processes used far more CPU time than the machine says it was busy'
      : 'the CPU times of the machine did not move while the measured processes worked';
  return { load: null, problem };
}

/**
 * More than any one device draws, watts: processor packages (a step above is a reset or nonsense), memory of a server,
 * accelerators, and whole machines (a rack unit with eight accelerators draws 10 kW).
 */
export const implausibleWatts: Readonly<Record<Component, number>> = {
  cpu: 2000,
  memory: 2000,
  gpu: 4000,
  system: 20_000,
};

/** Whether a power sensor can be right. */
export function isPlausibleWatts(watts: number, mostWatts: number): boolean {
  return Number.isFinite(watts) && watts >= 0 && watts <= mostWatts;
}

/** A reading as it may be counted: one that cannot be true is a gap. */
export function judgeReading(
  reading: SourceReading,
  seconds: number,
  late: boolean,
  mostWatts = implausibleWatts[reading.source.component],
): SourceReading {
  const { outcome } = reading;
  if (outcome.kind !== 'energy') return reading;
  const { joules, low, high, idleJoules } = outcome;
  const gap = (reason: string): SourceReading => ({ ...reading, outcome: { kind: 'gap', reason, atMostJoules: null } });
  if (![joules, low, high, idleJoules ?? 0].every(Number.isFinite)) return gap('the figure is no number');
  if (joules < 0) return gap('the figure is negative');
  if (late) return { ...reading, outcome: gapOf(outcome.high) };
  if (seconds > 0 && joules / seconds > mostWatts) return gap(impossible(joules / seconds));
  return reading;
}

function gapOf(atMostJoules: number): GapOutcome {
  return { kind: 'gap', reason: 'the interval cannot be trusted', atMostJoules };
}

/** What a counter says that leapt or went back. */
export const wasReset = 'the counter was reset';
const cannotBe = 'which cannot be true';

/** What is said of a figure that no device draws. */
export function impossible(watts: number): string {
  return `the source says ${Number.isFinite(watts) ? `${Number(watts.toPrecision(3))} W` : 'no number'}, ${cannotBe}`;
}

/** Whether a gap is there because a source answered with what cannot be, again and again in another unit. */
export function isAbsurd(reason: string): boolean {
  return reason === wasReset || reason.endsWith(cannotBe);
}
