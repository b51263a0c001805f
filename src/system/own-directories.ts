import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** Determines where our own folders are. */
export interface UserEnvironment {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home directory, or null if there is none. */
  readonly home: string | null;
}

/** Where a kind of files is kept: the variable of the XDG specification, and the parts of a path below each platform's root. */
interface Kind {
  readonly variable: string;
  readonly linux: readonly string[];
  readonly mac: readonly string[];
  /** Behind `green-ml` in the folder of local data. */
  readonly windows: readonly string[];
  /** On Windows in the folder of roaming data, as settings are. */
  readonly isRoaming?: true;
}

/**
 * The folder for the journal and the calibration, shared by editor and terminal: `$XDG_STATE_HOME/green-ml` if that is
 * set to an absolute path (on every platform, so that users and tests can move it), else the platform's folder for
 * state. Null without a home directory.
 */
export function stateDirectory(user: UserEnvironment): string | null {
  return ownDirectory(user, {
    variable: 'XDG_STATE_HOME',
    linux: ['.local', 'state'],
    mac: ['Library', 'Application Support'],
    windows: [],
  });
}

/** The folder for what can be made again: in `$XDG_CACHE_HOME`, else the platform's folder for caches. */
export function cacheDirectory(user: UserEnvironment): string | null {
  return ownDirectory(user, {
    variable: 'XDG_CACHE_HOME',
    linux: ['.cache'],
    mac: ['Library', 'Caches'],
    windows: ['Cache'],
  });
}

/** The folder for the user's settings: in `$XDG_CONFIG_HOME`, else the platform's folder for settings. */
export function configDirectory(user: UserEnvironment): string | null {
  return ownDirectory(user, {
    variable: 'XDG_CONFIG_HOME',
    linux: ['.config'],
    mac: ['Library', 'Application Support'],
    windows: [],
    isRoaming: true,
  });
}

/** The folder for settings of all users of a machine, in which only an administrator may write. */
export function machineDirectory({ platform, env }: Omit<UserEnvironment, 'home'>): string {
  if (platform === 'darwin') return '/Library/Application Support/green-ml';
  if (platform !== 'win32') return '/etc/green-ml';
  const data = env['ProgramData'];
  return win32.join(data !== undefined && win32.isAbsolute(data) ? data : 'C:\\ProgramData', 'green-ml');
}

/** The cache folder of this process. Null if its user has no home directory, or one that does not exist. */
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

/** The environment variables that decide where the cache folder is, for another thread. */
export function cacheVariables(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ['XDG_CACHE_HOME', 'LOCALAPPDATA'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

function ownDirectory({ platform, env, home }: UserEnvironment, { variable, ...kind }: Kind): string | null {
  const path = platform === 'win32' ? win32 : posix;
  const absolute = (folder: string | null | undefined): folder is string =>
    typeof folder === 'string' && path.isAbsolute(folder);
  const xdg = env[variable];
  // The XDG specification: relative paths are invalid and ignored.
  if (absolute(xdg)) return path.join(xdg, 'green-ml');
  if (platform === 'win32') {
    const [dataVariable, folder] = kind.isRoaming === true ? ['APPDATA', 'Roaming'] : ['LOCALAPPDATA', 'Local'];
    const data = env[dataVariable];
    if (absolute(data)) return path.join(data, 'green-ml', ...kind.windows);
    return absolute(home) ? path.join(home, 'AppData', folder, 'green-ml', ...kind.windows) : null;
  }
  return absolute(home) ? path.join(home, ...(platform === 'darwin' ? kind.mac : kind.linux), 'green-ml') : null;
}
