import { emissionsGrams, intensityEstimate } from '../../place/intensity';
import {
  embodiedGrams,
  functionalUnitName,
  isTrainingUnit,
  softwareCarbonIntensity,
  type SoftwareCarbonIntensity,
} from '../../runs/sci';
import { countedOnce, type CountedRun } from '../../runs/counted-once';
import { exactly } from '../../units/estimate';
import { dayKey, formatShare } from '../words';
import { componentNames, countedEnergy } from '../../runs/describe';
import type { PowerPoint } from '../../runs/power-series';
import type { RunRecord } from '../../runs/record';
import {
  emissionsByBasis,
  energyOf,
  secondsOf,
  countedOfEnded,
  summarise,
  type GroupEnergy,
  type RunsSummary,
} from '../../runs/summary';

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
  /** Share of the hardware that is reserved for the runs, 0 to 1; all of it if absent. It counts in operation as in making. */
  readonly share?: number;
  /** The hardware's embodied emissions and the share of them that falls to the runs; null where it was not given. */
  readonly hardware: { readonly kilograms: number; readonly lifespanHours: number; readonly share?: number } | null;
}

export interface ScoredReport {
  readonly score: SoftwareCarbonIntensity;
  /** Of all hardware that was reserved, idle power included, whatever the runs themselves count. */
  readonly operationalGrams: number;
  /** M; null where the hardware was not given, and the score lacks it. */
  readonly embodiedGrams: number | null;
  /** How long hardware was reserved: runs side by side on one machine reserve it once. */
  readonly reservedHours: number;
  readonly share: number;
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
  return byEnergy(ownOf(countedOfEnded(records)))[0] ?? null;
}

export function projectReport(
  records: readonly RunRecord[],
  {
    unit,
    ...given
  }: Pick<ProjectReport, 'title' | 'version' | 'generatedAt' | 'power'> & { readonly unit: FunctionalUnit | null },
): ProjectReport {
  const summary = summarise(records);
  const programs = grouped(summary.counted, ({ name }) => name);
  return {
    ...given,
    summary,
    days: grouped(summary.counted, ({ startedAt }) => dayKey(new Date(startedAt))),
    programs: [...programs].sort((a, b) => (b.energy.total?.value ?? -1) - (a.energy.total?.value ?? -1)),
    largest: byEnergy(ownOf(summary.counted)).slice(0, largestShown),
    ...(unit === null ? { sci: null, sciNotes: [] } : scored(summary, unit)),
  };
}

/** Runs that add something of their own: those inside others would stand there twice. */
function ownOf(counted: readonly CountedRun[]): readonly RunRecord[] {
  return counted.filter(({ energyShare, timeShare }) => energyShare > 0 || timeShare > 0).map(({ record }) => record);
}

function grouped(counted: readonly CountedRun[], key: (run: RunRecord) => string): readonly ReportGroup[] {
  const groups = new Map<string, CountedRun[]>();
  const own = counted.filter(({ energyShare, timeShare }) => energyShare > 0 || timeShare > 0);
  for (const each of own) {
    const label = key(each.record);
    const group = groups.get(label) ?? [];
    group.push(each);
    groups.set(label, group);
  }
  return [...groups].map(([label, members]) => ({
    label,
    runs: members.length,
    seconds: secondsOf(members),
    energy: energyOf(members),
    emissions: emissionsByBasis(members),
  }));
}

function byEnergy(runs: readonly RunRecord[]): readonly RunRecord[] {
  const used = (run: RunRecord): number | null => countedEnergy(run).total;
  return runs
    .map((run) => ({ run, wattHours: used(run) }))
    .filter(({ wattHours }) => wattHours !== null)
    .sort((a, b) => (b.wattHours ?? 0) - (a.wattHours ?? 0))
    .map(({ run }) => run);
}

/**
 * The SCI score: (E × I + M) / R over the hardware that is reserved, so E is the whole machine's energy whatever the
 * runs themselves count, and M its making over the same time and the same share. A score of a part of that would carry
 * the standard's name without its boundary, so there is none where a part is not known.
 */
