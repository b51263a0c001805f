import type { ReadableFiles } from '../system/files';
import { inLine } from '../present/plain-text';
import { rawStream } from './terminal';

/** In a window of a line or two there is nothing to spare. */
const fewestRows = 4;

/** The whole screen scrolls again; the cursor stays where it is. */
const wholeScreen = '\x1b7\x1b[r\x1b8';
/** One line down, scrolling at the bottom, and up again: the cursor is above the last row, in the column where it was. */
const leaveLastRow = '\x1bD\x1b[1A';

/**
 * The live line of `green-ml run`: the last row of the terminal, kept apart by a scroll region as package managers do,
 * so that it never mixes with what the command prints. Only for a terminal that can do so. Follows the size of the window,
 * and leaves the terminal as it was while the run is suspended (Ctrl+Z) and at its end, however it ends.
 */
export class LiveLine {
  /** Rows of the window as long as its last one is ours, else 0. */
  private rows = 0;
  private text: string | null = null;
  private readonly terminal: NodeJS.WriteStream;
  private readonly resized = (): void => this.follow();
  private readonly exited = (): void => this.release();
  private readonly suspended = (): void => {
    this.release();
    // By the signal's own effect: whoever waits for us is told that we were suspended, as the keyboard asked.
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

  /** Whether `stream` is a terminal that knows scroll regions. */
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

  /** Gives the row back and clears it. */
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

  /** The window has another size, or is ours again: what was drawn may be anywhere, the cursor in any row. */
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
    // A cursor in the last row would stay there outside the region, and each line would overwrite the one before.
    this.terminal.write(`${leaveLastRow}\x1b7\x1b[1;${rows - 1}r\x1b8`);
  }

  private release(): void {
    if (this.rows === 0) return;
    this.terminal.write(`${wholeScreen}\x1b7\x1b[${this.rows};1H\x1b[2K\x1b8`);
    this.rows = 0;
  }
}

/** The signals and the end of this process; passed in, so that tests can send them. */
export interface TerminalSignals {
  /** Whether a shell waits that can continue us: a process that stops without one never runs again. */
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

/** Where our parent is in our session but not in our group, it is a shell with job control. On a Mac it is taken for one. */
function isOrphaned(files: Pick<ReadableFiles, 'readTextNow'>): boolean {
  if (process.platform !== 'linux') return false;
  const of = (pid: number | 'self'): readonly string[] => {
    try {
      const text = files.readTextNow(`/proc/${pid}/stat`);
      // State, parent, group and session stand behind the name, which may hold anything.
      return text.slice(text.lastIndexOf(')') + 2).split(' ');
    } catch {
      return [];
    }
  };
  const [, parent = '0', group, session] = of('self');
  const [, , parentGroup, parentSession] = of(Number(parent));
  return parentSession === undefined || parentSession !== session || parentGroup === group;
}
