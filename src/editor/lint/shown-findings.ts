import type { Finding } from '../../lint/engine/findings';

/** An edit as the editor reports it, in the lines of the text before. */
interface Edit {
  readonly range: { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
  readonly text: string;
}

interface Shown {
  readonly findings: readonly Finding[];
  readonly notice: string | null;
  /** True if an edit may have moved or covered what the editor drew. */
  isMoved: boolean;
}

/** The findings of each document as the editor shows them, so that what did not change need not be shown again. */
export class ShownFindings {
  private readonly shown = new Map<string, Shown>();

  of(key: string): readonly Finding[] {
    return this.shown.get(key)?.findings ?? [];
  }

  has(key: string): boolean {
    return this.shown.has(key);
  }

  /**
   * Notes that a document was edited. The editor moves what it drew along with the text, and loses it where the text goes: even
   * findings at the same places must then be shown again.
   */
  edited(key: string, edits: readonly Edit[]): void {
    const shown = this.shown.get(key);
    if (shown !== undefined) shown.isMoved ||= edits.some((edit) => !leavesInPlace(edit, shown.findings));
  }

  /**
   * Takes the findings of the last analysis.
   * @returns whether they must be shown, because they look different or may have moved
   */
  take(key: string, findings: readonly Finding[], notice: string | null): boolean {
    const before = this.shown.get(key) ?? { findings: [], notice: null, isMoved: false };
    const isSame =
      before.notice === notice &&
      before.findings.length === findings.length &&
      findings.every((finding, index) => looksLike(finding, before.findings[index]));
    const isInPlace = !before.isMoved || (findings.length === 0 && notice === null);
    this.shown.set(key, { findings, notice, isMoved: false });
    return !isSame || !isInPlace;
  }

  forget(key: string): void {
    this.shown.delete(key);
  }
}

/** True if no finding stands in the lines that an edit changes or moves. A notice stands in the first line. */
function leavesInPlace({ range: { start, end }, text }: Edit, findings: readonly Finding[]): boolean {
  if (start.line === 0) return false;
  const keepsLines = start.line === end.line && !/[\r\n]/.test(text);
  return findings.every((finding) => finding.end.row < start.line || (keepsLines && finding.start.row > start.line));
}

/** True if the diagnostics and lenses of two findings are the same. */
function looksLike(one: Finding, other: Finding | undefined): boolean {
  return (
    other !== undefined &&
    one.rule === other.rule &&
    one.message === other.message &&
    one.headline === other.headline &&
    one.practice === other.practice &&
    one.severity === other.severity &&
    isAt(one.start, other.start) &&
    isAt(one.end, other.end)
  );
}

const isAt = (one: Finding['start'], other: Finding['start']): boolean =>
  one.row === other.row && one.column === other.column;
