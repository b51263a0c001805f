import { posix, win32 } from 'node:path';
import { isWithin } from './paths';

interface ProgramEnvironment {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The current folder. Helpers are never taken from here. */
  readonly cwd: string;
  /** Folders of other open projects; none by default. */
  readonly projects?: readonly string[];
  /** Whether there is an executable file at a path. */
  readonly isProgram: (path: string) => boolean;
  /** The path with links resolved; unchanged if nothing is there. */
  readonly realPath: (path: string) => string;
}

/** Folders that are searched for a helper program before and after those in PATH. */
interface KnownPlaces {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const macFolders = ['/opt/homebrew/bin', '/usr/local/bin'];
const unixFolders = ['/usr/bin', '/bin', '/usr/local/bin'];
/** Where NVIDIA's driver puts its tool in WSL, on Kubernetes nodes and on NixOS: not in the PATH of services or root. */
const nvidiaFolders = [
  '/usr/lib/wsl/lib',
  '/usr/local/nvidia/bin',
  '/home/kubernetes/bin/nvidia/bin',
  '/run/nvidia/driver/usr/bin',
  '/run/current-system/sw/bin',
];

/** The usual folders of our helpers, so that they are found even without PATH. `windows` is the Windows folder. */
function knownPlaces(name: string, platform: NodeJS.Platform, windows: string): KnownPlaces {
  if (platform === 'win32') {
    const system = win32.join(windows, 'System32');
    // Drivers before 2020 put the tool into a folder of their own.
    if (name === 'nvidia-smi') return { before: [system], after: ['C:\\Program Files\\NVIDIA Corporation\\NVSMI'] };
    return name === 'powershell'
      ? { before: [win32.join(system, 'WindowsPowerShell', 'v1.0')], after: [] }
      : { before: [system], after: [] };
  }
  // The system's own tools come first. For tools that people install, PATH comes first.
  if (name === 'ps') return { before: ['/bin', '/usr/bin'], after: [] };
  // The system's Python starts faster than those that version managers put into PATH. On a Mac, the system's may be a
  // stub that only offers to install the developer tools.
  if (name === 'python3')
    return platform === 'darwin' ? { before: macFolders, after: unixFolders } : { before: unixFolders, after: [] };
  return {
    before: [],
    after:
      platform === 'darwin'
        ? [...macFolders, ...unixFolders]
        : [...unixFolders, ...(name === 'nvidia-smi' ? nvidiaFolders : [])],
  };
}

/**
 * Finds a helper program by its name in the folders of the system and of PATH. It skips the current folder, folders
 * inside a project (`node_modules/.bin`) and relative entries of PATH (`.`, `bin`, an empty entry), because any
 * repository can put a file with that name there. Windows itself would look there first.
 *
 * @returns its absolute path; null if there is none, or if `name` is a path
 */
export function resolveProgram(
  name: string,
  { platform, env, cwd, projects = [], isProgram, realPath }: ProgramEnvironment,
): string | null {
  const path = platform === 'win32' ? win32 : posix;
  if (name === '' || /[/\\:]/.test(name)) return null;
  const here = realPath(cwd);
  const home = variable(env, platform === 'win32' ? 'USERPROFILE' : 'HOME') ?? '';
  // The home folder and those above it contain the user's own tools. Any other folder may be a project with its own.
  const outer = [here, ...projects.map(realPath)].filter(
    (folder) =>
      path.dirname(folder) !== folder && !(isAbsolute(home, platform) && isWithin(realPath(home), folder, path)),
  );
  const bare = platform === 'win32' ? name.replace(/\.exe$/i, '') : name;
  const { before, after } = knownPlaces(bare, platform, windowsFolder(env));
  const listed = pathFolders(env, path.delimiter).filter(
    (folder) => isAbsolute(folder, platform) && !outer.some((project) => isWithin(realPath(folder), project, path)),
  );
  for (const folder of [...before, ...listed, ...after]) {
    if (isSame(realPath(folder), here, platform)) continue;
    const file = path.join(folder, platform === 'win32' ? `${bare}.exe` : bare);
    if (isProgram(file)) return file;
  }
  return null;
}

/** The folder in which helpers run: nothing that they load from the current folder then comes from a workspace. */
export function safeFolder({ platform, env }: Pick<ProgramEnvironment, 'platform' | 'env'>): string {
  return platform === 'win32' ? win32.join(windowsFolder(env), 'System32') : '/';
}

function variable(env: ProgramEnvironment['env'], name: string): string | undefined {
  const found = Object.keys(env).find((each) => each.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : env[found];
}

function windowsFolder(env: ProgramEnvironment['env']): string {
  const root = variable(env, 'SystemRoot');
  return root !== undefined && isAbsolute(root, 'win32') ? root : 'C:\\Windows';
}

function pathFolders(env: ProgramEnvironment['env'], delimiter: string): readonly string[] {
  const path = delimiter === ';' ? variable(env, 'PATH') : env['PATH'];
  return (path ?? '').split(delimiter).map((entry) => (delimiter === ';' ? entry.replace(/^"(.*)"$/, '$1') : entry));
}

/** On Windows, a path without a drive is relative to the current drive. */
function isAbsolute(folder: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' ? /^(?:[A-Za-z]:[\\/]|[\\/]{2})/.test(folder) : folder.startsWith('/');
}

function isSame(one: string, other: string, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return win32.relative(one, other) === '';
  return posix.relative(one, other) === '';
}
