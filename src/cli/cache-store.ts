import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../system/cache-directory';
import { isOfAnother } from '../system/folders';
import { ownFiles } from '../system/own-files';
import type { AnswerStore } from '../grid/services/caching-http';

/** Answers of live services in the user's cache folder, shared between commands. */
export function cacheStore(env: NodeJS.ProcessEnv): AnswerStore {
  const directory = cacheDirectory({ platform: process.platform, env, home: homedir() });
  if (directory === null || isOfAnother(directory))
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
