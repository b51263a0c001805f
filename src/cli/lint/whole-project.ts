import { allRules } from '../../lint/rules';
import { unmeasuredTraining } from '../../lint/rules/unmeasured-training';
import type { Io } from '../io';
import { journalOf } from '../journal';
import type { FileOutcome } from './file-linter';

const projectRules: ReadonlySet<string> = new Set(
  allRules.filter(({ settledBy }) => settledBy !== null).map(({ id }) => id),
);

/** Leaves of what is said of a whole project the first finding of each rule, if nothing settles it. */
export async function toldOfProject(outcomes: readonly FileOutcome[], io: Io): Promise<readonly FileOutcome[]> {
  const settled = new Set(outcomes.flatMap(({ settles }) => settles));
  const isUnmeasured = outcomes.some(({ findings }) => findings.some(({ rule }) => rule === unmeasuredTraining.id));
  if (isUnmeasured && (await hasRecordedRuns(io))) settled.add(unmeasuredTraining.id);
  const isTold = (rule: string): boolean => {
    if (!projectRules.has(rule)) return true;
    if (settled.has(rule)) return false;
    settled.add(rule);
    return true;
  };
  return outcomes.map((outcome) => {
    const told = outcome.findings.map(({ rule }) => isTold(rule));
    const isKept = (_item: unknown, index: number): boolean => told[index] === true;
    return {
      ...outcome,
      findings: outcome.findings.filter(isKept),
      lines: outcome.lines.filter(isKept),
      stored: outcome.stored.filter(isKept),
    };
  });
}

/** Whether a run of this folder has been measured; a journal that cannot be read holds none. */
async function hasRecordedRuns(io: Io): Promise<boolean> {
  const journal = journalOf(io, () => undefined);
  if (journal === null) return false;
  return journal.hasRunIn(io.cwd).catch(() => false);
}
