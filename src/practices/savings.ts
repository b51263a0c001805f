import { fewerFits } from './fewer-fits';
import { countedOnce, wattHoursOnce } from '../runs/counted-once';
import { countedEnergy, isModelled } from '../runs/describe';
import { hasFailed, programsOf, programsText } from '../runs/failed-runs';
import { pastBest } from '../runs/past-best';
import { energyOf } from '../runs/summary';
import { defaultPatience } from '../runs/plateau';
import type { RunRecord } from '../runs/record';
import { counted } from '../present/words';
import {
  grouped,
  formatDuration,
  formatEnergy,
  formatMass,
  formatPower,
  formatShare,
  plural,
  toDecimals,
} from '../present/words';
import { about, energyWithin } from '../present/quantities';
import { addEstimates, exactly, multiplyEstimates, type Estimate } from '../units/estimate';
import type { LintFinding, ProjectFacts, RegionFacts, StartFacts } from './facts';

/** What measured runs show about one practice. */
export interface MeasuredSaving {
  /** `saving`: computed from measurements; `energy`: measured, but how much of it can be saved is not known. */
  readonly basis: 'saving' | 'energy';
  /** The share of the project's measured energy or emissions that would be saved, or that has findings, 0 to 1. */
  readonly share: number;
  /** Too little to change code for, whatever share of the project it is. */
  readonly trifling: boolean;
  /** The reasoning, with the numbers that it uses, in sentences. */
  readonly reason: string;
}

/** A laptop under load for a minute or two uses as much. */
export const triflingWattHours = 1;
/** The emissions of a watt-hour or two on carbon-intensive grids. */
const triflingGrams = 0.5;

type Look = (
  facts: ProjectFacts,
  findings: readonly LintFinding[],
  runs: readonly RunRecord[],
  total: number,
) => MeasuredSaving | null;

/** By practice number; used only if something was measured. */
const looks: ReadonlyMap<number, Look> = new Map<number, Look>([
  [5, (_facts, _findings, runs, total) => plateauSaving(runs, total)],
  [6, (_facts, _findings, runs, total) => failedRuns(runs, total)],
  [8, ({ region }, _findings, _runs, total) => (region === null ? null : regionSaving(region, total))],
  [9, ({ starts }) => (starts === null ? null : startSaving(starts))],
  [11, (_facts, _findings, runs) => waitingRuns(runs)],
  [16, (_facts, findings, runs, total) => searchSaving(findings, runs, total)],
]);

/**
 * What following a practice would have saved in the measured runs, or else the measured energy of code with findings; null if
 * the measurements show nothing about it.
 *
 * @param findings those of the practice's own rules
 * @param total energy of all runs, watt-hours; more than 0
 */
export function measuredFor(
  practice: number,
  facts: ProjectFacts,
  findings: readonly LintFinding[],
  total: number,
): MeasuredSaving | null {
  const runs = facts.runs ?? [];
  return looks.get(practice)?.(facts, findings, runs, total) ?? concernedBy(findings, runs, total);
}

/** Epochs after the best one, minus the patience of early stopping. */
function plateauSaving(runs: readonly RunRecord[], total: number): MeasuredSaving | null {
  const flat = countedOnce(runs).flatMap(({ record: run, energyShare }) => {
    const found = pastBest(run);
    if (found === null || found.savable.value <= 0 || energyShare <= 0) return [];
    const share = exactly(energyShare);
    return [
      {
        run,
        ...found,
        wattHours: multiplyEstimates(found.wattHours, share),
        savable: multiplyEstimates(found.savable, share),
      },
    ];
  });
  if (flat.length === 0) return null;
  const saved = flat.map(({ savable }) => savable).reduce(addEstimates);
  const after = flat.map(({ wattHours }) => wattHours).reduce(addEstimates);
  const isAbout = flat.some(({ run }) => isModelled(run));
  const shown = (energy: Estimate): string => about(isAbout, energyWithin(energy.value, energy).value);
  const units = flat.some(({ unit }) => unit === 'round')
    ? `${defaultPatience.epoch} epochs or ${defaultPatience.round} rounds`
    : `${defaultPatience.epoch} epochs`;
  return {
    basis: 'saving',
    share: saved.value / total,
    trifling: saved.value < triflingWattHours,
    reason: `${counted(flat.length, 'run')} continued after the best ${listed(flat.map(({ metric }) => metric))} (${listed(flat.map(({ run }) => run.name))}) and used ${shown(after)} from then on. Stopping after ${units} without improvement would have saved ${about(true, energyWithin(saved.value, saved).value)}, ${formatShare(saved.value / total)} of all measured energy.`,
  };
}

function failedRuns(runs: readonly RunRecord[], total: number): MeasuredSaving | null {
  const failed = runs.filter(hasFailed);
  const used = energyOf(countedOnce(failed)).total;
  if (used === null || !(used.value > 0)) return null;
  const shown = about(failed.some(isModelled), energyWithin(used.value, used).value);
  return {
    basis: 'energy',
    share: Math.min(1, used.value / total),
    trifling: used.value < triflingWattHours,
    reason: `${counted(failed.length, 'run')} ended with an error after using ${shown}, ${formatShare(used.value / total)} of all measured energy (${programsText(programsOf(failed))}). A short run on a few batches finds many errors early; it is not known how many of these.`,
  };
}

