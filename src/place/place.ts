import type { CloudRegion, CountryIntensity, GridZone, ZoneTable } from '../data/places';
import type { CarbonIntensity } from './intensity';
import { ownMachine, regionPue, type Pue } from './pue';

/** Where electricity is used, and what a kilowatt-hour emits there. */
export interface Place {
  /** For people: "Germany", "aws:eu-north-1, Europe North (Stockholm)". */
  readonly label: string;
  /** Id of the grid zone or country; null for the world. */
  readonly zone: string | null;
  /** ISO 3166-1 alpha-2; null for the world. */
  readonly country: string | null;
  /** IANA time zone of the grid; null where only the country is known. */
  readonly timeZone: string | null;
  /** The cloud region, if the person named one. */
  readonly region: CloudRegion | null;
  readonly intensity: CarbonIntensity;
  readonly pue: Pue;
  /** What a person should know of it, one sentence each. */
  readonly notes: readonly string[];
}

export type ChosenBy = CarbonIntensity['chosenBy'];

export const electricityMapsSource = (year: number): string => `Electricity Maps, yearly average ${year} (ODbL 1.0)`;
const emberSource = (year: number): string => `Ember, yearly average ${year} (CC BY 4.0)`;

/** Places out of rows of the tables; nothing is searched here. */
export class Places {
  private readonly year: number;

  constructor(table: Pick<ZoneTable, 'years'>) {
    this.year = table.years.at(-1) ?? 0;
  }

  /** The latest year's average within the zone's band. */
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

  /** The zone's average within the region's band, which also holds the other zones that the region may lie in. */
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
 * A zone's band, wherever it is shown: the lowest and highest yearly average of the last two years. The bands of cloud
 * regions, which `scripts/data/upstream.mjs` writes, are those of their zones.
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
