import { workspace } from 'vscode';
import { wattHoursOnce } from '../../runs/counted-once';
import { runsOfProject } from '../../runs/project-runs';
import type { RunRecord } from '../../runs/record';
import type { RunReader } from '../../runs/run-reader';

/** What was measured in the folders of this window. */
export interface ProjectRuns {
  readonly count: number;
  /** Energy of all of them, each in its own scope; energy in two of them counts once. Null if none is known. */
  readonly kilowattHours: number | null;
  /** Duration of the newest; null if there is none. */
  readonly lastHours: number | null;
}

const nothing: ProjectRuns = { count: 0, kilowattHours: null, lastHours: null };

/** Reads the journal when the user asks for advice. An unreadable journal counts as empty. */
export async function projectRuns(reader: Pick<RunReader, 'newest'>): Promise<ProjectRuns> {
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
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
    lastHours: last === undefined ? null : last.durationSeconds / 3600,
  };
}
