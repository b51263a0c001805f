// @ts-check
// Provides Prometheus, promtool and node_exporter for tests: named by a variable, on the PATH, or from Debian's archive.
// Nothing is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runLogged } from './children.mjs';
import { downloadPackages } from './debian.mjs';
import { findProgram } from './find-program.mjs';
import { installOnce } from './install.mjs';
import { cache, Problem, say } from './progress.mjs';

/**
 * The folder with `prometheus` and `promtool`.
 * @returns {Promise<string>} rejects with a `Problem` that says what to install
 */
export async function obtainPrometheus() {
  const given = process.env['GREEN_ML_PROMETHEUS_PROGRAMS'];
  if (given !== undefined) return given;
  const [server, tool] = [findProgram(['prometheus']), findProgram(['promtool'])];
  if (server !== null && tool !== null) return join(server, '..');
  const missing = 'Prometheus is not here: install it, or name its folder in GREEN_ML_PROMETHEUS_PROGRAMS.';
  return fromDebian('prometheus', missing);
}

/**
 * The program of node_exporter.
 * @returns {Promise<string>} rejects with a `Problem` that says what to install
 */
export async function obtainNodeExporter() {
  const given = process.env['GREEN_ML_NODE_EXPORTER'];
  if (given !== undefined) return given;
  const name = 'prometheus-node-exporter';
  const found = findProgram([name, 'node_exporter']);
  if (found !== null) return found;
  const missing = 'node_exporter is not here: install it, or name its program in GREEN_ML_NODE_EXPORTER.';
  return join(await fromDebian(name, missing), name);
}

/**
 * Unpacks a package of Debian into the cache, once.
 * @param {string} name
 * @param {string} missing what to say where there is no apt
 * @returns {Promise<string>} the folder with its programs
 */
async function fromDebian(name, missing) {
  const folder = join(cache, name);
  const programs = join(folder, 'usr', 'bin');
  if (existsSync(programs)) return programs;
  if (spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) throw new Problem(missing);
  say(`Unpacking ${name} from Debian (once) …`);
  await installOnce(folder, async (partial) => {
    const options = { log: name, cwd: partial, timeoutMilliseconds: 180_000 };
    await downloadPackages([name], options);
    const archive = (await readdir(partial)).find((each) => each.endsWith('.deb'));
    if (archive === undefined) throw new Problem(`apt-get downloaded no archive of ${name}.`);
    await runLogged('dpkg', ['-x', archive, '.'], options);
  });
  return programs;
}
