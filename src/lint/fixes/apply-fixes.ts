import { areApart } from './edits';
import { applyEdits, LineIndex, type Finding, type LocatedEdit } from '../engine/findings';
import type { Edit } from '../engine/rule';

/** The edits of safe fixes that can be applied together. */
interface SafeEdits {
  readonly edits: readonly LocatedEdit[];
  /** The number of findings that they fix. */
  readonly fixes: number;
}

/**
 * Chooses safe fixes of one file: the first one of each finding, and of two that overlap, the first. The other one can be
 * applied in the next round.
 */
export function safeEdits(findings: readonly Finding[]): SafeEdits {
  const chosen = new Map<string, LocatedEdit>();
  let fixes = 0;
  for (const finding of findings) {
    const fix = finding.fixes.find(({ safe }) => safe);
    if (fix === undefined) continue;
    const added = fix.edits.filter((edit) => !chosen.has(keyOf(edit)));
    if (!fitTogether([...chosen.values(), ...added])) continue;
    for (const edit of added) chosen.set(keyOf(edit), edit);
    fixes++;
  }
  return { edits: [...chosen.values()], fixes };
}

const keyOf = ({ cell, start, end, text }: LocatedEdit): string =>
  JSON.stringify([cell, start.row, start.column, end.row, end.column, text]);

/** Rows and columns in one number each, large enough for any line that is linted. */
const line = 2 ** 24;

function fitTogether(edits: readonly LocatedEdit[]): boolean {
  const cells = new Map<number | null, Edit[]>();
  for (const { cell, start, end, text } of edits) {
    const own = cells.get(cell) ?? [];
    own.push({ start: start.row * line + start.column, end: end.row * line + end.column, text });
    cells.set(cell, own);
  }
  return [...cells.values()].every(areApart);
}

/** A text after its edits, with the same line ends. */
export const withEdits = (text: string, edits: readonly Omit<LocatedEdit, 'cell'>[]): string =>
  applyEdits(text, offsetsOf(text, edits));

/** Edits with offsets in a text, with the same line ends. */
export function offsetsOf(text: string, edits: readonly Omit<LocatedEdit, 'cell'>[]): readonly Edit[] {
  const newline = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  // For Python, a lone carriage return ends a line.
  const lines = new LineIndex(text.replace(/\r(?!\n)/g, '\n'));
  return edits.map((edit) => ({
    start: lines.offsetAt(edit.start),
    end: lines.offsetAt(edit.end),
    text: edit.text.replace(/\n/g, newline),
  }));
}
