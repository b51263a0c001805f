import { posix, win32 } from 'node:path';

interface CacheEnvironment {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home directory; null if there is none. */
  readonly home: string | null;
}

/**
 * The folder for files that can be recreated: `$XDG_CACHE_HOME/green-ml` if that is an absolute path, otherwise the
 * platform's usual cache folder. Null if there is none.
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
