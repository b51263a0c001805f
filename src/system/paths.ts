import * as ownPaths from 'node:path';

/** Whether a path is a folder itself or lies below it; `rules` are those of another platform, in tests and for Windows. */
export function isWithin(
  path: string,
  folder: string,
  rules: Pick<ownPaths.PlatformPath, 'relative' | 'isAbsolute' | 'sep'> = ownPaths,
): boolean {
  const below = rules.relative(folder, path);
  return below !== '..' && !below.startsWith(`..${rules.sep}`) && !rules.isAbsolute(below);
}
