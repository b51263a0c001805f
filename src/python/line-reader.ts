/** Follows brackets and strings from line to line, to know what the next line begins with. */
export class LineReader {
  /** Where the first colon outside of brackets stands in the line that was read last: the end of a header. Else null. */
  colon: number | null = null;
  private depth = 0;
  private quote: string | null = null;
  private joined = false;

  get atStatement(): boolean {
    return this.depth === 0 && this.quote === null && !this.joined;
  }

  get inString(): boolean {
    return this.quote !== null;
  }

  read(line: string): void {
    this.joined = this.quote === null && line.endsWith('\\');
    this.colon = null;
    const marks = /["'#()[\]{}:\\]/g;
    for (let found = marks.exec(line); found !== null; found = marks.exec(line)) {
      const [mark] = found;
      if (this.quote !== null) {
        if (mark === '\\') marks.lastIndex++;
        else if (line.startsWith(this.quote, found.index)) {
          marks.lastIndex = found.index + this.quote.length;
          this.quote = null;
        }
      } else if (mark === '#') break;
      else if (mark === '"' || mark === "'") {
        const triple = mark.repeat(3);
        this.quote = line.startsWith(triple, found.index) ? triple : mark;
        marks.lastIndex = found.index + this.quote.length;
      } else if ('([{'.includes(mark)) this.depth++;
      else if (')]}'.includes(mark)) this.depth = Math.max(0, this.depth - 1);
      else if (mark === ':' && this.depth === 0) this.colon ??= found.index;
    }
    // Only triple-quoted strings go on in the next line.
    if (this.quote?.length === 1) this.quote = null;
  }
}
