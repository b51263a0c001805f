import { LineReader } from './line-reader';

/** Cell magics whose body runs as Python in the notebook's own process. */
const pythonCellMagic =
  /^%%(?:time|timeit|capture|prun|memit|mprun|lprun|wandb|snakeviz|pyinstrument|scalene|heat|debug)\b/;

/** A cell whose body goes into a Python file. */
const writesFile = /^%%(?:write)?file[ \t]+(?:(-a|--append)[ \t]+)?["']?([^\s"']+\.py)["']?[ \t]*$/;

/** What `%%writefile [-a] NAME.py` writes: the cell with an empty first line. Null for all other cells. */
export function writesPython(source: string): { name: string; appends: boolean; body: string } | null {
  if (!/^\s*%%(?:write)?file\b/.test(source)) return null;
  const start = source.search(/\S/);
  const end = /[\r\n]/.exec(source.slice(start))?.index;
  if (end === undefined) return null;
  const [, append, name] = writesFile.exec(source.slice(start, start + end)) ?? [];
  return name === undefined
    ? null
    : { name, appends: append !== undefined, body: source.slice(0, start) + source.slice(start + end) };
}

/** Line magics that run a Python statement, each with those of its options that take a value. */
const runsStatement: Readonly<Record<string, string>> = {
  time: '',
  timeit: 'nrp',
  prun: 'lsTD',
  memit: 'rt',
  mprun: 'fT',
  lprun: 'fmDTu',
  snakeviz: 'f',
  pyinstrument: '',
  scalene: '',
};
/** These cannot stand behind another statement on the line. */
const compound = /^(?:for|while|if|with|try|def|class|async|match|@)(?:\b|$)/;

/** `pass` stands where a magic stood, so that a block around it keeps a body. */
const nothing = 'pass';

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
    if (!pythonCellMagic.test(opening)) return '\n'.repeat(lines.length - 1);
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
      const timed = reader.atStatement ? withoutTiming(line) : null;
      if (timed !== null) {
        reader.read(timed);
        return timed;
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

/** `result = %timeit -o f()`: what stands before the magic. */
const assignedMagic = /^([ \t]*)([A-Za-z_]\w{0,80})[ \t]{0,9}=[ \t]{0,9}(?=%[a-z])/;

/**
 * `%time model.fit(x, y)`, `%timeit -n 1 -r 1 f()`, `result = %time f()`: the statement that it runs, where it stands, behind
 * what does nothing. Null for all other lines.
 */
function withoutTiming(line: string): string | null {
  const [assigned = '', indentation = /^[ \t]*/.exec(line)?.[0] ?? '', name = null] = assignedMagic.exec(line) ?? [];
  const start = assigned === '' ? indentation.length : assigned.length;
  const magic = /^%([a-z]+)[ \t]/.exec(line.slice(start))?.[1] ?? '';
  const valued = Object.hasOwn(runsStatement, magic) ? runsStatement[magic] : undefined;
  if (valued === undefined) return null;
  const words = /\S+/g;
  words.lastIndex = start + magic.length + 1;
  for (let word = words.exec(line); word !== null; word = words.exec(line)) {
    if (/^-{1,2}[A-Za-z]/.test(word[0])) {
      // -n 3 and -n3
      if (word[0].length === 2 && valued.includes(word[0].charAt(1))) words.exec(line);
      continue;
    }
    if (compound.test(word[0])) return null;
    // %time alone gives what the statement gives; the others give a report.
    const head = name === null ? `${indentation}0;` : magic === 'time' ? assigned : `${indentation}${name}=_;`;
    const statement = line.slice(word.index);
    return head + ' '.repeat(word.index - head.length) + (withoutTiming(statement) ?? statement);
  }
  return null;
}

/** The line without its magic; null if it has none. */
function replaceMagic(line: string): string | null {
  const indentation = /^\s*/.exec(line)?.[0] ?? '';
  const code = line.slice(indentation.length);
  if (/^(?:[%!]|\?{1,2}\S)/.test(code) || /^[%\w.*]+\?{1,2}\s*$/.test(code)) return indentation + nothing;
  const assignment = /^([\w.,[\]'"]+(?: +[\w.,[\]'"]+)*)\s*=\s*[%!](?!=)/.exec(code);
  // An unresolved name: its value is not known.
  return assignment === null ? null : `${indentation}${assignment[1] ?? '_'} = _`;
}
