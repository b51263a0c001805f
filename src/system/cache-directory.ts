import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

interface CacheEnvironment {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home directory, or null where there is none. */
  readonly home: string | null;
}

/**
 * The folder for what can be made again: `$XDG_CACHE_HOME/green-ml` where that is an absolute path, else the
 * platform's place for caches. Null where there is none.
 */
export function cacheDirectory({ platform, env, home }: CacheEnvironment): string | null {
  const path = platform === 'win32' ? win32 : posix;
  const xdg = env['XDG_CACHE_HOME'];
  // The XDG specification: relative paths are invalid and ignored.
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, 'green-ml');
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'];
    if (local !== undefined && path.isAbsolute(local)) return path.join(local, 'green-ml', 'Cache');
    return home === null || home === '' ? null : path.join(home, 'AppData', 'Local', 'green-ml', 'Cache');
  }
  if (home === null || !path.isAbsolute(home)) return null;
  return platform === 'darwin'
    ? path.join(home, 'Library', 'Caches', 'green-ml')
    : path.join(home, '.cache', 'green-ml');
}

/** The same for this process; a home directory that does not exist is not made. */
export function ownCacheDirectory(): string | null {
  let home: string | null = null;
  try {
    home = homedir();
    if (!existsSync(home)) home = null;
  } catch {
    // This user has no home, as in some containers.
  }
  return cacheDirectory({ platform: process.platform, env: process.env, home });
}
