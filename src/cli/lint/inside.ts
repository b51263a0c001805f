import { Option } from 'commander';
import { resolve } from 'node:path';
import { isWithin } from '../../system/paths';
import type { SourceFiles } from '../../system/source-files';

/** For the tools of agents, which read nothing outside the project. People expect that links are followed. */
export const insideOption = (): Option =>
  new Option('--inside <folder>', 'leave out files to which links lead outside this folder; give it again for more')
    .argParser<readonly string[]>((folder, others) => [...others, folder])
    .default([])
    .hideHelp();

/** Whether a path leads into one of the folders when its links are followed; always if there are none. */
export function leadsInside(
  folders: readonly string[],
  cwd: string,
  files: Pick<SourceFiles, 'realPath'>,
): (path: string) => Promise<boolean> {
  if (folders.length === 0) return () => Promise.resolve(true);
  const homes = Promise.all(
    folders.map((folder) => resolve(cwd, folder)).map((folder) => files.realPath(folder).catch(() => folder)),
  );
  return async (path) => {
    const real = await files.realPath(path).catch(() => null);
    return real !== null && (await homes).some((home) => isWithin(real, home));
  };
}
