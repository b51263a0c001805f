import { english, type Translate } from '../present/l10n';

const millisecondsPerDay = 86_400_000;
/** Grids change by a few percent a year. After a year and a half, there is a new yearly average. */
const freshForDays = 548;

/**
 * A sentence for people if figures are older than 18 months; otherwise null.
 *
 * @param updated day on which the figures were collected, `YYYY-MM-DD`
 * @param nowMilliseconds wall-clock time, milliseconds since the Unix epoch
 */
export function ageNote(updated: string, nowMilliseconds: number, t: Translate = english): string | null {
  const days = (nowMilliseconds - Date.parse(updated)) / millisecondsPerDay;
  if (days <= freshForDays) return null;
  return t(
    'The carbon figures are from {0}, more than 18 months ago; a newer version of Green ML may have newer ones.',
    updated.slice(0, 7),
  );
}
