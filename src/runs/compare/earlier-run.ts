import { howItEnded } from '../describe';
import type { RunRecord } from '../record';

/**
 * The last run of the same program before one that ended by itself: of the same command where there is one, else of the same
 * name in the same folder; null if there is none.
 */
export function earlierRun(run: RunRecord, history: readonly RunRecord[]): RunRecord | null {
  const before = history
    .filter(
      (each) =>
        each.id < run.id &&
        each.status === 'completed' &&
        howItEnded(each) === null &&
        each.folder === run.folder &&
        each.name === run.name,
    )
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  const command = run.command?.join('\0') ?? null;
  return before.find((each) => (each.command?.join('\0') ?? null) === command) ?? before[0] ?? null;
}
