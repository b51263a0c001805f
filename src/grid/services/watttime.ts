import { english, type Translate } from '../../present/l10n';
import type { HttpClient } from '../../system/http';
import { millisecondsPerHour } from '../profile';
import { items, lenient } from '../../system/shapes';
import {
  askJson,
  operationalForecast,
  failed,
  number,
  wrongPlace,
  pointsOf,
  text,
  type LiveAnswer,
  type LiveService,
  type ServiceSetup,
} from './service';

const home = 'https://api.watttime.org';

/** Average operating emissions rate. The marginal rate answers a different question; the two must not be mixed. */
const signal = 'co2_aoer';
const gramsPerPound = 453.592_37;

/** A token is valid for 30 min; we ask for a new one a little earlier. */
const tokenMilliseconds = 25 * 60_000;

const loginShape = lenient({ token: text });
const regionShape = lenient({ region: text, signal_type: text });
const forecastShape = lenient({
  meta: lenient({ region: text, signal_type: text, units: text }),
  data: items(lenient({ point_time: text, value: number })),
});

interface WattTimeAccount {
  readonly user: string;
  readonly password: string;
}

export const wattTimeSetup = {
  name: 'WattTime',
  inputs: [
    {
      label: 'User name at WattTime',
      variable: 'WATTTIME_USER',
      kept: { in: 'secrets', key: 'live.wattTime.user', isPassword: false },
    },
    {
      label: 'Password at WattTime',
      variable: 'WATTTIME_PASSWORD',
      kept: { in: 'secrets', key: 'live.wattTime.password', isPassword: true },
    },
  ],
  open: ([user = '', password = ''], { cached, http, clock, t }) =>
    wattTime(cached, http, { user, password }, clock, home, t),
} as const satisfies ServiceSetup;

/** WattTime's forecast for the grid at a cloud region, with the user's own account. https://docs.watttime.org */
export function wattTime(
  http: HttpClient,
  loginHttp: HttpClient,
  { user, password }: WattTimeAccount,
  clock: { wallMilliseconds(): number },
  url = home,
  t: Translate = english,
): LiveService {
  let token: { readonly text: string; readonly until: number } | null = null;

  async function headers(): Promise<LiveAnswer<Readonly<Record<string, string>>>> {
    if (token === null || clock.wallMilliseconds() >= token.until) {
      const basic = Buffer.from(`${user}:${password}`).toString('base64');
      const answer = await askJson(loginHttp, `${url}/login`, loginShape, t, { authorization: `Basic ${basic}` });
      if (answer.kind === 'failed') return answer;
      const given = answer.value.json.token;
      if (given === null) return failed(t('gave no token'));
      token = { text: given, until: clock.wallMilliseconds() + tokenMilliseconds };
    }
    return { kind: 'answer', value: { authorization: `Bearer ${token.text}` } };
  }

  return {
    name: wattTimeSetup.name,
    suits: ({ coordinates }) => coordinates !== null,
    async forecast({ coordinates }, from, until) {
      if (coordinates === null) return failed(t('needs a cloud region with known coordinates'));
      const access = await headers();
      if (access.kind === 'failed') return access;
      const { latitude, longitude } = coordinates;
      const region = await askJson(
        http,
        `${url}/v3/region-from-loc?latitude=${latitude}&longitude=${longitude}&signal_type=${signal}`,
        regionShape,
        t,
        access.value,
      );
      if (region.kind === 'failed') return region;
      const name = region.value.json.region;
      if (name === null) return failed(t('does not know this place'));
      const hours = Math.min(72, Math.max(1, Math.ceil((until - from) / millisecondsPerHour)));
      const answer = await askJson(
        http,
        `${url}/v3/forecast?region=${encodeURIComponent(name)}&signal_type=${signal}&horizon_hours=${hours}`,
        forecastShape,
        t,
        access.value,
      );
      if (answer.kind === 'failed') return answer;
      const {
        json: { meta, data },
        notes,
      } = answer.value;
      const other =
        wrongPlace(name, [meta.region], t) ?? wrongPlace(signal, [region.value.json.signal_type, meta.signal_type], t);
      if (other !== null) return other;
      const { units } = meta;
      if (units !== 'lbs_co2_per_mwh') return failed(t('answered in an unknown unit ({0})', units ?? t('none')));
      const points = pointsOf(
        data,
        (row) => row.point_time,
        ({ value: pounds }) => (pounds === null ? null : (pounds * gramsPerPound) / 1000),
      );
      return operationalForecast(points, from, t('WattTime, forecast of the average rate in {0}', name), notes, t);
    },
  };
}
