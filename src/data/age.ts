const millisecondsPerDay = 86_400_000;
/** Grids change by some percent a year; after a year and a half a new yearly average is out. */
const freshForDays = 548;

/**
 * A sentence for people when figures are older than 18 months; null while they are not.
 *
 * @param updated day on which the figures were collected, `YYYY-MM-DD`
 * @param nowMilliseconds wall-clock time, milliseconds since the epoch
 */
export function ageNote(updated: string, nowMilliseconds: number): string | null {
  const days = (nowMilliseconds - Date.parse(updated)) / millisecondsPerDay;
  if (days <= freshForDays) return null;
  return `The carbon figures are from ${updated.slice(0, 7)}, more than 18 months ago; a newer version of Green ML may have newer ones.`;
}
