import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../../system/own-directories';
import { belongsToAnotherUser } from '../../system/folders';
import { ownFiles, replaceFile } from '../../system/own-files';
import { LintCache } from './cache';

/** A larger file is not our cache. */
const mostBytes = 256_000_000;
/** The number of folders whose results are kept. Those that were linted longest ago are dropped first. */
const mostFiles = 40;

/** The file with the results for one working directory. Linting continues whatever goes wrong with it. */
export class CacheFile {
  private constructor(
    private readonly folder: string,
    private readonly path: string,
  ) {}

  /** Null if there is no folder for caches. */
  static of(cwd: string, env: NodeJS.ProcessEnv): CacheFile | null {
    const directory = cacheDirectory({ platform: process.platform, env, home: homedir() });
    if (directory === null || belongsToAnotherUser(directory)) return null;
    const folder = join(directory, 'lint');
    return new CacheFile(folder, join(folder, `${createHash('sha256').update(cwd).digest('hex').slice(0, 32)}.json`));
  }

  async read(): Promise<LintCache> {
    return LintCache.read(await ownFiles.readText(this.path, mostBytes).catch(() => null));
  }

  async write(cache: LintCache): Promise<void> {
    const text = cache.text();
    if (text === null) return;
    try {
      await ownFiles.makeFolder(this.folder);
      await replaceFile(ownFiles, this.path, text);
      await this.tidy();
    } catch {
      // Without a cache, the next call lints everything again.
    }
  }

  private async tidy(): Promise<void> {
    const names = await ownFiles.list(this.folder);
    if (names.length <= mostFiles) return;
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.folder, name);
        return { path, changed: await ownFiles.changedAt(path).catch(() => 0) };
      }),
    );
    const old = files.sort((a, b) => b.changed - a.changed).slice(mostFiles);
    await Promise.all(old.map(({ path }) => ownFiles.remove(path)));
  }
}
