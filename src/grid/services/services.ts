import type { Clock } from '../../system/clock';
import type { HttpClient } from '../../system/http';
import type { Curve } from '../curve';
import { CachingHttp, type AnswerStore } from './caching-http';
import { carbonAwareSdk } from './carbon-aware-sdk';
import { electricityMaps } from './electricity-maps';
import { energiDataService } from './energi-data-service';
import type { LiveService } from './service';
import { ukCarbonIntensity } from './uk-carbon-intensity';
import { wattTime, type WattTimeAccount } from './watttime';

/** Which services a person has turned on. Nothing is asked that is not here. */
export interface LiveServices {
  /** The two that need no key: Great Britain and Denmark. */
  readonly keyless: boolean;
  readonly electricityMapsToken: string | null;
  readonly wattTime: WattTimeAccount | null;
  readonly carbonAwareSdkUrl: string | null;
}

export const nothingLive: LiveServices = {
  keyless: false,
  electricityMapsToken: null,
  wattTime: null,
  carbonAwareSdkUrl: null,
};

export interface LivePorts {
  readonly http: HttpClient;
  readonly store: AnswerStore;
  readonly clock: Pick<Clock, 'wallMilliseconds'>;
}

/** The chosen services in the order in which they are asked: measured grids first, then the person's own account. */
export function liveServices(
  choice: LiveServices,
  { http, store, clock }: LivePorts,
  usual: (zone: string, from: number, until: number) => Promise<Curve | null>,
): readonly LiveService[] {
  const cached = new CachingHttp(http, store, clock);
  return [
    ...(choice.keyless ? [ukCarbonIntensity(cached), energiDataService(cached)] : []),
    ...(choice.electricityMapsToken === null ? [] : [electricityMaps(cached, choice.electricityMapsToken, usual)]),
    ...(choice.wattTime === null ? [] : [wattTime(cached, http, choice.wattTime, clock)]),
    ...(choice.carbonAwareSdkUrl === null ? [] : [carbonAwareSdk(cached, choice.carbonAwareSdkUrl)]),
  ];
}
