import type { Curve } from './curve';
import { millisecondsPerHour, startOfHour } from './profile';

/** Mean intensity of one hour, or of the part of it that counts. Times are milliseconds since the epoch. */
export interface Hour {
  readonly start: number;
  readonly end: number;
  readonly gramsPerKWh: number;
}

/** A curve by the hours of UTC, from `from` until it or `until` ends; empty where there is no curve. */
export function hoursOf(curve: Curve | null, from: number, until: number): readonly Hour[] {
  if (curve === null) return [];
  const hours: Hour[] = [];
  const last = Math.min(until, curve.end);
  for (let start = from; start < last; ) {
    const end = Math.min(startOfHour(start) + millisecondsPerHour, last);
    hours.push({ start, end, gramsPerKWh: curve.mean(start, end) });
    start = end;
  }
  return hours;
}
