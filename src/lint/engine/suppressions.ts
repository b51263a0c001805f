import { matchesIn } from '../../python/kept-searches';
import type { Node } from '../../python/parser';
import type { TextPoint } from '../../python/notebook';
import { LineIndex } from './findings';
import { mentionsSuppression } from './mentions-suppression';
import type { Edit } from './rule';

/** A comment that silences rules: `# green-ml: ignore[grid-search] the paper asks for the whole grid`. */
interface Suppression {
  readonly scope: 'line' | 'cell' | 'file';
  /** Rule ids and practices (`P16`), as written. */
  readonly ids: readonly string[];
  readonly start: TextPoint;
  readonly end: TextPoint;
  /** True if nothing else is on the line: the comment then applies to the next line as well. */
  readonly alone: boolean;
  readonly used: Set<string>;
  /** Where the comment that it stands in is, in the text. */
  readonly comment: { readonly start: number; readonly end: number };
  readonly offset: number;
}

/** A suppression that silences nothing. */
interface Unused {
  readonly start: TextPoint;
  readonly end: TextPoint;
  readonly message: string;
  /** What takes out all that is unused of the comment; null where the person must say what was meant. */
  readonly edit: Edit | null;
}

const commentPattern = /#[ \t]*green-ml:[ \t]*ignore(-file|-cell)?[ \t]*(?:\[([^\]\n]*)\])?/g;
/** A call of more lines than this is looked at no further for a line that can take a comment. */
const mostRows = 100;

const noqa = /#[ \t]*noqa[ \t]*(?=$|#|\r)/gim;

/** What a suppression has to know of a finding. */
interface Suppressible {
  readonly rule: string;
  readonly practice: number | null;
  readonly start: TextPoint;
  readonly end: TextPoint;
}

/** The span of the comment that holds an offset; null where there is none. */
type CommentAt = (offset: number) => { readonly start: number; readonly end: number } | null;

/** The comments of a Python module. */
export const commentsOf =
  (root: Node): CommentAt =>
  (offset) => {
    const node = root.descendantForIndex(offset);
    return node?.type === 'comment' ? { start: node.startIndex, end: node.endIndex } : null;
  };

/** Whether a comment can stand at an offset of a Python module: not within a string. */
export const takesComment =
  (root: Node) =>
  (offset: number): boolean => {
    for (let node = root.descendantForIndex(offset); node !== null; node = node.parent) {
      if (node.type === 'string' && node.startIndex < offset && offset < node.endIndex) return false;
    }
    return true;
  };

/** The suppressions of one text. */
export class Suppressions {
  private readonly all: readonly Suppression[];
  private readonly lines: LineIndex;
  private readonly noqaRows: ReadonlySet<number>;

  /**
   * @param cellOf the cell that a row is in; null outside notebooks
   * @param notebook those of the notebook that writes this text as a file
   */
  constructor(
    private readonly text: string,
    commentAt: CommentAt,
    private readonly cellOf: ((row: number) => number) | null,
    private readonly notebook: Suppressions | null = null,
  ) {
    const lines = new LineIndex(text);
    this.lines = lines;
    const isComment = (offset: number): boolean => commentAt(offset) !== null;
    this.all = mentionsSuppression(text)
      ? [...text.matchAll(commentPattern)]
          .filter(({ index }) => isComment(index))
          .map((match) => read(match, text, lines, commentAt))
      : [];
    this.noqaRows = new Set(
      matchesIn(text, noqa)
        .filter(({ start }) => isComment(start))
        .map(({ start }) => lines.pointAt(start).row),
    );
  }

  /** True if a finding is silenced; remembers what silenced it. */
  silences(finding: Suppressible): boolean {
    if (this.noqaRows.has(finding.start.row) || this.noqaRows.has(finding.end.row)) return true;
    const here = silencedBy(
      this.all.filter((suppression) => this.covers(suppression, finding)),
      finding,
    );
    return this.notebook?.silencesFile(finding) === true || here;
  }

  private silencesFile(finding: Suppressible): boolean {
    return silencedBy(
      this.all.filter(({ scope }) => scope === 'file'),
      finding,
    );
  }

  private covers({ scope, start, alone }: Suppression, finding: Suppressible): boolean {
    switch (scope) {
      case 'file':
        return true;
      case 'cell':
        return this.cellOf === null || this.cellOf(start.row) === this.cellOf(finding.start.row);
      case 'line':
        return (
          (start.row >= finding.start.row && start.row <= finding.end.row) ||
          (alone && start.row === finding.start.row - 1)
        );
    }
  }

