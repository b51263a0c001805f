import { isWithin } from '../runs/other-runs';
import type { RunRecord } from '../runs/record';

/** The runs that were started in a project's folder or below it, in their order. */
export function runsOfFolder(runs: readonly RunRecord[], folder: string): readonly RunRecord[] {
  return runs.filter((run) => run.folder !== null && isWithin(run.folder, folder));
}
