import { allRules } from '../../lint/rules';
import { unmeasuredTraining } from '../../lint/rules/unmeasured-training';
import type { Io } from '../io';
import { journalOf } from '../journal';
import type { FileOutcome } from './file-linter';

const projectRules: ReadonlySet<string> = new Set(
  allRules.filter(({ settledBy }) => settledBy !== null).map(({ id }) => id),
);

/** Keeps only the first finding of each rule about whole projects, and none if something in the project settles it. */
export async function withProjectFindings(outcomes: readonly FileOutcome[], io: Io): Promise<readonly FileOutcome[]> {
  const settled = new Set(outcomes.flatMap(({ settles }) => settles));
  const isUnmeasured = outcomes.some(({ findings }) => findings.some(({ rule }) => rule === unmeasuredTraining.id));
  if (isUnmeasured && (await hasRecordedRuns(io))) settled.add(unmeasuredTraining.id);
  const mayReport = (rule: string): boolean => {
    if (!projectRules.has(rule)) return true;
    if (settled.has(rule)) return false;
    settled.add(rule);
    return true;
  };
  return outcomes.map((outcome) => {
    const kept = outcome.findings.map(({ rule }) => mayReport(rule));
    const isKept = (_item: unknown, index: number): boolean => kept[index] === true;
    return {
      ...outcome,
      findings: outcome.findings.filter(isKept),
      lines: outcome.lines.filter(isKept),
      stored: outcome.stored.filter(isKept),
    };
  });
}

/** True if a run of this folder has been measured. A journal that cannot be read counts as empty. */
async function hasRecordedRuns(io: Io): Promise<boolean> {
  const journal = journalOf(io, () => undefined);
  if (journal === null) return false;
  return journal.hasRunIn(io.cwd).catch(() => false);
}
