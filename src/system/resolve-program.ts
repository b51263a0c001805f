import { posix, win32 } from 'node:path';
import { isWithin } from './paths';

interface ProgramEnvironment {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The current folder, in which no helper is looked for. */
  readonly cwd: string;
  /** Folders of other projects that are open, none by default. */
  readonly projects?: readonly string[];
  /** Whether there is a file at a path that may be run. */
  readonly isProgram: (path: string) => boolean;
  /** A path without links; itself where there is nothing. */
  readonly realPath: (path: string) => string;
}

/** Folders in which a helper program is looked for before and after those of PATH. */
interface KnownPlaces {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const macFolders = ['/opt/homebrew/bin', '/usr/local/bin'];
const unixFolders = ['/usr/bin', '/bin', '/usr/local/bin'];
/** Where NVIDIA's driver puts its tool, out of the PATH of services and root: in WSL, on Kubernetes nodes, on NixOS. */
const nvidiaFolders = [
  '/usr/lib/wsl/lib',
  '/usr/local/nvidia/bin',
  '/home/kubernetes/bin/nvidia/bin',
  '/run/nvidia/driver/usr/bin',
  '/run/current-system/sw/bin',
];

/** Where the helpers are that we start, so that they are found without PATH too. `windows` is the folder of Windows. */
function knownPlaces(name: string, platform: NodeJS.Platform, windows: string): KnownPlaces {
  if (platform === 'win32') {
    const system = win32.join(windows, 'System32');
    // Drivers before 2020 brought their tool into a folder of their own.
    if (name === 'nvidia-smi') return { before: [system], after: ['C:\\Program Files\\NVIDIA Corporation\\NVSMI'] };
    return name === 'powershell'
      ? { before: [win32.join(system, 'WindowsPowerShell', 'v1.0')], after: [] }
      : { before: [system], after: [] };
  }
  // The system's own tools come first; what a person installs, PATH knows best.
  if (name === 'ps') return { before: ['/bin', '/usr/bin'], after: [] };
  // The system's Python starts faster than those that version managers put into PATH; on a Mac it may be a stand-in.
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
 * Finds a helper program by its name: in the folders of the system and in those of PATH, but neither in the current
 * folder, nor below it in a project (`node_modules/.bin`), nor in one that PATH names relative to it (`.`, `bin`, an empty
 * entry): any repository can put a file of that name there. Windows itself would look there first.
 *
 * @returns its absolute path; null if there is none, and for a name that is a path
 */
export function resolveProgram(
  name: string,
  { platform, env, cwd, projects = [], isProgram, realPath }: ProgramEnvironment,
): string | null {
  const path = platform === 'win32' ? win32 : posix;
  if (name === '' || /[/\\:]/.test(name)) return null;
  const here = realPath(cwd);
  const home = variable(env, platform === 'win32' ? 'USERPROFILE' : 'HOME') ?? '';
  // The folders above a person's own hold their tools; any other may be a project, which brings tools of its own.
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

/** A folder from which a helper may run: nothing that it loads from there comes from a workspace. */
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

/** On Windows a path without its drive is relative to the current one. */
function isAbsolute(folder: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' ? /^(?:[A-Za-z]:[\\/]|[\\/]{2})/.test(folder) : folder.startsWith('/');
}

function isSame(one: string, other: string, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return win32.relative(one, other) === '';
  return posix.relative(one, other) === '';
}
