import { constants } from 'node:os';
import { resolve } from 'node:path';
import { SignalSentinel } from '../system/signal-sentinel';
import { startAttached, startingProblem, type ChildProcess } from '../system/spawn';
import { CommandError } from './io';
import type { OutputTarget } from './output-tap';
import { StartError, type TerminalRelay } from './terminal-relay/terminal-relay';

/** How a command ended: its exit code, 128 + n when it was killed by signal n. */
export interface CommandEnd {
  readonly exitCode: number;
}

export interface ForegroundCommand {
  readonly pid: number;
  readonly ended: Promise<CommandEnd>;
  /** Sends a signal to the command alone. */
  signal(name: NodeJS.Signals): void;
}

const forwarded: readonly NodeJS.Signals[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']
    : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** `ignored`: neither the command nor the meter ends when the terminal closes, as under `nohup`. */
  readonly hangup?: 'default' | 'ignored';
  /** What it gets as standard output and standard error; our own streams if absent. */
  readonly output?: readonly [stdout: OutputTarget, stderr: OutputTarget];
  /** A terminal of its own instead of ours; absent where there is none. */
  readonly relay?: TerminalRelay;
}

/**
 * Starts a command with our own standard streams and hands on each signal exactly once: one that reached us alone is
 * forwarded, one that the terminal or the shell sent to the whole process group has reached the command already.
 * @throws CommandError when the command cannot be started.
 */
export async function startCommand(command: readonly string[], options: CommandOptions): Promise<ForegroundCommand> {
  const [file = '', ...args] = command;
  if (file === '')
    throw new CommandError('the command is empty; name one after "--", as in: green-ml run -- python3 train.py');
  const ignoresHangup = options.hangup === 'ignored';
  const [program, ...words] = ignoresHangup ? await withoutHangup([file, ...args], options) : [file, ...args];
  // Handlers stand before the command does: a signal in between must not end the meter without it.
  const signals = new SignalRelay(forwarded.filter((name) => !(ignoresHangup && name === 'SIGHUP')));
  if (options.relay !== undefined) {
    try {
      const pid = await startAtRelay(options.relay, command, options.env);
      if (pid !== null) return follow(pid, options.relay, signals);
    } catch (error) {
      signals.dispose();
      throw error;
    }
  }
  const child = startAttached(program, words, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['inherit', ...(options.output ?? (['inherit', 'inherit'] as const))],
  });
  const ended = new Promise<CommandEnd>((done) => {
    child.once('exit', (code, signal) => {
      signals.dispose();
      done({ exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) });
    });
  });
  try {
    const pid = await started(child, file);
    signals.attach((name) => void child.kill(name));
    return { pid, ended, signal: (name) => void child.kill(name) };
  } catch (error) {
    signals.dispose();
    throw error;
  }
}

async function startAtRelay(
  relay: TerminalRelay,
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number | null> {
  try {
    return await relay.start(command, env);
  } catch (error) {
    throw error instanceof StartError ? new CommandError(startProblem(command[0] ?? '', error.code)) : error;
  }
}

/** The relay is in our process group, and so knows itself which signals have reached all of it. */
function follow(pid: number, relay: TerminalRelay, signals: SignalRelay): ForegroundCommand {
  const signal = (name: NodeJS.Signals): void => relay.signal(name);
  signals.attachJudge(signal);
  const ended = relay.ended.then((exitCode) => {
    signals.dispose();
    return { exitCode };
  });
  return { pid, ended, signal };
}

/**
 * Node gives a command all signals in their default state, so a shell takes the one away and becomes the command. What
 * cannot be started is found out first, as Node would say it.
 */
async function withoutHangup(
  command: readonly [string, ...string[]],
  { cwd, env }: CommandOptions,
): Promise<[string, ...string[]]> {
  const [file] = command;
  const folders = file.includes('/') ? [''] : (env['PATH'] ?? '/usr/bin:/bin').split(':');
  let problem = 'ENOENT';
  for (const folder of folders) {
    const path = resolve(cwd, folder, file);
    const found = await startingProblem(path);
    if (found === null) return ['/bin/sh', '-c', 'trap "" HUP; exec "$@"', 'sh', ...command];
    if (found === 'EACCES') problem = found;
  }
  throw new CommandError(startProblem(file, problem));
}

function started(child: ChildProcess, file: string): Promise<number> {
  return new Promise((done, reject) => {
    child.once('spawn', () => {
      if (child.pid === undefined) reject(new Error('a started process has no id'));
      else done(child.pid);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(new CommandError(startProblem(file, error.code ?? error.message)));
    });
  });
}

function startProblem(file: string, code: string): string {
  if (code === 'ENOENT') return `cannot start "${file}": there is no such command; check its spelling and your PATH.`;
  if (code === 'EACCES')
    return `cannot start "${file}": it is not executable; allow it with chmod +x or name its interpreter.`;
  return `cannot start "${file}" (${code}).`;
}

/** Catches the signals to hand on, those that come before the command is there too. */
class SignalRelay {
  private send: ((name: NodeJS.Signals) => void) | null = null;
  private readonly early: NodeJS.Signals[] = [];
  private isJudged = false;
  private sentinel = process.platform === 'win32' ? null : new SignalSentinel();
  private readonly handlers: readonly { readonly name: NodeJS.Signals; readonly handler: () => void }[];

  constructor(names: readonly NodeJS.Signals[]) {
    this.handlers = names.map((name) => {
      const handler = (): void => {
        void this.receive(name);
      };
      process.on(name, handler);
      return { name, handler };
    });
  }

  /** `send` sends a signal to the command alone. */
  attach(send: (name: NodeJS.Signals) => void): void {
    this.send = send;
    for (const name of this.early.splice(0)) send(name);
  }

  /** `send` is told of all signals, and finds out itself which of them the command has had with our process group. */
  attachJudge(send: (name: NodeJS.Signals) => void): void {
    this.sentinel?.dispose();
    this.sentinel = null;
    this.isJudged = true;
    this.attach(send);
  }

  dispose(): void {
    for (const { name, handler } of this.handlers) process.removeListener(name, handler);
    this.sentinel?.dispose();
  }

  private async receive(name: NodeJS.Signals): Promise<void> {
    // On Windows, Ctrl+C reaches every process of the console.
    const wholeGroup = this.isJudged
      ? false
      : this.sentinel === null
        ? name === 'SIGINT' || name === 'SIGBREAK'
        : await this.sentinel.wasHit();
    if (wholeGroup && !this.isJudged) return;
    if (this.send === null) this.early.push(name);
    else this.send(name);
  }
}
