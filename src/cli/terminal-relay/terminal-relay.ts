import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { isWithin } from '../../system/paths';
import { createInterface } from 'node:readline';
import { isatty } from 'node:tty';
import { isThere } from '../../system/folders';
import { isNeitherPipeNorSocket } from '../../system/pipes';
import { findProgram, startAttached, type ChildProcess } from '../../system/spawn';
import type { OutputTarget } from '../output-tap';

/** A command that could not be started, with the name of the error (`ENOENT`). */
export class StartError extends Error {
  override readonly name = 'StartError';

  constructor(readonly code: string) {
    super(code);
  }
}

/** The command's own terminal. Everything is passed between it and the real one, and the output can be read. */
export interface TerminalRelay {
  /** The process that starts the command and waits for it. */
  readonly monitorPid: number;
  /**
   * Starts the command and resolves to its pid, or to null if the relay has failed and nothing was started.
   *
   * @throws StartError
   */
  start(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number | null>;
  /** Resolves to the exit code of the command, 128 + n if signal n killed it. By then the real terminal is restored. */
  readonly ended: Promise<number>;
  /** Whether the real terminal is in raw mode, in which lines must end in `\r\n`. */
  readonly isRaw: boolean;
  /** Resolves when all output of the command has been read. */
  readonly drained: Promise<void>;
  /** CPU time of the relay, in seconds; known after the command has ended. */
  readonly cpuSeconds: number;
  /** Sends a signal only to the command. */
  signal(name: NodeJS.Signals): void;
  /** Lets the relay end. Until then its monitor process shows how much CPU time the command has used. */
  release(): void;
}

interface RelayOptions {
  readonly cwd: string;
  readonly productFolder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The command's standard output and standard error if these are not terminals. */
  readonly targets: readonly [stdout: OutputTarget, stderr: OutputTarget];
  readonly onBytes: (bytes: Buffer) => void;
}

/** If relay and monitor are both killed, the command's terminal hangs up. */
const lostExitCode = 128 + constants.signals.SIGHUP;

/** On a Mac without these, `/usr/bin/python3` only opens a window that offers to install the tools. */
const macTools = ['/Library/Developer/CommandLineTools', '/Applications/Xcode.app'];

/**
 * Opens a relay for interactive use: standard input is a terminal, and output goes to the same one. Null otherwise,
 * or if Python or a pseudo-terminal is missing: the command then gets the real terminal.
 */
export async function openTerminalRelay({
  cwd,
  productFolder,
  env,
  targets,
  onBytes,
}: RelayOptions): Promise<TerminalRelay | null> {
  if (process.platform === 'win32' || !isAtTerminal()) return null;
  const python = findPython(cwd);
  if (python === null) return null;
  const script = join(productFolder, 'terminal-relay.py');
  // Isolated: Python loads nothing from the current folder, from folders in environment variables, or from site packages.
  const child = startAttached(python, ['-I', '-S', '-B', script], {
    cwd,
    env,
    stdio: ['inherit', ...targets, 'pipe', 'pipe'],
  });
  const relay = new PythonRelay(child, onBytes);
  if (await relay.isReady) return relay;
  relay.release();
  return null;
}

/**
 * Not if standard output is a pipe: the next program of the pipeline may read the keyboard itself (`| less`) and
 * would lose keys to us. The relay itself checks that all terminals are the same and that our job is in the
 * foreground.
 */
function isAtTerminal(): boolean {
  if (!isatty(0) || !(isatty(1) || isatty(2))) return false;
  return isNeitherPipeNorSocket(1);
}

/** Never a Python from the current folder, such as that of a virtual environment. */
function findPython(cwd: string): string | null {
  const path = findProgram('python3');
  if (path === null) return null;
  if (cwd !== '/' && isWithin(path, cwd)) return null;
  const isStandIn =
    process.platform === 'darwin' && path === '/usr/bin/python3' && !macTools.some((each) => isThere(each));
  return isStandIn ? null : path;
}

class PythonRelay implements TerminalRelay {
  monitorPid = 0;
  cpuSeconds = 0;
  isRaw = false;
  readonly isReady: Promise<boolean>;
  readonly ended: Promise<number>;
  readonly drained: Promise<void>;
  private readonly control: Socket;
  private readonly copy: Socket;
  /** Resolves to the pid, to the name of the error, or to null if the relay has ended. */
  private readonly started: Promise<number | string | null>;

  constructor(
    private readonly child: ChildProcess,
    onBytes: (bytes: Buffer) => void,
  ) {
    this.control = child.stdio[3] as Socket;
    this.copy = child.stdio[4] as Socket;
    // Writing to a relay that has ended fails; `close` reports that it has ended.
    for (const socket of [this.control, this.copy]) socket.on('error', () => undefined);
    this.copy.on('data', onBytes);
    this.drained = new Promise((resolve) => void this.copy.once('close', () => resolve()));
    const lines = createInterface({ input: this.control, crlfDelay: Infinity });
    const word = <T>(
      names: readonly string[],
      take: (name: string, values: readonly string[]) => T,
      lost: T,
    ): Promise<T> =>
      new Promise((resolve) => {
        lines.on('line', (line) => {
          const [name = '', ...values] = line.split(' ');
          if (names.includes(name)) resolve(take(name, values));
        });
        lines.once('close', () => resolve(lost));
        child.once('error', () => resolve(lost));
      });
    this.isReady = word(
      ['ready', 'unavailable'],
      (name, [pid]) => {
        this.monitorPid = Number(pid);
        return name === 'ready';
      },
      false,
    );
    this.started = word<number | string | null>(
      ['started', 'failed'],
      (name, [value = '']) => (name === 'started' ? Number(value) : value),
      null,
    );
    this.ended = word(
      ['ended'],
      (_, [code, cpuSeconds]) => {
        this.cpuSeconds = Number(cpuSeconds);
        return Number(code);
      },
      lostExitCode,
    );
  }

  async start(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number | null> {
    const variables = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
    const words = Buffer.from([String(command.length), ...command, ...variables].join('\0'));
    this.isRaw = true;
    void this.ended.then(() => (this.isRaw = false));
    this.control.write(`start ${words.length}\n`);
    this.control.write(words);
    const found = await this.started;
    if (typeof found === 'number') return found;
    this.isRaw = false;
    this.release();
    if (found === null) return null;
    throw new StartError(found);
  }

  signal(name: NodeJS.Signals): void {
    if (this.control.writable) this.control.write(`signal ${constants.signals[name]}\n`);
  }

  release(): void {
    this.control.destroy();
    this.copy.destroy();
    // It keeps running while processes that the command left behind print; do not wait for that.
    this.child.unref();
  }
}
