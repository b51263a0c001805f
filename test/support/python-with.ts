import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
  if (existsSync(python) && existsSync(checked) && readFileSync(checked, 'utf8') === wanted) return python;
  const environment = { ...process.env, KERAS_BACKEND: 'jax', KERAS_HOME: join('out', 'keras') };
  if (spawnSync(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder]).status !== 0) return null;
  const installed = spawnSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    timeout: 480_000,
  });
  if (installed.status !== 0) return null;
  if (spawnSync(python, ['-c', `import ${modules}`], { env: environment }).status !== 0) return null;
  writeFileSync(checked, wanted);
  return python;
}
