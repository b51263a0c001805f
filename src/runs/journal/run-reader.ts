import { withParents } from '../measuring/counted-once';
import type { Journal } from './journal';
import type { RunRecord } from '../record';

interface ReadRecords {
  readonly records: readonly RunRecord[];
  /** One sentence for each record that cannot be read. */
  readonly problems: readonly string[];
}

/** A run that is measured in this process: its record is newer than the journal's. */
interface MeasuredRun {
  readonly id: string;
  record(): RunRecord;
}

/** The recorded runs, for all that shows or counts them. Each file is read once, save those of runs that still run. */
export class RunReader {
  private readonly ended = new Map<string, RunRecord>();
  /** What `newest` found last, for those who ask again and again. */
  private last: { readonly read: readonly RunRecord[]; readonly runs: readonly RunRecord[] } = { read: [], runs: [] };

  constructor(
    private readonly journal: Journal | null,
    private readonly measured: () => readonly MeasuredRun[] = () => [],
  ) {}

  /** The folder that the records are in; null where this machine keeps none. */
  get folder(): string | null {
    return this.journal?.folder ?? null;
  }

  /**
   * The ids of all recorded runs and of those that are measured now, oldest first.
   * @throws Node's `ErrnoException` when the folder exists but cannot be read.
   */
  async ids(): Promise<readonly string[]> {
    const ids = new Set((await this.journal?.ids()) ?? []);
    for (const { id } of this.measured()) ids.add(id);
    return [...ids].sort();
  }

  /** The records of these runs in the order asked; one that was deleted meanwhile is left out. */
  async read(ids: readonly string[]): Promise<ReadRecords> {
    const problems: string[] = [];
    const measured = new Map(this.measured().map((run) => [run.id, run.record()]));
    const unknown = ids.filter((id) => !measured.has(id) && !this.ended.has(id));
    const entries = (await this.journal?.entries(unknown)) ?? [];
    const read = new Map<string, RunRecord>();
    for (const [index, { record, problem }] of entries.entries()) {
      const id = unknown[index];
      if (problem !== null) problems.push(problem);
      if (record === null || id === undefined) continue;
      if (record.status !== 'running' && problem === null) this.ended.set(id, record);
      read.set(id, record);
    }
    const records = ids.flatMap((id) => measured.get(id) ?? this.ended.get(id) ?? read.get(id) ?? []);
    return { records, problems };
  }

  /**
   * The newest runs with their parents, oldest first; those that cannot be read are left out.
   *
   * @param count how many at most; all, if left out
   * @throws Node's `ErrnoException` when the folder exists but cannot be read.
   */
  async newest(count = Infinity): Promise<readonly RunRecord[]> {
    const ids = await this.ids();
    const { records } = await this.read(count === Infinity ? ids : ids.slice(-count));
    const { read, runs } = this.last;
    if (records.length === read.length && records.every((record, index) => record === read[index])) return runs;
    this.last = { read: records, runs: withParents(records) };
    return this.last.runs;
  }

  /** Deletes the record of a run. */
  async delete(id: string): Promise<void> {
    this.ended.delete(id);
    await this.journal?.delete(id);
  }
}
