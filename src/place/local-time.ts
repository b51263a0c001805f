import { english, localisable, type Translate } from '../present/l10n';
import { twoDigits } from '../present/words';

/** Times on the clock of a time zone, with daylight saving and half-hour zones from the runtime's tz database. */

/** By time zone: to make one takes far longer than to use it, and a page asks for hundreds of times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function offsetFormat(timeZone: string): Intl.DateTimeFormat {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, format);
  return format;
}

/** How many minutes the zone's clock is ahead of UTC at this time. */
export function offsetMinutes(time: number, timeZone: string): number {
  const parts = offsetFormat(timeZone).formatToParts(time);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(name);
  if (match?.[1] === undefined) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** The zone's clock as if it were UTC, to read with `getUTC…`. */
function clock(time: number, timeZone: string): Date {
  return new Date(time + offsetMinutes(time, timeZone) * 60_000);
}

/** ISO 8601 with the zone's offset: `2026-11-21T13:30:00+05:30`. */
export function isoWithOffset(time: number, timeZone: string): string {
  const offset = offsetMinutes(time, timeZone);
  const sign = offset < 0 ? '-' : '+';
  return `${clock(time, timeZone).toISOString().slice(0, 19)}${sign}${twoDigits(Math.floor(Math.abs(offset) / 60))}:${twoDigits(Math.abs(offset) % 60)}`;
}

/** `13:30` */
function clockTime(time: number, timeZone: string): string {
  return clock(time, timeZone).toISOString().slice(11, 16);
}

/** From Sunday, as `Date` counts them. */
export const weekdays: readonly string[] = localisable(['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']);

/** `Sat 13:30`; only the time if it is on the same day as `now`. */
export function dayAndTime(time: number, now: number, timeZone: string, t: Translate = english): string {
  const day = clock(time, timeZone);
  const today = clock(now, timeZone).toISOString().slice(0, 10) === day.toISOString().slice(0, 10);
  return today ? clockTime(time, timeZone) : `${t(weekdays[day.getUTCDay()] ?? '')} ${clockTime(time, timeZone)}`;
}

/** The day and hour on the zone's clock: `{ weekday: 'Sat', hour: 13, clock: '13:30' }`. */
export function localHour(
  time: number,
  timeZone: string,
): { readonly weekday: string; readonly hour: number; readonly clock: string } {
  const local = clock(time, timeZone);
  return {
    weekday: weekdays[local.getUTCDay()] ?? '',
    hour: local.getUTCHours(),
    clock: local.toISOString().slice(11, 16),
  };
}

/** Lines that make a scheduler start a job at this time. The time is on the clock of the machine that runs the job. */
export function schedulerLines(
  time: number,
  timeZone: string,
): { readonly slurm: string; readonly at: string; readonly cron: string } {
  const local = clock(Math.ceil(time / 60_000) * 60_000, timeZone);
  const text = local.toISOString();
  return {
    slurm: `sbatch --begin=${text.slice(0, 16)}`,
    at: `at -t ${text.slice(0, 16).replace(/[-T:]/g, '')}`,
    cron: `${local.getUTCMinutes()} ${local.getUTCHours()} ${local.getUTCDate()} ${local.getUTCMonth() + 1} *`,
  };
}
