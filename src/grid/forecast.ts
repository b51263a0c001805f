import { loadHourly, type HourlyTable } from '../data/advice';
import { loadZones, type GridZone, type ZoneTable } from '../data/places';
import { latest } from '../place/place';
import type { Curve, IntensityForecast } from './curve';
import type { LivePlace, LiveService } from './services/service';
import { profileCurve, profileNotes } from './profile';
import { english, type Translate } from '../present/l10n';

/** The forecast for a place, if there is one, and notes about it. */
export interface ForecastAnswer {
  /** Null if there are no figures by the hour. */
  readonly forecast: IntensityForecast | null;
  /** Why a live service did not help, or why there are no figures by the hour; one sentence each. */
  readonly notes: readonly string[];
}

/** Forecasts the carbon intensity of a zone: from live services if they answer, otherwise from its usual day. */
export class Forecaster {
  private readonly zones: ReadonlyMap<string, GridZone>;
  private readonly year: number;

  constructor(
    table: ZoneTable,
    private readonly hourly: HourlyTable,
  ) {
    this.zones = new Map(table.zones.map((zone) => [zone.zone, zone]));
    this.year = table.years.at(-1) ?? 0;
  }

  get updated(): string {
    return this.hourly.updated;
  }

  get attribution(): string {
    return this.hourly.attribution;
  }

  /** The usual day of a zone; null if its hours are unknown or all the same. */
  usual(zone: string, from: number, until: number): Curve | null {
    const row = this.zones.get(zone);
    const shape = this.hourly.zones.find((each) => each.zone === zone) ?? null;
    return row === undefined ? null : profileCurve(shape, latest(row), from, until);
  }

  /** Intensity on weekend days, divided by that on weekdays; null if it is unknown. */
  weekendRatio(zone: string): number | null {
    return this.hourly.zones.find((each) => each.zone === zone)?.weekend ?? null;
  }

  offline(zone: string, from: number, until: number, t: Translate = english): ForecastAnswer {
    const row = this.zones.get(zone);
    const shape = this.hourly.zones.find((each) => each.zone === zone);
    const curve = this.usual(zone, from, until);
    if (curve === null || shape === undefined) return { forecast: null, notes: [this.whyNoSignal(zone, t)] };
    return {
      forecast: {
        curve,
        basis: 'lifecycle',
        source: t(
          'usual day of the month, Electricity Maps {0} (ODbL 1.0), at the level of {1}',
          shape.years.replace('+', ` ${t('and')} `),
          this.year,
        ),
        notes: profileNotes(row?.profile ?? null, shape.years, shape.weekend, t),
      },
      notes: [],
    };
  }

  /** Asks the services that cover the place, one after the other, until one answers. */
  async live(
    services: readonly LiveService[],
    place: LivePlace,
    from: number,
    until: number,
    t: Translate = english,
  ): Promise<ForecastAnswer> {
    const notes: string[] = [];
    for (const service of services.filter((each) => each.suits(place))) {
      const answer = await service.forecast(place, from, until);
      if (answer.kind === 'answer') return { forecast: answer.value, notes };
      notes.push(`${service.name} ${answer.reason}.`);
    }
    const offline = this.offline(place.zone, from, until, t);
    return {
      ...offline,
      notes: [
        ...notes,
        ...(services.length > 0 && offline.forecast !== null ? [t('The usual day of the month is used instead.')] : []),
        ...offline.notes,
      ],
    };
  }

  private whyNoSignal(zone: string, t: Translate): string {
    if (this.hourly.zones.some((each) => each.zone === zone))
      return t('As far as is known, the carbon intensity of {0} is the same at all hours.', zone);
    const parts = this.hourly.zones.filter((each) => each.zone.startsWith(`${zone}-`)).map((each) => each.zone);
    if (parts.length === 0) return t('There are no hourly figures for {0}.', zone);
    return t(
      'There are no hourly figures for {0} as a whole; choose one of its grids, such as {1}.',
      zone,
      parts.slice(0, 3).join(', '),
    );
  }
}

export async function loadForecaster(): Promise<Forecaster> {
  const [zones, hourly] = await Promise.all([loadZones(), loadHourly()]);
  return new Forecaster(zones, hourly);
}
