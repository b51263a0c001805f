import type { Node } from '../python/parser';
import type { Point } from '../python/notebook';
import { LineIndex } from './findings';

/** A comment that silences rules: `# green-ml: ignore[grid-search] the paper asks for the whole grid`. */
interface Suppression {
  readonly scope: 'line' | 'cell' | 'file';
  /** Rule ids and practices (`P16`), as written. */
  readonly ids: readonly string[];
  readonly start: Point;
  readonly end: Point;
  /** True if the comment has the line for itself, and so speaks of the next one as well. */
  readonly alone: boolean;
  readonly used: Set<string>;
}

const COMMENT = /#[ \t]*green-ml:[ \t]*ignore(-file|-cell)?[ \t]*(?:\[([^\]\n]*)\])?/g;
const NOQA = /#[ \t]*noqa[ \t]*(?=$|#|\r)/gim;

/** True if a text may hold a suppression, so that it must be looked at even if no rule has anything to say. */
export const mentionsSuppression = (text: string): boolean => text.includes('green-ml:');

/** What a suppression has to know of a finding. */
interface Suppressible {
  readonly rule: string;
  readonly practice: number | null;
  readonly start: Point;
  readonly end: Point;
}

/** The suppressions of one module. */
export class Suppressions {
  private readonly all: readonly Suppression[];
  private readonly noqaRows: ReadonlySet<number>;

  /** @param cellOf tells which cell a row lies in; null outside notebooks */
  constructor(
    text: string,
    root: Node,
    private readonly cellOf: ((row: number) => number) | null,
  ) {
    const lines = new LineIndex(text);
    const isComment = (offset: number): boolean => root.descendantForIndex(offset)?.type === 'comment';
    this.all = mentionsSuppression(text) ? [...text.matchAll(COMMENT)].filter(({ index }) => isComment(index)).map((match) => read(match, text, lines)) : [];
    this.noqaRows = new Set(
      [...text.matchAll(NOQA)].filter(({ index }) => isComment(index)).map(({ index }) => lines.pointAt(index).row),
    );
  }

  /** True if a finding is silenced; remembers what silenced it. */
  silences(finding: Suppressible): boolean {
    if (this.noqaRows.has(finding.start.row) || this.noqaRows.has(finding.end.row)) return true;
    let silenced = false;
    for (const suppression of this.all) {
      if (!this.covers(suppression, finding)) continue;
      for (const id of suppression.ids) {
        if (id === finding.rule || id.toUpperCase() === `P${finding.practice ?? ''}`) {
          suppression.used.add(id);
          silenced = true;
        }
      }
    }
    return silenced;
  }

  private covers({ scope, start, alone }: Suppression, finding: Suppressible): boolean {
    switch (scope) {
      case 'file':
        return true;
      case 'cell':
        return this.cellOf === null || this.cellOf(start.row) === this.cellOf(finding.start.row);
      case 'line':
        return (start.row >= finding.start.row && start.row <= finding.end.row) || (alone && start.row === finding.start.row - 1);
    }
  }

  /**
   * Suppressions that silence nothing, with a sentence for each.
   * @param known whether an id names a rule or practice that could have reported here
   */
  unused(known: (id: string) => 'active' | 'inactive' | 'unknown'): readonly { start: Point; end: Point; message: string }[] {
    return this.all.flatMap(({ ids, used, start, end }) => {
      if (ids.length === 0) return [{ start, end, message: 'This comment names no rule: write ignore[rule-id].' }];
      return ids.flatMap((id) => {
        const state = known(id);
        if (state === 'unknown') return [{ start, end, message: `There is no rule "${id}" to ignore.` }];
        if (used.has(id) || state === 'inactive') return [];
        return [{ start, end, message: `Nothing here is reported by ${id}: this comment can go.` }];
      });
    });
  }
}

function read(match: RegExpExecArray, text: string, lines: LineIndex): Suppression {
  const scope = match[1] === '-file' ? 'file' : match[1] === '-cell' ? 'cell' : 'line';
  const start = lines.pointAt(match.index);
  return {
    scope,
    ids: (match[2] ?? '').split(',').map((id) => id.trim()).filter((id) => id !== ''),
    start,
    end: lines.pointAt(match.index + match[0].length),
    alone: text.slice(match.index - start.column, match.index).trim() === '',
    used: new Set(),
  };
}
