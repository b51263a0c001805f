import { placeKnowledge, type CarbonIntensity } from '../place/intensity';
import { addEstimates, exactly, multiplyEstimates, type Estimate } from '../units/estimate';
import { countedOnce, type CountedRun } from './measuring/counted-once';
import { about, energyWithin, type ShownEstimate } from '../present/quantities';
import { countedEnergy, gapSecondsOf, isModelled } from './describe';
import type { RunRecord } from './record';
import { addKnown } from './totals';

/** Several runs together. Energy is in each run's own scope, in watt-hours. */
export interface RunsSummary {
  /** Runs that have ended, in order of time. */
  readonly runs: readonly RunRecord[];
  /** The same runs, each with the part that no other of them also counts. */
  readonly counted: readonly CountedRun[];
  /** Number of runs that are partly or wholly counted in another one. */
  readonly runsInOthers: number;
  readonly seconds: number;
  readonly energy: GroupEnergy;
  /** Separate for each basis of intensity: figures with different bases are never added. */
  readonly emissions: readonly { readonly basis: CarbonIntensity['basis']; readonly grams: Estimate }[];
  readonly runsWithoutEnergy: number;
  readonly runsWithoutEmissions: number;
  readonly gapSeconds: number;
  readonly intensities: readonly CarbonIntensity[];
  readonly pues: readonly Estimate[];
}

/** Energy by component; null if it was never known. `rest` is what a source of the whole machine reports beyond these. */
export interface GroupEnergy {
  readonly total: Estimate | null;
  readonly cpu: number | null;
  readonly gpu: number | null;
  readonly memory: number | null;
  readonly rest: number | null;
}

/** The energy of several runs as every surface shows it, "~3.2 Wh", with its range. */
export function shownSum({ runs, energy: { total } }: RunsSummary): ShownEstimate {
  const { value, range } = energyWithin(total?.value ?? null, total ?? { low: null, high: null });
  return { value: total === null ? value : about(runs.some(isModelled), value), range };
}

/** Adds up the runs that have ended; a run in progress has no final figures. */
export function summarise(records: readonly RunRecord[]): RunsSummary {
  const counted = countedOfEnded(records);
  const runs = counted.map(({ record }) => record);
  return {
    runs,
    counted,
    runsInOthers: counted.filter(isCountedElsewhere).length,
    seconds: secondsOf(counted),
    energy: energyOf(counted),
    emissions: emissionsByBasis(counted),
    runsWithoutEnergy: runs.filter((run) => countedEnergy(run).total === null).length,
    runsWithoutEmissions: runs.filter(({ emissionsGrams }) => emissionsGrams === null).length,
    gapSeconds: counted.reduce((sum, { record, timeShare }) => sum + timeShare * gapSecondsOf(record), 0),
    // The same location counts once, whoever set it.
    intensities: distinct(
      runs.flatMap(({ intensity }) => intensity ?? []),
      (intensity) =>
        [intensity.gramsPerKWh, intensity.zone, intensity.year, intensity.basis, placeKnowledge(intensity)].join(),
    ),
    pues: distinct(
      runs.filter(hasOtherPue).map(({ pue, pueLow, pueHigh }) => ({ value: pue, low: pueLow, high: pueHigh })),
      ({ value, low, high }) => [value, low, high].join(),
    ),
  };
}

/** The runs that have ended in order of time, each with what it adds to their sum. */
function countedOfEnded(records: readonly RunRecord[]): readonly CountedRun[] {
  return countedOnce(
    records.filter(({ status }) => status !== 'running').sort((a, b) => a.startedAt.localeCompare(b.startedAt)),
  );
}

/** Shares are rounded: a thousandth less than the whole is the whole. */
function isCountedElsewhere({ energyShare }: CountedRun): boolean {
  return energyShare < 0.999;
}

export function secondsOf(counted: readonly CountedRun[]): number {
  return counted.reduce((sum, { record, timeShare }) => sum + record.durationSeconds * timeShare, 0);
}

export function energyOf(counted: readonly CountedRun[]): GroupEnergy {
  let sum: GroupEnergy = { total: null, cpu: null, gpu: null, memory: null, rest: null };
  for (const { record, energyShare } of counted) {
    const all = countedEnergy(record);
    const { total, low, high, cpu, gpu, memory } = energyShare === 1 ? all : scaled(all, energyShare);
    const known = (cpu ?? 0) + (gpu ?? 0) + (memory ?? 0);
    // Sums of joules differ in their last digits.
    const rest = total !== null && total - known > total * 1e-6 ? total - known : null;
    const estimate = total === null ? null : { value: total, low: low ?? total, high: high ?? total };
    sum = {
      total: estimate === null ? sum.total : sum.total === null ? estimate : addEstimates(sum.total, estimate),
      cpu: addKnown(sum.cpu, cpu),
      gpu: addKnown(sum.gpu, gpu),
      memory: addKnown(sum.memory, memory),
      rest: addKnown(sum.rest, rest),
    };
  }
  return sum;
}

type ScopeFigures = Pick<RunRecord['energyWh'], 'total' | 'low' | 'high' | 'cpu' | 'gpu' | 'memory'>;

function scaled(energy: ScopeFigures, share: number): ScopeFigures {
  const part = (wattHours: number | null): number | null => (wattHours === null ? null : wattHours * share);
  return {
    total: part(energy.total),
    low: part(energy.low),
    high: part(energy.high),
    cpu: part(energy.cpu),
    gpu: part(energy.gpu),
    memory: part(energy.memory),
  };
}

/** Grams of CO2e for each basis; runs with unknown emissions are left out. */
export function emissionsByBasis(counted: readonly CountedRun[]): RunsSummary['emissions'] {
  const sums = new Map<CarbonIntensity['basis'], Estimate>();
  for (const {
    record: { intensity, emissionsGrams },
    energyShare,
  } of counted) {
    if (intensity === null || emissionsGrams === null || energyShare <= 0) continue;
    const grams = energyShare === 1 ? emissionsGrams : multiplyEstimates(emissionsGrams, exactly(energyShare));
    const before = sums.get(intensity.basis);
    sums.set(intensity.basis, before === undefined ? grams : addEstimates(before, grams));
  }
  return [...sums].map(([basis, grams]) => ({ basis, grams }));
}

/** Whether a run has another PUE than the one before it; thousands of runs have the same. */
function hasOtherPue({ pue, pueLow, pueHigh }: RunRecord, index: number, runs: readonly RunRecord[]): boolean {
  const before = runs[index - 1];
  return before?.pue !== pue || before.pueLow !== pueLow || before.pueHigh !== pueHigh;
}

/** The last value with each key, in the order in which the keys first occur. */
function distinct<T>(values: readonly T[], key: (value: T) => string): readonly T[] {
  const keys = new Map<T, string>();
  const found = new Map<string, T>();
  for (const value of values) {
    const known = keys.get(value) ?? key(value);
    keys.set(value, known);
    found.set(known, value);
  }
  return [...found.values()];
}