function regionSaving(
  { from, to, where, fromGramsPerKWh, toGramsPerKWh, source }: RegionFacts,
  total: number,
): MeasuredSaving | null {
  const share = 1 - toGramsPerKWh / fromGramsPerKWh;
  if (!(share > 0)) return null;
  const saved = (total / 1000) * (fromGramsPerKWh - toGramsPerKWh);
  return {
    basis: 'saving',
    share,
    trifling: saved < triflingGrams,
    reason: `${to}, ${where}, emits ${formatFigure(toGramsPerKWh)} g per kWh and ${from} ${formatFigure(fromGramsPerKWh)} g (${source}). For the ${formatEnergy(total)} measured here, that would save ${formatMass(saved)}, ${formatShare(share)}, if you can move there.`,
  };
}

function startSaving({ runs, better, grams, savedGrams, zones, source }: StartFacts): MeasuredSaving | null {
  if (better === 0 || !(savedGrams > 0)) return null;
  return {
    basis: 'saving',
    share: savedGrams / grams,
    trifling: savedGrams < triflingGrams,
    reason: `On a usual day in ${listed(zones)}, ${better} of ${counted(runs, 'run')} would have emitted less if ${plural(better, 'it', 'they')} had started at the cleanest time within a day: about ${formatMass(savedGrams)} of ${formatMass(grams)}, ${formatShare(savedGrams / grams)} (${source}).`,
  };
}

/** A run of at least an hour that used almost nothing: an idle server or notebook. */
const leastWaitingSeconds = 3600;
const waitingShareOfIdle = 0.02;

function waitingRuns(runs: readonly RunRecord[]): MeasuredSaving | null {
  // Simultaneous runs share the energy of the machine.
  const machine = wattHoursOnce(runs, { scope: 'machine' }) ?? 0;
  const waited = runs.flatMap((run) => {
    const { idle } = run.machineWh;
    const own = run.energyWh.total;
    return idle !== null &&
      idle > 0 &&
      own !== null &&
      run.durationSeconds >= leastWaitingSeconds &&
      own < idle * waitingShareOfIdle
      ? [{ run, idle, own }]
      : [];
  });
  if (waited.length === 0 || !(machine > 0)) return null;
  const shares = countedOnce(
    waited.map(({ run }) => run),
    { scope: 'machine' },
  );
  const idle = sum(waited.map((each, index) => each.idle * (shares[index]?.energyShare ?? 1)));
  const seconds = sum(waited.map(({ run }) => run.durationSeconds));
  const watts = (sum(waited.map(({ own }) => own)) * 3600) / seconds;
  return {
    basis: 'energy',
    share: Math.min(1, idle / machine),
    trifling: idle < triflingWattHours,
    reason: `${counted(waited.length, 'run')} mostly waited (${listed(waited.map(({ run }) => run.name))}): ${formatPower(watts)} above idle for ${formatDuration(seconds)}. Meanwhile, the idle machine used ${formatEnergy(idle)}, ${formatShare(Math.min(1, idle / machine))} of its energy during all recorded runs. It is not known how long it could have been off.`,
  };
}

/** What fewer fits of the same cost would have saved in a measured search. */
function searchSaving(
  findings: readonly LintFinding[],
  runs: readonly RunRecord[],
  total: number,
): MeasuredSaving | null {
  const options = findings.flatMap((finding) => {
    const search = fewerFits(finding);
    const used = wattHoursOnce(runs.filter((run) => isRunOf(baseName(finding.path), run)));
    return search === null || used === null
      ? []
      : [{ finding, ...search, used, saved: used * (1 - search.fewer / search.fits) }];
  });
  const best = options.reduce<(typeof options)[number] | null>(
    (a, b) => (a === null || b.saved > a.saved ? b : a),
    null,
  );
  if (best === null) return null;
  const { finding, fits, draws, fewer, used, saved } = best;
  return {
    basis: 'saving',
    share: saved / total,
    trifling: saved < triflingWattHours,
    reason: `The runs of ${baseName(finding.path)} used ${formatEnergy(used)} for searches of ${counted(fits, 'fit')}. A random search of ${draws} candidates takes ${grouped(fewer)}: about ${formatEnergy(saved)} less, ${formatShare(saved / total)} of all measured energy, if every fit costs the same and the search is most of the run.`,
  };
}

function concernedBy(
  findings: readonly LintFinding[],
  runs: readonly RunRecord[],
  total: number,
): MeasuredSaving | null {
  const files = [...new Set(findings.map(({ path }) => baseName(path)))].sort();
  const concerned = runs.filter((run) => files.some((file) => isRunOf(file, run)));
  const used = wattHoursOnce(concerned);
  if (used === null || !(used > 0)) return null;
  return {
    basis: 'energy',
    share: Math.min(1, used / total),
    trifling: used < triflingWattHours,
    reason: `${plural(findings.length, 'There is', 'There are')} ${counted(findings.length, 'finding')} in code whose ${counted(concerned.length, 'run')} used ${formatEnergy(used)}, ${formatShare(used / total)} of all measured energy (${files.join(', ')}). It is not known how much of it can be saved.`,
  };
}

/** Runs are named after their script. If a person named the run, its command line is checked. */
function isRunOf(file: string, run: RunRecord): boolean {
  return (
    countedEnergy(run).total !== null &&
    (run.name === file || (run.command ?? []).some((word) => baseName(word) === file))
  );
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** Unique names; after three, the rest is counted. */
function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  return unique.length <= 3 ? unique.join(', ') : `${unique.slice(0, 3).join(', ')} and ${unique.length - 3} more`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function formatFigure(value: number): string {
  return toDecimals(value, value < 100 ? 1 : 0);
}
