/** `Date.parse` takes much more, such as 02-03-2026, and leaves out what it does not know, such as (UTC+5). */
const written = /^(\d{4})-(\d\d)-(\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)? ?(?:Z|[+-]\d\d:?\d\d)?$/i;

/**
 * A date with a time as ISO 8601 writes it, local unless it has an offset, in milliseconds since the epoch; NaN for anything
 * else, and for days that the calendar does not have.
 */
export function parseWrittenTime(text: string): number {
  const match = written.exec(text);
  return match !== null && isDay(match) ? Date.parse(text) : NaN;
}

/** Whether the calendar has that day: `Date.parse` takes February 30 for March 2. */
function isDay(match: RegExpExecArray): boolean {
  const [, year = 0, month = 0, day = 0] = match.map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
