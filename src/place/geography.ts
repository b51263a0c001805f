import { english, type Translate } from '../present/l10n';
/** Distances between places, and round-trip times between them. */

export interface Coordinates {
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
}

const earthRadiusKilometres = 6371;

/** Great-circle distance (haversine). */
function distanceKilometres(a: Coordinates, b: Coordinates): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const latitudes = radians(b.latitude - a.latitude);
  const longitudes = radians(b.longitude - a.longitude);
  const half =
    Math.sin(latitudes / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(longitudes / 2) ** 2;
  return 2 * earthRadiusKilometres * Math.asin(Math.min(1, Math.sqrt(half)));
}

/**
 * The round-trip time between two regions in milliseconds. It is a rough figure from their distance: a linear fit to
 * measured times between cloud regions (R² 0.76).
 */
export function roundTripMilliseconds(a: Coordinates, b: Coordinates): number {
  return 16.6 + 0.0152 * distanceKilometres(a, b);
}

const europeanUnion = [
  'AT',
  'BE',
  'BG',
  'CY',
  'CZ',
  'DE',
  'DK',
  'EE',
  'ES',
  'FI',
  'FR',
  'GR',
  'HR',
  'HU',
  'IE',
  'IT',
  'LT',
  'LU',
  'LV',
  'MT',
  'NL',
  'PL',
  'PT',
  'RO',
  'SE',
  'SI',
  'SK',
] as const;

const unions: Readonly<Record<string, readonly string[]>> = {
  EU: europeanUnion,
  EEA: [...europeanUnion, 'IS', 'LI', 'NO'],
};

/** What people write instead of the ISO code. */
const otherCodes: Readonly<Record<string, string>> = { UK: 'GB', EL: 'GR' };

/** Codes in the language data that are not countries. */
const noCountries = new Set(['ZZ', 'EZ', 'UN', 'QO', 'XA', 'XB']);

type Residency =
  /** ISO 3166-1 alpha-2 codes. */
  | { readonly kind: 'countries'; readonly countries: ReadonlySet<string> }
  | { readonly kind: 'unknown'; readonly message: string };

/** Parses a comma-separated list of `EU`, `EEA` and ISO 3166-1 alpha-2 codes. */
export function parseResidency(text: string, t: Translate = english): Residency {
  const englishNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const countries = new Set<string>();
  for (const part of text.split(',').map((each) => each.trim().toUpperCase())) {
    const code = otherCodes[part] ?? part;
    const union = unions[code];
    if (union !== undefined) union.forEach((country) => countries.add(country));
    else if (/^[A-Z]{2}$/.test(code) && englishNames.of(code) !== undefined && !noCountries.has(code))
      countries.add(code);
    else
      return {
        kind: 'unknown',
        message: t('"{0}" is not a known country or area; write EU, EEA or country codes such as DE,CH.', part),
      };
  }
  return { kind: 'countries', countries };
}
