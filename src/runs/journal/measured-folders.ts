import * as v from 'valibot';
import type { Clock } from '../../system/clock';
import { replaceFile, type OwnFiles } from '../../system/own-files';
import { isWithin } from '../../system/paths';
import { parseFitting } from '../../system/shapes';
import { isSettled, type RunFiles } from './indexed-runs';
import { RunIndex, stateText } from './run-index';

/** More than a list of the folders of one person holds. */
const mostBytes = 4_000_000;
/** So many of the newest runs are looked at before the index is opened: people mostly work on what they ran last. */
const newestRuns = 20;

const listShape = v.object({
  /** Of the journal's folder when all runs were looked at; null where the list is not complete. */
  state: v.nullable(v.string()),
  /** The folders that runs were started in, each with the id of the newest. */
  folders: v.record(v.string(), v.string()),
});

interface FolderFiles extends RunFiles {
  /** The ids of all runs, oldest first. */
  ids(): Promise<readonly string[]>;
  /** The folder that a run was started in, by the first line of its file; null for none. Undefined where it does not say. */
  folderOf(id: string): Promise<string | null | undefined>;
}

/** The paths of the journal's folder, of its index and of the list of folders. */
interface FolderPaths {
  readonly runs: string;
  readonly index: string;
  readonly list: string;
}

/**
 * Answers whether any run was ever started in a folder. The first run that was ends the search. That there is none holds
 * until a file of the journal is made, replaced or removed; who changes the first line of a file in its place changes
 * that answer only with the next run.
 */
export class MeasuredFolders {
  /** The newest run of each folder. */
  private readonly found = new Map<string, string>();

  constructor(
    private readonly paths: FolderPaths,
    private readonly runs: FolderFiles,
    private readonly files: OwnFiles,
    private readonly clock: Pick<Clock, 'wallMilliseconds'>,
  ) {}

  /** @throws Node's `ErrnoException` when the journal's folder exists but cannot be read. */
  async has(folder: string): Promise<boolean> {
    const journal = this.files.stateNow(this.paths.runs);
    const state = journal === null ? null : stateText(journal);
    const list = await this.readList();
    let isCurrent = list !== null && state !== null && list.state === state;
    for (const [each, id] of Object.entries(list?.folders ?? {})) {
      if (!isWithin(each, folder)) continue;
      // Its file proves it.
      if ((await this.runs.folderOf(id).catch(() => undefined)) === each) return true;
      isCurrent = false;
    }
    if (isCurrent) return false;
    const ids = [...(await this.runs.ids())].reverse();
    const { isFound, isComplete } = (await this.isAmongNewest(ids, folder))
      ? { isFound: true, isComplete: false }
      : await this.lookAtAll(ids, folder);
    const isLasting = !isFound && isComplete && journal !== null && isSettled(journal, this.clock);
    const folders = Object.fromEntries(this.found);
    await this.writeList(isLasting ? { state, folders } : { state: null, folders: { ...list?.folders, ...folders } });
    return isFound;
  }

  private async isAmongNewest(ids: readonly string[], folder: string): Promise<boolean> {
    for (const id of ids.slice(0, newestRuns)) if (this.note(id, await this.folderOf(id), folder)) return true;
    return false;
  }

  private note(id: string, run: string | null | undefined, wanted: string): boolean {
    if (typeof run !== 'string') return false;
    if (!this.found.has(run)) this.found.set(run, id);
    return isWithin(run, wanted);
  }

  private async lookAtAll(
    ids: readonly string[],
    folder: string,
  ): Promise<{ readonly isFound: boolean; readonly isComplete: boolean }> {
    let isComplete = true;
    const index = await RunIndex.open(this.paths.index, this.files);
    const checked = new Map<string, boolean>();
    try {
      for (const id of ids) {
        const found = this.files.stateNow(this.runs.path(id));
        const state = found === null ? '' : stateText(found);
        const known = index.find(id, state);
        const indexed = known === null ? undefined : index.folderOf(known);
        const run = indexed === undefined ? await this.folderOf(id) : indexed;
        if (run === undefined) isComplete = false;
        else if (indexed === undefined && found !== null && isSettled(found, this.clock))
          index.addFolder(id, state, run);
        if (run === null || run === undefined) continue;
        const isWanted = checked.get(run) ?? this.note(id, run, folder);
        checked.set(run, isWanted);
        if (isWanted) return { isFound: true, isComplete };
      }
      return { isFound: false, isComplete };
    } finally {
      await index.save();
      await index.close();
    }
  }

  /** Of a file whose first line says nothing, all is read. */
  private async folderOf(id: string): Promise<string | null | undefined> {
    const folder = await this.runs.folderOf(id).catch(() => undefined);
    return folder === undefined ? (await this.runs.read(id)).record?.folder : folder;
  }

  private async readList() {
    const text = await this.files.readText(this.paths.list, mostBytes).catch(() => null);
    return text === null ? null : parseFitting(listShape, text);
  }

  private async writeList(list: v.InferOutput<typeof listShape>): Promise<void> {
    if (Object.keys(list.folders).length === 0) return;
    // Without the list, the next search looks at the runs again.
    await replaceFile(this.files, this.paths.list, JSON.stringify(list)).catch(() => undefined);
  }
}
