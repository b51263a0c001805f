import { countedOnce } from '../../runs/measuring/counted-once';
import { countedEnergy, howItEnded } from '../../runs/describe';
import type { RunRecord } from '../../runs/record';
import type { GroupEnergy, RunsSummary } from '../../runs/summary';
import { addKnown } from '../../runs/totals';
import { addEstimates, type Estimate } from '../../units/estimate';
import { grouped, ownOf, type ReportGroup } from './groups';
import { weekOf } from './trend';

/** The runs of many people: who used how much, and when. It has no command lines, folders or names of computers. */
export interface TeamReport {
  readonly title: string;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly generatedAt: number;
  /** One for each person, the one who used the most energy first. */
  readonly people: readonly PersonGroup[];
  /** By the Monday of the week, in chronological order, without weeks that have no runs. */
  readonly weeks: readonly ReportGroup[];
  /** All together; null without a run. */
  readonly all: PersonGroup | null;
  /** Programs of people who let reports show their names; the one that used the most first. */
  readonly programs: readonly ReportGroup[];
  /** People whose journals have no run that has ended. */
  readonly peopleWithoutRuns: number;
  /** How many people let reports show the names of programs. */
  readonly peopleWithNames: number;
  /** Runs that were left out because the journal of an earlier person has them too. */
  readonly repeatedRuns: number;
  /** Runs that count, but whose energy is not known. */
  readonly runsWithoutEnergy: number;
  /** Files that are no runs or cannot be read. */
  readonly unreadFiles: number;
  /** One sentence each. */
  readonly problems: readonly string[];
}

/** The runs of one person, or of all. */
export interface PersonGroup extends ReportGroup {
  /** Runs that ended with an error. */
  readonly failed: { readonly runs: number; readonly energy: Estimate | null };
}

/** More programs are no help. */
const mostPrograms = 30;
const mostProblems = 20;

/** Adds people one by one, so that the runs of only one of them are in memory. */
export class TeamSums {
  private readonly people: PersonGroup[] = [];
  private readonly weeks = new Map<string, ReportGroup>();
  private readonly programs = new Map<string, ReportGroup>();
  private readonly problems: string[] = [];
  private more = 0;
  private withoutRuns = 0;
  private withNames = 0;
  private unread = 0;
  private repeated = 0;
  private withoutEnergy = 0;
  private readonly seen = new Set<string>();

  /**
   * Adds the runs of a person, without those that another journal had already: a link to a folder, a copy, or a job of a
   * cluster that its user and its administrator have recorded.
   *
   * @param label the name of the person in the report
   */
  add(label: string, runs: readonly RunRecord[], showsNames: boolean): void {
    const fresh = runs.filter(({ id }) => !this.seen.has(id));
    for (const { id } of fresh) this.seen.add(id);
    this.repeated += runs.length - fresh.length;
    const own = ownOf(countedOnce(fresh));
    const [group] = grouped(own, () => label);
    if (group === undefined) {
      this.withoutRuns += runs.length === 0 ? 1 : 0;
      return;
    }
    this.withoutEnergy += own.filter(({ record }) => countedEnergy(record).total === null).length;
    const failures = own.filter(({ record }) => howItEnded(record)?.isFailure === true);
    const [failed] = grouped(failures, () => label);
    this.people.push({ ...group, failed: { runs: failures.length, energy: failed?.energy.total ?? null } });
    for (const week of grouped(own, ({ startedAt }) => weekOf(new Date(startedAt)))) addTo(this.weeks, week);
    if (!showsNames) return;
    this.withNames += 1;
    for (const program of grouped(own, ({ name }) => name)) addTo(this.programs, program);
  }

  /** @param unread files of a person that cannot be read */
  addProblems(sentences: readonly string[], unread = 0): void {
    const room = Math.max(0, mostProblems - this.problems.length);
    this.problems.push(...sentences.slice(0, room));
    this.more += Math.max(0, sentences.length - room);
    this.unread += unread;
  }

  /** @param showsPeople false for numbers instead of names: "person 1" used the most */
  report(given: Pick<TeamReport, 'title' | 'version' | 'generatedAt'>, showsPeople: boolean): TeamReport {
    const named = byEnergy(this.people);
    const people = showsPeople ? named : named.map((each, index) => ({ ...each, label: `person ${index + 1}` }));
    const problems = [...this.problems, ...(this.more > 0 ? [`${this.more} more folders cannot be read.`] : [])];
    return {
      ...given,
      people,
      weeks: [...this.weeks.values()].sort((a, b) => a.label.localeCompare(b.label)),
      all: people.length === 0 ? null : { ...people.reduce(together), label: 'All' },
      programs: byEnergy([...this.programs.values()]).slice(0, mostPrograms),
      peopleWithoutRuns: this.withoutRuns,
      peopleWithNames: this.withNames,
      repeatedRuns: this.repeated,
      runsWithoutEnergy: this.withoutEnergy,
      unreadFiles: this.unread,
      // They name folders.
      problems: showsPeople || problems.length === 0 ? problems : ['Some folders cannot be read.'],
    };
  }
}

function byEnergy<Group extends ReportGroup>(groups: readonly Group[]): readonly Group[] {
  return [...groups].sort(
    (a, b) => (b.energy.total?.value ?? -1) - (a.energy.total?.value ?? -1) || a.label.localeCompare(b.label),
  );
}

function addTo(groups: Map<string, ReportGroup>, group: ReportGroup): void {
  const before = groups.get(group.label);
  groups.set(group.label, before === undefined ? group : merged(before, group));
}

function merged(a: ReportGroup, b: ReportGroup): ReportGroup {
  return {
    label: a.label,
    runs: a.runs + b.runs,
    seconds: a.seconds + b.seconds,
    energy: bothEnergies(a.energy, b.energy),
    emissions: bothEmissions(a.emissions, b.emissions),
    isModelled: a.isModelled || b.isModelled,
  };
}

function together(a: PersonGroup, b: PersonGroup): PersonGroup {
  return {
    ...merged(a, b),
    failed: { runs: a.failed.runs + b.failed.runs, energy: both(a.failed.energy, b.failed.energy) },
  };
}

function both(a: Estimate | null, b: Estimate | null): Estimate | null {
  if (a === null) return b;
  return b === null ? a : addEstimates(a, b);
}

function bothEnergies(a: GroupEnergy, b: GroupEnergy): GroupEnergy {
  return {
    total: both(a.total, b.total),
    cpu: addKnown(a.cpu, b.cpu),
    gpu: addKnown(a.gpu, b.gpu),
    memory: addKnown(a.memory, b.memory),
    rest: addKnown(a.rest, b.rest),
  };
}

function bothEmissions(a: RunsSummary['emissions'], b: RunsSummary['emissions']): RunsSummary['emissions'] {
  const sums = new Map(a.map(({ basis, grams }) => [basis, grams]));
  for (const { basis, grams } of b) sums.set(basis, both(sums.get(basis) ?? null, grams) ?? grams);
  return [...sums].map(([basis, grams]) => ({ basis, grams }));
}
