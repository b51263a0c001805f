import { headlineFigures, type HeadlineFigures } from '../describe';
import type { RunRecord } from '../record';

/** What a list shows of a run. The journal's index has it apart from the record, so that a long list reads no records. */
export interface ListedRun
  extends HeadlineFigures,
    Pick<RunRecord, 'id' | 'name' | 'status' | 'exitCode' | 'stoppedBy' | 'durationSeconds'> {}

export function listedRun(record: RunRecord): ListedRun {
  const { id, name, status, exitCode, stoppedBy, durationSeconds } = record;
  return { id, name, status, exitCode, stoppedBy, durationSeconds, ...headlineFigures(record) };
}
