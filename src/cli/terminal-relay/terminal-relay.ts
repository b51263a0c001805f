import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { isWithin } from '../../system/paths';
import { createInterface } from 'node:readline';
import { isatty } from 'node:tty';
import { isThere } from '../../system/folders';
import { isNoStream } from '../../system/pipes';
import { findProgram, startAttached, type ChildProcess } from '../../system/spawn';
import type { OutputTarget } from '../output-tap';

/** A command that could not be started, with the name of the error (`ENOENT`). */
export class StartError extends Error {
  override readonly name = 'StartError';

  constructor(readonly code: string) {
    super(code);
  }
}

/** A terminal of the command's own. All passes on between it and the real one, and what is printed can be read. */
export interface TerminalRelay {
  /** The process that starts the command and waits for it. */
  readonly monitorPid: number;
  /**
   * Starts the command and resolves to its pid; to null where the relay has failed and nothing was started.
   *
   * @throws StartError
   */
  start(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number | null>;
  /** Resolves to the exit code of the command, 128 + n when signal n killed it. The real terminal is restored by then. */
  readonly ended: Promise<number>;
  /** Whether the real terminal is in raw mode, where a line must end in `\r\n`. */
  readonly isRaw: boolean;
  /** Resolves when all that the command has printed was read. */
  readonly drained: Promise<void>;
  /** CPU time that the relay has used, in seconds; known when the command has ended. */
  readonly cpuSeconds: number;
  /** Sends a signal to the command alone. */
  signal(name: NodeJS.Signals): void;
  /** Lets the relay end. Until then its monitor shows how much CPU time the command has used. */
  release(): void;
}

export interface RelayOptions {
  readonly cwd: string;
  readonly productFolder: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the command gets as standard output and standard error where these are no terminals. */
  readonly targets: readonly [stdout: OutputTarget, stderr: OutputTarget];
  readonly onBytes: (bytes: Buffer) => void;
}

/** If relay and monitor are both killed, the terminal of the command hangs up. */
const lostExitCode = 128 + constants.signals.SIGHUP;

/** On a Mac without these, `/usr/bin/python3` only opens a window that offers to install them. */
const macTools = ['/Library/Developer/CommandLineTools', '/Applications/Xcode.app'];

/**
 * Opens a relay where a person sits at a terminal: standard input is one, and what is printed goes to the same one. Null
 * everywhere else, and where Python or a pseudo-terminal is missing: the command then gets the real terminal.
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
  // Isolated: nothing is loaded from the current folder, from folders that variables name, or from site packages.
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
 * Not where standard output is a pipe: the next program of the line may read the keyboard itself (`| less`), and would
 * lose keys to us. Whether all terminals are one, and our job is in front, the relay finds out.
 */
function isAtTerminal(): boolean {
  if (!isatty(0) || !(isatty(1) || isatty(2))) return false;
  return isNoStream(1);
}

/** Never one from the current folder, such as that of a virtual environment. */
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
  /** Resolves to the pid, to the name of what is wrong, or to null when the relay has ended. */
  private readonly started: Promise<number | string | null>;

  constructor(
    private readonly child: ChildProcess,
    onBytes: (bytes: Buffer) => void,
  ) {
    this.control = child.stdio[3] as Socket;
    this.copy = child.stdio[4] as Socket;
    // A relay that has ended takes no orders; that it has, `close` tells.
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
    // It stays as long as somebody prints whom the command has left behind; nobody waits for that.
    this.child.unref();
  }
}
