import { english, type Translate } from '../../present/l10n';
import type { Clock } from '../../system/clock';
import type { HttpClient } from '../../system/http';
import { CachingHttp, type AnswerStore } from './caching-http';
import { carbonAwareSdkSetup } from './carbon-aware-sdk';
import { electricityMapsSetup } from './electricity-maps';
import { energiDataServiceSetup } from './energi-data-service';
import type { LiveService, ServiceSetup, ServiceTools } from './service';
import { ukCarbonIntensitySetup } from './uk-carbon-intensity';
import { wattTimeSetup } from './watttime';

/** All services in the order in which they are asked: public ones of grid operators first, then the user's own accounts. */
export const serviceSetups = [
  ukCarbonIntensitySetup,
  energiDataServiceSetup,
  electricityMapsSetup,
  wattTimeSetup,
  carbonAwareSdkSetup,
] as const satisfies readonly ServiceSetup[];

/** The services that need no input. */
export const keylessServices = serviceSetups.flatMap(({ name, country }: ServiceSetup) =>
  country === undefined ? [] : [{ name, country }],
);

/** The services that the user turned on. No other service is asked. */
export interface LiveChoice {
  /** Whether services that need no input are on. */
  readonly publicServices: boolean;
  /** The inputs of the other services, by the environment variable of each. */
  readonly given: Readonly<Record<string, string>>;
}

export const nothingLive: LiveChoice = { publicServices: false, given: {} };

interface LivePorts {
  readonly http: HttpClient;
  readonly store: AnswerStore;
  readonly clock: Pick<Clock, 'wallMilliseconds'>;
}

/** The services that are turned on. A service is off if one of its inputs is missing. */
export function liveServices(
  { publicServices, given }: LiveChoice,
  { http, store, clock }: LivePorts,
  usual: ServiceTools['usual'],
  t: Translate = english,
): readonly LiveService[] {
  const tools = { cached: new CachingHttp(http, store, clock), http, clock, usual, t };
  return serviceSetups.flatMap(({ inputs, open }: ServiceSetup) => {
    const values = inputs.flatMap(({ variable }) => given[variable] ?? []);
    const isOn = inputs.length === 0 ? publicServices : values.length === inputs.length;
    return isOn ? [open(values, tools)] : [];
  });
}
