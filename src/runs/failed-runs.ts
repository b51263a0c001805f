import { english, type Translate } from '../present/l10n';
import { allOf, grouped, plural } from '../present/words';
import { howItEnded } from './describe';
import type { RunRecord } from './record';

/** A program with the number of its runs. */
export interface ProgramRuns {
  readonly label: string;
  readonly runs: number;
}

/** Whether a run ended with an error, and not because somebody stopped it. */
export function hasFailed(record: RunRecord): boolean {
  return howItEnded(record)?.isFailure === true;
}

/** The programs of these runs; the one with the most runs comes first. */
export function programsOf(records: readonly RunRecord[]): readonly ProgramRuns[] {
  const runs = new Map<string, number>();
  for (const { name } of records) runs.set(name, (runs.get(name) ?? 0) + 1);
  return [...runs].map(([label, count]) => ({ label, runs: count })).sort((a, b) => b.runs - a.runs);
}

const programsNamed = 3;

/** "train.py (3 runs), search.py (1 run) and 2 more programs" */
export function programsText(programs: readonly ProgramRuns[], t: Translate = english): string {
  const named = programs
    .slice(0, programsNamed)
    .map(({ label, runs }) => t(plural(runs, '{0} ({1} run)', '{0} ({1} runs)'), label, grouped(runs)));
  const more = programs.length - programsNamed;
  const rest = t(plural(more, '{0} more program', '{0} more programs'), grouped(more));
  return allOf(more > 0 ? [named.join(', '), rest] : named, t);
}
