import type { MachineCounters, ReadMachineCounters } from '../processes/machine-load';
import type { Clock } from '../system/clock';
import type { LoadLook } from './plausible';
import type { MachineSample } from './sample';

/** A tick later than this many intervals is a stall: nobody knows what happened in it. */
const lateIntervals = 3;
/** Clocks may drift or be trimmed by less than this within one interval; more is sleep, or somebody set the clock. */
const clockToleranceSeconds = 1;

/** What is read of the machine at the end of one interval, which is the beginning of the next. */
export interface Moment {
  /** Monotonic seconds before and after the counters were read. */
  readonly asked: number;
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
  const asked = clock.monotonicSeconds();
  const read = await counters();
  return {
    asked,
    monotonic: clock.monotonicSeconds(),
    wallMilliseconds: clock.wallMilliseconds(),
    uptime: uptimeSeconds(),
    counters: read,
  };
}

export function lookOf({ counters, asked, monotonic }: Moment): LoadLook {
  return { counters, from: asked, until: monotonic };
}

/**
 * Whether the interval between two looks can be trusted. Where the platform tells the time since its start, sleep
 * included, that finds a suspend and a clock that somebody set is no matter; elsewhere a wall clock that ran ahead of
 * the monotonic one may mean either, and is a gap, while one that went back cannot be sleep.
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
    return { reason: 'the meter was held up and could not read in time', seconds };
  }
  return null;
}
