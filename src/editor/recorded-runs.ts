import type { Event } from 'vscode';
import type { RunRecord } from '../runs/record';

/** The recorded runs, for what speaks of code that was measured. */
export interface RecordedRuns {
  /**
   * The newest runs, oldest first.
   * @throws Node's `ErrnoException` if the journal's folder exists but cannot be read.
   */
  list(): Promise<readonly RunRecord[]>;
  /** Fires when a run starts, ends or is deleted. */
  readonly onDidChangeRuns: Event<void>;
}
