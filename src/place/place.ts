import type { CloudRegion, CountryIntensity, GridZone, ZoneTable } from '../data/places';
import type { CarbonIntensity } from './intensity';
import { ownMachine, regionPue, type Pue } from './pue';

/** Where electricity is used, and its carbon intensity there. */
export interface Place {
  /** For people: "Germany", "aws:eu-north-1, Europe North (Stockholm)". */
  readonly label: string;
  /** Id of the grid zone or country; null for the world. */
  readonly zone: string | null;
  /** ISO 3166-1 alpha-2; null for the world. */
  readonly country: string | null;
  /** IANA time zone of the grid; null if only the country is known. */
  readonly timeZone: string | null;
  /** The cloud region, if the user named one; otherwise null. */
  readonly region: CloudRegion | null;
  readonly intensity: CarbonIntensity;
  readonly pue: Pue;
  /** What a person should know about it, one sentence each. */
  readonly notes: readonly string[];
}

export type ChosenBy = CarbonIntensity['chosenBy'];

const electricityMapsSource = (year: number): string => `Electricity Maps, yearly average ${year} (ODbL 1.0)`;
const emberSource = (year: number): string => `Ember, yearly average ${year} (CC BY 4.0)`;

/** Makes places from rows of the tables. Searching is done elsewhere: see `PlaceFinder`. */
export class Places {
  private readonly year: number;

  constructor(table: Pick<ZoneTable, 'years'>) {
    this.year = table.years.at(-1) ?? 0;
  }

  /** The average of the latest year, with the zone's band. */
  ofZone(zone: GridZone, chosenBy: ChosenBy): Place {
    return {
      label: zone.name,
      zone: zone.zone,
      country: zone.country,
      timeZone: zone.timeZone,
      region: null,
      intensity: {
        gramsPerKWh: latest(zone),
        ...zoneBand(zone),
        zone: zone.zone,
        year: this.year,
        source: electricityMapsSource(this.year),
        basis: 'lifecycle',
        chosenBy,
      },
      pue: ownMachine,
      notes: [],
    };
  }

  /** The zone's average, with the region's band, which also covers other zones that the region may be in. */
  ofRegion(region: CloudRegion, zone: GridZone, chosenBy: ChosenBy): Place {
    const { intensity } = this.ofZone(zone, chosenBy);
    return {
      label: `${region.provider}:${region.region}, ${region.place}`,
      zone: zone.zone,
      country: region.country,
      timeZone: zone.timeZone,
      region,
      intensity: {
        ...intensity,
        region: `${region.provider}:${region.region}`,
        low: region.lowGramsPerKWh,
        high: region.highGramsPerKWh,
      },
      pue: regionPue(region),
      notes: [],
    };
  }

  ofCountry(row: CountryIntensity, code: string | null, chosenBy: ChosenBy): Place {
    return {
      label: row.name,
      zone: code,
      country: code,
      timeZone: null,
      region: null,
      intensity: {
        gramsPerKWh: row.gramsPerKWh,
        low: row.low,
        high: row.high,
        zone: code,
        year: row.year,
        source: emberSource(row.year),
        basis: 'lifecycle',
        chosenBy,
      },
      pue: ownMachine,
      notes: [],
    };
  }
}

/**
 * The band of a zone: the lowest and highest yearly average of the last two years. `scripts/data/upstream.mjs` derives
 * the bands of cloud regions from those of their zones.
 */
export function zoneBand({ gramsPerKWh }: Pick<GridZone, 'gramsPerKWh'>): {
  readonly low: number;
  readonly high: number;
} {
  const recent = gramsPerKWh.slice(-2);
  return { low: Math.min(...recent), high: Math.max(...recent) };
}

export function latest(zone: Pick<GridZone, 'gramsPerKWh'>): number {
  const value = zone.gramsPerKWh.at(-1);
  if (value === undefined) throw new Error('a zone without a figure');
  return value;
}
