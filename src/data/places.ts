/**
 * The tables of places: grid zones, countries, time zones and cloud regions. Each file is read when it is first needed.
 * `scripts/data/places.mjs` writes them, each with its source, date and licence.
 */

import type { Provider } from './providers';

/** The source and licence of a table, to be shown with its figures. */
export interface Provenance {
  readonly source: string;
  readonly licence: string;
  /** Day on which the upstream figures were collected, `YYYY-MM-DD`. */
  readonly updated: string;
}

/** How well the daily shape of a zone's intensity is known. */
export type ProfileQuality = 'measured' | '2022' | 'estimated' | 'flat';

export interface GridZone {
  /** Zone id of Electricity Maps: `DE`, `US-CAL-CISO`. */
  readonly zone: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** IANA time zone. */
  readonly timeZone: string;
  /** Yearly average lifecycle intensity of consumed electricity, one value for each of the table's years. */
  readonly gramsPerKWh: readonly number[];
  readonly carbonFreePercent: number | null;
  readonly renewablePercent: number | null;
  readonly profile: ProfileQuality | null;
}

export interface ZoneTable extends Provenance {
  readonly attribution: string;
  readonly years: readonly number[];
  readonly zones: readonly GridZone[];
}

/** Yearly average lifecycle intensity of generated electricity. */
export interface CountryIntensity {
  readonly name: string;
  readonly year: number;
  readonly gramsPerKWh: number;
  readonly low: number;
  readonly high: number;
}

export interface CountryTable extends Provenance {
  /** Countries without a grid zone of their own. */
  readonly countries: readonly (CountryIntensity & { readonly code: string })[];
  /** The world's average; its limits are those of 90 % of countries. */
  readonly world: CountryIntensity;
}

export interface TimeZoneTable {
  readonly source: string;
  /** ISO 3166-1 alpha-2 country by IANA time zone. */
  readonly countries: Readonly<Record<string, string>>;
  /** Canonical names by other names: `US/Eastern` → `America/New_York`. */
  readonly links: Readonly<Record<string, string>>;
}

/** What a PUE was published for: the region itself, or an average that includes it. */
type PueBasis = 'region' | 'geography' | 'provider' | 'fleet';

export interface CloudRegion {
  readonly provider: Provider;
  readonly region: string;
  readonly place: string;
  readonly country: string;
  /** Degrees, rounded to 0.1: the location of the city. */
  readonly latitude: number;
  readonly longitude: number;
  readonly zone: string;
  /** Power usage effectiveness; null if the provider publishes none. */
  readonly pue: number | null;
  readonly pueBasis: PueBasis | null;
  readonly pueYear: number | null;
  readonly pueSource: string | null;
  /** The provider's own claim of hourly matched carbon-free energy: shown, but never used for ranking. */
  readonly carbonFreePercent: number | null;
  /** The provider's own figure, on an operational basis: never compared with other figures. */
  readonly publishedGramsPerKWh: number | null;
  /** Who can use the region, if it is not open to everyone. */
  readonly access: 'government' | 'on request' | 'mainland China' | null;
  /** The lowest and highest yearly intensity of 2024 and 2025, over all grid zones that the region may be in. */
  readonly lowGramsPerKWh: number;
  readonly highGramsPerKWh: number;
}

export interface RegionTable extends Provenance {
  readonly regions: readonly CloudRegion[];
}

export async function loadZones(): Promise<ZoneTable> {
  const { default: table } = await import('./electricity-maps/zones.json');
  return { ...table, zones: table.zones.map((row) => ({ ...row, profile: row.profile as ProfileQuality | null })) };
}

export async function loadCountries(): Promise<CountryTable> {
  return (await import('./countries.json')).default;
}

export async function loadTimeZones(): Promise<TimeZoneTable> {
  return (await import('./timezones.json')).default;
}

export async function loadRegions(): Promise<RegionTable> {
  const [{ default: table }, { default: figures }] = await Promise.all([
    import('./regions.json'),
    import('./electricity-maps/regions.json'),
  ]);
  const ranges: Readonly<Record<string, readonly number[] | undefined>> = figures.ranges;
  const regions = table.regions.map((row) => {
    const [low, high] = ranges[`${row.provider}:${row.region}`] ?? [];
    if (low === undefined || high === undefined)
      throw new Error(`no intensity range for ${row.provider}:${row.region}`);
    return {
      ...row,
      provider: row.provider as Provider,
      pueBasis: row.pueBasis as PueBasis | null,
      pueSource: row.pueSource === null ? null : (table.pueSources[row.pueSource] ?? null),
      access: row.access as CloudRegion['access'],
      lowGramsPerKWh: low,
      highGramsPerKWh: high,
    };
  });
  return { ...table, regions };
}
