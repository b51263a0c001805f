import { Option } from 'commander';
import { isWithin } from '../../system/paths';
import type { SourceFiles } from '../../system/source-files';

/**
 * For the tools of agents, which read nothing outside the project: absolute folders out of which no link is followed. People
 * expect that links are followed.
 */
export const insideOption = (): Option => new Option('--inside <folder...>').default([]).hideHelp();

/** Whether a link leads into one of the folders; undefined if there are none, and all links are followed. */
export function leadsInside(
  folders: readonly string[],
  files: Pick<SourceFiles, 'realPath'>,
): ((path: string) => Promise<boolean>) | undefined {
  if (folders.length === 0) return undefined;
  return async (path) => {
    const [real, ...homes] = await Promise.all(
      [path, ...folders].map((each) => files.realPath(each).catch(() => null)),
    );
    return typeof real === 'string' && homes.some((home) => home !== null && isWithin(real, home));
  };
}
