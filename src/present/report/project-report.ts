import { emissionsGrams, intensityEstimate } from '../../place/intensity';
import {
  embodiedGrams,
  functionalUnitName,
  isTrainingUnit,
  softwareCarbonIntensity,
  type SoftwareCarbonIntensity,
} from '../../runs/sci';
import type { PracticesReport } from '../../practices/report';
import { countedOnce } from '../../runs/measuring/counted-once';
import { exactly } from '../../units/estimate';
import { dayKey, formatShare, large } from '../words';
import { boundaryName, componentNames } from '../../runs/cluster/boundary';
import { countedEnergy, howItEnded } from '../../runs/describe';
import type { PowerPoint } from '../../runs/power-series';
import type { RunRecord } from '../../runs/record';
import { summarise, type RunsSummary } from '../../runs/summary';
import { grouped, ownOf, type ReportGroup } from './groups';
import { trendOf, weekOf, type Trend } from './trend';
import { unitEnergies, type UnitEnergy } from './unit-energy';
import { wasteOf, type Waste } from './waste';

/** The user's input for the SCI score (ISO/IEC 21031). */
export interface FunctionalUnit {
  /** What a unit is, such as "inference" or "training". */
  readonly name: string;
  /** How many units the runs were for (R). */
  readonly count: number;
  /** Share of the hardware reserved for the runs, 0 to 1; all of it if absent. It applies to operation and embodied emissions. */
  readonly share?: number;
  /** The hardware's embodied emissions, its lifespan, and the share that belongs to the runs; null if not given. */
  readonly hardware: { readonly kilograms: number; readonly lifespanHours: number; readonly share?: number } | null;
}

interface ScoredReport {
  readonly score: SoftwareCarbonIntensity;
  /** Emissions of all reserved hardware, idle power included, whatever the scope of the runs. */
  readonly operationalGrams: number;
  /** M; null if the hardware was not given, and the score then lacks it. */
  readonly embodiedGrams: number | null;
  /** How long hardware was reserved. Simultaneous runs on one machine reserve it once. */
  readonly reservedHours: number;
  readonly share: number;
}

/** A report on the runs of a project. */
export interface ProjectReport {
  readonly title: string;
  readonly version: string;
  /** Milliseconds since the Unix epoch. */
  readonly generatedAt: number;
  readonly summary: RunsSummary;
  /** In chronological order, without days that have no runs. */
  readonly days: readonly ReportGroup[];
  /** By the Monday of the week, in chronological order, without weeks that have no runs. */
  readonly weeks: readonly ReportGroup[];
  /** Null if the runs span less than two weeks, or too little is known. */
  readonly trend: Trend | null;
  /** Grouped by the name of the run; the group that used the most energy comes first. */
  readonly programs: readonly ReportGroup[];
  /** The runs that used the most energy, at most ten. */
  readonly largest: readonly RunRecord[];
  readonly waste: Waste;
  /** Energy of an epoch, round or trial by program; the program that used the most comes first. */
  readonly unitEnergies: readonly UnitEnergy[];
  /** The team's checklist and its evidence; null if the runs are not those of one project. */
  readonly practices: PracticesReport | null;
  /** Null without a functional unit, or if the emissions of the runs are unknown or have several bases. */
  readonly sci: ScoredReport | null;
  /** Why there is no score although one was requested, or what the score lacks; one sentence each. */
  readonly sciNotes: readonly string[];
  /** Power over time of the run that used the most energy; null if unknown. */
  readonly power: { readonly record: RunRecord; readonly points: readonly PowerPoint[] } | null;
}

const largestShown = 10;

export function projectReport(
  records: readonly RunRecord[],
  {
    unit,
    ...given
  }: Pick<ProjectReport, 'title' | 'version' | 'generatedAt' | 'power' | 'practices'> & {
    readonly unit: FunctionalUnit | null;
  },
): ProjectReport {
  const summary = summarise(records);
  const own = ownOf(summary.counted);
  const programs = grouped(own, ({ name }) => name);
  return {
    ...given,
    summary,
    days: grouped(own, ({ startedAt }) => dayKey(new Date(startedAt))),
    weeks: grouped(own, ({ startedAt }) => weekOf(new Date(startedAt))),
    trend: trendOf(own),
    waste: wasteOf(own),
    unitEnergies: unitEnergies(own),
    programs: [...programs].sort((a, b) => (b.energy.total?.value ?? -1) - (a.energy.total?.value ?? -1)),
    largest: byEnergy(own.map(({ record }) => record)).slice(0, largestShown),
    ...(unit === null ? { sci: null, sciNotes: [] } : scored(summary, unit)),
  };
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
 * The SCI score: (E × I + M) / R. Its boundary is the reserved hardware: E is the energy of the whole machine, whatever
 * the scope of the runs, and M its embodied emissions for the same time and share. If a part is unknown there is no
 * score, because it would carry the name of the standard but not have its boundary.
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
      `There is no SCI score: it counts all hardware that was reserved, and lacks ${unknown} of ${runs.length} runs, whose emissions for all of it are not known.`,
    );
  const unread = unreadParts(runs);
  if (unread !== '')
    return none(
      `There is no SCI score: it counts all hardware that was reserved, and there are no figures for the ${unread}.`,
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
      sciText(name, count),
      boundaryText(runs, share),
      ...(embodied === null ? ['The score lacks the emissions from making the hardware (M).'] : []),
      ...(isTrainingUnit(name) ? [trainingText(runs)] : []),
    ],
  };
}

/** Emissions of the whole machines in grams, by basis. Time in which runs overlap on one machine counts once. */
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

/** Parts of the machine without a figure in some run, unless a source for the whole machine includes them. */
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

function sciText(name: string, count: number): string {
  return `SCI, the Software Carbon Intensity of ISO/IEC 21031, is the emissions of the machines divided by what they did: here ${large(count)} × ${name}. It compares ways to do the same work; less is better.`;
}

/** So many machines and clusters are named. */
const mostNamed = 3;

function boundaryText(runs: readonly RunRecord[], share: number): string {
  const whole = [...new Set(runs.map((run) => boundaryName({ ...run, scope: 'machine' })))]
    .slice(0, mostNamed)
    .join(' and ');
  const machine = whole === 'the whole machine' && share !== 1 ? 'the machine' : whole;
  const part = share === 1 ? machine : `${formatShare(share)} of ${machine}, the share that is reserved,`;
  const own = runs.some(({ scope }) => scope === 'run') ? ' The energy above is the share of the runs instead.' : '';
  return `The SCI score counts ${part} during the runs, idle power included.${own}`;
}

function trainingText(runs: readonly RunRecord[]): string {
  const failed = runs.filter((run) => howItEnded(run) !== null).length;
  const which = failed === 0 ? '' : `, ${failed} of them failed or interrupted`;
  return `For a unit of training, SCI for AI counts all runs that led to the model: here are ${runs.length}${which}. Runs that were not recorded are not in it.`;
}
