import * as v from 'valibot';
import { english, type Translate } from '../../present/l10n';
import type { HttpClient } from '../../system/http';
import { items, lenient } from '../../system/shapes';
import {
  askJson,
  operationalForecast,
  number,
  wrongPlace,
  pointsOf,
  text,
  type LiveService,
  type ServiceSetup,
} from './service';

/** One forecast, or a list whose first item is the forecast. */
const forecastShape = v.pipe(
  v.unknown(),
  v.transform((answer): unknown => (Array.isArray(answer) ? answer[0] : answer)),
  lenient({ location: text, forecastData: items(lenient({ timestamp: text, value: number })) }),
);

export const carbonAwareSdkSetup = {
  name: 'Carbon Aware SDK',
  inputs: [
    {
      label: 'Address of the Carbon Aware SDK',
      variable: 'CARBON_AWARE_SDK_URL',
      kept: { in: 'settings', key: 'live.carbonAwareSdk' },
    },
  ],
  open: ([url = ''], { cached, t }) => carbonAwareSdk(cached, url, t),
} as const satisfies ServiceSetup;

/** The Green Software Foundation's Carbon Aware SDK. People host it themselves. */
export function carbonAwareSdk(http: HttpClient, url: string, t: Translate = english): LiveService {
  const base = url.replace(/\/+$/, '');
  return {
    name: carbonAwareSdkSetup.name,
    suits: () => true,
    async forecast({ zone, region }, from) {
      // Its locations are cloud regions, or names that its operator chose. Without a region, try the zone.
      const location = region ?? zone;
      const answer = await askJson(
        http,
        `${base}/emissions/forecasts/current?location=${encodeURIComponent(location)}`,
        forecastShape,
        t,
      );
      if (answer.kind === 'failed') return answer;
      const { json: forecast, notes } = answer.value;
      // The rows name the grid as the data source calls it. Only the forecast itself repeats the location we asked for.
      const other = wrongPlace(location, [forecast.location], t);
      if (other !== null) return other;
      const points = pointsOf(
        forecast.forecastData,
        (row) => row.timestamp,
        (row) => row.value,
      );
      const caution = t(
        'The Carbon Aware SDK passes on what its data source reports: with WattTime, that is the marginal rate, not the average.',
      );
      const source = t('Carbon Aware SDK, forecast of its data source');
      return operationalForecast(points, from, source, [...notes, caution], t);
    },
  };
}
