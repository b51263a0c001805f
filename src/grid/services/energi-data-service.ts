import { english, type Translate } from '../../present/l10n';
import type { HttpClient } from '../../system/http';
import { items, lenient } from '../../system/shapes';
import {
  askJson,
  number,
  operationalForecast,
  wrongPlace,
  pointsOf,
  text,
  type LiveService,
  type ServiceSetup,
} from './service';

const home = 'https://api.energidataservice.dk';

/** Price area by grid zone. */
const areas: Readonly<Record<string, string>> = { 'DK-DK1': 'DK1', 'DK-DK2': 'DK2' };

const forecastShape = lenient({
  records: items(lenient({ PriceArea: text, Minutes5UTC: text, CO2Emission: number })),
});

export const energiDataServiceSetup = {
  name: 'Energi Data Service',
  country: 'Denmark',
  inputs: [],
  open: (_, { cached, t }) => energiDataService(cached, home, t),
} as const satisfies ServiceSetup;

/** Energinet's forecast of Denmark's two areas in steps of 5 min for 12 h; no key. https://www.energidataservice.dk */
export function energiDataService(http: HttpClient, url = home, t: Translate = english): LiveService {
  return {
    name: energiDataServiceSetup.name,
    suits: ({ zone }) => zone in areas,
    async forecast({ zone }, from) {
      const filter = encodeURIComponent(JSON.stringify({ PriceArea: [areas[zone]] }));
      // Without limit=0, the service stops after 100 rows, which cover 8 h.
      const answer = await askJson(
        http,
        `${url}/dataset/CO2EmisProg?start=now&end=now%2BP0DT12H&filter=${filter}&sort=Minutes5UTC&limit=0`,
        forecastShape,
        t,
      );
      if (answer.kind === 'failed') return answer;
      const rows = answer.value.json.records;
      const other = wrongPlace(
        areas[zone] ?? zone,
        rows.map((row) => row.PriceArea),
        t,
      );
      if (other !== null) return other;
      const points = pointsOf(
        rows,
        (row) => row.Minutes5UTC,
        (row) => row.CO2Emission,
      );
      return operationalForecast(points, from, t('{0}, forecast', 'Energi Data Service'), answer.value.notes, t);
    },
  };
}
