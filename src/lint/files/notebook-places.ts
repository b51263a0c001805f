import { LineIndex, type Finding } from '../engine/findings';
import { elements, sourceSpans } from '../fixes/notebook-edits';
import { parseJson } from '../../system/shapes';

/** A part of a file's text as it is stored; lines and columns count from 1, columns in UTF-16 code units. */
export interface TextRegion {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/**
 * The places of findings in the text of a notebook, which is what other tools show; null if a cell is not stored in the current
 * format.
 */
export function storedPlaces(json: string, findings: readonly Finding[]): readonly (TextRegion | null)[] {
  const sources = sourceSpans(json);
  const lines = new LineIndex(json);
  const cells = new Map<number, StoredSource | null>();
  return findings.map(({ cell, start, end }) => {
    if (cell === null) return null;
    let source = cells.get(cell);
    if (source === undefined) {
      const span = sources[cell] ?? null;
      source = span === null ? null : new StoredSource(json, span.start);
      cells.set(cell, source);
    }
    const from = source?.offsetOf(start.row, start.column) ?? null;
    const to = source?.offsetOf(end.row, end.column) ?? null;
    if (from === null || to === null) return null;
    const [first, last] = [lines.pointAt(from), lines.pointAt(Math.max(from, to))];
    return {
      startLine: first.row + 1,
      startColumn: first.column + 1,
      endLine: last.row + 1,
      endColumn: last.column + 1,
    };
  });
}

/** The source of a cell: a string, or a list of strings that are joined. */
class StoredSource {
  /** The string literals, each with the offset of its text in the source. */
  private readonly literals: { readonly start: number; readonly text: string; readonly at: number }[] = [];
  private readonly lineStarts: readonly number[];

  constructor(
    private readonly json: string,
    start: number,
  ) {
    let at = 0;
    for (const literal of json.charAt(start) === '['
      ? elements(json, start)
      : [{ start, end: endOfString(json, start) }]) {
      const text = parseJson(json.slice(literal.start, literal.end));
      if (typeof text !== 'string') continue;
      this.literals.push({ start: literal.start, text, at });
      at += text.length;
    }
    const whole = this.literals.map(({ text }) => text).join('');
    this.lineStarts = [0, ...[...whole.matchAll(/\r\n|\r|\n/g)].map(({ index, 0: { length } }) => index + length)];
  }

  /** The offset in the file of a place in the source; null if there is no such place. */
  offsetOf(row: number, column: number): number | null {
    const start = this.lineStarts[row];
    if (start === undefined) return null;
    const offset = start + column;
    // The end of a line belongs to the literal that holds the line.
    const literal =
      this.literals.find(({ at, text }) => offset < at + text.length || (column > 0 && offset === at + text.length)) ??
      this.literals.at(-1);
    return literal === undefined ? null : this.within(literal.start, offset - literal.at);
  }

  /** Walks through a literal, because escapes are longer than their characters. */
  private within(start: number, characters: number): number {
    let at = start + 1;
    for (let count = 0; count < characters && this.json.charAt(at) !== '"'; count++) {
      at += this.json.charAt(at) !== '\\' ? 1 : this.json.charAt(at + 1) === 'u' ? 6 : 2;
    }
    return at;
  }
}

function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json.charAt(at) === '\\') at++;
    else if (json.charAt(at) === '"') return at + 1;
  }
  return json.length;
}
