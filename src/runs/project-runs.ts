import { isWithin } from '../system/paths';
import type { RunRecord } from './record';

/**
 * The runs of a project, in their order: those that were started in one of its folders or below. A project is what a
 * person opened or named: the folders of a window, the folder of a command.
 */
export function runsOfProject(runs: readonly RunRecord[], ...folders: readonly string[]): readonly RunRecord[] {
  // Thousands of runs were started in a few folders.
  const known = new Map<string, boolean>();
  const isOfProject = (folder: string): boolean => {
    const found = known.get(folder) ?? folders.some((each) => isWithin(folder, each));
    known.set(folder, found);
    return found;
  };
  return runs.filter(({ folder }) => folder !== null && isOfProject(folder));
}
