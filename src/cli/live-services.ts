import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Forecaster } from '../grid/forecast';
import type { AnswerStore } from '../grid/services/caching-http';
import type { LiveService, ServiceSetup } from '../grid/services/service';
import { keylessServices, liveServices, serviceSetups } from '../grid/services/services';
import { allOf } from '../present/words';
import { cacheDirectory } from '../system/own-directories';
import { belongsToAnotherUser } from '../system/folders';
import { ownFiles } from '../system/own-files';
import type { Io } from './io';

const inputsOf = serviceSetups.map(({ inputs }: ServiceSetup) => inputs.map(({ variable }) => variable));

/** The services that `--live` uses, for its help. */
export const liveServicesHelp = `live services: those of ${allOf(keylessServices.map(({ country }) => country))}, and those whose keys are in the environment (${inputsOf
  .filter((variables) => variables.length > 0)
  .map((variables) => variables.join(' with '))
  .join(', ')})`;

/** The services that `--live` turns on. */
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

/** Answers of live services in the user's cache folder, shared between commands. */
function cacheStore(env: NodeJS.ProcessEnv): AnswerStore {
  const directory = cacheDirectory({ platform: process.platform, env, home: homedir() });
  if (directory === null || belongsToAnotherUser(directory))
    return { read: () => Promise.resolve(null), write: () => Promise.resolve() };
  const folder = join(directory, 'live');
  const path = (key: string): string =>
    join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  return {
    read: (key) => ownFiles.readText(path(key), 8_000_000).catch(() => null),
    async write(key, text) {
      try {
        await ownFiles.makeFolder(folder);
        await ownFiles.write(path(key), text);
      } catch {
        // Without a cache the next command asks again.
      }
    },
  };
}
