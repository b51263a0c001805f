import { wattHoursOnce } from '../../runs/measuring/counted-once';
import { countedEnergy } from '../../runs/describe';
import { runsOfProject } from '../../runs/project-runs';
import type { RunRecord } from '../../runs/record';
import type { RunReader } from '../../runs/journal/run-reader';
import type { Estimate } from '../../units/estimate';
import { openFolderPaths } from '../open-folders';

/** What was measured in the folders of this window. */
export interface ProjectRuns {
  readonly count: number;
  /** Energy of all of them, each in its own scope; energy in two of them counts once. Null if none is known. */
  readonly kilowattHours: number | null;
  /** Duration and energy of the newest, to estimate the next; null if there is none. */
  readonly last: { readonly hours: number; readonly kilowattHours: Estimate | null } | null;
}

const nothing: ProjectRuns = { count: 0, kilowattHours: null, last: null };

/** Reads the journal when the user asks for advice. An unreadable journal counts as empty. */
export async function projectRuns(reader: Pick<RunReader, 'newest'>): Promise<ProjectRuns> {
  const folders = openFolderPaths();
  try {
    const runs = runsOfProject(await reader.newest(), ...folders);
    return summaryOf(runs);
  } catch {
    return nothing;
  }
}

function summaryOf(runs: readonly RunRecord[]): ProjectRuns {
  const wattHours = wattHoursOnce(runs);
  const last = runs.at(-1);
  return {
    count: runs.length,
    kilowattHours: wattHours === null ? null : wattHours / 1000,
    last: last === undefined ? null : { hours: last.durationSeconds / 3600, kilowattHours: kilowattHoursOf(last) },
  };
}

function kilowattHoursOf(record: RunRecord): Estimate | null {
  const { total, low, high } = countedEnergy(record);
  if (total === null) return null;
  return { value: total / 1000, low: (low ?? total) / 1000, high: (high ?? total) / 1000 };
}
