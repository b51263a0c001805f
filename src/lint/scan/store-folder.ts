import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../../system/own-directories';
import type { Clock } from '../../system/clock';
import { isSameState, type FileState } from '../../system/file-state';
import { belongsToAnotherUser } from '../../system/folders';
import { ownFiles, replaceFile, type OwnFiles } from '../../system/own-files';
import { ResultStore } from './result-store';

/** A larger file is not our cache. */
const mostBytes = 512_000_000;
/** Projects whose results are kept, and the bytes of all of them. What was written longest ago is dropped first. */
const mostProjects = 40;
const mostBytesOfAll = 512_000_000;

const millisecondsPerDay = 86_400_000;

/** The folder with the results of each project, one file a project. Linting continues whatever goes wrong with it. */
export class StoreFolder {
  private constructor(
    private readonly folder: string,
    /** Identifies the build, because other builds may give other results. */
    private readonly build: string,
    private readonly clock: Pick<Clock, 'wallMilliseconds'>,
    private readonly files: OwnFiles,
  ) {}

  /** Null if there is no folder for caches. */
  static of(
    env: NodeJS.ProcessEnv,
    build: string,
    clock: Pick<Clock, 'wallMilliseconds'>,
    files: OwnFiles = ownFiles,
  ): StoreFolder | null {
    const directory = cacheDirectory({ platform: process.platform, env, home: homedir() });
    if (directory === null || belongsToAnotherUser(directory)) return null;
    return new StoreFolder(join(directory, 'lint'), build, clock, files);
  }

  /** @param project the folder of the project */
  async open(project: string): Promise<StoreFile> {
    const path = join(this.folder, `${createHash('sha256').update(project).digest('hex').slice(0, 32)}.results`);
    const state = this.files.stateNow(path);
    return new StoreFile(path, state, await this.read(path), this);
  }

  async read(path: string): Promise<ResultStore> {
    const today = Math.floor(this.clock.wallMilliseconds() / millisecondsPerDay);
    const bytes = await this.files.readBytes(path, mostBytes).catch(() => null);
    return ResultStore.read(bytes, this.build, today);
  }

  async write({ path, state, store }: StoreFile): Promise<void> {
    if (!store.isChanged) return;
    try {
      const now = this.files.stateNow(path);
      const isOurs = state === null ? now === null : now !== null && isSameState(state, now);
      if (!isOurs) store.addMissing(await this.read(path));
      const bytes = store.bytes();
      if (bytes === null) return;
      await this.files.makeFolder(this.folder);
      await replaceFile(this.files, path, bytes);
      await this.tidy();
    } catch {
      // Without a cache, the next call lints everything again.
    }
  }

  private async tidy(): Promise<void> {
    const names = await this.files.list(this.folder);
    const found = names
      .map((name) => join(this.folder, name))
      .flatMap((path) => {
        const state = this.files.stateNow(path);
        return state === null ? [] : [{ path, state }];
      })
      .sort((a, b) => b.state.changedAt - a.state.changedAt);
    let bytes = 0;
    for (const [index, { path, state }] of found.entries()) {
      bytes += state.bytes;
      // The first one was just written.
      if (index > 0 && (index >= mostProjects || bytes > mostBytesOfAll)) await this.files.remove(path);
    }
  }
}

/** The results of one project, and the file that they were read from. */
export class StoreFile {
  constructor(
    readonly path: string,
    /** Its state before it was read; null if it was not there. */
    readonly state: FileState | null,
    readonly store: ResultStore,
    private readonly folder: StoreFolder,
  ) {}

  write(): Promise<void> {
    return this.folder.write(this);
  }
}
