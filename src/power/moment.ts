import type { MachineCounters, ReadMachineCounters } from '../processes/machine-load';
import type { Clock } from '../system/clock';
import type { LoadReading } from './plausible';
import type { MachineSample } from './sample';

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
