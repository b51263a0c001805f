import type { ReadableFiles } from '../system/files';
import { inLine } from '../present/plain-text';
import { rawStream } from './terminal';

/** A smaller window has no row to spare. */
const fewestRows = 4;

/** Makes the whole screen scroll again; the cursor stays where it is. */
const wholeScreen = '\x1b7\x1b[r\x1b8';
/** One line down, scrolling at the bottom, and up again: this moves the cursor above the last row, in the same column. */
const leaveLastRow = '\x1bD\x1b[1A';

/**
 * The live line of `green-ml run`: the last row of the terminal, kept apart by a scroll region as package managers
 * do, so that it never mixes with the command's output. Only for terminals that support this. It follows the size of
 * the window, and restores the terminal while the run is suspended (Ctrl+Z) and at its end, however it ends.
 */
export class LiveLine {
  /** Rows of the window while we hold the last one, else 0. */
  private rows = 0;
  private text: string | null = null;
  private readonly terminal: NodeJS.WriteStream;
  private readonly resized = (): void => this.follow();
  private readonly exited = (): void => this.release();
  private readonly suspended = (): void => {
    this.release();
    // Suspend with the default action of the signal, so that our parent sees that we were suspended.
    this.signals.off('SIGTSTP', this.suspended);
    this.signals.stop();
    this.signals.on('SIGTSTP', this.suspended);
  };
  private readonly continued = (): void => this.follow();

  constructor(
    terminal: NodeJS.WriteStream,
    private readonly signals: TerminalSignals,
  ) {
    this.terminal = rawStream(terminal);
  }

  /** Whether `stream` is a terminal that supports scroll regions. */
  static fits(
    stream: NodeJS.WritableStream & { readonly isTTY?: boolean },
    env: NodeJS.ProcessEnv,
  ): stream is NodeJS.WriteStream {
    return stream.isTTY === true && env['TERM'] !== undefined && env['TERM'] !== 'dumb' && env['CI'] === undefined;
  }

  show(text: string): void {
    if (this.text === null) {
      this.terminal.on('resize', this.resized);
      this.signals.on('exit', this.exited);
      this.signals.on('SIGCONT', this.continued);
      if (this.signals.canStop) this.signals.on('SIGTSTP', this.suspended);
    }
    this.text = text;
    if (this.rows === 0) this.reserve();
    this.draw();
  }

  /** Clears the row and gives it back. */
  dispose(): void {
    this.terminal.removeListener('resize', this.resized);
    for (const [name, listener] of [
      ['exit', this.exited],
      ['SIGCONT', this.continued],
      ['SIGTSTP', this.suspended],
    ] as const)
      this.signals.off(name, listener);
    this.release();
    this.text = null;
  }

  /** The window was resized, or is ours again: earlier output may be anywhere, and the cursor in any row. */
  private follow(): void {
    this.release();
    this.reserve();
    this.draw();
  }

  private draw(): void {
    if (this.rows === 0 || this.text === null) return;
    const line = inLine(this.text).slice(0, Math.max(0, this.terminal.columns - 1));
    this.terminal.write(`\x1b7\x1b[${this.rows};1H\x1b[2K\x1b[2m${line}\x1b[22m\x1b8`);
  }

  private reserve(): void {
    const { rows } = this.terminal;
    if (this.text === null || rows < fewestRows) return;
    this.rows = rows;
    // A cursor in the last row would stay outside the region, and each line would overwrite the previous one.
    this.terminal.write(`${leaveLastRow}\x1b7\x1b[1;${rows - 1}r\x1b8`);
  }

  private release(): void {
    if (this.rows === 0) return;
    this.terminal.write(`${wholeScreen}\x1b7\x1b[${this.rows};1H\x1b[2K\x1b8`);
    this.rows = 0;
  }
}

/** The signals and the end of this process; passed in, so that tests can send them. */
interface TerminalSignals {
  /** Whether a shell can continue us: a process that stops without one never runs again. */
  readonly canStop: boolean;
  on(name: 'exit' | 'SIGCONT' | 'SIGTSTP', listener: () => void): void;
  off(name: 'exit' | 'SIGCONT' | 'SIGTSTP', listener: () => void): void;
  /** Suspends this process, as Ctrl+Z does. */
  stop(): void;
}

export function processSignals(files: Pick<ReadableFiles, 'readTextNow'>): TerminalSignals {
  return {
    canStop: process.platform !== 'win32' && !isOrphaned(files),
    on: (name, listener) => void process.on(name, listener),
    off: (name, listener) => void process.removeListener(name, listener),
    stop: () => void process.kill(process.pid, 'SIGTSTP'),
  };
}

/** If our parent is in our session but not in our group, it is a shell with job control. On macOS this is assumed. */
function isOrphaned(files: Pick<ReadableFiles, 'readTextNow'>): boolean {
  if (process.platform !== 'linux') return false;
  const of = (pid: number | 'self'): readonly string[] => {
    try {
      const text = files.readTextNow(`/proc/${pid}/stat`);
      // State, parent, group and session follow the name, which may contain anything.
      return text.slice(text.lastIndexOf(')') + 2).split(' ');
    } catch {
      return [];
    }
  };
  const [, parent = '0', group, session] = of('self');
  const [, , parentGroup, parentSession] = of(Number(parent));
  return parentSession === undefined || parentSession !== session || parentGroup === group;
}
