import type { PackedOutcome } from '../../lint/scan/outcome';
import type { Io } from '../io';
import { journalOf } from '../journal';

/** A rule about whole projects that a measured run settles too. Its module is not loaded for its name. */
const unmeasuredTrainingId = 'unmeasured-training';

/** Which findings of rules about whole projects are shown: the first of each rule, none if something settles it. */
export class ProjectFindings {
  private constructor(
    private readonly rules: ReadonlySet<string>,
    /** The file that may report each rule. */
    private readonly reporter: ReadonlyMap<string, number>,
  ) {}

  static async of(outcomes: readonly PackedOutcome[], io: Io): Promise<ProjectFindings> {
    const settled = new Set(outcomes.flatMap(({ settles }) => settles));
    const reporter = new Map<string, number>();
    for (const [index, { projectRules }] of outcomes.entries())
      for (const rule of projectRules) if (!reporter.has(rule)) reporter.set(rule, index);
    const rules = new Set(reporter.keys());
    if (rules.has(unmeasuredTrainingId) && !settled.has(unmeasuredTrainingId) && (await hasRecordedRuns(io)))
      settled.add(unmeasuredTrainingId);
    for (const rule of settled) reporter.delete(rule);
    return new ProjectFindings(rules, reporter);
  }

  /** Whether findings of a file are shown; asked once about each of them, in order. */
  filterFor(file: number): (rule: string) => boolean {
    const seen = new Set<string>();
    return (rule) => {
      if (!this.rules.has(rule)) return true;
      if (this.reporter.get(rule) !== file || seen.has(rule)) return false;
      seen.add(rule);
      return true;
    };
  }
}

/** True if a run of this folder has been measured. A journal that cannot be read counts as empty. */
async function hasRecordedRuns(io: Io): Promise<boolean> {
  const journal = journalOf(io, () => undefined);
  if (journal === null) return false;
  return journal.hasRunIn(io.cwd).catch(() => false);
}
