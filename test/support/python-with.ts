import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A Python with packages of PyPI, in a folder of its own that is kept for the next time; null where it cannot be had.
 * @param name of the folder
 * @param packages as pip takes them, with their versions
 * @param modules what they bring, to see whether they work
 */
export function pythonWith(name: string, packages: readonly string[], modules: string): string | null {
  const folder = join('.vscode-test', name);
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const environment = { ...process.env, KERAS_BACKEND: 'jax', KERAS_HOME: join('out', 'keras') };
  const works = (): boolean =>
    existsSync(python) && spawnSync(python, ['-c', `import ${modules}`], { env: environment }).status === 0;
  if (works()) return python;
  if (spawnSync(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder]).status !== 0) return null;
  spawnSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    timeout: 240_000,
  });
  return works() ? python : null;
}
