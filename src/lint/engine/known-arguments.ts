import { holds } from '../../python/kept-searches';
import { standings } from '../../python/standings';

/**
 * Makes a test that reads a text without parsing it. It is false only if no call of a function has numbers for all of these
 * arguments. It follows names to the lines that assign them, and what it cannot read counts as a number.
 * @param name the last name of the function
 * @param parameters the arguments in question, which are the first ones by position
 */
export const mayKnowArguments =
  (name: string, parameters: readonly string[]) =>
  (text: string): boolean =>
    new TextReader(text).mayKnow(name, parameters);

/** Longer calls and lines are not read. */
const mostCharacters = 400;
/** Names are followed through so many assignments. */
const mostSteps = 8;
/** The text is searched again for each name. After so many times its length, all counts as known. */
const mostPasses = 200;

/** Expressions that may be known, or parts of them, although another part is not. */
const isInvolved =
  /[^\x00-\x7f]|["'\\#{,]|(?:^|[^\w\])\s])\s{0,20}\[|\w\s{0,20}\(|\b(?:if|or|and|not|in|is|lambda|for|await|yield)\b/;
const dottedName = /[A-Za-z_]\w*(?:[ \t]{0,3}\.[ \t]{0,3}[A-Za-z_]\w*)*/g;
const strings = /"[^"\n\\]*"|'[^'\n\\]*'/g;
const definition = /^[ \t]*(?:async[ \t]+)?def\b/;
/** The end of targets that go over several lines. */
const longTarget = /^[ \t]*[)\]][ \t]*=(?!=)/m;

/** The lines of a function, and its header as far as its parameters go. */
interface FunctionLines {
  readonly start: number;
  readonly end: number;
  readonly header: string;
}

interface Assignment {
  readonly at: number;
  /** What is assigned; null if that cannot be read. */
  readonly value: string | null;
}

class TextReader {
  private readonly names = new Map<string, boolean>();
  private longTargets: boolean | null = null;
  /** The characters that were passed over. */
  private work = 0;

  constructor(private readonly text: string) {}

  mayKnow(name: string, parameters: readonly string[]): boolean {
    const { text } = this;
    for (const start of this.standings(name)) {
      if (this.isTooMuch()) return true;
      const end = start + name.length;
      const after = text.slice(end, end + 20).trimStart();
      if (after.startsWith('(')) {
        const given = argumentsAt(text, text.indexOf('(', end) + 1);
        if (given === null || parameters.every((parameter, at) => this.isGiven(given, parameter, at, start)))
          return true;
      }
      // Called by another name.
      if (/^as\b/.test(after) || /=[ \t]*(?:\w+[ \t]*\.[ \t]*)*$/.test(text.slice(Math.max(0, start - 80), start)))
        if (!after.startsWith('(')) return true;
    }
    return false;
  }

  private isTooMuch(): boolean {
    return this.work > mostPasses * this.text.length + 10_000;
  }

  private standings(name: string): Iterable<number> {
    this.work += this.text.length;
    return standings(name, this.text);
  }

  private isGiven(given: readonly string[], parameter: string, position: number, call: number): boolean {
    const named = given.find((each) => each.startsWith(parameter) && /^\s*=(?!=)/.test(each.slice(parameter.length)));
    const within = this.functionAround(call);
    if (named !== undefined) return this.mayBeKnown(named.slice(named.indexOf('=') + 1), within, 0);
    const at = given[position];
    if (at === undefined || /^\w+\s*=(?!=)/.test(at)) return given.some((each) => each.startsWith('*'));
    return given.slice(0, position).some((each) => each.startsWith('*')) || this.mayBeKnown(at, within, 0);
  }

  private mayBeKnown(expression: string, within: FunctionLines | null, steps: number): boolean {
    const code = expression.replace(strings, '0');
    if (
      steps > mostSteps ||
      code.length > mostCharacters ||
      this.isTooMuch() ||
      isInvolved.test(code) ||
      code.startsWith('*')
    )
      return true;
    return [...code.matchAll(dottedName)].every(([name]) =>
      this.nameMayBeKnown(name.replace(/\s/g, ''), within, steps),
    );
  }

