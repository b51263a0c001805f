import { nextTurn, type Clock } from '../../system/clock';
import type { FileState, OwnFiles } from '../../system/own-files';
import { hasRecord, listedIn, type IndexedRun } from './index-lines';
import { listedRun, type ListedRun } from './listed-run';
import { RunIndex, stateText } from './run-index';
import type { RunRecord } from '../record';

/** How many runs are read before others get their turn. */
const runsAtATime = 100;
/** Where all files together are smaller than this, or this few, they are read as quickly as the index. */
const littleBytes = 256_000;
const fewRuns = 4;
/** To look through so many bytes of the index costs as much as to read one byte of the runs' own files. */
const bytesOfIndexForOne = 25;
/**
 * A file that was changed a moment ago can change once more without a new time: some file systems count in steps of two
 * seconds. It is read again the next time.
 */
const settledMilliseconds = 2500;

/** What a list shows of one file; both are null where the file is gone or still empty. */
export interface JournalEntry {
  readonly record: RunRecord | null;
  readonly problem: string | null;
}

/** The same for a list of many runs. */
interface ListedEntry {
  readonly run: ListedRun | null;
  readonly problem: string | null;
}

/** What a run's own file says. */
export interface FileContent extends JournalEntry {
  /** The process that records a run without an end; null for one that has ended. */
  readonly recorder: number | null;
}

/** The files of the runs. */
export interface RunFiles {
  path(id: string): string;
  read(id: string): Promise<FileContent>;
  /** Whether a run without an end is still recorded, by its recorder and the last change of its file. */
  isStillRecorded(recorder: number, changedAt: number): boolean;
}

/** The paths of the index and of that of an earlier version, which goes when the index begins. */
interface IndexPaths {
  readonly current: string;
  readonly earlier: string;
}

/** A run that is looked for in the index. */
interface Wanted {
  readonly id: string;
  /** Null where its file cannot be seen. */
  readonly file: FileState | null;
  readonly found: IndexedRun | null;
}

/** Reads many runs: from the index where it knows a file as it is, else from the file. */
export class IndexedRuns {
  constructor(
    private readonly paths: IndexPaths,
    private readonly runs: RunFiles,
    private readonly files: OwnFiles,
    private readonly clock: Pick<Clock, 'wallMilliseconds'>,
  ) {}

  /**
   * Gives what is known of these runs in the order asked, some hundreds at a time.
   *
   * @param isAll these are all runs that there are, so that the index may drop others
   */
  async *read(ids: readonly string[], isAll: boolean): AsyncGenerator<readonly JournalEntry[]> {
    for await (const { index, wanted } of this.batches(ids, isAll)) {
      const records = await index?.records(wanted.map(({ found }) => found));
      const entries: JournalEntry[] = [];
      for (const [place, each] of wanted.entries()) {
        const record = records?.[place] ?? null;
        entries.push(
          record === null
            ? await this.content(each, index)
            : { record: this.isRecorded(each) ? { ...record, status: 'running' } : record, problem: null },
        );
      }
      yield entries;
    }
  }

  /** Gives what a list of all runs shows; reads no records from the index. */
  async *list(ids: readonly string[]): AsyncGenerator<readonly ListedEntry[]> {
    for await (const { index, wanted } of this.batches(ids, true)) {
      const entries: ListedEntry[] = [];
      for (const each of wanted) {
        const { found } = each;
        if (found !== null && hasRecord(found)) {
          const run = listedIn(found.id, found.listed);
          entries.push({ run: this.isRecorded(each) ? { ...run, status: 'running' } : run, problem: null });
          continue;
        }
        const { record, problem } = await this.content(each, index);
        entries.push({ run: record === null ? null : listedRun(record), problem });
      }
      yield entries;
    }
  }

  private async *batches(
    ids: readonly string[],
    isAll: boolean,
  ): AsyncGenerator<{ readonly index: RunIndex | null; readonly wanted: readonly Wanted[] }> {
    const index = this.isQuick(ids, isAll)
      ? null
      : await RunIndex.open(this.paths.current, this.files, this.paths.earlier);
    try {
      for (let start = 0; start < ids.length; start += runsAtATime) {
        yield { index, wanted: ids.slice(start, start + runsAtATime).map((id) => this.wanted(id, index)) };
        await index?.save();
        // A list of all runs must not hold up the editor.
        if (start + runsAtATime < ids.length) await nextTurn();
      }
      if (isAll) await index?.tidy();
    } finally {
      await index?.close();
    }
  }

  private wanted(id: string, index: RunIndex | null): Wanted {
    if (index === null) return { id, file: null, found: null };
    const file = this.files.stateNow(this.runs.path(id));
    return { id, file, found: file === null ? null : index.find(id, stateText(file)) };
  }

  /** Whether the files are read as quickly as the index. */
  private isQuick(ids: readonly string[], isAll: boolean): boolean {
    const index = this.files.stateNow(this.paths.current);
    if (isAll && index !== null) return false;
    if (ids.length <= fewRuns) return true;
    const most = Math.max(littleBytes, (index?.bytes ?? 0) / bytesOfIndexForOne);
    let bytes = 0;
    for (const id of ids) {
      bytes += this.files.stateNow(this.runs.path(id))?.bytes ?? 0;
      if (bytes > most) return false;
    }
    return true;
  }

  /** Whether a run that the index knows without an end is recorded now. */
  private isRecorded({ file, found }: Wanted): boolean {
    const recorder = found?.recorder ?? null;
    return recorder !== null && file !== null && this.runs.isStillRecorded(recorder, file.changedAt);
  }

  /** What the run's own file says; the index has it from then on. */
  private async content({ id, file }: Wanted, index: RunIndex | null): Promise<FileContent> {
    const content = await this.runs.read(id);
    // Why a file cannot be seen, reading it says.
    if (file !== null && isSettled(file, this.clock) && isFinal(content))
      index?.add(id, stateText(file), content.recorder, content.record);
    return content;
  }
}

/** Whether a change from now on would show in the state of a file. */
export function isSettled({ changedAt, touchedAt }: FileState, clock: Pick<Clock, 'wallMilliseconds'>): boolean {
  return clock.wallMilliseconds() - Math.max(changedAt, touchedAt) > settledMilliseconds;
}

/** What is damaged or still recorded is read from its file each time. */
function isFinal(content: FileContent): content is FileContent & { readonly record: RunRecord } {
  return content.record !== null && content.problem === null && content.record.status !== 'running';
}
