import type { CarbonIntensity } from '../carbon/intensity';
import type { StatementFacts } from '../carbon/statement';
import { addEstimates, type Estimate } from '../units/estimate';
import { componentNames, countedEnergy, methodNames } from './describe';
import { dayKey } from './days';
import type { RunRecord } from './record';
import { addKnown } from './totals';

/** Several runs together. Energies are of each run's own scope, in watt-hours. */
export interface RunsSummary {
  /** Those that have ended, in order of time. */
  readonly runs: readonly RunRecord[];
  readonly seconds: number;
  readonly energy: GroupEnergy;
  readonly emissions: StatementFacts['emissions'];
  readonly runsWithoutEnergy: number;
  readonly runsWithoutEmissions: number;
  readonly gapSeconds: number;
  readonly intensities: readonly CarbonIntensity[];
  readonly pues: readonly Estimate[];
}

/** Energy by component; null where it was never known. `rest` is what a source of the whole machine tells beyond. */
export interface GroupEnergy {
  readonly total: Estimate | null;
  readonly cpu: number | null;
  readonly gpu: number | null;
  readonly memory: number | null;
  readonly rest: number | null;
}

/** Adds up the runs that have ended; one that goes on has no final figures. */
export function summarise(records: readonly RunRecord[]): RunsSummary {
  const runs = records.filter(({ status }) => status !== 'running').sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  return {
    runs,
    seconds: runs.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0),
    energy: energyOf(runs),
    emissions: emissionsByBasis(runs),
    runsWithoutEnergy: runs.filter((run) => countedEnergy(run).total === null).length,
    runsWithoutEmissions: runs.filter(({ emissionsGrams }) => emissionsGrams === null).length,
    gapSeconds: runs.flatMap(({ gaps }) => gaps).reduce((sum, { seconds }) => sum + seconds, 0),
    intensities: distinct(runs.flatMap(({ intensity }) => intensity ?? []), ({ gramsPerKWh, zone, year, basis, chosenBy }) => [gramsPerKWh, zone, year, basis, chosenBy].join()),
    pues: distinct(runs.map(({ pue, pueLow, pueHigh }) => ({ value: pue, low: pueLow, high: pueHigh })), ({ value, low, high }) => [value, low, high].join()),
  };
}

export function energyOf(runs: readonly RunRecord[]): GroupEnergy {
  let sum: GroupEnergy = { total: null, cpu: null, gpu: null, memory: null, rest: null };
  for (const run of runs) {
    const { total, low, high, cpu, gpu, memory } = countedEnergy(run);
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

/** Grams of CO2e, apart by basis; runs of unknown emissions are left out. */
export function emissionsByBasis(runs: readonly RunRecord[]): StatementFacts['emissions'] {
  const sums = new Map<CarbonIntensity['basis'], Estimate>();
  for (const { intensity, emissionsGrams } of runs) {
    if (intensity === null || emissionsGrams === null) continue;
    const before = sums.get(intensity.basis);
    sums.set(intensity.basis, before === undefined ? emissionsGrams : addEstimates(before, emissionsGrams));
  }
  return [...sums].map(([basis, grams]) => ({ basis, grams }));
}

/** What a statement for a paper rests on. @throws Error when no run has ended */
export function statementFacts(summary: RunsSummary, version: string): StatementFacts {
  const [first] = summary.runs;
  const last = summary.runs.at(-1);
  if (first === undefined || last === undefined) throw new Error('a statement needs a run');
  const { runs, seconds, energy, emissions, runsWithoutEnergy, runsWithoutEmissions, gapSeconds, intensities, pues } = summary;
  const machine = runs.filter(({ scope }) => scope === 'machine').length;
  return {
    tool: { name: 'Green ML', version },
    runs: runs.length,
    seconds,
    firstDay: dayKey(new Date(first.startedAt)),
    lastDay: dayKey(new Date(last.startedAt)),
    wattHours: energy.total,
    emissions,
    runsWithoutEnergy,
    runsWithoutEmissions,
    gapSeconds,
    scopes: { run: runs.length - machine, machine },
    methods: methodsOf(runs),
    missing: missingOf(runs),
    intensities,
    pues,
  };
}

/** "CPU modelled", "GPU measured (energy counter)": each way that a component's figure came about, once. */
export function methodsOf(runs: readonly RunRecord[]): readonly string[] {
  return distinct(
    runs.flatMap(({ sources }) => sources.map(({ component, method }) => `${componentNames[component]} ${methodNames[method]}`)),
    (text) => text,
  );
}

function missingOf(runs: readonly RunRecord[]): readonly string[] {
  const known = new Set(runs.flatMap(({ sources }) => sources.map(({ component }) => component)));
  const missing = runs.flatMap((run) => run.missing.map(({ component }) => component)).filter((component) => !known.has(component));
  return distinct(missing, (component) => component).map((component) => componentNames[component]);
}

function distinct<T>(values: readonly T[], key: (value: T) => string): readonly T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}