  private nameMayBeKnown(name: string, within: FunctionLines | null, steps: number): boolean {
    const [root = '', ...attributes] = name.split('.');
    const isParameter = attributes.length === 0 && within !== null && isParameterOf(within.header, root);
    const key = isParameter ? `${within.start} ${name}` : name;
    const known = this.names.get(key);
    if (known !== undefined) return known;
    // What leads back to itself says nothing new.
    this.names.set(key, false);
    const last = attributes.at(-1);
    const found =
      last === undefined
        ? this.isKnownIn(this.assignments(root, isParameter ? within : null), steps)
        : this.mayHaveAttributes(root, within) && this.isKnownIn(this.attributeAssignments(last), steps);
    this.names.set(key, found);
    return found;
  }

  /** The module's own classes and what they make have attributes that are known; what a function is given does not. */
  private mayHaveAttributes(name: string, within: FunctionLines | null): boolean {
    if (name === 'self' || name === 'cls') return true;
    const isParameter = within !== null && isParameterOf(within.header, name);
    if (!isParameter && this.isClass(name)) return true;
    return this.assignments(name, isParameter ? within : null).length > 0;
  }

  private isClass(name: string): boolean {
    for (const at of this.standings(name))
      if (/\bclass[ \t]+$/.test(this.text.slice(Math.max(0, at - 10), at))) return true;
    return false;
  }

  private isKnownIn(assignments: readonly Assignment[], steps: number): boolean {
    return assignments.some(
      ({ at, value }) => value === null || this.mayBeKnown(value, this.functionAround(at), steps + 1),
    );
  }

  /** Where a name is assigned, in a function or anywhere. */
  private assignments(name: string, within: FunctionLines | null): readonly Assignment[] {
    const found: Assignment[] = this.hasLongTargets() ? [{ at: 0, value: null }] : [];
    for (const at of this.standings(name)) {
      if (this.text.charAt(at - 1) === '.' || (within !== null && (at < within.start || at > within.end))) continue;
      const value = assignmentAt(this.text, at, name);
      if (value !== undefined) found.push({ at, value });
    }
    return found;
  }

  /** True if the targets of some assignment go over several lines, which are not followed. */
  private hasLongTargets(): boolean {
    return (this.longTargets ??= holds(this.text, longTarget));
  }

  /** Where an attribute is assigned: behind a dot, or in the body of a class. */
  private attributeAssignments(name: string): readonly Assignment[] {
    const found: Assignment[] = [];
    for (const at of this.standings(name)) {
      if (this.text.charAt(at - 1) !== '.' && !this.isInClass(at)) continue;
      const value = assignmentAt(this.text, at, name);
      if (value !== undefined) found.push({ at, value });
    }
    return found;
  }

  private isInClass(at: number): boolean {
    const { text } = this;
    const lineStart = text.lastIndexOf('\n', at - 1) + 1;
    if (text.slice(lineStart, at).trim() !== '') return true;
    const around = this.functionAround(at);
    return around === null || !definition.test(around.header) || this.classAround(at, around.start);
  }

  /** True if a class begins between a function and a place in it, at which it may still be open. */
  private classAround(at: number, from: number): boolean {
    return /^[ \t]*class\b/m.test(this.text.slice(from, at));
  }

  /** The innermost function around a place, by indentation; null if there is none, or none that can be told. */
  private functionAround(at: number): FunctionLines | null {
    const { text } = this;
    let lineStart = text.lastIndexOf('\n', at - 1) + 1;
    let least = indentationAt(text, lineStart);
    while (lineStart > 0 && least > 0 && !this.isTooMuch()) {
      this.work += 100;
      lineStart = text.lastIndexOf('\n', lineStart - 2) + 1;
      const indentation = indentationAt(text, lineStart);
      // The end of a header of several lines is indented as its beginning.
      if (indentation >= least || indentation === -1 || ')]}'.includes(text.charAt(lineStart + indentation))) continue;
      const line = text.slice(lineStart, lineStart + mostCharacters);
      if (definition.test(line)) return this.functionFrom(lineStart, indentation);
      if (/^[ \t]*class\b/.test(line)) return null;
      least = indentation;
    }
    return null;
  }

  private functionFrom(start: number, indentation: number): FunctionLines | null {
    const { text } = this;
    const open = text.indexOf('(', start);
    const close = open === -1 ? null : closingAt(text, open + 1);
    if (close === null) return null;
    const next = new RegExp(`^[ \\t]{0,${indentation}}(?:async[ \\t]|def\\b|class\\b|@)`, 'gm');
    next.lastIndex = close;
    const end = next.exec(text)?.index ?? text.length;
    this.work += end - start;
    return { start, end, header: text.slice(start, close + 1) };
  }
}

