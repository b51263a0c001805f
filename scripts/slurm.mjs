// @ts-check
// Provides a real Slurm with its database, for the tests: Debian's packages, unpacked into the cache, not installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runLogged } from './children.mjs';
import { downloadPackages } from './debian.mjs';
import { installOnce } from './install.mjs';
import { cache, Problem, say } from './progress.mjs';

const packages = [
  ...['slurmd', 'slurmctld', 'slurmdbd', 'slurm-client', 'slurm-wlm-basic-plugins', 'slurm-wlm-mysql-plugin'],
  ...['munge', 'libmunge2', 'libhwloc15', 'liblua5.1-0', 'libjson-c5', 'libyaml-0-2', 'libnuma1'],
  ...['mariadb-server-core', 'mariadb-client-core', 'libmariadb3', 'libaio1', 'liburing2'],
];

/**
 * The folder with Slurm's `usr`. Empty, after a sentence that says why, where it cannot be had: the tests that need it
 * are then skipped with that reason.
 * @returns {Promise<string>}
 */
export async function obtainSlurm() {
  const given = process.env['GREEN_ML_SLURM'];
  if (given !== undefined) return given;
  const folder = join(cache, 'slurm');
  if (existsSync(join(folder, 'usr', 'sbin', 'slurmctld'))) return folder;
  if (process.platform !== 'linux' || ['apt-get', 'dpkg'].some((name) => spawnSync(name, ['--version']).status !== 0)) {
    say('The tests with a real Slurm do not run here: they need Debian or Ubuntu, for its packages.');
    return '';
  }
  try {
    say('Downloading Slurm and its database with apt (once) …');
    await installOnce(folder, unpack);
    return folder;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(`The tests with a real Slurm do not run here: ${error.message}`);
    return '';
  }
}

/** @param {string} folder */
async function unpack(folder) {
  const log = 'slurm';
  const downloads = join(folder, 'packages');
  await mkdir(downloads);
  await downloadPackages(packages, { log, cwd: downloads });
  for (const name of readdirSync(downloads)) await runLogged('dpkg', ['-x', join(downloads, name), folder], { log });
  // Slurm's daemons know what they are by their names, which Debian's packages make when they are installed.
  for (const name of ['slurmd', 'slurmctld', 'slurmstepd'])
    await symlink(`${name}-wlm`, join(folder, 'usr', 'sbin', name));
}
