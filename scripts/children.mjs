// @ts-check
// Starts processes, and makes sure that none is left behind after an error or Ctrl+C.
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { openLog, Problem } from './progress.mjs';

/**
 * On Linux, a process that we started is recognised by this environment variable, which its descendants inherit.
 * Terminals and debuggers create process groups of their own, and orphans get another parent, but both keep it.
 */
const marker = 'GREEN_ML_STARTED_BY';

/**
 * @typedef {import('node:child_process').ChildProcess} ChildProcess
 * @typedef {{ child: ChildProcess, token: string, ended: Promise<number> }} Started
 */

/** @type {Set<Started>} */
const running = new Set();

/**
 * Starts a process as the leader of its own process group.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Started} `ended` resolves to the exit status (128 + 1 after a signal, 127 if it could not start)
 */
export function start(command, args, options = {}) {
  const token = randomUUID();
  const inherited = process.env[marker];
  const child = spawn(command, args, {
    ...options,
    detached: process.platform !== 'win32',
    env: { ...(options.env ?? process.env), [marker]: inherited ? `${inherited}:${token}` : token },
  });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 129));
  });
  const started = { child, token, ended };
  running.add(started);
  return started;
}

/** A killed process takes a moment to go on a busy machine. In milliseconds. */
const patienceAfterKill = 5000;

/**
 * Ends a process and everything that it started: first with SIGTERM, then with SIGKILL. Waits until all of them are gone,
 * so that none writes a last file into a folder that is deleted next.
 * @param {Started} started
 * @param {number} patienceMilliseconds how long to wait between the two
 */
export async function end(started, patienceMilliseconds = 3000) {
  signalGroup(started.child, 'SIGTERM');
  await Promise.race([started.ended, wait(patienceMilliseconds, undefined, { ref: false })]);
  signalGroup(started.child, 'SIGKILL');
  const until = performance.now() + patienceAfterKill;
  for (let left = marked(started.token); left.length > 0; left = marked(started.token)) {
    for (const pid of left) signal(pid, 'SIGKILL');
    if (performance.now() > until) break;
    await wait(20);
  }
  running.delete(started);
}

/**
 * The commands of a process and of all that it started; empty if there is no /proc.
 * @param {Started} started
 */
export function commandsOf({ token }) {
  return marked(token).map((pid) => {
    try {
      return `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 200)}`;
    } catch {
      return String(pid);
    }
  });
}

/** Ends everything that was started here and is still running. */
export async function endAll() {
  await Promise.all([...running].map((each) => end(each)));
}

/** From now on, Ctrl+C and other signals that end this script also end everything that it started. */
export function endAllOnSignals() {
  let ending = false;
  /** @param {number} status */
  const endAndExit = (status) => {
    if (ending) return;
    ending = true;
    void endAll().finally(() => process.exit(status));
  };
  // Without a terminal there is no hang-up, and `nohup` wants it to be ignored.
  const hangUp = process.stdin.isTTY || process.stdout.isTTY ? /** @type {const} */ (['SIGHUP']) : [];
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', ...hangUp])) {
    process.on(name, () => endAndExit(name === 'SIGINT' ? 130 : 143));
  }
  // A signal to npm alone ends npm and the shell between npm and this script, but does not reach this script.
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) endAndExit(143);
  }, 500).unref();
}

/**
 * Runs a tool to its end and writes its output to a log file.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & { log: string, timeoutMilliseconds?: number }} options
 * @returns {Promise<void>} rejects with a `Problem` that names the log
 */
export async function runLogged(command, args, { log, timeoutMilliseconds, ...options }) {
  const { path, stream } = openLog(log);
  stream.write(`\n$ ${command} ${args.join(' ')}\n`);
  const started = start(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  started.child.stdout?.pipe(stream, { end: false });
  started.child.stderr?.pipe(stream, { end: false });
  const timer = timeoutMilliseconds ? setTimeout(() => void end(started), timeoutMilliseconds) : undefined;
  const status = await started.ended;
  clearTimeout(timer);
  await end(started, 0);
  stream.end();
  if (status !== 0) throw new Problem(`${command} failed; its output is in ${path}.`);
}

/**
 * @param {ChildProcess} child
 * @param {'SIGTERM' | 'SIGKILL'} name
 */
function signalGroup(child, name) {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    try {
      execFileSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    } catch {
      // It has already ended.
    }
  } else {
    signal(-child.pid, name);
  }
}

/**
 * @param {number} pid
 * @param {'SIGTERM' | 'SIGKILL'} name
 */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has already ended.
  }
}

/**
 * The processes with `token` in their environment; none if there is no /proc.
 * @param {string} token
 */
function marked(token) {
  /** @type {string[]} */
  let names = [];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(token);
      } catch {
        return false; // It has ended, or is not ours to read.
      }
    });
}
