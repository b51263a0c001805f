import { Argument, Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { runsOfProject } from '../runs/project-runs';
import type { RunRecord } from '../runs/record';
import { CommandError, requirePath, type Io } from './io';
import { allRuns, findRun } from './run-records';

export interface SelectionOptions {
  readonly folder?: string;
  readonly all?: boolean;
}

/** Adds the argument and the options that select the runs of a document. */
export function addSelection(command: Command): Command {
  return command
    .addArgument(new Argument('[ids...]', 'ids of runs, or their first characters (default: the runs of this folder)'))
    .addOption(new Option('--folder <dir>', 'runs that were started in this folder or below it').conflicts('all'))
    .option('--all', 'all recorded runs');
}

/**
 * The selected runs that have ended, else those of a folder.
 *
 * @throws CommandError if there are none
 */
export async function selectRuns(
  io: Io,
  ids: readonly string[],
  { folder, all }: SelectionOptions,
): Promise<readonly RunRecord[]> {
  if (ids.length > 0) {
    if (folder !== undefined || all === true)
      throw new CommandError('give either ids of runs, or --folder or --all, not both.');
    return ended(
      await Promise.all(ids.map(async (id) => (await findRun(io, id)).record)),
      'none of these runs has ended yet; try again when they have.',
    );
  }
  const runs = await allRuns(io);
  if (all === true) return ended(runs, 'no runs have been recorded yet; start with: green-ml run -- python3 train.py');
  if (folder !== undefined) requirePath(folder);
  const path = resolve(io.cwd, folder ?? '.');
  return ended(
    runsOfProject(runs, path),
    `no runs have been recorded in ${path}; choose another folder with --folder, or all runs with --all.`,
  );
}

function ended(runs: readonly RunRecord[], otherwise: string): readonly RunRecord[] {
  const found = [...new Map(runs.map((run) => [run.id, run])).values()].filter(({ status }) => status !== 'running');
  if (found.length === 0) throw new CommandError(otherwise);
  return found;
}
