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
    for (let index = 0; index < line.length; index++) {
      const character = line.charAt(index);
      if (this.quote !== null) {
        if (character === '\\') index++;
        else if (line.startsWith(this.quote, index)) {
          index += this.quote.length - 1;
          this.quote = null;
        }
      } else if (character === '#') break;
      else if (character === '"' || character === "'") {
        const triple = character.repeat(3);
        this.quote = line.startsWith(triple, index) ? triple : character;
        index += this.quote.length - 1;
      } else if ('([{'.includes(character)) this.depth++;
      else if (')]}'.includes(character)) this.depth = Math.max(0, this.depth - 1);
      else if (character === ':' && this.depth === 0) this.colon ??= index;
    }
    // Only triple-quoted strings go on in the next line.
    if (this.quote?.length === 1) this.quote = null;
  }
}
