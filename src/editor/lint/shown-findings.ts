import type { Finding } from '../../lint/engine/findings';
import { moved, type TextEdit } from './moved';

interface Shown {
  findings: readonly Finding[];
  readonly notice: string | null;
  /** True if the editor drew nothing. */
  readonly isEmpty: boolean;
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
   * Notes that a document was edited: its findings move with the text at once, as what the editor drew of them does, and those
   * whose text went are gone. The editor must then be shown them again, even at the same places.
   */
  edited(key: string, edits: readonly TextEdit[]): void {
    const shown = this.shown.get(key);
    if (shown === undefined) return;
    shown.isMoved ||= edits.some((edit) => !leavesInPlace(edit, shown.findings));
    if (shown.isMoved) shown.findings = moved(shown.findings, edits);
  }

  /**
   * Takes the findings of the last analysis.
   * @returns whether they must be shown, because they look different or may have moved
   */
  take(key: string, findings: readonly Finding[], notice: string | null): boolean {
    const before = this.shown.get(key) ?? { findings: [], notice: null, isEmpty: true, isMoved: false };
    const isEmpty = findings.length === 0 && notice === null;
    const isSame =
      before.notice === notice &&
      before.findings.length === findings.length &&
      findings.every((finding, index) => looksLike(finding, before.findings[index]));
    const isInPlace = !before.isMoved || (isEmpty && before.isEmpty);
    this.shown.set(key, { findings, notice, isEmpty, isMoved: false });
    return !isSame || !isInPlace;
  }

  forget(key: string): void {
    this.shown.delete(key);
  }
}

/** True if no finding stands in the lines that an edit changes or moves. A notice stands in the first line. */
function leavesInPlace({ range: { start, end }, text }: TextEdit, findings: readonly Finding[]): boolean {
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
    one.wayOut === other.wayOut &&
    one.fixes[0]?.title === other.fixes[0]?.title &&
    one.practice === other.practice &&
    one.severity === other.severity &&
    isAt(one.mark.start, other.mark.start) &&
    isAt(one.mark.end, other.mark.end)
  );
}

const isAt = (one: Finding['start'], other: Finding['start']): boolean =>
  one.row === other.row && one.column === other.column;
