import {
  loadCountries,
  loadRegions,
  loadZones,
  type CloudRegion,
  type CountryTable,
  type GridZone,
  type RegionTable,
  type ZoneTable,
} from '../data/places';
import { cloudProviders, providers, type Provider } from '../data/providers';
import { countryAlpha2 } from '../data/country-codes';
import { CountryNames, isSharedName } from './country-names';
import { Places, type ChosenBy, type Place } from './place';
import { english as inEnglish, localisable, type Translate } from '../present/l10n';
import { oneOf } from '../present/words';
import { plain, suggestions, type NamedOption } from '../present/spelling';

type PlaceAnswer =
  | { readonly kind: 'found'; readonly place: Place }
  /** `message` is one sentence for people; each of `suggestions` would be found. */
  | { readonly kind: 'unknown'; readonly message: string; readonly suggestions: readonly string[] };

interface PlaceTables {
  readonly zones: ZoneTable;
  readonly countries: CountryTable;
  readonly regions: RegionTable;
}

export async function loadPlaceTables(): Promise<PlaceTables> {
  const [zones, countries, regions] = await Promise.all([loadZones(), loadCountries(), loadRegions()]);
  return { zones, countries, regions };
}

/** Providers by the names that people use. */
const providerNames: ReadonlyMap<string, Provider> = new Map(
  cloudProviders.flatMap(({ id, names }) => [id, ...names].map((name) => [name, id] as const)),
);

const howToWrite = localisable('Write a grid zone such as DE, a country, or provider:region such as aws:eu-north-1.');

/** Zones to suggest for US states and other places that are not zones themselves. */
const hints: readonly NamedOption[] = [
  { id: 'US-CAL-CISO', names: ['California', 'US-CA'] },
  { id: 'US-NY-NYIS', names: ['New York', 'US-NY', 'NYISO'] },
  { id: 'US-TEX-ERCO', names: ['Texas', 'US-TX', 'ERCOT'] },
  {
    id: 'US-NE-ISNE',
    names: [
      'New England',
      'Massachusetts',
      'US-MA',
      'Vermont',
      'US-VT',
      'Maine',
      'US-ME',
      'Connecticut',
      'US-CT',
      'New Hampshire',
      'US-NH',
      'Rhode Island',
      'US-RI',
    ],
  },
];

const isCode = /^[A-Z]{2}-[A-Z]{2}$/;

interface PlaceNames {
  /** Zones and countries with their English names. */
  readonly options: readonly NamedOption[];
  /** Ids of zones and countries by their plain English names. */
  readonly english: ReadonlyMap<string, string>;
  readonly countries: CountryNames;
}

/** Finds a place from what a person wrote: a grid zone, a country by code or name, or a cloud region. */
export class PlaceFinder {
  private readonly places: Places;
  private readonly zonesById: ReadonlyMap<string, GridZone>;
  private names: PlaceNames | null = null;

  constructor(private readonly tables: PlaceTables) {
    this.places = new Places(tables.zones);
    this.zonesById = new Map(tables.zones.zones.map((zone) => [zone.zone.toLowerCase(), zone]));
  }

  /** `DE`, `US-CAL-CISO`, `Germany`, `aws:eu-north-1`, `eu-north-1`, `World`; case does not matter. */
  find(text: string, chosenBy: ChosenBy, t: Translate = inEnglish): PlaceAnswer {
    const written = text.trim();
    if (written === '') return unknown(t('The location is empty'), [], t(howToWrite), t);
    const [provider, ...rest] = written.split(/[:/]/);
    if (provider !== undefined && rest.length > 0) return this.findRegion(provider, rest.join(':'), chosenBy, t);
    const place =
      this.byCode(written, chosenBy) ?? this.byPlaceName(written, chosenBy) ?? this.byBareRegion(written, chosenBy);
    if (place !== null) return { kind: 'found', place };
    return unknown(t('"{0}" is not a known place', written), this.similar(written), t(howToWrite), t);
  }

  ofZone(zone: GridZone, chosenBy: ChosenBy): Place {
    return this.places.ofZone(zone, chosenBy);
  }

  ofRegion(region: CloudRegion, chosenBy: ChosenBy): Place {
    return this.places.ofRegion(region, this.zoneOf(region), chosenBy);
  }

  zone(id: string): GridZone | null {
    return this.zonesById.get(id.toLowerCase()) ?? null;
  }

  zoneOf(region: CloudRegion): GridZone {
    const zone = this.zone(region.zone);
    if (zone === null) throw new Error(`no grid zone ${region.zone}`);
    return zone;
  }

  /** The place for a whole country; null if no table has it. */
  ofCountry(code: string, chosenBy: ChosenBy): Place | null {
    return this.byCode(code, chosenBy);
  }

  world(chosenBy: ChosenBy): Place {
    return this.places.ofCountry(this.tables.countries.world, null, chosenBy);
  }

