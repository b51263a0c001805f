import { isAbsolute, join, normalize } from 'node:path';
import { headlineFigures, shownEnergy } from './describe';
import type { RunRecord } from './record';
import { scriptOf } from './command/script';

/**
 * What the last ended run of each script and notebook used, by its path: "~3.2 Wh". Runs without a figure say nothing.
 * @param runs oldest first
 */
export function lastEnergies(runs: readonly RunRecord[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const run of runs) {
    const { wattHours } = headlineFigures(run);
    const path = run.status === 'running' ? null : pathOf(run);
    if (path === null || wattHours === null) continue;
    found.set(path, shownEnergy(run).value);
  }
  return found;
}

/** What a run ran: a script, or a notebook by its name. */
function pathOf(run: RunRecord): string | null {
  const { name, folder } = run;
  const path = scriptOf(run)?.path ?? (name.endsWith('.ipynb') ? name : null);
  if (path === null || (folder === null && !isAbsolute(path))) return null;
  return normalize(isAbsolute(path) ? path : join(folder ?? '', path));
}
