import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Finding } from '../../lint/engine/findings';
import { OncePerProject } from '../../lint/scan/once-per-project';
import type { PackedOutcome } from '../../lint/scan/outcome';
import type { Journal } from '../../runs/journal';
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
    for (const [index, { settles }] of outcomes.entries())
      for (const rule of settles) once.settle(keyOf(rootOf(index), rule));
    const open = roots.filter((root) => once.isSaid(keyOf(root, unmeasuredTrainingId)));
    if (open.length === 0) return found;
    const journal = journalOf(io, () => undefined);
    for (const root of open)
      if (await hasRuns(journal, resolve(io.cwd, root))) once.settle(keyOf(root, unmeasuredTrainingId));
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

/** True if a run in this folder has been measured. A journal that cannot be read counts as empty. */
async function hasRuns(journal: Journal | null, folder: string): Promise<boolean> {
  return (await journal?.hasRunIn(folder).catch(() => false)) ?? false;
}
