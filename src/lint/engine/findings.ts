import type { TextPoint } from '../../python/notebook';
import { publicFile } from '../../system/public-home';
import type { Mark } from './mark';
import type { Edit, FindingFigures, Severity } from './rule';

/** A fix with its edits where they are to be made. */
export interface LocatedFix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly LocatedEdit[];
}

export interface LocatedEdit {
  /** Null outside notebooks. */
  readonly cell: number | null;
  readonly start: TextPoint;
  readonly end: TextPoint;
  readonly text: string;
}

/** One finding in one file. Rows and columns count from 0, columns in UTF-16 code units. */
export interface Finding {
  readonly rule: string;
  readonly practice: number | null;
  readonly severity: Severity;
  readonly message: string;
  /** What it costs, and what it would be instead, in a few words each. */
  readonly headline: string | null;
  readonly wayOut: string | null;
  /** The index of the cell among all cells of a notebook, which the positions are then within; null elsewhere. */
  readonly cell: number | null;
  readonly start: TextPoint;
  readonly end: TextPoint;
  /** What an editor underlines of it. */
  readonly mark: Mark;
  readonly estimate: FindingFigures | null;
  /** What a project says once, however many of its files have it: the same text in all of them. Null for all else. */
  readonly once: string | null;
  readonly fixes: readonly LocatedFix[];
  /** Silences it by a comment on its line, which ends where a reason goes; null where no comment can stand. */
  readonly silencing: LocatedEdit | null;
}

/** A finding as the terminal's JSON gives it; a public contract. */
export interface FindingJson {
  readonly rule: string;
  readonly practice: number | null;
  readonly severity: Severity;
  readonly message: string;
  readonly path: string;
  readonly cell: number | null;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly estimate: FindingFigures | null;
  readonly url: string | null;
  readonly fix: { readonly title: string; readonly safe: boolean } | null;
}

export interface LintErrorJson {
  readonly path: string;
  readonly message: string;
}

export interface LintReportJson {
  readonly version: 1;
  readonly files: number;
  readonly durationMs: number;
  readonly findings: readonly FindingJson[];
  readonly errors: readonly LintErrorJson[];
}

export function toJson(finding: Finding, path: string): FindingJson {
  const [fix] = finding.fixes;
  return {
    rule: finding.rule,
    practice: finding.practice,
    severity: finding.severity,
    message: finding.message,
    path,
    cell: finding.cell,
    line: finding.start.row + 1,
    column: finding.start.column + 1,
    endLine: finding.end.row + 1,
    endColumn: finding.end.column + 1,
    estimate: finding.estimate,
    url: ruleUrl(finding.rule),
    fix: fix === undefined ? null : { title: fix.title, safe: fix.safe },
  };
}

/** Where a rule's documentation is on the web; null while the project has no public home. `green-ml rule` needs none. */
export function ruleUrl(rule: string): string | null {
  return publicFile(`docs/rules/${rule}.md`);
}

/** Finds the position of offsets in a text, without walking the text for each. */
export class LineIndex {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) this.starts.push(end + 1);
  }

  pointAt(offset: number): TextPoint {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { row: low, column: offset - (this.starts[low] ?? 0) };
  }

  offsetAt({ row, column }: TextPoint): number {
    return (this.starts[row] ?? this.starts.at(-1) ?? 0) + column;
  }
}

/** The text after non-overlapping edits. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce(
      (result, { start, end, text: replacement }) => result.slice(0, start) + replacement + result.slice(end),
      text,
    );
}
