import { offsetsOf, safeEdits } from '../../lint/fixes/apply-fixes';
import { decodeSource } from '../../lint/files/decode';
import { editBytes } from '../../lint/fixes/edit-bytes';
import { kindOf } from '../../lint/files/files';
import type { Finding } from '../../lint/engine/findings';
import { notebookEdits } from '../../lint/fixes/notebook-edits';
import type { Severity } from '../../lint/engine/rule';
import type { FileLinter, LintJob } from '../../lint/scan/file-linter';
import type { FileOutcome } from '../../lint/scan/outcome';
import { isAtLeast } from './options';

/** One fix may enable the next. If there are more rounds than this, fixes undo each other. */
const mostRounds = 10;

/** A file after all safe fixes. */
export interface FixedFile {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** The findings that are left. */
  readonly outcome: FileOutcome;
  /** The number of fixed findings. */
  readonly fixes: number;
}

/** Applies safe fixes to the bytes of a file until none is left. */
export class Fixer {
  constructor(
    private readonly linter: Pick<FileLinter, 'lintBytes'>,
    private readonly minSeverity: Severity,
  ) {}

  /** True if there is anything to fix. Most files need not be read again. */
  mayFix({ findings }: Pick<FileOutcome, 'findings'>): boolean {
    return this.wanted(findings).some(({ fixes }) => fixes.some(({ safe }) => safe));
  }

  /** @returns null if there is nothing to change, or if a change would not be certain */
  async fix(before: Uint8Array, { path, config }: LintJob): Promise<FixedFile | null> {
    let after = before;
    let outcome = await this.linter.lintBytes(before, path, config);
    let fixes = 0;
    for (let round = 0; round < mostRounds; round++) {
      const { edits, fixes: settled } = safeEdits(this.wanted(outcome.findings));
      const changed = edits.length === 0 ? null : applied(after, path, edits);
      if (changed === null) break;
      const next = await this.linter.lintBytes(changed, path, config);
      // A fix after which the file cannot be read, or that fixes nothing, is a bug of ours and is not applied.
      if (next.problem !== outcome.problem || next.findings.length >= outcome.findings.length) break;
      [after, outcome, fixes] = [changed, next, fixes + settled];
    }
    return fixes === 0 ? null : { before, after, outcome, fixes };
  }

  private wanted(findings: readonly Finding[]): readonly Finding[] {
    return findings.filter(({ severity }) => isAtLeast(severity, this.minSeverity));
  }
}

function applied(bytes: Uint8Array, path: string, edits: ReturnType<typeof safeEdits>['edits']): Uint8Array | null {
  const decoded = decodeSource(bytes);
  if ('problem' in decoded) return null;
  const made = kindOf(path) === 'notebook' ? notebookEdits(decoded.text, edits) : offsetsOf(decoded.text, edits);
  return made === null ? null : editBytes(bytes, decoded, made);
}
