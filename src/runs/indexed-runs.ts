import { nextTurn, type Clock } from '../system/clock';
import type { FileState, OwnFiles } from '../system/own-files';
import { RunIndex, stateText } from './run-index';
import type { RunRecord } from './record';

/** How many runs are read before others get their turn. */
const runsAtATime = 100;
/** Where all files together are smaller than this, or this few, they are read as quickly as the index. */
const littleBytes = 256_000;
const fewRuns = 4;
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

/** Reads many runs: from the index where it knows a file as it is, else from the file. */
export class IndexedRuns {
  constructor(
    private readonly path: string,
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
    if (this.isQuick(ids) && !(isAll && this.files.stateNow(this.path) !== null)) {
      yield await Promise.all(ids.map((id) => this.runs.read(id)));
      return;
    }
    const index = await RunIndex.open(this.path, this.files);
    try {
      for (let start = 0; start < ids.length; start += runsAtATime) {
        const entries: JournalEntry[] = [];
        for (const id of ids.slice(start, start + runsAtATime)) {
          entries.push(await this.entry(id, index));
        }
        await index.save();
        yield entries;
        // A list of all runs must not hold up the editor.
        await nextTurn();
      }
      if (isAll) await index.tidy();
    } finally {
      await index.close();
    }
  }

  private isQuick(ids: readonly string[]): boolean {
    if (ids.length <= fewRuns) return true;
    let bytes = 0;
    for (const id of ids) {
      bytes += this.files.stateNow(this.runs.path(id))?.bytes ?? 0;
      if (bytes > littleBytes) return false;
    }
    return true;
  }

  private async entry(id: string, index: RunIndex): Promise<JournalEntry> {
    const found = this.files.stateNow(this.runs.path(id));
    // Why a file cannot be seen, reading it says.
    if (found === null) return this.runs.read(id);
    const state = stateText(found);
    const known = await index.find(id, state);
    const record = known?.record() ?? null;
    if (known !== null && record !== null) {
      const isStillRecorded = known.recorder !== null && this.runs.isStillRecorded(known.recorder, found.changedAt);
      return { record: isStillRecorded ? { ...record, status: 'running' } : record, problem: null };
    }
    const content = await this.runs.read(id);
    if (isSettled(found, this.clock) && isFinal(content)) index.add(id, state, content.recorder, content.record);
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
