/**
 * A screen with the few terminal commands that we use: margins, saved cursor, index, erasing a line. If the window gets
 * smaller, lines scroll out at the top until the cursor is on the screen, like in xterm.
 */
export class TerminalScreen {
  private lines: string[][];
  /** Lines that scrolled out at the top. */
  readonly history: string[] = [];
  private row = 0;
  private column = 0;
  private saved = { row: 0, column: 0 };
  private top = 0;
  private bottom: number;

  constructor(
    public rows: number,
    public columns: number,
  ) {
    this.lines = Array.from({ length: rows }, () => []);
    this.bottom = rows - 1;
  }

  get shown(): readonly string[] {
    return this.lines.map((line) => line.join('').trimEnd());
  }

  /** All lines that were printed and not erased, without empty lines at the end. */
  get everything(): readonly string[] {
    return [...this.history, ...this.shown].filter((line) => line !== '');
  }

  get scrollsWhole(): boolean {
    return this.top === 0 && this.bottom === this.rows - 1;
  }

  resize(rows: number, columns: number): void {
    while (this.lines.length > rows) {
      if (this.row < rows) this.lines.pop();
      else {
        this.history.push((this.lines.shift() ?? []).join('').trimEnd());
        this.row -= 1;
      }
    }
    while (this.lines.length < rows) this.lines.push([]);
    [this.rows, this.columns] = [rows, columns];
    [this.top, this.bottom] = [0, rows - 1];
  }

  write(text: string): void {
    for (const [token = ''] of text.matchAll(/\x1b\[[\d;?]*[A-Za-z]|\x1b[78D]|[\s\S]/g)) this.take(token);
  }

  private take(token: string): void {
    if (token === '\x1b7') this.saved = { row: this.row, column: this.column };
    else if (token === '\x1b8') [this.row, this.column] = [Math.min(this.saved.row, this.rows - 1), this.saved.column];
    else if (token === '\x1bD') this.index();
    else if (token === '\n') {
      this.column = 0;
      this.index();
    } else if (token === '\r') this.column = 0;
    else if (token.startsWith('\x1b[')) this.command(token.at(-1) ?? '', token.slice(2, -1).split(';').map(Number));
    else {
      if (this.column >= this.columns) this.take('\n');
      const line = this.lines[this.row] ?? [];
      while (line.length < this.column) line.push(' ');
      line[this.column] = token;
      this.column += 1;
    }
  }

  private command(name: string, [first = 0, second = 0]: readonly number[]): void {
    if (name === 'r') {
      [this.top, this.bottom] = first === 0 ? [0, this.rows - 1] : [first - 1, second - 1];
      [this.row, this.column] = [0, 0];
    } else if (name === 'H')
      [this.row, this.column] = [Math.min(this.rows, Math.max(1, first)) - 1, Math.max(1, second) - 1];
    else if (name === 'A') this.row = Math.max(0, this.row - Math.max(1, first));
    else if (name === 'K') this.lines[this.row] = [];
    else if (name !== 'm') throw new Error(`the screen does not know CSI ${name}`);
  }

  /** Moves down one line. At the bottom of the region it scrolls; at the bottom of the screen the cursor stays. */
  private index(): void {
    if (this.row === this.bottom) {
      const [gone] = this.lines.splice(this.top, 1);
      this.lines.splice(this.bottom, 0, []);
      if (this.top === 0) this.history.push((gone ?? []).join('').trimEnd());
    } else if (this.row < this.rows - 1) this.row += 1;
  }
}
