import type { Event } from 'vscode';
import type { Journal } from '../../runs/journal';
import type { RunRecord } from '../../runs/record';

/** Older runs tell little of a project as it is now, and reading them takes time. */
const runsRead = 200;

/** The recorded runs as evidence; those that have ended are read from the journal once. */
export class RecordedRuns {
  private readonly ended = new Map<string, RunRecord>();

  constructor(
    private readonly journal: Journal | null,
    /** Fires when a run has begun, has ended or was deleted. */
    readonly onDidTurn: Event<void>,
  ) {}

  /**
   * The newest runs, oldest first; those that cannot be read are left out. Empty where there is no journal.
   * @throws Node's `ErrnoException` when the journal's folder exists but cannot be read.
   */
  async list(): Promise<readonly RunRecord[]> {
    if (this.journal === null) return [];
    const runs: RunRecord[] = [];
    for (const id of (await this.journal.ids()).slice(-runsRead)) {
      const record = this.ended.get(id) ?? (await this.read(this.journal, id));
      if (record === null) continue;
      if (record.status !== 'running') this.ended.set(id, record);
      runs.push(record);
    }
    return runs;
  }

  private async read(journal: Journal, id: string): Promise<RunRecord | null> {
    try {
      return (await journal.read(id))?.record ?? null;
    } catch {
      return null;
    }
  }
}
