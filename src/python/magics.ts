/** Cell magics whose body runs as Python in the notebook's own process. */
const PYTHON_CELL_MAGIC = /^%%(?:time|timeit|capture|prun|memit|mprun|lprun|wandb)\b/;

/** `pass` stands where a magic stood, so that a block around it keeps a body. */
const NOTHING = 'pass';

/**
 * Replaces what IPython understands and Python does not, and keeps every other line as and where it is:
 * `%magic`, `!command` and `help?` lines do nothing, `x = !command` gives something unknown, and a cell in
 * another language is empty.
 */
export function withoutMagics(source: string): string {
  const lines = source.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const opening = lines[first]?.trimStart() ?? '';
  if (opening.startsWith('%%')) {
    if (!PYTHON_CELL_MAGIC.test(opening)) return '\n'.repeat(lines.length - 1);
    lines[first] = '';
  }
  if (!/^[ \t\f]*[%!?]|=\s*[%!]|\?\s*$/m.test(source)) return lines.join('\n');
  const reader = new LineReader();
  let continued = false;
  return lines
    .map((line) => {
      if (continued) {
        continued = line.endsWith('\\');
        return '';
      }
      const replaced = reader.atStatement ? replaceMagic(line) : null;
      if (replaced === null) {
        reader.read(line);
        return line;
      }
      continued = line.endsWith('\\');
      return replaced;
    })
    .join('\n');
}

/** The line without its magic; null if it has none. */
function replaceMagic(line: string): string | null {
  const indentation = /^\s*/.exec(line)?.[0] ?? '';
  const code = line.slice(indentation.length);
  if (/^(?:[%!]|\?{1,2}\S)/.test(code) || /^[%\w.*]+\?{1,2}\s*$/.test(code)) return indentation + NOTHING;
  const assignment = /^([\w.,[\]'"]+(?: +[\w.,[\]'"]+)*)\s*=\s*[%!](?!=)/.exec(code);
  // An unresolved name: its value is not known.
  return assignment === null ? null : `${indentation}${assignment[1] ?? '_'} = _`;
}

/** Follows brackets and triple-quoted strings, to know whether the next line begins a statement. */
class LineReader {
  private depth = 0;
  private quote: string | null = null;
  private joined = false;

  get atStatement(): boolean {
    return this.depth === 0 && this.quote === null && !this.joined;
  }

  read(line: string): void {
    this.joined = this.quote === null && line.endsWith('\\');
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
    }
    // Only triple-quoted strings go on in the next line.
    if (this.quote?.length === 1) this.quote = null;
  }
}
