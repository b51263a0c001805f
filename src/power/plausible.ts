import type { MachineCounters, ReadMachineCounters } from '../processes/machine-load';
import { toDigits } from '../present/words';
import type { Clock } from '../system/clock';
import type { MachineSample } from './sample';
import type { Component, GapOutcome, MachineLoad, PowerSource, ReadContext, SourceReading } from './source';

/**
 * What is read for an interval, and the check that it must pass before anything in it becomes energy. If it fails, the
 * interval is a gap with a reason, never a share of 1 and never a figure.
 */

/** A tick that is late by more than this many intervals is a stall: what happened in it is unknown. */
const lateIntervals = 3;
/** Clocks drift or are adjusted by less than this within one interval; more means sleep, or that the clock was set. */
const clockToleranceSeconds = 1;

/** What is read from the machine at the end of one interval, which is also the start of the next. */
export interface Moment {
  /** Monotonic seconds before and after the counters were read. */
  readonly before: number;
  readonly monotonic: number;
  readonly wallMilliseconds: number;
  readonly uptime: number | null;
  readonly counters: MachineCounters | null;
}

export async function readMoment({
  clock,
  counters,
  uptimeSeconds,
}: {
  readonly clock: Clock;
  readonly counters: ReadMachineCounters;
  readonly uptimeSeconds: () => number | null;
}): Promise<Moment> {
  const before = clock.monotonicSeconds();
  const read = await counters();
  return {
    before,
    monotonic: clock.monotonicSeconds(),
    wallMilliseconds: clock.wallMilliseconds(),
    uptime: uptimeSeconds(),
    counters: read,
  };
}

export function readingOf({ counters, before, monotonic }: Moment): LoadReading {
  return { counters, from: before, until: monotonic };
}

/**
 * Whether the interval between two moments can be trusted. If the platform gives the time since its start, including
 * sleep, a suspend is certain and a changed clock does not matter. Otherwise a wall clock that ran ahead of the
 * monotonic one may mean either and is a gap; one that went back cannot be sleep.
 */
export function findGap(before: Moment, after: Moment, intervalSeconds: number): MachineSample['gap'] {
  const seconds = after.monotonic - before.monotonic;
  const wallSeconds = (after.wallMilliseconds - before.wallMilliseconds) / 1000;
  const upSeconds = before.uptime === null || after.uptime === null ? null : after.uptime - before.uptime;
  const truly = upSeconds ?? wallSeconds;
  if (truly - seconds > clockToleranceSeconds) {
    return {
      reason: upSeconds === null ? 'the machine slept or its clock was set' : 'the machine slept',
      seconds: truly,
    };
  }
  if (seconds > lateIntervals * intervalSeconds) {
    return { reason: 'the meter was delayed and could not read in time', seconds };
  }
  return null;
}

/** The counters of the machine and the period, monotonic seconds, in which they were read. */
export interface LoadReading {
  readonly counters: MachineCounters | null;
  readonly from: number;
  readonly until: number;
}

export interface JudgedLoad {
  /** Null when it is not known. */
  readonly load: MachineLoad | null;
  /** Why counters that could be read are not valid for this interval; null if they are valid or could not be read. */
  readonly problem: string | null;
}

/** CPU time of the runs' processes, from the process list. */
export interface RunsCpu {
  readonly cpuSeconds: number;
  readonly processes: number;
  /** When the processes were read, monotonic seconds; later than the machine's counters. */
  readonly at: number;
}

/** The unit of CPU times on Linux (USER_HZ); other systems count at least as finely. */
export const tickSeconds = 0.01;
/** Totals are rounded down to ticks, so a difference may be wrong by one tick at each end. */
const roundingSeconds = 2 * tickSeconds;
/** The kernel and the clock drift apart by less than this. */
const clockDrift = 1.01;
/** Kernels that sample may miss part of what processes use, but not most of it. */
const mostMissed = 2;

/** The reason if the counters did not change since the last read. */
const stoodStill = 'the CPU times of the machine did not change';
/** All CPUs together count a tick every hundredth of a second, so counters that are the same after this time are old. */
const oldSeconds = 5 * tickSeconds;

/**
 * The load of the machine between two reads, if the counters are plausible.
 *
 * @param interval length of the interval in question, up to the second read, in seconds. It is shorter than the time
 *   between the reads if the counters did not change before; their growth then belongs to the whole time.
 */
export function judgeLoad(before: LoadReading, after: LoadReading, interval = after.until - before.until): JudgedLoad {
  if (before.counters === null || after.counters === null) return { load: null, problem: null };
  const { logicalCpus, memoryTotalBytes, ranBack, isOld } = after.counters;
  const cpus = Math.max(logicalCpus, before.counters.logicalCpus);
  const used = after.counters.busyCpuSeconds - before.counters.busyCpuSeconds;
  const unread = (problem: string): JudgedLoad => ({ load: null, problem });
  if (!Number.isFinite(used)) return unread('the CPU times of the machine are not numbers');
  if (used < -roundingSeconds) return unread('the CPU times of the machine decreased');
  if (isOld === true && interval > oldSeconds) return unread(stoodStill);
  if (ranBack !== undefined) return unread(`the "${ranBack}" CPU time of the machine decreased`);
  // The counters were read somewhere between `from` and `until`, so this is the longest time that they can cover.
  if (used > cpus * ((after.until - before.from) * clockDrift + roundingSeconds)) {
    return unread('the CPU times of the machine grew faster than its CPUs allow');
  }
  const seconds = after.until - before.until;
  // The kernel may correct its counters down a little; that counts as 0.
  const busyCpuSeconds = Math.max(0, used) * (seconds > interval ? interval / seconds : 1);
  const utilisation = interval > 0 ? Math.min(1, busyCpuSeconds / (logicalCpus * interval)) : 0;
  return { load: { busyCpuSeconds, logicalCpus, utilisation, memoryTotalBytes }, problem: null };
}

