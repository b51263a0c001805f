import { loadTimeZones, type GridZone, type TimeZoneTable, type ZoneTable } from '../data/places';
import { loadPlaceTables, PlaceFinder } from './location';
import { latest, zoneBand, type Place } from './place';

/**
 * Countries with several grids that differ. Here a time zone identifies the country, but narrows the grid down only to
 * the zones that use this time.
 */
const countriesOfManyGrids = new Set([
  'AU',
  'BR',
  'CA',
  'CL',
  'CN',
  'DK',
  'IN',
  'IT',
  'JP',
  'MY',
  'NO',
  'RU',
  'SE',
  'US',
]);

/** Guesses the place from the computer's time zone, until the user sets it. Never uses the network. */
export class PlaceGuesser {
  constructor(
    private readonly finder: PlaceFinder,
    private readonly zones: ZoneTable,
    private readonly timeZones: TimeZoneTable,
  ) {}

  /**
   * The place of the time zone; the world if the time zone has none.
   *
   * @param timeZone IANA time zone, or null if the system has none
   */
  guess(timeZone: string | null): Place {
    const canonical = timeZone === null ? null : (this.timeZones.links[timeZone] ?? timeZone);
    const country = canonical === null ? undefined : this.timeZones.countries[canonical];
    const place = canonical === null || country === undefined ? null : this.guessInCountry(canonical, country);
    if (place !== null)
      return {
        ...place,
        notes: [`The place (${place.label}) is a guess from the time zone ${timeZone ?? ''}.`, ...place.notes],
      };
    const why =
      timeZone === null
        ? 'this computer has no time zone'
        : country === undefined
          ? `the time zone ${timeZone} does not belong to a country`
          : `there is no figure for the country of the time zone ${timeZone}`;
    return {
      ...this.finder.world('none'),
      notes: [`The place is unknown (${why}), so the world's average is assumed, with the range of 90 % of countries.`],
    };
  }

  private guessInCountry(timeZone: string, country: string): Place | null {
    const candidates = outermost(
      this.zones.zones.filter(
        (zone) => zone.country === country && zone.timeZone === timeZone && zone.zone !== country,
      ),
    );
    const national = this.finder.ofCountry(country, 'guess');
    const keepsNationalTime = this.finder.zone(country)?.timeZone === timeZone;
    if (national !== null && (candidates.length === 0 || (keepsNationalTime && !countriesOfManyGrids.has(country))))
      return national;
    const [only, ...others] = candidates;
    if (only === undefined) return null;
    if (others.length === 0) return this.finder.ofZone(only, 'guess');
    return this.between(candidates, national ?? this.finder.ofZone(only, 'guess'));
  }

  /** The national figure, with the range of the zones; the median of the zones if the national figure is outside it. */
  private between(candidates: readonly GridZone[], national: Place): Place {
    const bands = candidates.map(zoneBand);
    const low = Math.min(...bands.map((band) => band.low));
    const high = Math.max(...bands.map((band) => band.high));
    const { gramsPerKWh } = national.intensity;
    const inside = gramsPerKWh >= low && gramsPerKWh <= high;
    return {
      ...national,
      intensity: {
        ...national.intensity,
        gramsPerKWh: inside ? gramsPerKWh : median(candidates.map(latest)),
        low,
        high,
      },
      notes: [`${national.label} has several grids; the range covers the ${candidates.length} in this time zone.`],
    };
  }
}

export async function loadPlaceGuesser(): Promise<PlaceGuesser> {
  const [tables, timeZones] = await Promise.all([loadPlaceTables(), loadTimeZones()]);
  return new PlaceGuesser(new PlaceFinder(tables), tables.zones, timeZones);
}

/** Without the zones inside another one: `AU-TAS-KI`, an island of `AU-TAS`. */
function outermost(zones: readonly GridZone[]): readonly GridZone[] {
  return zones.filter(({ zone }) => !zones.some((other) => zone.startsWith(`${other.zone}-`)));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? upper;
  return (lower + upper) / 2;
}