function scored(
  { runs }: RunsSummary,
  { name: written, count, hardware, share = hardware?.share ?? 1 }: FunctionalUnit,
): Pick<ProjectReport, 'sci' | 'sciNotes'> {
  const none = (reason: string): Pick<ProjectReport, 'sci' | 'sciNotes'> => ({ sci: null, sciNotes: [reason] });
  const name = functionalUnitName(written);
  const operation = machineEmissions(runs);
  if (operation.size === 0) return none('There is no SCI score, since the emissions of these runs are not known.');
  if (operation.size > 1)
    return none('There is no SCI score, since the carbon intensities of these runs rest on different bases.');
  const unknown = runs.filter(({ machineWh, intensity }) => machineWh.total === null || intensity === null).length;
  if (unknown > 0)
    return none(
      `There is no SCI score: it counts all hardware that was reserved, and lacks ${unknown} of ${runs.length} runs, whose emissions for the whole machine are not known.`,
    );
  const unread = unreadParts(runs);
  if (unread !== '')
    return none(
      `There is no SCI score: it counts all hardware that was reserved, and nothing could be read of the ${unread}.`,
    );
  const reservedHours = countedOnce(runs, { scope: 'machine' }).reduce(
    (sum, { record, energyShare }) => sum + (record.durationSeconds / 3600) * energyShare,
    0,
  );
  const embodied =
    hardware === null ? null : embodiedGrams(hardware.kilograms, reservedHours, hardware.lifespanHours, share);
  const operationalGrams = share * [...operation.values()].reduce((sum, grams) => sum + grams, 0);
  return {
    sci: {
      score: softwareCarbonIntensity(operationalGrams, embodied ?? 0, count, name),
      operationalGrams,
      embodiedGrams: embodied,
      reservedHours,
      share,
    },
    sciNotes: [
      boundaryText(runs, share),
      ...(embodied === null ? ['The score lacks the emissions from making the hardware (M).'] : []),
      ...(isTrainingUnit(name) ? [trainingText(runs)] : []),
    ],
  };
}

/** Grams of the whole machines by basis, time in which runs overlap on one machine once. */
function machineEmissions(runs: readonly RunRecord[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const {
    record: { machineWh, pue, intensity },
    energyShare,
  } of countedOnce(runs, { scope: 'machine' })) {
    if (machineWh.total === null || intensity === null) continue;
    const grams = emissionsGrams(
      exactly((machineWh.total / 1000) * energyShare),
      exactly(pue),
      intensityEstimate(intensity),
    ).value;
    sums.set(intensity.basis, (sums.get(intensity.basis) ?? 0) + grams);
  }
  return sums;
}

/** Parts of the machine without any figure in some run, which a source of the whole machine would have made up for. */
function unreadParts(runs: readonly RunRecord[]): string {
  const parts = runs.flatMap(({ missing, machineWh, sources }) =>
    sources.some(({ component }) => component === 'system')
      ? []
      : missing
          .map(({ component }) => component)
          .filter((component) => component !== 'system' && machineWh[component] === null),
  );
  return [...new Set(parts)].map((part) => componentNames[part]).join(' and the ');
}

function boundaryText(runs: readonly RunRecord[], share: number): string {
  const part = share === 1 ? 'the whole machine' : `${formatShare(share)} of the machine, the share that is reserved,`;
  const own = runs.some(({ scope }) => scope === 'run') ? ' The energy above is the share of the runs instead.' : '';
  return `The SCI score counts ${part} during the runs, idle power included, in operation and in making it.${own}`;
}

function trainingText(runs: readonly RunRecord[]): string {
  const failed = runs.filter(
    ({ status, exitCode }) => status === 'interrupted' || (exitCode !== null && exitCode !== 0),
  ).length;
  const which = failed === 0 ? '' : `, ${failed} of them failed or interrupted`;
  return `For a unit of training, SCI for AI counts all runs that led to the model: here are ${runs.length}${which}. Runs that were not recorded are not in it.`;
}