/** Compares the load with the CPU time of the measured processes: a part cannot be more than the whole. */
export function judgeAgainstRuns(judged: JudgedLoad, after: LoadReading, runs: RunsCpu): JudgedLoad {
  const { load } = judged;
  if (load === null) return judged;
  const missed = load.busyCpuSeconds > 0 ? mostMissed * load.busyCpuSeconds : 0;
  // The processes were read a little later and kept working until then; each time is rounded separately.
  const later = Math.max(0, runs.at - after.from) * Math.min(load.logicalCpus, Math.max(1, runs.processes));
  if (runs.cpuSeconds <= missed + later + tickSeconds * (runs.processes + 3)) return judged;
  const problem =
    load.busyCpuSeconds > 0
      ? 'the measured processes used far more CPU time than the machine reports as busy'
      : 'the CPU times of the machine did not change although the measured processes were working';
  return { load: null, problem };
}

/** No device draws more than this, watts: a figure above is a reset, an invalid value or in another unit. */
export const implausibleWatts = {
  /** Processor packages have limits of 500 W, and of twice that for moments. */
  cpu: 2000,
  /** The memory of the largest servers draws several hundred watts. */
  memory: 2000,
  /** Accelerators draw up to 1400 W, and a module of two with their processor 2700 W. */
  gpu: 3000,
  /** A rack unit with eight accelerators draws 10 kW. */
  system: 20_000,
  /** Any part of a Mac's chip: the largest Mac with one draws 480 W as a whole. */
  appleChip: 1000,
  /** The largest chargers of laptops give 400 W, and batteries not much more. */
  laptopBattery: 1000,
} as const satisfies Readonly<Record<Component | 'appleChip' | 'laptopBattery', number>>;

/** Whether a power sensor can be right. */
export function isPlausibleWatts(watts: number, mostWatts: number): boolean {
  return Number.isFinite(watts) && watts >= 0 && watts <= mostWatts;
}

/** A reading that may be counted: an impossible one becomes a gap. */
export function judgeReading(
  reading: SourceReading,
  seconds: number,
  late: boolean,
  mostWatts: number = implausibleWatts[reading.source.component],
): SourceReading {
  const { outcome } = reading;
  if (outcome.kind !== 'energy') return reading;
  const { joules, low, high, idleJoules } = outcome;
  const gap = (reason: string): SourceReading => ({ ...reading, outcome: { kind: 'gap', reason, atMostJoules: null } });
  if (!Number.isFinite(joules + low + high + (idleJoules ?? 0))) return gap('the figure is not a number');
  if (joules < 0) return gap('the figure is negative');
  if (late) return { ...reading, outcome: gapOf(outcome.high) };
  if (seconds > 0 && joules / seconds > mostWatts) return gap(impossible(joules / seconds));
  return reading;
}

function gapOf(atMostJoules: number): GapOutcome {
  return { kind: 'gap', reason: 'the interval cannot be trusted', atMostJoules };
}

/** The reason if a counter jumped or went back. */
export const wasReset = 'the counter was reset';
const cannotBe = 'which cannot be true';

/** The reason for a figure that no device can draw. */
export function impossible(watts: number): string {
  return `the source reports ${Number.isFinite(watts) ? `${toDigits(watts, 3)} W` : 'no number'}, ${cannotBe}`;
}

/** Whether a gap has an impossible value as its reason, as sources in a wrong unit produce again and again. */
export function isAbsurd(reason: string): boolean {
  return reason === wasReset || reason.endsWith(cannotBe);
}

/** The readings of all sources for an interval, without impossible figures. */
export async function readSources(sources: readonly PowerSource[], context: ReadContext): Promise<SourceReading[]> {
  // A fault in one source must not stop the others or the command that is being measured.
  return readJudged(sources, context, (source) => source.read(context));
}

/** The readings of sources that need the load of the interval. */
export async function readModels(sources: readonly PowerSource[], context: ReadContext): Promise<SourceReading[]> {
  return readJudged(sources, context, (source) => source.readModelled?.(context) ?? null);
}

async function readJudged(
  sources: readonly PowerSource[],
  { seconds, late }: ReadContext,
  read: (source: PowerSource) => Promise<readonly SourceReading[]> | null,
): Promise<SourceReading[]> {
  // All begin at once; none of them rejects.
  const readings = sources.map(
    (source) => read(source)?.catch((error: unknown) => failedReadings(source, error)) ?? null,
  );
  const judged: SourceReading[] = [];
  for (const each of readings) {
    if (each === null) continue;
    for (const reading of await each) judged.push(judgeReading(reading, seconds, late));
  }
  return judged;
}

function failedReadings(source: PowerSource, error: unknown): SourceReading[] {
  const reason = `reading failed: ${error instanceof Error ? error.message : String(error)}`;
  return source.descriptions.map((description) => ({
    source: description,
    outcome: { kind: 'gap', reason, atMostJoules: null },
    users: null,
  }));
}
