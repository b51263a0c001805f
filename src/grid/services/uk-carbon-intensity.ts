import { english, type Translate } from '../../present/l10n';
import type { HttpClient } from '../../system/http';
import { items, lenient } from '../../system/shapes';
import { startOfHour } from '../profile';
import { askJson, number, operationalForecast, pointsOf, text, type LiveService, type ServiceSetup } from './service';

const home = 'https://api.carbonintensity.org.uk';

const forecastShape = lenient({
  data: items(lenient({ from: text, intensity: lenient({ forecast: number, actual: number }) })),
});

export const ukCarbonIntensitySetup = {
  name: 'UK Carbon Intensity',
  country: 'Great Britain',
  inputs: [],
  open: (_, { cached, t }) => ukCarbonIntensity(cached, home, t),
} as const satisfies ServiceSetup;

/** National Grid ESO's half-hourly forecast of Great Britain for 48 h; no key. https://carbonintensity.org.uk */
export function ukCarbonIntensity(http: HttpClient, url = home, t: Translate = english): LiveService {
  return {
    name: ukCarbonIntensitySetup.name,
    suits: ({ zone }) => zone === 'GB',
    async forecast(_place, from) {
      // Rounded to the hour, so that a stored answer can be used again.
      const begin = new Date(startOfHour(from)).toISOString().slice(0, 16);
      const answer = await askJson(http, `${url}/intensity/${begin}Z/fw48h`, forecastShape, t);
      if (answer.kind === 'failed') return answer;
      const points = pointsOf(
        answer.value.json.data,
        (row) => row.from,
        ({ intensity }) => intensity.forecast ?? intensity.actual,
      );
      return operationalForecast(points, from, t('{0}, forecast', 'UK Carbon Intensity'), answer.value.notes, t);
    },
  };
}