  /**
   * Suppressions that silence nothing, with a sentence for each.
   * @param known whether an id names a rule or practice that could have reported here
   */
  unused(known: (id: string) => 'active' | 'inactive' | 'unknown'): readonly Unused[] {
    return this.all.flatMap((suppression): readonly Unused[] => {
      const { ids, used, start, end } = suppression;
      if (ids.length === 0)
        return [{ start, end, message: 'This comment names no rule: write ignore[rule-id].', edit: null }];
      const kept = ids.filter((id) => used.has(id) || known(id) !== 'active');
      return ids.flatMap((id): readonly Unused[] => {
        if (known(id) === 'unknown')
          return [{ start, end, message: `There is no rule "${id}" to ignore.`, edit: null }];
        if (kept.includes(id)) return [];
        return [
          {
            start,
            end,
            message: `Nothing here is reported by ${id}: this comment can go.`,
            edit: this.without(suppression, kept),
          },
        ];
      });
    });
  }

  /** Leaves only these ids in a comment, or takes the comment away with its line, if it has that for itself. */
  private without({ comment, offset, alone, start }: Suppression, kept: readonly string[]): Edit {
    if (kept.length > 0) {
      const open = this.text.indexOf('[', offset) + 1;
      return { start: open, end: this.text.indexOf(']', open), text: kept.join(', ') };
    }
    // Another comment may stand behind or before it in the same line.
    const next = this.text.slice(offset + 1, comment.end).search(/#/);
    if (next !== -1) return { start: offset, end: offset + 1 + next, text: '' };
    const lineStart = this.text.lastIndexOf('\n', offset - 1) + 1;
    if (alone && offset === comment.start)
      return {
        start: lineStart,
        end: Math.min(comment.end + (this.endsCell(start.row) ? 0 : 1), this.text.length),
        text: '',
      };
    const before = this.text.slice(lineStart, offset);
    return {
      start: lineStart + before.trimEnd().length,
      end: this.text.slice(0, comment.end).trimEnd().length,
      text: '',
    };
  }

  /**
   * What silences a rule by a comment on one of the lines of a finding: a new comment that ends where its reason goes,
   * or one more id in a comment that is there. Null where no comment can stand.
   * @param canComment whether what is written at an offset can be followed by a comment
   */
  silencing(
    rule: string,
    { start, end }: { readonly start: TextPoint; readonly end: TextPoint },
    canComment: (offset: number) => boolean,
  ): Edit | null {
    for (let row = start.row; row <= end.row && row < start.row + mostRows; row++) {
      const there = this.all.find((each) => each.scope === 'line' && each.start.row === row && each.ids.length > 0);
      if (there !== undefined) {
        const close = this.text.indexOf(']', there.offset);
        return { start: close, end: close, text: `, ${rule}` };
      }
      const lineStart = this.lines.offsetAt({ row, column: 0 });
      const newline = this.text.indexOf('\n', lineStart);
      const line = this.text.slice(lineStart, newline === -1 ? this.text.length : newline).trimEnd();
      const at = lineStart + line.length;
      if (line.endsWith('\\') || !canComment(at)) continue;
      return { start: at, end: at, text: `  # green-ml: ignore[${rule}] ` };
    }
    return null;
  }

  private endsCell(row: number): boolean {
    return this.cellOf !== null && this.cellOf(row) !== this.cellOf(row + 1);
  }
}

function read(match: RegExpExecArray, text: string, lines: LineIndex, commentAt: CommentAt): Suppression {
  const comment = commentAt(match.index);
  const scope = match[1] === '-file' ? 'file' : match[1] === '-cell' ? 'cell' : 'line';
  const start = lines.pointAt(match.index);
  return {
    scope,
    ids: (match[2] ?? '')
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
    start,
    end: lines.pointAt(match.index + match[0].length),
    alone: text.slice(match.index - start.column, match.index).trim() === '',
    used: new Set(),
    offset: match.index,
    comment: comment ?? { start: match.index, end: match.index + match[0].length },
  };
}

/** True if one of the suppressions names the rule of a finding; remembers which. */
function silencedBy(suppressions: readonly Suppression[], { rule, practice }: Suppressible): boolean {
  let silenced = false;
  for (const { ids, used } of suppressions) {
    for (const id of ids) {
      if (id === rule || id.toUpperCase() === `P${practice ?? ''}`) {
        used.add(id);
        silenced = true;
      }
    }
  }
  return silenced;
}
