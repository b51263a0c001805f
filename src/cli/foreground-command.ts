import { constants } from 'node:os';
import { resolve } from 'node:path';
import { SignalSentinel } from '../system/signal-sentinel';
import { startAttached, startingProblem, type ChildProcess } from '../system/spawn';
import { CommandError } from './io';
import type { OutputTarget } from './output-tap';
import { StartError, type TerminalRelay } from './terminal-relay/terminal-relay';

/** How a command ended: its exit code, or 128 + n if it was killed by signal n. */
interface CommandEnd {
  readonly exitCode: number;
}

export interface ForegroundCommand {
  readonly pid: number;
  readonly ended: Promise<CommandEnd>;
  /** Sends a signal only to the command. */
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
  /** Its standard output and standard error; our own streams if absent. */
  readonly output?: readonly [stdout: OutputTarget, stderr: OutputTarget];
  /** A terminal of its own instead of ours; absent if there is none. */
  readonly relay?: TerminalRelay;
}

/**
 * Starts a command with our own standard streams and passes on each signal exactly once: a signal sent only to us is
 * forwarded; one that the terminal or the shell sent to the whole process group has already reached the command.
 * @throws CommandError if the command cannot be started.
 */
export async function startCommand(command: readonly string[], options: CommandOptions): Promise<ForegroundCommand> {
  const [file = '', ...args] = command;
  if (file === '')
    throw new CommandError('the command is empty; give one after "--", as in: green-ml run -- python3 train.py');
  const ignoresHangup = options.hangup === 'ignored';
  const [program, ...words] = ignoresHangup ? await withoutHangup([file, ...args], options) : [file, ...args];
  // Install handlers before the command starts: a signal in between must not end only the meter.
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

/** The relay is in our process group, so it knows which signals have reached the whole group. */
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
 * Node resets all signals to their defaults for a command, so a shell ignores SIGHUP and then becomes the command.
 * Whether the command can be started is checked first, with the same errors as from Node.
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
  if (code === 'ENOENT') return `cannot start "${file}": command not found; check its spelling and your PATH.`;
  if (code === 'EACCES')
    return `cannot start "${file}": it is not executable; run chmod +x on it, or start it with its interpreter.`;
  return `cannot start "${file}" (${code}).`;
}

/** Catches signals to pass on, including those that arrive before the command has started. */
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

  /** @param send sends a signal only to the command */
  attach(send: (name: NodeJS.Signals) => void): void {
    this.send = send;
    for (const name of this.early.splice(0)) send(name);
  }

  /** @param send gets all signals, and finds out itself which ones the command already got with our process group */
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
