import * as v from 'valibot';
import { parseFitting, parseJson } from '../../system/shapes';
import { withEdits } from './apply-fixes';
import type { LocatedEdit } from '../engine/findings';
import type { Edit } from '../engine/rule';

/** The source of a cell: a text, or its lines. */
const sourceShape = v.union([v.string(), v.array(v.string())]);

/**
 * Turns edits of cells into edits of the notebook's text. Only the sources that change are rewritten, in the same form, so that
 * every other byte of the file stays the same.
 * @returns null if a cell is not stored as the current format does
 */
export function notebookEdits(json: string, edits: readonly LocatedEdit[]): readonly Edit[] | null {
  const sources = sourceSpans(json);
  const made: Edit[] = [];
  for (const cell of new Set(edits.map((edit) => edit.cell))) {
    const span = cell === null ? null : (sources[cell] ?? null);
    if (span === null) return null;
    const raw = json.slice(span.start, span.end);
    const value = parseFitting(sourceShape, raw);
    if (value === null) return null;
    const lines = typeof value === 'string' ? null : value;
    const source = typeof value === 'string' ? value : value.join('');
    const after = withEdits(
      source,
      edits.filter((edit) => edit.cell === cell),
    );
    made.push({ ...span, text: lines === null ? stringLike(raw, after) : listLike(json, span.start, after) });
  }
  return made;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The position of each cell's source; null for a cell without one. */
export function sourceSpans(json: string): readonly (Span | null)[] {
  const cells = memberOf(json, skipSpace(json, 0), 'cells');
  if (cells === null || json.charAt(cells.start) !== '[') return [];
  return [...elements(json, cells.start)].map(({ start }) => memberOf(json, start, 'source'));
}

/** The value of a key; the last one, as in `JSON.parse`. */
function memberOf(json: string, object: number, key: string): Span | null {
  if (json.charAt(object) !== '{') return null;
  let found: Span | null = null;
  for (let at = skipSpace(json, object + 1); json.charAt(at) === '"'; ) {
    const keyEnd = endOfValue(json, at);
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = endOfValue(json, start);
    if (json.slice(at, keyEnd) === `"${key}"`) found = { start, end };
    at = skipSpace(json, end);
    if (json.charAt(at) === ',') at = skipSpace(json, at + 1);
  }
  return found;
}

export function* elements(json: string, list: number): Generator<Span> {
  for (let at = skipSpace(json, list + 1); at < json.length && json.charAt(at) !== ']'; ) {
    const end = endOfValue(json, at);
    yield { start: at, end };
    at = skipSpace(json, end);
    if (json.charAt(at) === ',') at = skipSpace(json, at + 1);
  }
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (isSpace(json.charCodeAt(at))) at++;
  return at;
}

/** JSON knows these four spaces alone; they and the marks are compared as numbers, for a notebook has millions of characters. */
const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
const comma = 0x2c;
const colon = 0x3a;
const quote = 0x22;
const backslash = 0x5c;
const [openingBracket, closingBracket, openingBrace, closingBrace] = [0x5b, 0x5d, 0x7b, 0x7d] as const;

/** The text is valid JSON, so counting brackets is enough. */
function endOfValue(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === quote) {
      do at = json.indexOf('"', at + 1);
      while (isEscaped(json, at));
      if (depth === 0) return at + 1;
    } else if (code === openingBrace || code === openingBracket) depth++;
    else if (code === closingBrace || code === closingBracket) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (isSpace(code) || code === comma || code === colon)) return at;
  }
  return json.length;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json.charCodeAt(at - 1 - backslashes) === backslash) backslashes++;
  return backslashes % 2 === 1;
}

/** A string literal, with non-ASCII characters escaped if the old one had such escapes. */
function stringLike(raw: string, value: string): string {
  const text = JSON.stringify(value);
  const escapes = /\\u(?!00[0-7])[0-9a-fA-F]{4}/.test(raw) && !/[^\u0000-\u007f]/.test(raw);
  if (!escapes) return text;
  return text.replace(
    /[^\u0000-\u007f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A list of lines, with the spaces and unchanged lines of the list at `start`. */
function listLike(json: string, start: number, value: string): string {
  const before = [...elements(json, start)];
  const [first, second] = before;
  const last = before.at(-1);
  const opening = first === undefined ? '' : json.slice(start + 1, first.start);
  // A single line does not show the separator, but the space after the key does.
  const space = opening === '' && json.charAt(start - 1) === ' ' ? ' ' : opening;
  const between = first === undefined || second === undefined ? `,${space}` : json.slice(first.end, second.start);
  const closing = last === undefined ? '' : json.slice(last.end, json.indexOf(']', last.end));
  const known = new Map(
    before.map(({ start: from, end }): [unknown, string] => {
      const raw = json.slice(from, end);
      return [parseJson(raw), raw];
    }),
  );
  const all = before.map(({ start: from, end }) => json.slice(from, end)).join('');
  const lines = value.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  if (lines.length === 0) return '[]';
  return `[${opening}${lines.map((line) => known.get(line) ?? stringLike(all, line)).join(between)}${closing}]`;
}
