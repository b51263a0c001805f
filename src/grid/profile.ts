import type { HourlyShape } from '../data/advice';
import type { ProfileQuality } from '../data/places';
import { Curve, type Segment } from './curve';
import type { Translate } from '../present/l10n';

export const millisecondsPerHour = 3_600_000;

/** Ratio of the hour that contains this time to the yearly mean, by month and hour in UTC. */
function ratio(months: readonly (readonly number[])[], time: number): number {
  const date = new Date(time);
  const thousandths = months[date.getUTCMonth()]?.[date.getUTCHours()];
  if (thousandths === undefined) throw new Error('a month or an hour is missing from the shape');
  return thousandths / 1000;
}

/**
 * The usual carbon intensity of a zone between two times: the mean shape of the days of the month, scaled to the yearly
 * average. Null if the table has no shape for the zone, or a flat one.
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

/** The start of the UTC hour that contains this time. */
export function startOfHour(time: number): number {
  return Math.floor(time / millisecondsPerHour) * millisecondsPerHour;
}

/** Weekends are mentioned if their ratio to weekdays is at most this. */
const weekendWorthSaying = 0.95;

/** What a person should know about a zone's usual day, one sentence each. */
export function profileNotes(
  quality: ProfileQuality | null,
  years: string,
  weekend: number | null,
  t: Translate,
): readonly string[] {
  const notes: string[] = [];
  if (quality === '2022')
    notes.push(t('The daily curve is from 2022. Midday dips have grown since, so the real saving is probably larger.'));
  else
    notes.push(t('The daily curve is the mean of {0}; a single day can differ.', years.replace('+', ` ${t('and')} `)));
  if (quality === 'estimated')
    notes.push(t('Most hourly figures of this zone are estimates, so treat the saving with caution.'));
  if (weekend !== null && weekend <= weekendWorthSaying)
    notes.push(t('Weekend days are {0} % cleaner here than weekdays.', Math.round((1 - weekend) * 100)));
  return notes;
}

/** Mean intensity of one hour, or of the part of it inside the requested time. Times are milliseconds since the Unix epoch. */
export interface Hour {
  readonly start: number;
  readonly end: number;
  readonly gramsPerKWh: number;
}

/** The curve in UTC hours, from `from` until `until` or the end of the curve; empty if there is no curve. */
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
