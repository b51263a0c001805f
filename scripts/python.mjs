// @ts-check
// Provides a Python with debugpy (VS Code's debugger for Python) and ipykernel (which runs the cells of notebooks).
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runLogged } from './children.mjs';
import { findProgram } from './find-program.mjs';
import { installOnce } from './install.mjs';
import { cache, Problem, say } from './progress.mjs';
import { installSystemPackages } from './system-packages.mjs';

const environment = join(cache, 'python');
const environmentPython = process.platform === 'win32' ? join('Scripts', 'python.exe') : join('bin', 'python');

/** Packages from PyPI, pinned so that tests use the same debugger and kernel everywhere. */
const packages = ['debugpy==1.8.22', 'ipykernel==6.29.5'];

/** The modules that they provide, and their names in Debian. */
const modules = 'debugpy, ipykernel, jupyter_client';
const debianPackages = ['python3-debugpy', 'python3-ipykernel'];

/**
 * The path of a Python with these modules: from our own environment, filled from PyPI, or otherwise Debian's.
 * @returns {Promise<string>} rejects with a `Problem` that says what to install
 */
export async function obtainPython() {
  const own = join(environment, environmentPython);
  if (hasModules(own, modules)) return own;
  const python = findProgram(['python3', 'python']);
  if (python !== null && hasModules(python, 'venv, ensurepip')) {
    try {
      // An environment that exists but does not work has lost the Python that it was made from.
      await rm(environment, { recursive: true, force: true });
      await installOnce(environment, (partial) => createEnvironment(python, partial));
      if (hasModules(own, modules)) return own;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      say(`debugpy and ipykernel could not be installed from PyPI: ${error.message}`);
    }
  }
  const system = '/usr/bin/python3';
  if (hasModules(system, modules)) return system;
  if ((await installSystemPackages(['python3', ...debianPackages])) && hasModules(system, modules)) return system;
  throw new Problem(
    `No Python with debugpy and ipykernel was found: install Python 3 with its venv module (on Debian: sudo apt-get install python3-venv, or ${debianPackages.join(' ')} if PyPI cannot be reached).`,
  );
}

/**
 * @param {string} python
 * @param {string} folder
 */
async function createEnvironment(python, folder) {
  say('Installing debugpy and ipykernel from PyPI (once) …');
  const log = 'python';
  // System packages such as NumPy stay visible, so that the examples run as they would outside.
  await runLogged(python, ['-m', 'venv', '--system-site-packages', folder], { log });
  await runLogged(
    join(folder, environmentPython),
    ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--retries', '1', ...packages],
    { log, timeoutMilliseconds: 180_000 },
  );
}

/**
 * @param {string} python
 * @param {string} names
 */
function hasModules(python, names) {
  return spawnSync(python, ['-c', `import ${names}`], { stdio: 'ignore' }).status === 0;
}
