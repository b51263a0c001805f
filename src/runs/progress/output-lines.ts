/** Progress lines are short; a longer line (an image in base64, a JSON dump) is skipped. */
const longestLine = 4096;
/** Anything longer than this is not a terminal escape sequence. */
const longestEscape = 512;

const bell = 7;
const backspace = 8;
const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const escapeCode = 27;
const deleteCode = 127;

/** Final letters of control sequences that move the cursor or clear: the text after them is a new line. */
const moves = 'ABEFGHJKSTdf';

/** A line of output, and whether it is below the line to which the cursor returns: the inner bar of two. */
interface OutputLine {
  readonly text: string;
  readonly nested: boolean;
}

type EscapeState = 'none' | 'started' | 'control' | 'string' | 'string-end';

/**
 * Cuts a stream of terminal output into lines. Carriage returns, backspaces and cursor movements end a line like line
 * breaks, because progress bars redraw with them; colours and titles are removed. Memory is bounded for any input, and
 * the lines do not depend on how the stream is cut into chunks.
 */
export class OutputLines {
  private line = '';
  private tooLong = false;
  private escape: EscapeState = 'none';
  private escapeLength = 0;

  /** The non-empty lines that `text` completes. */
  feed(text: string): string[] {
    return this.read(text).map((line) => line.text);
  }

  /** The same, with the nesting of each line. */
  read(text: string): OutputLine[] {
    const lines: OutputLine[] = [];
    let start = 0;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (this.escape !== 'none') {
        const character = text.charAt(index);
        if (this.readEscape(code, character)) this.endLine(lines, character === 'A');
        start = index + 1;
        continue;
      }
      if (code >= 32 && code !== deleteCode) continue;
      if (code === tab) continue;
      this.take(text, start, index);
      start = index + 1;
      if (code === escapeCode) this.escape = 'started';
      else if (code === lineFeed || code === carriageReturn || code === backspace) this.endLine(lines);
    }
    if (this.escape === 'none') this.take(text, start, text.length);
    return lines;
  }

  /** The unfinished last line, once the output has ended. */
  end(): string[] {
    const lines: OutputLine[] = [];
    this.endLine(lines);
    return lines.map((line) => line.text);
  }

  private take(text: string, start: number, end: number): void {
    if (this.tooLong || start >= end) return;
    if (this.line.length + end - start > longestLine) {
      this.tooLong = true;
      this.line = '';
    } else this.line += text.slice(start, end);
  }

  private endLine(lines: OutputLine[], nested = false): void {
    if (this.line !== '') lines.push({ text: this.line, nested });
    this.line = '';
    this.tooLong = false;
  }

  /** Reads one character of an escape sequence (ECMA-48); true if the sequence moved the cursor. */
  private readEscape(code: number, character: string): boolean {
    this.escapeLength += 1;
    if (this.escapeLength > longestEscape) {
      this.endEscape();
      return false;
    }
    switch (this.escape) {
      case 'started':
        if (character === '[') this.escape = 'control';
        // Titles, links, shell integration and similar: text up to BEL or ESC \.
        else if (']PX^_'.includes(character)) this.escape = 'string';
        // ESC ( B and similar take one more character.
        else if (code < 32 || code > 47) this.endEscape();
        return false;
      case 'control':
        if (code >= 32 && code < 64) return false;
        this.endEscape();
        return moves.includes(character);
      case 'string':
        if (code === bell) this.endEscape();
        else if (code === escapeCode) this.escape = 'string-end';
        return false;
      case 'string-end':
        if (character === '\\') this.endEscape();
        else this.escape = 'string';
        return false;
      case 'none':
        return false;
    }
  }

  private endEscape(): void {
    this.escape = 'none';
    this.escapeLength = 0;
  }
}
