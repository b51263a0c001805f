import { componentNames, methodNames } from '../../runs/describe';
import type { RunRecord } from '../../runs/record';
import { distinct, type RunsSummary } from '../../runs/summary';
import { counted, dayKey, toDigits } from '../words';
import type { StatementFacts } from './statement';

/** The facts for a statement for a paper. @throws an Error if there is no run */
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

/** How the figures came about, without repetitions: "CPU modelled", "GPU measured (energy counter)". */
export function methodsOf(runs: readonly RunRecord[]): readonly string[] {
  return distinct(
    runs.flatMap(({ sources }) =>
      sources.map(({ component, method }) => `${componentNames[component]} ${methodNames[method]}`),
    ),
    (text) => text,
  );
}

/** Each computer once: "AMD EPYC 9654 (96 logical processors, 384 GB of memory) with 2 × NVIDIA H100". */
function hardwareOf(runs: readonly RunRecord[]): readonly string[] {
  return distinct(
    runs.flatMap((run) => hardwareInWords(run) ?? []),
    (text) => text,
  );
}

function hardwareInWords({ hardware, sources }: RunRecord): string | null {
  const gpus = new Map<string, number>();
  for (const { component, label, inProcessor } of sources) {
    const model = label.split(/, | \(/, 1)[0] ?? label;
    // Older records do not say which GPUs are in the processor, but those have its name.
    if (component !== 'gpu' || (inProcessor ?? model === hardware?.cpu)) continue;
    gpus.set(model, (gpus.get(model) ?? 0) + 1);
  }
  const cards = [...gpus].map(([model, count]) => (count === 1 ? model : `${count} × ${model}`)).join(' and ');
  if (hardware === null && cards === '') return null;
  const { cpuCount = null, memoryGigabytes = null } = hardware ?? {};
  const sizes = [
    ...(cpuCount === null ? [] : [counted(cpuCount, 'logical processor')]),
    ...(memoryGigabytes === null ? [] : [`${toDigits(memoryGigabytes, 3)} GB of memory`]),
  ];
  const computer = `${hardware?.cpu ?? 'a processor of unknown model'}${sizes.length === 0 ? '' : ` (${sizes.join(', ')})`}`;
  return cards === '' ? computer : `${computer} with ${cards}`;
}

/** The parts of the computers that have a figure in any of the runs. */
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
