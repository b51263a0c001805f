// @ts-check
// Runs VS Code's server on a loopback port and writes the addresses at which its workbench opens.
import { mkdir, realpath, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { end, runLogged, start } from './children.mjs';
import { profileFolders } from './editor-profile.mjs';
import { cache, openLog, Problem, root } from './progress.mjs';
import { obtainServer } from './vscode.mjs';

/**
 * Tells the server that a terminal started it. Otherwise it runs a login shell to learn the person's environment before
 * it opens its first terminal, gives up after ten seconds on a busy machine, and opens none.
 */
const fromTerminal = { VSCODE_CLI: '1' };

/**
 * @typedef {object} Server
 * @property {number} port
 * @property {(query: WorkbenchQuery) => string} address
 * @property {Promise<number>} ended
 * @property {() => Promise<void>} stop ends it and everything that was started in it
 *
 * @typedef {object} WorkbenchQuery
 * @property {string} folder absolute path of the workspace
 * @property {string} [extension] absolute path of the extension under development; left out where it is installed
 * @property {string} [testsPath] absolute path of a test runner for the extension host
 */

/**
 * Starts the server and waits until it answers.
 * @param {object} options
 * @param {string} options.profile folder made by `createProfile`
 * @param {number} [options.port] 0, the default, takes a free one
 * @param {NodeJS.ProcessEnv} [options.environment]
 * @param {boolean} [options.driver] lets addresses name an extension under development and tests, and shows no
 *   notifications; true unless said otherwise
 * @param {boolean} [options.trust] asks whether a folder is trusted, as VS Code does by default; false unless said otherwise
 * @returns {Promise<Server>} rejects with a `Problem` if it does not start
 */
export async function startServer({ profile, port = 0, environment = process.env, driver = true, trust = false }) {
  const { node, main } = await obtainServer();
  const log = openLog('vscode-server');
  const started = start(
    node,
    [
      main,
      '--host=127.0.0.1',
      `--port=${port}`,
      '--without-connection-token',
      '--accept-server-license-terms',
      '--disable-telemetry',
      ...(trust ? [] : ['--disable-workspace-trust']),
      ...(driver ? ['--enable-smoke-test-driver'] : []),
      `--server-data-dir=${profile}`,
      `--extensions-dir=${profileFolders(profile).extensions}`,
    ],
    { env: { ...environment, ...fromTerminal }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const { child, ended } = started;
  child.stderr?.pipe(log.stream, { end: false });
  child.stdout?.pipe(log.stream, { end: false });
  const bound = await Promise.race([portOf(child), ended.then(() => null)]);
  if (bound === null) {
    throw new Problem(`The server of VS Code did not start; its output is in ${log.path}.`);
  }
  return {
    port: bound,
    address: (query) => workbenchAddress(bound, query),
    ended,
    stop: () => end(started),
  };
}

/**
 * The port in the line that the server prints when it is ready.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
function portOf(child) {
  return new Promise((resolve) => {
    let text = '';
    /** @param {Buffer} chunk */
    const read = (chunk) => {
      text += chunk.toString();
      const match = /Web UI available at \S+:(\d+)/.exec(text);
      if (match === null) return;
      child.stdout?.off('data', read);
      resolve(Number(match[1]));
    };
    child.stdout?.on('data', read);
  });
}

/**
 * Installs a packed extension for this server, as a person would; one of the same version is replaced.
 * @param {object} options
 * @param {string} options.profile folder made by `createProfile`
 * @param {string} options.vsix
 */
export async function installExtension({ profile, vsix }) {
  const { node, main } = await obtainServer();
  const folders = [`--server-data-dir=${profile}`, `--extensions-dir=${profileFolders(profile).extensions}`];
  await runLogged(node, [main, '--accept-server-license-terms', '--install-extension', vsix, '--force', ...folders], {
    log: 'vscode-server',
  });
}

/**
 * The path by which the workbench gets the extension under development: a link in the cache. VS Code prefers the themes
 * that lie below such an extension to those of the settings, and its own themes lie below the repository, in the cache.
 */
export async function extensionLink() {
  const link = join(cache, 'extension');
  await mkdir(cache, { recursive: true });
  // A cache may have been made by another checkout, whose extension would be tried in place of this one.
  const isOurs = (await realpath(link).catch(() => null)) === (await realpath(root));
  if (isOurs) return link;
  await rm(link, { force: true });
  await symlink(root, link, 'junction').catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return link;
}

/**
 * @param {number} port
 * @param {WorkbenchQuery} query
 */
function workbenchAddress(port, { folder, extension, testsPath }) {
  const remote = `127.0.0.1:${port}`;
  if (extension === undefined) return `http://${remote}/?${new URLSearchParams({ folder }).toString()}`;
  /** @param {string} path */
  const onServer = (path) => `vscode-remote://${remote}${path}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['extensionDevelopmentPath', onServer(extension)],
    ...(testsPath === undefined ? [] : [['extensionTestsPath', onServer(testsPath)]]),
  ];
  return `http://${remote}/?${new URLSearchParams({ folder, payload: JSON.stringify(payload) }).toString()}`;
}
