import { workspace } from 'vscode';
import { wattHoursOnce } from '../../runs/counted-once';
import type { Journal } from '../../runs/journal';
import type { RunRecord } from '../../runs/record';

/** What was measured for the folders of this window. */
export interface ProjectRuns {
  readonly count: number;
  /** Energy of all of them together, each by its own scope and what lies in two of them once; null if none is known. */
  readonly kilowattHours: number | null;
  /** How long the newest took; null if there is none. */
  readonly lastHours: number | null;
}

const nothing: ProjectRuns = { count: 0, kilowattHours: null, lastHours: null };

/** Reads the journal; called when a person asks for advice. An unreadable journal is as an empty one here. */
export async function projectRuns(journal: Journal | null): Promise<ProjectRuns> {
  const folders = new Set((workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath));
  try {
    const runs = ((await journal?.list())?.runs ?? []).filter(({ folder }) => folder !== null && folders.has(folder));
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
