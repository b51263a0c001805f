import * as ownPaths from 'node:path';

/** Whether a path is the folder or inside it. `rules` selects the path rules of a platform; the default is this one's. */
export function isWithin(
  path: string,
  folder: string,
  rules: Pick<ownPaths.PlatformPath, 'relative' | 'isAbsolute' | 'sep'> = ownPaths,
): boolean {
  const below = rules.relative(folder, path);
  return below !== '..' && !below.startsWith(`..${rules.sep}`) && !rules.isAbsolute(below);
}
