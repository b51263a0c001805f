import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../system/files';
import { makeFolder } from '../system/folders';
import { buildRecord, type RunState } from './build-record';
import type { RunInterval } from './interval';
import { parseJournal } from './journal-lines';
import type { RunProgress } from './progress/run-progress';
import type { RunRecord } from './record';
import { RunWriter } from './run-writer';

/** How far back `latest` looks: older runs are for lists. */
const runsLookedAt = 50;

/** A recorder writes every second: a run whose file has not grown for this long has lost its recorder. */
const silenceOfALostRecorderMs = 60_000;

/** A stored run: its record and its samples. */
export interface StoredRun {
  readonly record: RunRecord;
  readonly samples: readonly RunInterval[];
  /** What its output told of its progress; null if nothing. */
  readonly progress: RunProgress | null;
}

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

  constructor(stateDirectory: string) {
    this.folder = join(stateDirectory, 'runs');
  }

  /**
   * Opens the file of a new run.
   * @throws Node's `ErrnoException` when the folder or file cannot be written.
   */
  async begin(id: string): Promise<RunWriter> {
    await makeFolder(this.folder);
    return RunWriter.create(this.path(id));
  }

  /**
   * All runs, oldest first.
   * @throws Node's `ErrnoException` when the folder exists but cannot be read.
   */
  async list(): Promise<JournalListing> {
    const runs: RunRecord[] = [];
    const problems: string[] = [];
    for (const id of await this.ids()) {
      const entry = await this.entry(id);
      if (typeof entry === 'string') problems.push(entry);
      else if (entry !== null) runs.push(entry);
    }
    return { runs, problems };
  }

  /** One record for a list, or the sentence that says why it cannot be read; null when its file is gone. */
  async entry(id: string): Promise<RunRecord | string | null> {
    try {
      const run = await this.read(id);
      return run?.record ?? `${this.path(id)} holds no readable run; delete the file if you do not need it.`;
    } catch (error) {
      const code = errorCode(error);
      return code === 'ENOENT' ? null : `${this.path(id)} cannot be read (${code ?? String(error)}); check its permissions.`;
    }
  }

  /** The ids of all stored runs, oldest first; empty when nothing was ever recorded. */
  async ids(): Promise<string[]> {
    try {
      const names = await readdir(this.folder);
      return names.filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -'.jsonl'.length)).sort();
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
    const path = this.path(id);
    const { state, samples } = parseJournal(await readFile(path, 'utf8'));
    if (state === null) return null;
    return { record: buildRecord(state, await this.status(path, state)), samples, progress: state.progress ?? null };
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
    await rm(this.path(id), { force: true });
  }

  path(id: string): string {
    return join(this.folder, `${id}.jsonl`);
  }

  private async status(path: string, { end, header }: RunState): Promise<RunRecord['status']> {
    if (end !== null) return 'completed';
    if (!isAlive(header.recorder.pid)) return 'interrupted';
    const silence = Date.now() - (await stat(path)).mtimeMs;
    return silence > silenceOfALostRecorderMs ? 'interrupted' : 'running';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
