import type { HourlyShape } from '../data/advice';
import type { ProfileQuality } from '../data/places';
import { Curve, type Segment } from './curve';

export const millisecondsPerHour = 3_600_000;

/** Ratio to the year's mean in the hour that holds this time, by the month and hour of UTC. */
function ratio(months: readonly (readonly number[])[], time: number): number {
  const date = new Date(time);
  const thousandths = months[date.getUTCMonth()]?.[date.getUTCHours()];
  if (thousandths === undefined) throw new Error('a month or an hour is missing from the shape');
  return thousandths / 1000;
}

/**
 * What a zone's intensity usually does between two times: the mean shape of the month's days at the level of the year's
 * average. Null where the table has no shape, or a flat one.
 *
 * @param yearlyGramsPerKWh average of the latest year
 */
export function profileCurve(
  shape: HourlyShape | null,
  yearlyGramsPerKWh: number,
  from: number,
  until: number,
): Curve | null {
  const months = shape?.months ?? null;
  if (months === null) return null;
  const segments: Segment[] = [];
  for (let hour = startOfHour(from); hour < until; hour += millisecondsPerHour) {
    segments.push({
      from: hour,
      until: hour + millisecondsPerHour,
      gramsPerKWh: yearlyGramsPerKWh * ratio(months, hour),
    });
  }
  return new Curve(segments);
}

/** The begin of the UTC hour that holds this time. */
export function startOfHour(time: number): number {
  return Math.floor(time / millisecondsPerHour) * millisecondsPerHour;
}

/** A zone whose weekends are this much cleaner is worth a word. */
const weekendWorthSaying = 0.95;

/** What a person should know of a zone's usual shape. */
export function profileNotes(quality: ProfileQuality | null, years: string, weekend: number | null): readonly string[] {
  const notes: string[] = [];
  if (quality === '2022')
    notes.push('The daily curve is from 2022. Midday dips have grown since, so the real saving is probably larger.');
  else notes.push(`The daily curve is the mean of ${years.replace('+', ' and ')}; a single day can differ.`);
  if (quality === 'estimated')
    notes.push('Most hourly figures of this zone are estimates, so treat the saving with caution.');
  if (weekend !== null && weekend <= weekendWorthSaying)
    notes.push(`Weekend days are ${Math.round((1 - weekend) * 100)} % cleaner here than weekdays.`);
  return notes;
}

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
