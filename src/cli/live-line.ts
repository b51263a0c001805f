import { inLine } from '../units/plain-text';
import { rawStream } from './terminal';

/**
 * The live line of `green-ml run`: the last row of the terminal, kept apart by a scroll region as package managers do,
 * so that it never mixes with what the command prints. Only for a terminal that can do so.
 */
export class LiveLine {
  private rows = 0;
  private readonly resized = (): void => {
    if (this.rows > 0) this.reserve();
  };

  private readonly terminal: NodeJS.WriteStream;

  constructor(terminal: NodeJS.WriteStream) {
    this.terminal = rawStream(terminal);
  }

  /** Whether `stream` is a terminal that knows scroll regions. */
  static fits(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): stream is NodeJS.WriteStream {
    return stream.isTTY === true && env['TERM'] !== undefined && env['TERM'] !== 'dumb' && env['CI'] === undefined;
  }

  show(text: string): void {
    if (this.rows === 0) {
      this.terminal.on('resize', this.resized);
      // Room for the line below the cursor, then back up.
      this.terminal.write('\n\x1b[1A');
      this.reserve();
    }
    if (this.rows === 0) return;
    const line = inLine(text).slice(0, Math.max(0, this.terminal.columns - 1));
    this.terminal.write(`\x1b7\x1b[${this.rows};1H\x1b[2K\x1b[2m${line}\x1b[22m\x1b8`);
  }

  /** Gives the row back and clears it. */
  dispose(): void {
    this.terminal.removeListener('resize', this.resized);
    if (this.rows === 0) return;
    this.terminal.write(`\x1b7\x1b[r\x1b[${this.rows};1H\x1b[2K\x1b8`);
    this.rows = 0;
  }

  private reserve(): void {
    const { rows } = this.terminal;
    // In a window of a line or two there is nothing to spare.
    this.rows = rows >= 4 ? rows : 0;
    if (this.rows > 0) this.terminal.write(`\x1b7\x1b[1;${rows - 1}r\x1b8`);
  }
}