/** The columns before the first character of a line; -1 for a line that is blank. */
function indentationAt(text: string, lineStart: number): number {
  let at = lineStart;
  while (text.charAt(at) === ' ' || text.charAt(at) === '\t') at++;
  return at >= text.length || '\r\n'.includes(text.charAt(at)) ? -1 : at - lineStart;
}

/** The offset of the bracket that closes an open one; null where strings or comments make it hard to tell. */
function closingAt(text: string, start: number): number | null {
  let depth = 1;
  for (let at = start; at < Math.min(text.length, start + 10 * mostCharacters); at++) {
    const character = text.charAt(at);
    const end = endOfSilence(text, at);
    if (end === null) return null;
    if (end !== at) at = end;
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character) && --depth === 0) return at;
  }
  return null;
}

/**
 * The last offset of the comment or string that begins at an offset, in which brackets and commas mean nothing; the same
 * offset where none begins, and null where it cannot be read.
 */
function endOfSilence(text: string, at: number): number | null {
  const character = text.charAt(at);
  if (character === '\\') return null;
  if (character === '"' || character === "'") return endOfString(text, at);
  if (character !== '#') return at;
  const end = text.indexOf('\n', at);
  return end === -1 ? null : end;
}

/** The offset of the quote that ends a string on its line; null where it is longer, or has escapes. */
function endOfString(text: string, start: number): number | null {
  const quote = text.charAt(start);
  if (text.startsWith(quote.repeat(3), start)) return null;
  const end = text.indexOf(quote, start + 1);
  return end === -1 || /[\n\\]/.test(text.slice(start, end)) ? null : end;
}

const isParameterOf = (header: string, name: string): boolean =>
  new RegExp(`[(,*\\s]${name}\\s{0,9}[:=,)]`).test(header.slice(header.indexOf('(')));

/**
 * The arguments of a call as they are written, without comments; null if they cannot be read.
 * @param start the offset behind the opening parenthesis
 */
export function argumentsAt(text: string, start: number): readonly string[] | null {
  const given: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < Math.min(text.length, start + mostCharacters); at++) {
    const character = text.charAt(at);
    const end = endOfSilence(text, at);
    if (end === null) return null;
    if (end !== at) {
      at = end;
      continue;
    }
    if (depth === 0 && (character === ',' || character === ')')) {
      given.push(text.slice(from, at).trim());
      from = at + 1;
      if (character === ')') return given;
    }
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth--;
  }
  return null;
}

/** What a line assigns to the name in it; undefined if it assigns nothing to it, null if that cannot be read. */
function assignmentAt(text: string, at: number, name: string): string | null | undefined {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const newline = text.indexOf('\n', at);
  const line = text.slice(lineStart, newline === -1 ? text.length : newline);
  if (line.length > mostCharacters) return null;
  if (/^[ \t]*:=/.test(text.slice(at + name.length, at + name.length + 9))) return null;
  if (!line.includes('=')) return undefined;
  const code = line
    .replace(strings, (string) => '0'.repeat(string.length))
    .replace(/#.*/, '')
    .trimEnd();
  if (/["'\\]/.test(code)) return null;
  const { brackets, equals } = shapeOf(code);
  if (equals < at - lineStart) return undefined;
  // A line that closes more brackets than it opens, or ends with a comma, is a part of a call or of a function's parameters.
  if (brackets < 0 || (brackets === 0 && code.endsWith(','))) return undefined;
  return brackets > 0 ? null : code.slice(equals + 1);
}

/** The last equals sign outside brackets, and how many more brackets are opened than closed. */
function shapeOf(code: string): { readonly brackets: number; readonly equals: number } {
  let brackets = 0;
  let equals = -1;
  for (let at = 0; at < code.length; at++) {
    const character = code.charAt(at);
    if ('([{'.includes(character)) brackets++;
    if (')]}'.includes(character)) brackets--;
    if (character !== '=' || brackets !== 0) continue;
    if (code.charAt(at + 1) === '=') at++;
    else if (!'<>!'.includes(code.charAt(at - 1)) || /(?:<<|>>)$/.test(code.slice(0, at))) equals = at;
  }
  return { brackets, equals };
}
