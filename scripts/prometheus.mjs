// @ts-check
// Provides Prometheus and promtool for tests: named by a variable, on the PATH, or from Debian's archive. Nothing is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runLogged } from './children.mjs';
import { downloadPackages } from './debian.mjs';
import { findProgram } from './find-program.mjs';
import { installOnce } from './install.mjs';
import { cache, Problem, say } from './progress.mjs';

const folder = join(cache, 'prometheus');

/**
 * The folder with `prometheus` and `promtool`.
 * @returns {Promise<string>} rejects with a `Problem` that says what to install
 */
export async function obtainPrometheus() {
  const given = process.env['GREEN_ML_PROMETHEUS_PROGRAMS'];
  if (given !== undefined) return given;
  const [server, tool] = [findProgram(['prometheus']), findProgram(['promtool'])];
  if (server !== null && tool !== null) return join(server, '..');
  const programs = join(folder, 'usr', 'bin');
  if (existsSync(programs)) return programs;
  if (spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0)
    throw new Problem('Prometheus is not here: install it, or name its folder in GREEN_ML_PROMETHEUS_PROGRAMS.');
  say('Unpacking Prometheus from Debian (once) …');
  await installOnce(folder, async (partial) => {
    const options = { log: 'prometheus', cwd: partial, timeoutMilliseconds: 180_000 };
    await downloadPackages(['prometheus'], options);
    const archive = (await readdir(partial)).find((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Problem('apt-get downloaded no archive of Prometheus.');
    await runLogged('dpkg', ['-x', archive, '.'], options);
  });
  return programs;
}
