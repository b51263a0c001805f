import { join, sep } from 'node:path';
import { isRunning } from '../../processes/alive';
import { systemClock, type Clock } from '../../system/clock';
import { errorCode } from '../../system/files';
import { ownFiles, replaceFile, type OwnFiles } from '../../system/own-files';
import { buildRecord, type RunState } from '../measuring/build-record';
import { withParents } from '../measuring/counted-once';
import { startOfRun, type RunHeader } from '../header';
import type { RunInterval } from '../interval';
import { MeasuredFolders } from './measured-folders';
import { IndexedRuns, type FileContent, type JournalEntry } from './indexed-runs';
import { formatLine, parseJournal } from './journal-lines';
import type { ListedRun } from './listed-run';
import type { RunProgress } from '../progress/run-progress';
import type { RunRecord } from '../record';
import { RunWriter } from './run-writer';

/** Far more than a run of months; a file beyond this is no run of ours. */
const mostBytes = 500_000_000;

/**
 * Another version of the index has another number: what is in it follows from how this version reads a run's file. Each
 * version reads its own; a test asks for the next number when records change.
 */
const indexName = 'runs-index-6';
const earlierIndexName = 'runs-index-3';

/** The folders that runs were started in. */
const foldersName = 'runs-folders-1.json';

/** How far back `latest` looks: older runs are for lists. */
const runsLookedAt = 50;

/** A recorder writes every second: a run whose file has not grown for this long has lost its recorder. */
const silenceOfALostRecorderMs = 60_000;

/** More than any first line holds; the rest of a file may be large. */
const firstLineBytes = 65_536;

/** A stored run: its record and its samples. */
export interface StoredRun {
  readonly record: RunRecord;
  readonly samples: readonly RunInterval[];
  /** What its output told of its progress; null if nothing. */
  readonly progress: RunProgress | null;
  /** One sentence on the lines of its file that cannot be read; null if all can. */
  readonly problem: string | null;
}

const nothing: FileContent = { record: null, problem: null, recorder: null };

/** What a listing found; a problem is one sentence for people about one file, and hides no other run. */
export interface JournalListing {
  readonly runs: readonly RunRecord[];
  readonly problems: readonly string[];
}

/**
 * The recorded runs: one file of JSON lines a run in `<state directory>/runs`, so that editor windows and
 * terminals write side by side without locks and a damaged file costs one run.
 */
export class Journal {
  /** The folder of the runs. */
  readonly folder: string;
  private readonly indexed: IndexedRuns;
  private readonly folders: MeasuredFolders;

  constructor(
    stateDirectory: string,
    private readonly files: OwnFiles = ownFiles,
    private readonly clock: Pick<Clock, 'wallMilliseconds'> = systemClock,
  ) {
    this.folder = join(stateDirectory, 'runs');
    const index = join(stateDirectory, indexName);
    const runs = {
      path: (id: string) => this.path(id),
      read: (id: string) => this.content(id),
      isStillRecorded: (recorder: number, changedAt: number) => this.isStillRecorded(recorder, changedAt),
      ids: () => this.ids(),
      folderOf: async (id: string) => (await this.header(id))?.folder,
    };
    const indexes = { current: index, earlier: join(stateDirectory, earlierIndexName) };
    this.indexed = new IndexedRuns(indexes, runs, files, clock);
    const paths = { runs: this.folder, index, list: join(stateDirectory, foldersName) };
    this.folders = new MeasuredFolders(paths, runs, files, clock);
  }

  /**
   * Opens the file of a new run.
   * @throws Node's `ErrnoException` when the folder or file cannot be written.
   */
  async begin(id: string): Promise<RunWriter> {
    await this.files.makeFolder(this.folder);
    return RunWriter.create(this.path(id), this.files);
  }

  /**
   * All runs, oldest first.
   *
   * @param onRead told now and then how many of all runs were read
   * @throws Node's `ErrnoException` when the folder exists but cannot be read.
   */
  async list(onRead: (read: number, all: number) => void = () => undefined): Promise<JournalListing> {
    const runs: RunRecord[] = [];
    const problems: string[] = [];
    const ids = await this.ids();
    let read = 0;
    for await (const entries of this.indexed.read(ids, true)) {
      read += entries.length;
      onRead(read, ids.length);
      for (const { record, problem } of entries) {
        if (record !== null) runs.push(record);
        if (problem !== null) problems.push(problem);
      }
    }
    return { runs: withParents(runs), problems };
  }

  /**
   * Visits what a list shows of each run, oldest first, so that the runs need not be in memory.
   * @returns the problems, as in `list`
   * @throws Node's `ErrnoException` when the folder exists but cannot be read.
   */
  async visitListed(onRun: (run: ListedRun) => void): Promise<readonly string[]> {
    const problems: string[] = [];
    for await (const entries of this.indexed.list(await this.ids())) {
      for (const { run, problem } of entries) {
        if (run !== null) onRun(run);
        if (problem !== null) problems.push(problem);
      }
    }
    return problems;
  }

  /** What a list shows of these runs, in the order asked. */
  async entries(ids: readonly string[]): Promise<readonly JournalEntry[]> {
    const found: JournalEntry[] = [];
    for await (const entries of this.indexed.read(ids, false)) found.push(...entries);
    return found;
  }

  /**
   * Whether any run was started in this folder or below it.
   * @throws Node's `ErrnoException` when the folder of the journal exists but cannot be read.
   */
  hasRunIn(folder: string): Promise<boolean> {
    return this.folders.has(folder);
  }

