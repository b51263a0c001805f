// @ts-check
// `npm start`: builds the extension and opens VS Code with it on examples/. Without an installed VS Code, the packed
// extension is installed into a VS Code server, which shows everything that a user would see, including notifications.
// `npm start -- --port 8123` serves it on that port.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { end, endAll, endAllOnSignals, start } from './children.mjs';
import { createProfile } from './editor-profile.mjs';
import { findProgram } from './find-program.mjs';
import { cache, main, Problem, readCommandLine, root, say } from './progress.mjs';
import { obtainPython } from './python.mjs';
import { hasDisplay } from './vscode.mjs';
import { packExtension } from './pack-extension.mjs';
import { installExtension, startServer } from './vscode-server.mjs';

const examples = join(root, 'examples');

await main(async () => {
  const port = await readPort();
  endAllOnSignals();
  try {
    const code = port === 0 ? installedCode() : null;
    if (code === null || !(await openInstalled(code))) await serve(port);
  } finally {
    await endAll();
  }
});

async function readPort() {
  const { port: text } = readCommandLine({ options: { port: { type: 'string' } } }).values;
  if (text === undefined) return 0;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Problem(`"${text}" is not a port: give --port a number from 1 to 65535.`);
  }
  if (!(await isFree(port)))
    throw new Problem(`Port ${port} cannot be used here: choose another one, or leave out --port.`);
  return port;
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function build() {
  say('Building the extension …');
  const building = start(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root, stdio: 'inherit' });
  const status = await building.ended;
  await end(building, 0);
  if (status !== 0) throw new Problem('The build failed; see the messages above.');
}

/** The user's own VS Code, if it can open a window here. */
function installedCode() {
  // In a terminal of a remote VS Code, `code` opens files in that window and cannot load extensions. As root, it needs
  // options that change what it shows.
  const isRemote = process.env['VSCODE_IPC_HOOK_CLI'] !== undefined;
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return isRemote || isRoot || !hasDisplay() ? null : findProgram(['code']);
}

/**
 * Opens a window of the installed VS Code and waits until it is closed.
 * @param {string} code
 * @returns {Promise<boolean>} false if it could not
 */
async function openInstalled(code) {
  await build();
  say(`Opening examples/ with ${code}; this ends when you close its window, or with Ctrl+C.`);
  const args = ['--new-window', '--wait', `--extensionDevelopmentPath=${root}`, examples];
  const window = start(code, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  const status = await window.ended;
  if (status !== 0) say(`${code} ended with status ${status}.`);
  return status === 0;
}

/** @param {number} port 0 for any */
async function serve(port) {
  const python = await obtainPython().catch((error) => {
    if (!(error instanceof Problem)) throw error;
    say(`${error.message} Until then, F5 on a Python file does not work.`);
    return undefined;
  });
  const profile = join(cache, 'start');
  await createProfile(profile);
  say('Packing the extension and installing it …');
  await installExtension({ profile, vsix: await packExtension() });
  const environment = { ...process.env, ...(python === undefined ? {} : { GREEN_ML_PYTHON: python }) };
  const server = await startServer({ profile, port, environment, driver: false });
  const address = server.address({ folder: examples });
  say('VS Code runs with the extension on examples/. Open this address in a browser; Ctrl+C ends it:');
  console.log(`\n  ${address}\n`);
  if (hasDisplay()) openInBrowser(address);
  await server.ended;
  throw new Problem('The server of VS Code has ended unexpectedly; .vscode-test/logs/vscode-server.log may say why.');
}

/**
 * Opens a page in the user's own browser, which keeps running when this script ends.
 * @param {string} address
 */
function openInBrowser(address) {
  /** @type {Readonly<Record<string, readonly string[]>>} */
  const openers = { darwin: ['open'], win32: ['rundll32', 'url.dll,FileProtocolHandler'] };
  const [command = 'xdg-open', ...args] = openers[process.platform] ?? ['xdg-open'];
  const opener = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  opener.on('error', () => say('No browser could be opened from here.'));
  opener.unref();
}
