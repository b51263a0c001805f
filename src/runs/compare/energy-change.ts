import { compareRuns } from './compare';
import { earlierRun } from './earlier-run';
import type { RunRecord } from '../record';

/** More repetitions than these tell nothing new, and a list asks for many runs. */
const runsLookedAt = 50;

/** Runs of other arguments that differ by more than this factor hardly did the same work. */
const otherWork = 10;

/**
 * The energy of a run against the last comparable one before it, percent; null if there is none or the two cannot be told
 * apart.
 *
 * @param history oldest first
 */
export function energyChange(run: RunRecord, history: readonly RunRecord[]): number | null {
  if (run.status !== 'completed') return null;
  const ofProgram = history
    .filter(({ id, name, folder }) => id <= run.id && name === run.name && folder === run.folder)
    .slice(-runsLookedAt);
  const before = earlierRun(run, ofProgram);
  if (before === null) return null;
  const { verdict, change, work, ratio } = compareRuns(before, run, ofProgram);
  if (work.answer === 'unknown' && ratio !== null && Math.abs(Math.log(ratio.value)) > Math.log(otherWork)) return null;
  return verdict === 'less' || verdict === 'more' ? change.energyPercent : null;
}