  /**
   * The runs that began in the same second as this one or later, and the processes that record them. Reads the first
   * lines only.
   * @throws Node's `ErrnoException` when the folder exists but cannot be read.
   */
  async begunSince(id: string): Promise<readonly { readonly id: string; readonly recorder: RunHeader['recorder'] }[]> {
    const second = startOfRun(id)?.getTime();
    if (second === undefined) return [];
    const later = (await this.ids()).filter(
      (each) => each !== id && (startOfRun(each)?.getTime() ?? -Infinity) >= second,
    );
    const found: { id: string; recorder: RunHeader['recorder'] }[] = [];
    for (const each of later) {
      const header = await this.header(each).catch(() => null);
      if (header !== null) found.push({ id: each, recorder: header.recorder });
    }
    return found;
  }

  /**
   * Writes into the file of an ended run which runs it is a part of, the nearest first; nothing happens where that is
   * known, or its recorder still writes: the outer run's `children` name it as well.
   * @throws Node's `ErrnoException` when the file cannot be read or written.
   */
  async adopt(id: string, ancestors: readonly string[]): Promise<void> {
    const { state } = parseJournal(await this.files.readText(this.path(id), mostBytes));
    if (state === null || state.end === null) return;
    const known = state.header.ancestors ?? [];
    const more = ancestors.filter((each) => each !== id && !known.includes(each));
    if (more.length > 0)
      await this.files.append(this.path(id), formatLine({ type: 'update', ancestors: [...known, ...more] }));
  }

  /**
   * Writes the whole file of a run that was recorded elsewhere, in place of one with this id.
   * @throws Node's `ErrnoException` when the folder or file cannot be written.
   */
  async put(id: string, text: string): Promise<void> {
    await this.files.makeFolder(this.folder);
    await replaceFile(this.files, this.path(id), text);
  }

  /** One record for a list, and the sentence that says what of its file cannot be read. */
  entry(id: string): Promise<JournalEntry> {
    return this.content(id);
  }

  /** The ids of all stored runs, oldest first; empty when nothing was ever recorded. */
  async ids(): Promise<string[]> {
    try {
      const names = await this.files.list(this.folder);
      return names
        .filter((name) => name.endsWith('.jsonl'))
        .map((name) => name.slice(0, -'.jsonl'.length))
        .sort();
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  /**
   * One run, or null when its file holds no readable start.
   * @throws Node's `ErrnoException` when there is no such file or it cannot be read.
   */
  async read(id: string): Promise<StoredRun | null> {
    return this.parse(id, await this.files.readText(this.path(id), mostBytes));
  }

  /**
   * The newest run that `fits`, or null where there is none among the last few that can be read.
   * @throws Node's `ErrnoException` when the folder exists but cannot be read.
   */
  async latest(fits: (record: RunRecord) => boolean = () => true): Promise<RunRecord | null> {
    for (const id of (await this.ids()).slice(-runsLookedAt).reverse()) {
      try {
        const run = await this.read(id);
        if (run !== null && fits(run.record)) return run.record;
      } catch {
        // An unreadable file hides no older run; `list` names it.
      }
    }
    return null;
  }

  /** Deletes one run; nothing happens when it is gone already. */
  async delete(id: string): Promise<void> {
    await this.files.remove(this.path(id));
  }

  path(id: string): string {
    return `${this.folder}${sep}${id}.jsonl`;
  }

  private async content(id: string): Promise<FileContent> {
    const problem = (sentence: string): FileContent => ({ ...nothing, problem: `${this.path(id)} ${sentence}` });
    try {
      const text = await this.files.readText(this.path(id), mostBytes);
      // A recorder makes its file before it writes the first line; on a full disk it gets no further.
      if (text.trim() === '') return nothing;
      return (await this.parse(id, text)) ?? problem('holds no readable run; delete the file if you do not need it.');
    } catch (error) {
      const code = errorCode(error);
      return code === 'ENOENT' ? nothing : problem(`cannot be read (${code ?? String(error)}); check its permissions.`);
    }
  }

  private async parse(id: string, text: string): Promise<(StoredRun & FileContent) | null> {
    const { state, samples, damaged } = parseJournal(text);
    if (state === null) return null;
    // A copy of a file is a run of its own, or a list would show one id twice.
    const known: RunState = { ...state, header: { ...state.header, id } };
    return {
      record: buildRecord(known, await this.status(this.path(id), known)),
      recorder: state.end === null && state.header.job === undefined ? state.header.recorder.pid : null,
      samples,
      progress: state.progress ?? null,
      problem: damaged.length === 0 ? null : damageText(this.path(id), damaged),
    };
  }

  /** What the first line says; null where it says nothing. */
  private async header(id: string): Promise<RunHeader | null> {
    const text = await this.files.readStart(this.path(id), firstLineBytes);
    return parseJournal(`${text.split('\n', 1)[0] ?? ''}\n`).state?.header ?? null;
  }

  private async status(path: string, { end, header }: RunState): Promise<RunRecord['status']> {
    if (end !== null) return 'completed';
    // Nothing here records a job: it has no end as long as the scheduler said so.
    if (header.job !== undefined) return 'running';
    // Asked first: what has no process needs no look at its file.
    if (!isRunning(header.recorder.pid)) return 'interrupted';
    return this.isStillRecorded(header.recorder.pid, await this.files.changedAt(path)) ? 'running' : 'interrupted';
  }

  private isStillRecorded(recorder: number, changedAt: number): boolean {
    return this.clock.wallMilliseconds() - changedAt <= silenceOfALostRecorderMs && isRunning(recorder);
  }
}

function damageText(path: string, damaged: readonly number[]): string {
  const [first = 0, ...others] = damaged;
  const which =
    others.length === 0
      ? `line ${first} of ${path} cannot be read and is`
      : `line ${first} and ${others.length} more of ${path} cannot be read and are`;
  return `${which} left out of this run; the other figures stand.`;
}
