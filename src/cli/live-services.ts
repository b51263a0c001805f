import type { Forecaster } from '../grid/forecast';
import type { LiveService, ServiceSetup } from '../grid/services/service';
import { liveServices, serviceSetups } from '../grid/services/services';
import { cacheStore } from './cache-store';
import type { Io } from './io';

const inputsOf = serviceSetups.map(({ inputs }: ServiceSetup) => inputs.map(({ variable }) => variable));

/** Which services `--live` asks, for its help. */
export const liveServicesHelp = `live services: those of Great Britain and Denmark, and those whose keys are in the environment (${inputsOf
  .filter((variables) => variables.length > 0)
  .map((variables) => variables.join(' with '))
  .join(', ')})`;

/** The services that a person has turned on with `--live`. */
export function liveServicesOf(io: Io, forecaster: Forecaster): readonly LiveService[] {
  const given = Object.fromEntries(
    inputsOf.flat().flatMap((variable) => {
      const value = io.env[variable];
      return value === undefined ? [] : [[variable, value]];
    }),
  );
  const ports = { http: io.http, clock: io.clock, store: cacheStore(io.env) };
  return liveServices({ publicServices: true, given }, ports, (zone, from, until) =>
    Promise.resolve(forecaster.usual(zone, from, until)),
  );
}
