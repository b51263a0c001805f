import type { Forecaster } from '../grid/forecast';
import type { LiveService } from '../grid/services/service';
import { liveServices } from '../grid/services/services';
import { cacheStore } from './cache-store';
import type { Io } from './io';

/** The services that `--live` uses, for its help. */
export const liveServicesHelp =
  'live services: those of Great Britain and Denmark, and those whose keys are in the environment (ELECTRICITY_MAPS_TOKEN, WATTTIME_USER with WATTTIME_PASSWORD, CARBON_AWARE_SDK_URL)';

/** The services that `--live` turns on. */
export function liveServicesOf(io: Io, forecaster: Forecaster): readonly LiveService[] {
  const {
    ELECTRICITY_MAPS_TOKEN: token,
    WATTTIME_USER: user,
    WATTTIME_PASSWORD: password,
    CARBON_AWARE_SDK_URL: url,
  } = io.env;
  const choice = {
    keyless: true,
    electricityMapsToken: token ?? null,
    wattTime: user === undefined || password === undefined ? null : { user, password },
    carbonAwareSdkUrl: url ?? null,
  };
  const ports = { http: io.http, clock: io.clock, store: cacheStore(io.env) };
  return liveServices(choice, ports, (zone, from, until) => Promise.resolve(forecaster.usual(zone, from, until)));
}
