import { runMarkVariable } from '../../processes/run-mark';
import type { Journal } from '../journal/journal';

/**
 * The environment variable with the recorded runs that contain a measured program, nearest first, separated by
 * commas. A run without a record passes it on.
 */
const runParentsVariable = 'GREEN_ML_RUN_PARENTS';

/** Ids from `newRunId`; nothing else in the environment may become the name of a file to open. */
const runId = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;

/**
 * The recorded runs that contain a program with this environment, nearest first. The environment alone proves
 * nothing: a daemon or a terminal that was started in a run keeps its marks after that run is over. A run counts if it
 * is recorded and still in progress, and then so do the runs that contain it.
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

/** Environment variables for the programs of a run. */
export function markedEnvironment(id: string, ancestors: readonly string[]): NodeJS.ProcessEnv {
  return { [runMarkVariable]: id, [runParentsVariable]: ancestors.length === 0 ? undefined : ancestors.join(',') };
}
