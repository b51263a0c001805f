/**
 * How far a match of a pattern, with all that the pattern looks at around it, may reach: over so many ends of lines, each with
 * the blank lines behind it. It begins on the line where the match begins. Null where that cannot be told from the pattern.
 */
export function reachOf({ source, flags }: RegExp): number | null {
  if (/[sy]/.test(flags)) return null;
  const reader = new PatternReader(source, flags.includes('m'));
  return reader.read() ? reader.crossings : null;
}

/** Characters behind which a part of a pattern may come more than twice. */
const repeats = '*+{';
/** Escapes of what stands in a line, or of a place in it. */
const withinLine = /[bBdwSt]|[^\w]/;
const newlines = 'snr';

/** Reads a pattern from left to right; what it does not know, it leaves alone. */
class PatternReader {
  crossings = 0;
  private at = 0;

  constructor(
    private readonly source: string,
    private readonly isMultiline: boolean,
  ) {}

  /** False for a pattern whose reach cannot be told. */
  read(): boolean {
    const { source } = this;
    let isRepeated = false;
    let looksBack = false;
    for (; this.at < source.length; this.at++) {
      const character = source.charAt(this.at);
      if (character === '\\') {
        const escaped = source.charAt(++this.at);
        if (newlines.includes(escaped)) this.crossings++;
        else if (!withinLine.test(escaped)) return false;
      } else if (character === '[') {
        if (!this.readClass()) return false;
      } else if ((character === '^' || character === '$') && !this.isMultiline) return false;
      else if (character === '(') looksBack ||= source.startsWith('(?<', this.at);
      else if (character === ')') isRepeated ||= repeats.includes(source.charAt(this.at + 1) || ' ');
    }
    // A group that goes over a line may do so each time, and what looks back may go over it to the left.
    return this.crossings === 0 || (!isRepeated && !looksBack);
  }

  /** A set of characters, up to its bracket. */
  private readClass(): boolean {
    const { source } = this;
    const isNegated = source.charAt(this.at + 1) === '^';
    let hasNewline = false;
    this.at += isNegated ? 2 : 1;
    for (; source.charAt(this.at) !== ']'; this.at++) {
      if (this.at >= source.length) return false;
      if (source.charAt(this.at) !== '\\') continue;
      const escaped = source.charAt(++this.at);
      // `\t-z` would hold more than it shows.
      if (source.charAt(this.at + 1) === '-' && source.charAt(this.at + 2) !== ']') return false;
      if (isNegated ? 'sn'.includes(escaped) : newlines.includes(escaped)) hasNewline = true;
      else if (!withinLine.test(escaped) && !(isNegated && escaped === 'r')) return false;
    }
    if (isNegated) return hasNewline;
    if (!hasNewline) return true;
    this.crossings++;
    return !repeats.includes(source.charAt(this.at + 1) || ' ');
  }
}
