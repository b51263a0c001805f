import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Finding } from '../../lint/engine/findings';
import { Copies } from '../../lint/scan/copies';
import { OncePerProject } from '../../lint/scan/once-per-project';
import type { PackedOutcome } from '../../lint/scan/outcome';
import type { Journal } from '../../runs/journal/journal';
import type { Io } from '../io';
import { journalOf } from '../journal';

/** A rule about whole projects that a measured run settles too. Its module is not loaded for its name. */
const unmeasuredTrainingId = 'unmeasured-training';

/** Which findings are shown of what a project says once. */
export class ProjectFindings {
  private readonly once = new OncePerProject<number>();
  /** The files whose findings another one says, which is the value. */
  private readonly copies = new Map<number, number>();

  /** The files whose training runs elsewhere: a job of their project sends them there. */
  private readonly sent: ReadonlySet<number>;

  private constructor(
    outcomes: readonly PackedOutcome[],
    private readonly rootOf: (file: number) => string,
    nameOf: (file: number) => string,
  ) {
    const names = new Set(outcomes.flatMap(({ sends }, index) => sends.map((name) => keyOf(rootOf(index), name))));
    const isSent = (file: number): boolean => names.has(keyOf(rootOf(file), nameOf(file)));
    this.sent = new Set(names.size === 0 ? [] : [...outcomes.keys()].filter(isSent));
  }

  /**
   * @param rootOf the folder of the project of a file
   * @param nameOf the name of a file, without its folder
   */
  static async of(
    outcomes: readonly PackedOutcome[],
    io: Io,
    rootOf: (file: number) => string,
    nameOf: (file: number) => string,
  ): Promise<ProjectFindings> {
    const found = new ProjectFindings(outcomes, rootOf, nameOf);
    const { once } = found;
    const roots = [...new Set(outcomes.map((_, index) => rootOf(index)))];
    // The loudest speaks, and of those the first.
    for (const wanted of ['warning', 'information', 'hint'] as const)
      for (const [index, outcome] of outcomes.entries())
        for (const [said, severity] of outcome.once)
          if (severity === wanted && found.mayTrainHere(index, said)) once.mayShow(keyOf(rootOf(index), said), index);
    for (const [index, { settles }] of outcomes.entries())
      for (const rule of settles) once.settle(keyOf(rootOf(index), rule));
    const open = roots.filter((root) => once.isSaid(keyOf(root, unmeasuredTrainingId)));
    if (open.length === 0) return found;
    const journal = journalOf(io, () => undefined);
    for (const root of open)
      if (await hasRuns(journal, resolve(io.cwd, root))) once.settle(keyOf(root, unmeasuredTrainingId));
    return found;
  }

  /** False for what is said of the training of a file that runs elsewhere. */
  private mayTrainHere(file: number, said: string): boolean {
    return said !== unmeasuredTrainingId || !this.sent.has(file);
  }

  /** Leaves out notebooks that say to the letter, and at the same places, what another one says. */
  leaveOutSameNotebooks(outcomes: readonly PackedOutcome[], isNotebook: (file: number) => boolean): void {
    const seen = new Map<string, number>();
    for (const [index, { body }] of outcomes.entries()) {
      if (body === null || !isNotebook(index)) continue;
      const text = createHash('sha256').update(body).digest('base64url');
      const original = seen.get(text);
      if (original === undefined) seen.set(text, index);
      else this.copies.set(index, original);
    }
  }

  /** Leaves out files that say of nearly the same code what another one of their project says. */
  leaveOutNearCopies(outcomes: readonly PackedOutcome[]): void {
    const byRoot = new Map<string, Copies<number>>();
    for (const [index, { copy }] of outcomes.entries()) {
      if (copy === null || this.copies.has(index)) continue;
      const root = this.rootOf(index);
      const seen = byRoot.get(root) ?? new Copies<number>();
      byRoot.set(root, seen);
      const original = seen.originalOf(index, copy);
      if (original !== index) this.copies.set(index, original);
    }
  }

  /** The copies that are left out, by the file whose findings are shown. */
  get copied(): ReadonlyMap<number, readonly number[]> {
    const byOriginal = new Map<number, number[]>();
    for (const [copy, original] of this.copies) {
      const first = this.copies.get(original) ?? original;
      byOriginal.set(first, [...(byOriginal.get(first) ?? []), copy]);
    }
    return byOriginal;
  }

  /** Whether findings of a file are shown; asked once about each of them, in order. */
  filterFor(file: number): (finding: Pick<Finding, 'once'>) => boolean {
    const isCopy = this.copies.has(file);
    const seen = new Set<string>();
    const root = this.rootOf(file);
    return ({ once }) => {
      if (once === null) return !isCopy;
      if (seen.has(once) || !this.mayTrainHere(file, once) || !this.once.mayShow(keyOf(root, once), file)) return false;
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