  private findRegion(writtenProvider: string, writtenRegion: string, chosenBy: ChosenBy, t: Translate): PlaceAnswer {
    const provider = providerNames.get(plain(writtenProvider));
    if (provider === undefined) {
      const clock = `${writtenProvider}/${writtenRegion}`.toLowerCase();
      const keepers = this.tables.zones.zones
        .filter(({ timeZone }) => timeZone.toLowerCase() === clock)
        .map(({ zone }) => zone)
        .sort((a, b) => a.length - b.length);
      if (keepers.length > 0)
        return unknown(
          t('"{0}" is a time zone, not a place', `${writtenProvider}/${writtenRegion}`),
          keepers.slice(0, 3),
          t(howToWrite),
          t,
        );
      const similar = suggestions(
        writtenProvider,
        providers.map((id) => ({ id, names: [id] })),
      ).map((id) => `${id}:${writtenRegion}`);
      return unknown(
        t('"{0}" is not a known provider', writtenProvider),
        similar,
        t('Write one of {0}.', providers.join(', ')),
        t,
      );
    }
    const offered = this.tables.regions.regions.filter((region) => region.provider === provider);
    const found = offered.find(({ region }) => plain(region) === plain(writtenRegion));
    if (found !== undefined) return { kind: 'found', place: this.ofRegion(found, chosenBy) };
    return unknown(
      t('{0} has no region "{1}" in the tables', provider, writtenRegion),
      suggestions(writtenRegion, offered.map(regionNames)),
      t('See green-ml regions --provider {0} for all of them.', provider),
      t,
    );
  }

  private byCode(code: string, chosenBy: ChosenBy): Place | null {
    const zone = this.zone(code);
    if (zone !== null) return this.ofZone(zone, chosenBy);
    const country = this.tables.countries.countries.find((row) => row.code === code.toUpperCase());
    return country === undefined ? null : this.places.ofCountry(country, country.code, chosenBy);
  }

  private byPlaceName(name: string, chosenBy: ChosenBy): Place | null {
    const key = plain(name);
    if (key === 'world') return this.world(chosenBy);
    const three = /^[a-z]{3}$/i.test(name) ? countryAlpha2(name) : null;
    // The key keeps only the Latin letters of a name, so a name in another script must not match by its key alone.
    const english =
      !isSharedName(name) && key.length >= name.replace(/[\s\p{P}\p{M}]/gu, '').length
        ? this.byName().english.get(key)
        : undefined;
    const code = english ?? three ?? this.byName().countries.find(name);
    return code === null ? null : this.byCode(code, chosenBy);
  }

  /** The places that the person most likely meant. */
  private similar(written: string): readonly string[] {
    const key = plain(written);
    // "SE3" is the last part of SE-SE3. Codes of states must match exactly, because one letter away is another state.
    const exact = [
      ...this.tables.zones.zones
        .filter(({ zone }) => key.length > 2 && plain(zone.split('-').at(-1) ?? '') === key)
        .map(({ zone }) => zone),
      ...hints.filter(({ names }) => names.some((name) => plain(name) === key)).map(({ id }) => id),
    ];
    if (exact.length > 0) return exact.slice(0, 3);
    const spelled = hints.map(({ id, names }) => ({ id, names: names.filter((name) => !isCode.test(name)) }));
    const found = suggestions(written, [
      ...this.byName().options,
      ...spelled,
      ...this.tables.regions.regions.map(regionNames),
      ...this.byName().countries.spellings(),
    ]);
    // Market areas and states: DE-LU, US-WA, GB-SCT.
    const parts = written.split(/[-_ ./]/);
    const countries =
      parts.length < 2
        ? []
        : parts
            .filter((part) => /^[a-z]{2}$/i.test(part) && this.byCode(part, 'person') !== null)
            .map((part) => part.toUpperCase());
    const [country] = countries;
    const isCovered = country === undefined || found.some((id) => id.startsWith(country));
    return [...new Set(isCovered ? found : countries)].slice(0, 3);
  }

  /** Finds a region by its name without the provider, if only one provider has it. us-east1 and us-east-1 are two names. */
  private byBareRegion(name: string, chosenBy: ChosenBy): Place | null {
    const [region, ...others] = this.tables.regions.regions.filter(
      (row) => row.region.toLowerCase() === name.toLowerCase(),
    );
    return region === undefined || others.length > 0 ? null : this.ofRegion(region, chosenBy);
  }

  /** Created when a name is first looked up: codes and guesses from the time zone do not need it. */
  private byName(): PlaceNames {
    if (this.names !== null) return this.names;
    const { zones, countries } = this.tables;
    const codes = [...zones.zones.map(({ country }) => country), ...countries.countries.map(({ code }) => code)];
    const isCountry = (code: string): boolean => /^[A-Z]{2}$/.test(code);
    const options = this.placeNames();
    return (this.names = {
      options,
      english: new Map(options.flatMap(({ id, names }) => names.map((name) => [plain(name), id] as const))),
      countries: new CountryNames(
        [...new Set(codes)].filter(isCountry),
        Intl.DateTimeFormat().resolvedOptions().locale,
      ),
    });
  }

  private placeNames(): readonly NamedOption[] {
    const english = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    const named = (code: string, name: string): NamedOption => {
      const other = /^[A-Z]{2}$/.test(code) ? english.of(code) : undefined;
      return { id: code, names: [code, name, ...(other === undefined ? [] : [other])] };
    };
    return [
      ...this.tables.zones.zones.map(({ zone, name }) => named(zone, name)),
      ...this.tables.countries.countries.map(({ code, name }) => named(code, name)),
    ];
  }
}

export async function loadPlaceFinder(): Promise<PlaceFinder> {
  return new PlaceFinder(await loadPlaceTables());
}

function regionNames({ provider, region, place }: CloudRegion): NamedOption {
  return { id: `${provider}:${region}`, names: [region, place] };
}

/** One sentence that says what is wrong and what to do: the likely spellings, or `otherwise` if there are none. */
function unknown(problem: string, similar: readonly string[], otherwise: string, t: Translate): PlaceAnswer {
  const message =
    similar.length === 0 ? `${problem}. ${otherwise}` : t('{0}; did you mean {1}?', problem, oneOf(similar, t));
  return { kind: 'unknown', message, suggestions: similar };
}
