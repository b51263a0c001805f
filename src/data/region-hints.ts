import table from './electricity-maps/region-hints.json';

/** A better region of the same provider. Grams are per kilowatt-hour of the computers and include the overhead. */
export interface RegionHint {
  readonly grams: number;
  readonly better: string;
  readonly betterGrams: number;
  readonly sameCountry: boolean;
  /** Rounded from the exact figures, like in the advice. The grams here are already rounded. */
  readonly savingPercent: number;
}

const rows: Readonly<Record<string, readonly (string | number | boolean)[] | undefined>> = table.regions;

/** Year of the grid intensities. */
export const hintYear: number = table.year;

/** All regions with a hint, as `provider:region`. */
export const hintedRegions: readonly string[] = Object.keys(rows);

/** The hint for a region (`provider:region`); null if it is clean enough or no other region is clearly better. */
export function regionHint(id: string): RegionHint | null {
  const [grams, better, betterGrams, sameCountry, savingPercent] =
    (Object.hasOwn(rows, id) ? rows[id] : undefined) ?? [];
  if (
    typeof grams !== 'number' ||
    typeof better !== 'string' ||
    typeof betterGrams !== 'number' ||
    typeof savingPercent !== 'number'
  )
    return null;
  return { grams, better, betterGrams, sameCountry: sameCountry === true, savingPercent };
}
