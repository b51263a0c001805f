import { runMarkVariable } from '../processes/run-mark';
import type { Journal } from './journal';

/**
 * Names, in the environment of a measured program, the recorded runs around its own one, the nearest first and with
 * commas between: a run that keeps no record of its own hands its place on by it.
 */
export const runParentsVariable = 'GREEN_ML_RUN_PARENTS';

/** As `newRunId` makes them; anything else in the environment is no name of a file to open. */
const runId = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;

/**
 * The recorded runs that a program with this environment is a part of, the nearest first. The environment alone proves
 * nothing: a daemon or a terminal that was started in a run keeps its marks when that run is over. A run counts that is
 * recorded and goes on, and so do the runs around it.
 */
export async function enclosingRuns(env: NodeJS.ProcessEnv, journal: Journal | null): Promise<readonly string[]> {
  if (journal === null) return [];
  const named = [env[runMarkVariable] ?? '', ...(env[runParentsVariable] ?? '').split(',')].filter((id) =>
    runId.test(id),
  );
  const found = new Set<string>();
  for (const id of new Set(named)) {
    const { record } = await journal.entry(id);
    if (record?.status !== 'running') continue;
    for (const each of [id, ...record.ancestors]) found.add(each);
  }
  return [...found];
}

/** What the programs of a run are to find in their environment. */
export function markedEnvironment(id: string, ancestors: readonly string[]): NodeJS.ProcessEnv {
  return { [runMarkVariable]: id, [runParentsVariable]: ancestors.length === 0 ? undefined : ancestors.join(',') };
}
