import type { Finding } from '../../lint/engine/findings';
import type { Severity } from '../../lint/engine/rule';
import type { CopyMark } from '../../lint/scan/copies';
import { unmeasuredTrainingId } from '../../lint/engine/special-ids';
import { counted } from '../../present/words';
import type { LintAnswer } from './protocol';

/** What the Problems view needs of a finding. */
export type ShownFinding = Pick<Finding, 'rule' | 'message' | 'severity' | 'cell' | 'start' | 'mark' | 'once'>;

/** What the Problems view shows of one file. */
export interface Problems {
  /** The findings that are shown. */
  readonly findings: readonly ShownFinding[];
  /** Sentences about the whole file. */
  readonly notices: readonly string[];
  /** Findings that there are, shown or not. */
  readonly found: number;
  /** By what copies of the file are known; null if there can be none. */
  readonly copy: CopyMark | null;
}

/**
 * VS Code shows so many problems of one file and extension. It would leave out the rest itself, after all of them were sent to
 * the window.
 */
export const mostShown = 1000;

const bySeverity: readonly Severity[] = ['warning', 'information', 'hint'];

/**
 * Chooses what is shown: all findings, or if there are too many, the most severe, those of one severity in their order.
 * @param rules only these; null for all
 */
export function problemsOf(
  { findings: all, notice, copy = null }: LintAnswer,
  rules: readonly string[] | null,
): Problems {
  // Runs in VS Code are measured anyway.
  const findings = all.filter(({ rule }) => rules?.includes(rule) ?? rule !== unmeasuredTrainingId);
  const notices = notice === null ? [] : [notice];
  if (findings.length + notices.length <= mostShown)
    return { findings: findings.map(toShown), notices, found: findings.length, copy };
  const room = mostShown - notices.length - 1;
  const shown = bySeverity.flatMap((each) => findings.filter(({ severity }) => severity === each)).slice(0, room);
  return {
    findings: shown.map(toShown),
    notices: [
      ...notices,
      `${counted(findings.length - room, 'more finding')} in this file cannot be shown here, because VS Code lists ${counted(mostShown, 'problem')} of a file at most. The command "green-ml lint" lists all.`,
    ],
    found: findings.length,
    copy,
  };
}

const toShown = ({ rule, message, severity, cell, start, mark, once }: ShownFinding): ShownFinding => ({
  rule,
  message,
  severity,
  cell,
  start,
  mark,
  once,
});

/**
 * Splits a list so that no part holds more than `mostShown` problems: of more in one call VS Code takes the first and drops the
 * rest without a word. No file may hold more.
 */
export function* inParts<File extends { readonly problems: Problems }>(
  files: readonly File[],
): Generator<readonly File[]> {
  let part: File[] = [];
  let size = 0;
  for (const file of files) {
    const { findings, notices } = file.problems;
    const own = findings.length + notices.length;
    if (part.length > 0 && size + own > mostShown) {
      yield part;
      [part, size] = [[], 0];
    }
    part.push(file);
    size += own;
  }
  if (part.length > 0) yield part;
}
