/** Words with which a line goes on with the statement before it. */
const clause = /(?:elif|else|except|finally)\b/y;
/** Words that begin a statement, and never a line within brackets. */
const begins =
  /(?:def|class|import|from|return|raise|while|with|try|del|pass|break|continue|global|assert)\b(?!\s*[=,)])/y;
const stringStart = /[rRbBuUfF]{0,2}(?:'''|"""|'|")/y;

/** Characters of operators that need something behind them. */
const operators: readonly number[] = Array.from('=+-*/%&|^<>.@', (character) => character.charCodeAt(0));

const newline = 10;
const carriageReturn = 13;
const space = 32;
const tab = 9;
const hash = 35;
const backslash = 92;

/**
 * Where a statement that cannot be read ends: with its block, which is all that is indented further, and its other clauses. An
 * open bracket or quote that nothing closes ends with its line.
 * @param start the offset of its first token, the first one of its line
 * @param indent its indentation
 * @returns the offset of the end of its last line
 */
export function endOfStatement(text: string, start: number, indent: number): number {
  let isDecorated = text.charAt(start) === '@';
  let end = endOfLine(text, start, indent);
  for (;;) {
    let next = nextLine(text, end);
    let comments = end;
    while (next?.isComment === true) {
      // Comments that are indented further belong to the block above.
      const isInner = next.indent > indent;
      const after = lineEnd(text, next.at);
      if (isInner && comments !== -1) comments = after;
      const following = nextLine(text, after);
      if (!isInner) {
        end = Math.max(end, comments);
        comments = -1;
      }
      next = following;
    }
    const isPart =
      next !== null &&
      (next.indent > indent || (next.indent === indent && (isDecorated || matches(clause, text, next.at))));
    if (next === null || !isPart) return Math.max(end, comments);
    if (next.indent === indent && isDecorated) isDecorated = text.charAt(next.at) === '@';
    end = endOfLine(text, next.at, indent);
  }
}

/** The next line with anything on it. */
function nextLine(text: string, end: number): { at: number; indent: number; isComment: boolean } | null {
  let indent = 0;
  for (let at = end; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === newline || code === carriageReturn) indent = 0;
    else if (code === space) indent++;
    else if (code === tab) indent += 8;
    else return { at, indent, isComment: code === hash };
  }
  return null;
}

/** The end of a line of code, with the lines on which its brackets and strings go on. */
function endOfLine(text: string, start: number, indent: number): number {
  let depth = 0;
  /** The last character that is neither blank nor in a comment. */
  let last = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === newline) {
      const next = nextLine(text, at);
      // tree-sitter goes on behind an operator.
      if (depth <= 0 && (!operators.includes(last) || next === null || matches(begins, text, next.at))) return at;
      if (next === null || matches(begins, text, next.at)) return unclosedEnd(text, start, indent);
    } else if (code === hash) {
      at = lineEnd(text, at) - 1;
      continue;
    } else if (code === backslash) {
      if (text.charCodeAt(at + 1) === carriageReturn) at++;
      at++;
    } else if (isOpening(code)) depth++;
    else if (isClosing(code)) depth--;
    else if (isWord(code) || code === 39 || code === 34) {
      stringStart.lastIndex = at;
      const opening = stringStart.exec(text)?.[0];
      if (opening === undefined) while (isWord(text.charCodeAt(at + 1))) at++;
      else {
        const after = endOfString(text, at + opening.length, opening.replace(/^\w+/, ''));
        if (after === null) return depth > 0 ? unclosedEnd(text, start, indent) : lineEnd(text, at);
        at = after - 1;
      }
    }
    if (code > space) last = code;
  }
  return depth > 0 ? unclosedEnd(text, start, indent) : text.length;
}

/** @returns the offset behind the closing quotes; null if there are none */
function endOfString(text: string, from: number, quotes: string): number | null {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === backslash) at += text.charCodeAt(at + 1) === carriageReturn ? 2 : 1;
    else if (code === newline && quotes.length === 1) return null;
    else if (code === quotes.charCodeAt(0) && text.startsWith(quotes, at)) return at + quotes.length;
  }
  return null;
}

/** With a bracket that is not closed, lines that are indented further, or that only close, still belong to it. */
function unclosedEnd(text: string, start: number, indent: number): number {
  let end = lineEnd(text, start);
  for (;;) {
    const next = nextLine(text, end);
    if (next === null) return end;
    if (next.indent <= indent ? !isClosing(text.charCodeAt(next.at)) : matches(begins, text, next.at)) return end;
    end = lineEnd(text, next.at);
  }
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

const isOpening = (code: number): boolean => code === 40 || code === 91 || code === 123;
const isClosing = (code: number): boolean => code === 41 || code === 93 || code === 125;
const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code >= 48 && code <= 57) || code > 127;
