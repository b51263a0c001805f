import { createHash } from 'node:crypto';
import type { Finding } from '../../lint/engine/findings';
import { OncePerProject } from '../../lint/scan/once-per-project';
import type { PackedOutcome } from '../../lint/scan/outcome';
import type { Io } from '../io';
import { journalOf } from '../journal';

/** A rule about whole projects that a measured run settles too. Its module is not loaded for its name. */
const unmeasuredTrainingId = 'unmeasured-training';

/** Which findings are shown of what a project says once. */
export class ProjectFindings {
  private readonly once = new OncePerProject<number>();
  /** Notebooks that say to the letter, and at the same places, what another one says. */
  private readonly copies = new Set<number>();

  private constructor(private readonly rootOf: (file: number) => string) {}

  /** @param rootOf the folder of the project of a file */
  static async of(
    outcomes: readonly PackedOutcome[],
    io: Io,
    rootOf: (file: number) => string,
  ): Promise<ProjectFindings> {
    const found = new ProjectFindings(rootOf);
    const { once } = found;
    const roots = [...new Set(outcomes.map((_, index) => rootOf(index)))];
    // The loudest speaks, and of those the first.
    for (const wanted of ['warning', 'information', 'hint'] as const)
      for (const [index, outcome] of outcomes.entries())
        for (const [said, severity] of outcome.once)
          if (severity === wanted) once.mayShow(keyOf(rootOf(index), said), index);
    const settled = new Set(outcomes.flatMap(({ settles }) => settles));
    const isOpen = (rule: string): boolean => roots.some((root) => once.isSaid(keyOf(root, rule)));
    const settle = (rule: string): void => roots.forEach((root) => once.settle(keyOf(root, rule)));
    settled.forEach(settle);
    if (isOpen(unmeasuredTrainingId) && (await hasRecordedRuns(io))) settle(unmeasuredTrainingId);
    return found;
  }

  /** Leaves out notebooks whose findings are those of another one. */
  leaveOutCopies(outcomes: readonly PackedOutcome[], isNotebook: (file: number) => boolean): void {
    const seen = new Set<string>();
    for (const [index, { body }] of outcomes.entries()) {
      if (body === null || !isNotebook(index)) continue;
      const text = createHash('sha256').update(body).digest('base64url');
      if (seen.has(text)) this.copies.add(index);
      seen.add(text);
    }
  }

  /** How many notebooks are left out as copies. */
  get copied(): number {
    return this.copies.size;
  }

  /** Whether findings of a file are shown; asked once about each of them, in order. */
  filterFor(file: number): (finding: Pick<Finding, 'once'>) => boolean {
    if (this.copies.has(file)) return () => false;
    const seen = new Set<string>();
    const root = this.rootOf(file);
    return ({ once }) => {
      if (once === null) return true;
      if (seen.has(once) || !this.once.mayShow(keyOf(root, once), file)) return false;
      seen.add(once);
      return true;
    };
  }
}

const keyOf = (root: string, once: string): string => `${once} ${root}`;

/** True if a run of this folder has been measured. A journal that cannot be read counts as empty. */
async function hasRecordedRuns(io: Io): Promise<boolean> {
  const journal = journalOf(io, () => undefined);
  if (journal === null) return false;
  return journal.hasRunIn(io.cwd).catch(() => false);
}
