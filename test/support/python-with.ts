import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../../src/processes/alive';

/** Environments that could not be made in this process: to try again would take as long. */
const failed = new Set<string>();

/**
 * A Python with packages from PyPI, in its own folder, which is kept for the next time; null if it cannot be obtained.
 * @param name the name of the folder
 * @param packages arguments for pip, with versions
 * @param modules the modules of the packages, to check once that they work
 */
export function pythonWith(name: string, packages: readonly string[], modules: string): string | null {
  const folder = join('.vscode-test', name);
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const checked = join(folder, 'checked-packages.txt');
  const wanted = [...packages, modules].join('\n');
  const isReady = (): boolean => existsSync(python) && existsSync(checked) && readFileSync(checked, 'utf8') === wanted;
  if (isReady()) return python;
  if (failed.has(wanted)) return null;
  return alone(`${folder}.lock`, () => {
    if (isReady()) return python;
    if (install(folder, python, packages, modules)) {
      writeFileSync(checked, wanted);
      return python;
    }
    failed.add(wanted);
    return null;
  });
}

function install(folder: string, python: string, packages: readonly string[], modules: string): boolean {
  const succeeds = (program: string, args: readonly string[], options: object = {}): boolean =>
    spawnSync(program, args, { stdio: 'ignore', timeout: 480_000, ...options }).status === 0;
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-compile', '--retries', '1'];
  // Without a wheel for this machine, pip would compile for longer than any test may take.
  return (
    succeeds(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder]) &&
    succeeds(python, [...pip, '--only-binary', ':all:', ...packages]) &&
    succeeds(python, ['-c', `import ${modules}`], {
      env: { ...process.env, KERAS_BACKEND: 'jax', KERAS_HOME: join('out', 'keras') },
    })
  );
}

/** Runs `body` while no other process does so with the same `lock`, a file with the identifier of the process. */
function alone<T>(lock: string, body: () => T): T {
  mkdirSync('.vscode-test', { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (!isRunning(Number(readLock(lock)))) rmSync(lock, { force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    return body();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The text of a lock; that of this process where it is gone or not written yet, so that nobody takes it away. */
function readLock(lock: string): string {
  try {
    return readFileSync(lock, 'utf8') || String(process.pid);
  } catch {
    return String(process.pid);
  }
}
