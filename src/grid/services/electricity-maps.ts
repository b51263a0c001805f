import { english, type Translate } from '../../present/l10n';
import type { HttpClient } from '../../system/http';
import { items, lenient, type Shaped } from '../../system/shapes';
import {
  askJson,
  curveOf,
  failed,
  number,
  wrongPlace,
  pointsOf,
  text,
  type JsonAnswer,
  type LiveAnswer,
  type LiveService,
  type ServiceSetup,
  type ServiceTools,
  type IntensityPoint,
} from './service';
import { blendCurve } from '../blend';
import type { IntensityForecast } from '../curve';
import { millisecondsPerHour } from '../profile';

const home = 'https://api.electricitymaps.com/v3';

const rowShape = lenient({ zone: text, datetime: text, carbonIntensity: number, emissionFactorType: text });
/** A forecast states once what its figures count; past hours state it in each row. */
const answerShape = lenient({
  zone: text,
  emissionFactorType: text,
  history: items(rowShape),
  forecast: items(rowShape),
});

type Row = Shaped<typeof rowShape>;
type ServiceAnswer = Shaped<typeof answerShape>;

const timeOf = (row: Row): string | null => row.datetime;
const gramsOf = (row: Row): number | null => row.carbonIntensity;

export const electricityMapsSetup = {
  name: 'Electricity Maps',
  inputs: [
    {
      label: 'Token of Electricity Maps',
      variable: 'ELECTRICITY_MAPS_TOKEN',
      kept: { in: 'secrets', key: 'live.electricityMaps.token', isPassword: true },
    },
  ],
  open: ([token = ''], { cached, usual, t }) => electricityMaps(cached, token, usual, home, t),
} as const satisfies ServiceSetup;

/**
 * Electricity Maps, with the user's own token. A plan without forecasts still provides the last 24 h, which are then
 * blended with the usual day. https://app.electricitymaps.com/developer-hub
 *
 * @param usual the offline profile of a zone between two times; null if there is none
 */
export function electricityMaps(
  http: HttpClient,
  token: string,
  usual: ServiceTools['usual'],
  url = home,
  t: Translate = english,
): LiveService {
  const ask = (path: string, zone: string): Promise<LiveAnswer<JsonAnswer<ServiceAnswer>>> =>
    askJson(http, `${url}/carbon-intensity/${path}?zone=${encodeURIComponent(zone)}`, answerShape, t, {
      'auth-token': token,
    });

  async function blended(
    zone: string,
    from: number,
    until: number,
    why: string,
  ): Promise<LiveAnswer<IntensityForecast>> {
    const answer = await ask('history', zone);
    if (answer.kind === 'failed') return failed(why);
    const rows = answer.value.json.history;
    const other = wrongPlace(zone, zonesOf(answer.value.json, rows), t);
    if (other !== null) return other;
    const day = pointsOf(rows, timeOf, gramsOf);
    const curve = blendCurve(day, await usual(zone, from - 48 * millisecondsPerHour, until), from, until);
    if (curve === null) {
      const hours = hoursUntil(day, from);
      return failed(
        hours === 0
          ? t('has no figures for the last day')
          : t('has too few figures for the last day ({0} of 24 h)', hours),
      );
    }
    const delay = Math.floor((from - Math.max(...day.map(({ time }) => time))) / millisecondsPerHour);
    const late = delay < 2 ? [] : [t('Its newest figure is {0} h old.', delay)];
    return {
      kind: 'answer',
      value: {
        curve,
        basis: basisOf(rows[0]?.emissionFactorType),
        source: t("Electricity Maps, yesterday's curve blended with the usual one"),
        notes: [
          ...answer.value.notes,
          t("There is no forecast (Electricity Maps {0}); yesterday's curve is used instead.", why),
          ...late,
        ],
      },
    };
  }

  return {
    name: electricityMapsSetup.name,
    suits: () => true,
    async forecast({ zone }, from, until) {
      const answer = await ask('forecast', zone);
      if (answer.kind === 'failed') return blended(zone, from, until, answer.reason);
      const rows = answer.value.json.forecast;
      const other = wrongPlace(zone, zonesOf(answer.value.json, rows), t);
      if (other !== null) return other;
      const points: readonly IntensityPoint[] = pointsOf(rows, timeOf, gramsOf);
      const curve = curveOf(points, from, t);
      if (curve.kind === 'failed') return blended(zone, from, until, curve.reason);
      return {
        kind: 'answer',
        value: {
          curve: curve.value,
          basis: basisOf(answer.value.json.emissionFactorType),
          source: t('{0}, forecast', 'Electricity Maps'),
          notes: answer.value.notes,
        },
      };
    },
  };
}

/** The zones that an answer and its rows name. */
function zonesOf(answer: ServiceAnswer, rows: readonly Row[]): readonly (string | null)[] {
  return [answer.zone, ...rows.map(({ zone }) => zone)];
}

/** How many of the 24 hours before a moment are known. */
function hoursUntil(day: readonly IntensityPoint[], from: number): number {
  return new Set(
    day
      .filter(({ time }) => time <= from && time > from - 24 * millisecondsPerHour)
      .map(({ time }) => Math.floor(time / millisecondsPerHour)),
  ).size;
}

/** What the figures count. The service's default is the whole life cycle. */
function basisOf(factorType: string | null | undefined): IntensityForecast['basis'] {
  return factorType === 'direct' ? 'operational' : 'lifecycle';
}
