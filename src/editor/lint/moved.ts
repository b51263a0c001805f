import type { Finding } from '../../lint/engine/findings';
import type { TextPoint } from '../../python/notebook';

/** An edit as the editor reports it, at its place in the text before. */
export interface TextEdit {
  readonly range: { readonly start: EditorPoint; readonly end: EditorPoint };
  readonly text: string;
}

interface EditorPoint {
  readonly line: number;
  readonly character: number;
}

/** The findings where they are after edits of their text, without those whose name was edited. */
export function moved(findings: readonly Finding[], edits: readonly TextEdit[]): readonly Finding[] {
  // From the last edit on, so that none moves the place of another one.
  const fromLast = [...edits].sort((a, b) => compare(toPoint(b.range.start), toPoint(a.range.start)));
  return findings.flatMap((finding) => {
    let { start, end, mark } = finding;
    for (const edit of fromLast) {
      const [from, to] = [toPoint(edit.range.start), toPoint(edit.range.end)];
      if (compare(from, mark.end) < 0 && compare(to, mark.start) > 0) return [];
      const after = (point: TextPoint): TextPoint => pointAfter(point, from, to, edit.text);
      // What is inserted where a name begins comes before it, and what is inserted where it ends comes after.
      const markEnd = compare(from, mark.end) >= 0 ? mark.end : after(mark.end);
      [start, end, mark] = [after(start), after(end), { start: after(mark.start), end: markEnd }];
    }
    return [{ ...finding, start, end, mark }];
  });
}

const toPoint = ({ line, character }: EditorPoint): TextPoint => ({ row: line, column: character });

const compare = (a: TextPoint, b: TextPoint): number => a.row - b.row || a.column - b.column;

/** Where a point is after the text between two others was replaced. */
function pointAfter(point: TextPoint, from: TextPoint, to: TextPoint, text: string): TextPoint {
  if (compare(point, from) < 0) return point;
  const lines = text.split(/\r\n|\r|\n/);
  const last = lines.at(-1)?.length ?? 0;
  const end = { row: from.row + lines.length - 1, column: lines.length === 1 ? from.column + last : last };
  // A point within what was replaced is at its end.
  if (compare(point, to) <= 0) return end;
  return {
    row: point.row - to.row + end.row,
    column: point.row === to.row ? point.column - to.column + end.column : point.column,
  };
}
