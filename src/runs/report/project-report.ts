import { embodiedGrams, softwareCarbonIntensity, type SoftwareCarbonIntensity } from '../../carbon/sci';
import { dayKey } from '../days';
import type { PowerPoint } from '../power-series';
import type { RunRecord } from '../record';
import { emissionsByBasis, energyOf, summarise, type GroupEnergy, type RunsSummary } from '../summary';

/** A row or a bar of the report: the runs of one day or of one program. */
export interface ReportGroup {
  readonly label: string;
  readonly runs: number;
  readonly seconds: number;
  readonly energy: GroupEnergy;
  readonly emissions: RunsSummary['emissions'];
}

/** What a person says for the SCI score (ISO/IEC 21031). */
export interface FunctionalUnit {
  /** What a unit is, such as "inference" or "training". */
  readonly name: string;
  /** How many of them the runs were for (R). */
  readonly count: number;
  /** The hardware's embodied emissions and the share of them that falls to the runs; null where it was not given. */
  readonly hardware: { readonly kilograms: number; readonly lifespanHours: number; readonly share: number } | null;
}

export interface ScoredReport {
  readonly score: SoftwareCarbonIntensity;
  readonly operationalGrams: number;
  /** M; null where the hardware was not given, and the score lacks it. */
  readonly embodiedGrams: number | null;
}

/** A report on the runs of a project. */
export interface ProjectReport {
  readonly title: string;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly generatedAt: number;
  readonly summary: RunsSummary;
  /** In order of time, days without a run left out. */
  readonly days: readonly ReportGroup[];
  /** By the name of the run, the one that used the most first. */
  readonly programs: readonly ReportGroup[];
  /** Those that used the most, at most ten. */
  readonly largest: readonly RunRecord[];
  /** Null without a functional unit, or where the emissions of the runs are unknown or rest on several bases. */
  readonly sci: ScoredReport | null;
  /** Why there is no score though one was asked for, and what it lacks; one sentence each. */
  readonly sciNotes: readonly string[];
  /** Power over time of the run that used the most; null where nothing is known of it. */
  readonly power: { readonly record: RunRecord; readonly points: readonly PowerPoint[] } | null;
}

const largestShown = 10;

/** The run whose power over time a report shows; null where no energy is known. */
export function largestRun(records: readonly RunRecord[]): RunRecord | null {
  return byEnergy(summarise(records).runs)[0] ?? null;
}

export function projectReport(
  records: readonly RunRecord[],
  { unit, ...given }: Pick<ProjectReport, 'title' | 'version' | 'generatedAt' | 'power'> & { readonly unit: FunctionalUnit | null },
): ProjectReport {
  const summary = summarise(records);
  const programs = grouped(summary.runs, ({ name }) => name);
  return {
    ...given,
    summary,
    days: grouped(summary.runs, ({ startedAt }) => dayKey(new Date(startedAt))),
    programs: [...programs].sort((a, b) => (b.energy.total?.value ?? -1) - (a.energy.total?.value ?? -1)),
    largest: byEnergy(summary.runs).slice(0, largestShown),
    ...(unit === null ? { sci: null, sciNotes: [] } : scored(summary, unit)),
  };
}

function grouped(runs: readonly RunRecord[], key: (run: RunRecord) => string): readonly ReportGroup[] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const group = groups.get(key(run)) ?? [];
    group.push(run);
    groups.set(key(run), group);
  }
  return [...groups].map(([label, members]) => ({
    label,
    runs: members.length,
    seconds: members.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0),
    energy: energyOf(members),
    emissions: emissionsByBasis(members),
  }));
}

function byEnergy(runs: readonly RunRecord[]): readonly RunRecord[] {
  const used = (run: RunRecord): number | null => energyOf([run]).total?.value ?? null;
  return runs
    .map((run) => ({ run, wattHours: used(run) }))
    .filter(({ wattHours }) => wattHours !== null)
    .sort((a, b) => (b.wattHours ?? 0) - (a.wattHours ?? 0))
    .map(({ run }) => run);
}

function scored(summary: RunsSummary, { name, count, hardware }: FunctionalUnit): Pick<ProjectReport, 'sci' | 'sciNotes'> {
  const [emissions, ...others] = summary.emissions;
  if (emissions === undefined) return { sci: null, sciNotes: ['There is no SCI score, since the emissions of these runs are not known.'] };
  if (others.length > 0) return { sci: null, sciNotes: ['There is no SCI score, since the carbon intensities of these runs rest on different bases.'] };
  const embodied = hardware === null ? null : embodiedGrams(hardware.kilograms, summary.seconds / 3600, hardware.lifespanHours, hardware.share);
  const notes = [
    ...(embodied === null ? ['The score lacks the emissions from making the hardware (M).'] : []),
    ...(summary.runsWithoutEmissions > 0 ? [`The score lacks ${summary.runsWithoutEmissions} of ${summary.runs.length} runs, whose emissions are not known.`] : []),
  ];
  const operationalGrams = emissions.grams.value;
  return { sci: { score: softwareCarbonIntensity(operationalGrams, embodied ?? 0, count, name), operationalGrams, embodiedGrams: embodied }, sciNotes: notes };
}
