import { boundaryName, componentName, componentNames } from '../../runs/cluster/boundary';
import { commitInWords, isModelled, methodNames } from '../../runs/describe';
import type { RunRecord } from '../../runs/record';
import type { RunsSummary } from '../../runs/summary';
import { counted, dayKey, toDigits } from '../words';
import type { StatementFacts } from './statement';

/** The facts for a statement for a paper. @throws an Error if there is no run */
export function statementFacts(summary: RunsSummary, version: string): StatementFacts {
  const [first] = summary.runs;
  const last = summary.runs.at(-1);
  if (first === undefined || last === undefined) throw new Error('a statement needs a run');
  const { runs, seconds, energy, emissions, runsWithoutEnergy, runsWithoutEmissions, gapSeconds, intensities, pues } =
    summary;
  return {
    tool: { name: 'Green ML', version },
    runs: runs.length,
    seconds,
    firstDay: dayKey(new Date(first.startedAt)),
    lastDay: dayKey(new Date(last.startedAt)),
    wattHours: energy.total,
    isModelled: runs.some(isModelled),
    emissions,
    runsWithoutEnergy,
    runsWithoutEmissions,
    gapSeconds,
    scopes: scopesOf(runs),
    runsInOthers: summary.runsInOthers,
    hardware: hardwareOf(runs),
    code: codeOf(runs),
    covered: coveredBy(runs),
    methods: methodsOf(runs),
    missing: missingOf(runs),
    intensities,
    pues,
  };
}

/** So many clusters are named. */
const mostNamed = 3;

/** What the runs count, and how many of them. */
export function scopesOf(runs: readonly RunRecord[]): StatementFacts['scopes'] {
  const elsewhere = runs.filter(({ cluster, job }) => cluster !== undefined || job !== undefined);
  const here = runs.filter(({ cluster, job }) => cluster === undefined && job === undefined);
  const machine = here.filter(({ scope }) => scope === 'machine').length;
  const names = [...new Set(elsewhere.map((run) => boundaryName(run)))];
  return {
    run: here.length - machine,
    machine,
    elsewhere: elsewhere.length,
    boundaries:
      names.length <= mostNamed ? names : [...names.slice(0, mostNamed), `${names.length - mostNamed} more selections`],
    leavesOutIdle: runs.some(({ scope }) => scope === 'run'),
  };
}

/** How the figures came about, without repetitions: "CPU modelled", "GPU measured (energy counter)". */
export function methodsOf(runs: readonly RunRecord[]): readonly string[] {
  const texts = new Set<string>();
  for (const [run, sources] of sourcesOf(runs))
    for (const { component, method } of sources) texts.add(`${componentName(component, run)} ${methodNames[method]}`);
  return [...texts];
}

/** The sources of all runs, with a run that has them. Runs that were read together share a list, which is looked at once. */
function sourcesOf(runs: readonly RunRecord[]): readonly (readonly [RunRecord, RunRecord['sources']])[] {
  return [...new Map(runs.map((run) => [run.sources, run])).entries()].map(([sources, run]) => [run, sources]);
}

/** Each computer once: "AMD EPYC 9654 (96 logical processors, 384 GB of memory) with 2 × NVIDIA H100". */
function hardwareOf(runs: readonly RunRecord[]): readonly string[] {
  const seen = new Map<RunRecord['sources'], Set<RunRecord['hardware']>>();
  const texts = new Set<string>();
  for (const run of runs) {
    const { sources, hardware } = run;
    const computers = seen.get(sources) ?? new Set();
    if (computers.has(hardware)) continue;
    seen.set(sources, computers.add(hardware));
    const text = hardwareInWords(run);
    if (text !== null) texts.add(text);
  }
  return [...texts];
}

/** "8 nodes with 64 × NVIDIA H100"; null if the models of the devices are not known. */
function clusterInWords({ devices, totalDevices, totalNodes }: NonNullable<RunRecord['cluster']>): string | null {
  const models = [...new Set(devices.flatMap(({ model }) => model ?? []))];
  if (models.length === 0) return null;
  const numbers = models.map((model) => {
    const count = devices.filter((device) => device.model === model).length;
    // A record lists only the largest of thousands.
    return devices.length < totalDevices || count === 1 ? model : `${count} × ${model}`;
  });
  return `${counted(totalNodes, 'node')} with ${numbers.join(' and ')}`;
}

function hardwareInWords({
  hardware,
  sources,
  cluster,
}: Pick<RunRecord, 'hardware' | 'sources' | 'cluster'>): string | null {
  if (cluster !== undefined) return clusterInWords(cluster);
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

/** The commits of the runs, each once; empty if one is not known. */
function codeOf(runs: readonly RunRecord[]): readonly string[] {
  if (runs.some(({ git }) => git === null || git.commit === null)) return [];
  return [...new Set(runs.flatMap((run) => commitInWords(run) ?? []))];
}

/** The parts of the computers that have a figure in any of the runs. */
function coveredBy(runs: readonly RunRecord[]): readonly string[] {
  const all = sourcesOf(runs);
  const names = (['system', 'cpu', 'gpu', 'memory'] as const).flatMap((part) =>
    all
      .filter(([, sources]) => sources.some(({ component }) => component === part))
      .map(([run]) => {
        const name = componentName(part, run);
        return part === 'system' && run.cluster === undefined && run.job === undefined ? `the ${name}` : name;
      }),
  );
  return [...new Set(names)];
}

function missingOf(runs: readonly RunRecord[]): readonly string[] {
  const known = new Set(sourcesOf(runs).flatMap(([, sources]) => sources.map(({ component }) => component)));
  const lists = new Set(runs.map(({ missing }) => missing));
  const missing = new Set([...lists].flat().map(({ component }) => component));
  return [...missing].filter((component) => !known.has(component)).map((component) => componentNames[component]);
}
