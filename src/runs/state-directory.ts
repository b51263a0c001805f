import { posix, win32 } from 'node:path';

/** Determines where state is kept. */
export interface StateEnvironment {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home directory, or null if there is none. */
  readonly home: string | null;
}

/**
 * The folder for the journal and the calibration, shared by editor and terminal: `$XDG_STATE_HOME/green-ml` if that is
 * set to an absolute path (on every platform, so that users and tests can move it), else the platform's folder for
 * state. Null without a home directory.
 */
export function stateDirectory({ platform, env, home }: StateEnvironment): string | null {
  const path = platform === 'win32' ? win32 : posix;
  const xdg = env['XDG_STATE_HOME'];
  // The XDG specification: relative paths are invalid and ignored.
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, 'green-ml');
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'];
    if (local !== undefined && path.isAbsolute(local)) return path.join(local, 'green-ml');
    return home === null ? null : path.join(home, 'AppData', 'Local', 'green-ml');
  }
  if (home === null || !path.isAbsolute(home)) return null;
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'green-ml');
  return path.join(home, '.local', 'state', 'green-ml');
}
