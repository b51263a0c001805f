import type { Journal } from '../../runs/journal';
import type { RunRecord } from '../../runs/record';
import type { WindowRuns } from '../capture/window-runs';

export interface ReadRecords {
  readonly records: readonly RunRecord[];
  /** One sentence for each record that cannot be read. */
  readonly problems: readonly string[];
}

/** The recorded runs as lists show them: each file is read once, save those of runs that still go on. */
export class RunLibrary {
  private readonly known = new Map<string, RunRecord>();

  constructor(
    private readonly journal: Journal | null,
    private readonly runs: Pick<WindowRuns, 'active'>,
  ) {}

  /** The folder that the records are in; null where this machine keeps none. */
  get folder(): string | null {
    return this.journal?.folder ?? null;
  }

  /**
   * The ids of all recorded runs and of those that go on in this window, oldest first.
   * @throws Node's `ErrnoException` when the folder exists but cannot be read.
   */
  async ids(): Promise<readonly string[]> {
    const ids = new Set((await this.journal?.ids()) ?? []);
    for (const { id } of this.runs.active) ids.add(id);
    return [...ids].sort();
  }

  /** The records of these runs in the order asked; one that was deleted meanwhile is left out. */
  async read(ids: readonly string[]): Promise<ReadRecords> {
    const records: RunRecord[] = [];
    const problems: string[] = [];
    for (const id of ids) {
      const active = this.runs.active.find((run) => run.id === id);
      const known = active?.record() ?? this.known.get(id);
      if (known !== undefined) {
        records.push(known);
        continue;
      }
      const entry = await this.journal?.entry(id);
      if (entry === undefined) continue;
      if (entry.problem !== null) problems.push(entry.problem);
      if (entry.record === null) continue;
      if (entry.record.status !== 'running' && entry.problem === null) this.known.set(id, entry.record);
      records.push(entry.record);
    }
    return { records, problems };
  }

  /** Deletes the record of a run. */
  async delete(id: string): Promise<void> {
    this.known.delete(id);
    await this.journal?.delete(id);
  }
}
