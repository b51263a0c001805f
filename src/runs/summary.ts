import { placeKnowledge, type CarbonIntensity } from '../place/intensity';
import type { StatementFacts } from './statement';
import { addEstimates, exactly, multiplyEstimates, type Estimate } from '../units/estimate';
import { countedOnce, type CountedRun } from './counted-once';
import { componentNames, countedEnergy, gapSecondsOf, methodNames } from './describe';
import { dayKey } from './days';
import type { RunRecord } from './record';
import { addKnown } from './totals';

/** Several runs together. Energies are of each run's own scope, in watt-hours. */
export interface RunsSummary {
  /** Those that have ended, in order of time. */
  readonly runs: readonly RunRecord[];
  /** The same, each with the part of it that no other of them counts as well. */
  readonly counted: readonly CountedRun[];
  /** Runs of which a part or all is counted in another one. */
  readonly runsInOthers: number;
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
  const runs = records
    .filter(({ status }) => status !== 'running')
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  const counted = countedOnce(runs);
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
    // Who named a place does not make it another one.
    intensities: distinct(
      runs.flatMap(({ intensity }) => intensity ?? []),
      (intensity) =>
        [intensity.gramsPerKWh, intensity.zone, intensity.year, intensity.basis, placeKnowledge(intensity)].join(),
    ),
    pues: distinct(
      runs.map(({ pue, pueLow, pueHigh }) => ({ value: pue, low: pueLow, high: pueHigh })),
      ({ value, low, high }) => [value, low, high].join(),
    ),
  };
}

/** Shares come from divisions: a thousandth less than the whole is the whole. */
function isCountedElsewhere({ energyShare }: CountedRun): boolean {
  return energyShare < 0.999;
}

export function secondsOf(counted: readonly CountedRun[]): number {
  return counted.reduce((sum, { record, timeShare }) => sum + record.durationSeconds * timeShare, 0);
}

export function energyOf(counted: readonly CountedRun[]): GroupEnergy {
  let sum: GroupEnergy = { total: null, cpu: null, gpu: null, memory: null, rest: null };
  for (const { record, energyShare } of counted) {
    const { total, low, high, cpu, gpu, memory } = scaled(countedEnergy(record), energyShare);
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

/** Grams of CO2e, apart by basis; runs of unknown emissions are left out. */
export function emissionsByBasis(counted: readonly CountedRun[]): StatementFacts['emissions'] {
  const sums = new Map<CarbonIntensity['basis'], Estimate>();
  for (const {
    record: { intensity, emissionsGrams },
    energyShare,
  } of counted) {
    if (intensity === null || emissionsGrams === null || energyShare <= 0) continue;
    const grams = multiplyEstimates(emissionsGrams, exactly(energyShare));
    const before = sums.get(intensity.basis);
    sums.set(intensity.basis, before === undefined ? grams : addEstimates(before, grams));
  }
  return [...sums].map(([basis, grams]) => ({ basis, grams }));
}

/** What a statement for a paper rests on. @throws Error when no run has ended */
export function statementFacts(summary: RunsSummary, version: string): StatementFacts {
  const [first] = summary.runs;
  const last = summary.runs.at(-1);
  if (first === undefined || last === undefined) throw new Error('a statement needs a run');
  const { runs, seconds, energy, emissions, runsWithoutEnergy, runsWithoutEmissions, gapSeconds, intensities, pues } =
    summary;
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
    runsInOthers: summary.runsInOthers,
    hardware: hardwareOf(runs),
    covered: coveredBy(runs),
    methods: methodsOf(runs),
    missing: missingOf(runs),
    intensities,
    pues,
  };
}

/** "CPU modelled", "GPU measured (energy counter)": each way that a component's figure came about, once. */
export function methodsOf(runs: readonly RunRecord[]): readonly string[] {
  return distinct(
    runs.flatMap(({ sources }) =>
      sources.map(({ component, method }) => `${componentNames[component]} ${methodNames[method]}`),
    ),
    (text) => text,
  );
}

/** "AMD EPYC 9654 (96 logical processors, 384 GB of memory) with 2 × NVIDIA H100": each computer once. */
export function hardwareOf(runs: readonly RunRecord[]): readonly string[] {
  return distinct(
    runs.flatMap((run) => hardwareInWords(run) ?? []),
    (text) => text,
  );
}

function hardwareInWords({ hardware, sources }: RunRecord): string | null {
  const gpus = new Map<string, number>();
  // The chips that macmon reads are those of the processor.
  for (const { component, label, name } of sources) {
    if (component !== 'gpu' || name.startsWith('macmon')) continue;
    const model = label.split(/, | \(/, 1)[0] ?? label;
    gpus.set(model, (gpus.get(model) ?? 0) + 1);
  }
  const cards = [...gpus].map(([model, count]) => (count === 1 ? model : `${count} × ${model}`)).join(' and ');
  if (hardware === null && cards === '') return null;
  const { cpuCount = null, memoryGigabytes = null } = hardware ?? {};
  const sizes = [
    ...(cpuCount === null ? [] : [`${cpuCount} logical ${cpuCount === 1 ? 'processor' : 'processors'}`]),
    ...(memoryGigabytes === null ? [] : [`${Number(memoryGigabytes.toPrecision(3))} GB of memory`]),
  ];
  const computer = `${hardware?.cpu ?? 'a processor of unknown model'}${sizes.length === 0 ? '' : ` (${sizes.join(', ')})`}`;
  return cards === '' ? computer : `${computer} with ${cards}`;
}

/** The parts of the computers with figures in any of the runs. */
function coveredBy(runs: readonly RunRecord[]): readonly string[] {
  const parts = (['system', 'cpu', 'gpu', 'memory'] as const).filter((part) =>
    runs.some(({ sources }) => sources.some(({ component }) => component === part)),
  );
  return parts.map((part) => (part === 'system' ? 'the whole machine' : componentNames[part]));
}

function missingOf(runs: readonly RunRecord[]): readonly string[] {
  const known = new Set(runs.flatMap(({ sources }) => sources.map(({ component }) => component)));
  const missing = runs
    .flatMap((run) => run.missing.map(({ component }) => component))
    .filter((component) => !known.has(component));
  return distinct(missing, (component) => component).map((component) => componentNames[component]);
}

function distinct<T>(values: readonly T[], key: (value: T) => string): readonly T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}
