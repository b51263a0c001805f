import type { Accelerator } from '../../data/accelerators';
import { modelBand, modelWatts } from '../../power/cpu-model';
import { wattsPerGigabyte } from '../../power/memory-model';
import type { Band } from '../../power/source';
import type { CpuPower } from '../../power/tdp';
import { formatShare } from '../../present/words';
import type { Estimate } from '../../units/estimate';
import type { MissingComponent, RecordedSource } from '../header';
import { measuredBy, type SlurmCluster, type SlurmNode } from './cluster';
import { gpuPower } from './gpu-power';
import type { SlurmGpus, SlurmJob } from './jobs';
import { measuredEnergy } from './measured-energy';

/** Joules of a part of a job. */
interface Part extends Estimate {
  readonly source: RecordedSource;
}

/** The energy of a job in joules, where each part came from, and what a reader should know. */
export interface JobEnergy {
  /** Null if nothing is known. */
  readonly total: Estimate | null;
  readonly cpu: number | null;
  readonly gpu: number | null;
  readonly memory: number | null;
  readonly sources: readonly RecordedSource[];
  readonly missing: readonly MissingComponent[];
  readonly notes: readonly string[];
  /** Whether Slurm measured at least a part of it. */
  readonly isMeasured: boolean;
  /** Set if Slurm has a figure that is impossible. */
  readonly isRefused?: true;
}

/** What the model needs to know. */
export interface EnergyTables {
  readonly accelerators: readonly Accelerator[];
  /** The power of this many CPUs of a server of unknown model. */
  readonly cpuPower: (cpus: number) => CpuPower;
}

/** Where nothing says how busy the CPUs were. */
const anyLoad = 0.5;
/** A GPU that nobody uses draws about a tenth of its full power; nothing in Slurm says how busy the others were. */
const [idleGpu, anyGpu] = [0.1, 0.55];
/** Factors on the energy of a meter. */
const meterBand: Band = { low: 0.9, high: 1.1 };
/** How much of a shared node's energy belongs to a job is not known: at least this part of its share. */
const leastOfShare = 0.3;

/** Whether a job had its nodes to itself; null if that is unknown. */
export function isExclusive(job: SlurmJob, cluster: SlurmCluster): boolean | null {
  if (job.exclusive === true || (job.partition !== null && cluster.exclusivePartitions.has(job.partition))) return true;
  const nodes = nodesOf(job, cluster);
  if (nodes === null || job.cpus === null) return job.exclusive;
  return job.cpus >= sum(nodes, ({ cpus }) => cpus);
}

/** The energy of a job: what Slurm measured, completed by the model where it did not measure. */
export function jobEnergy(job: SlurmJob, cluster: SlurmCluster, tables: EnergyTables): JobEnergy {
  if (job.seconds === 0 && job.start !== null) return briefEnergy({ ...job, seconds: 1 }, cluster, tables);
  if (job.isEndLost) return energyUntilLimit(job, cluster, tables);
  const measurement = measuredEnergy(job);
  if ('problem' in measurement) {
    const cause = cluster.energyPlugins?.length === 0 ? 'this cluster does not measure energy' : measurement.problem;
    const energy = together(modelled(job, cluster, tables, 1), [], [`The energy is modelled: ${cause}.`], job);
    return measurement.isImpossible === true ? { ...energy, isRefused: true } : energy;
  }
  const kind = measuredBy(cluster.energyPlugins);
  const exclusive = isExclusive(job, cluster);
  const share = exclusive === true ? null : nodeShare(job, cluster);
  const measured = measuredPart(job, cluster, measurement.joules, share);
  const notes =
    exclusive === true
      ? []
      : [
          share === null
            ? 'Slurm counts the energy of whole nodes, and it is not known whether this job was alone on them: other jobs may be in the figure.'
            : `This job shared its node, whose energy Slurm counts to every job: the figure is ${formatShare(share)} of it, the largest share that the job had of its CPUs, memory or GPUs.`,
        ];
  const left = 1 - measurement.covered;
  const model = modelled(job, cluster, tables, 1);
  // The meter of processors sees no graphics cards, and the other way round.
  const others = model.filter(({ source: { component } }) =>
    kind === 'cpu' ? component === 'gpu' : kind === 'gpu' && component !== 'gpu',
  );
  const rest = left > 0 ? model.filter((part) => !others.includes(part)).map((part) => scaled(part, left)) : [];
  if (left > 0)
    notes.push(
      `Slurm measured ${formatShare(measurement.covered)} of this job's nodes and time; the rest is modelled.`,
    );
  if (kind === 'unknown' && job.gpus.length > 0)
    notes.push('It is not known whether the energy that Slurm measured includes the GPUs.');
  return together([...others, ...rest], [measured], notes, job);
}

/** Slurm counts whole seconds: a job of none took less than one, half of it on average. */
function briefEnergy(second: SlurmJob, cluster: SlurmCluster, tables: EnergyTables): JobEnergy {
  const parts = modelled(second, cluster, tables, 1).map(({ value, high, source }) => ({
    value: value / 2,
    low: 0,
    high,
    source: { ...source, band: { low: 0, high: (2 * high) / value } },
  }));
  return together(parts, [], ['The job took less than a second, so its energy is modelled.'], second);
}

/** A job whose end was lost ran until its time limit at most, and perhaps for a moment only. */
function energyUntilLimit(job: SlurmJob, cluster: SlurmCluster, tables: EnergyTables): JobEnergy {
  const parts = modelled(job, cluster, tables, 1).map((part) => ({
    ...part,
    low: 0,
    source: { ...part.source, band: { low: 0, high: part.high / part.value } },
  }));
  return together(
    parts,
    [],
    ['Slurm has lost the end of this job: it counts until its time limit, and may have used less.'],
    job,
  );
}

function measuredPart(job: SlurmJob, cluster: SlurmCluster, joules: number, share: number | null): Part {
  const kind = measuredBy(cluster.energyPlugins);
  const component = kind === 'cpu' || kind === 'gpu' ? kind : 'system';
  const plugin = cluster.energyPlugins?.join(', ') ?? 'plugin unknown';
  const value = joules * (share ?? 1);
  // The meter is read now and then: what was used after its last reading is lost.
  const lost = Math.min(1, cluster.energySeconds / Math.max(1, job.seconds));
  const exclusive = isExclusive(job, cluster);
  const band =
    exclusive === true
      ? { low: meterBand.low, high: meterBand.high + lost }
      : { low: leastOfShare * (share === null ? idleGpu : 1), high: (meterBand.high + lost) / (share ?? 1) };
  return {
    value,
    low: value * band.low,
    high: value * band.high,
    source: {
      component,
      method: exclusive === true ? (plugin.includes('ipmi') || plugin.includes('xcc') ? 'sensor' : 'counter') : 'model',
      name: 'slurm',
      label: `energy by Slurm (${plugin})${exclusive === true ? '' : share === null ? ', of whole nodes that may be shared' : ', share of a shared node'}`,
      band,
    },
  };
}

/** The largest part of its nodes that a job was given; null if the nodes are not known. */
function nodeShare(job: SlurmJob, cluster: SlurmCluster): number | null {
  const nodes = nodesOf(job, cluster);
  if (nodes === null) return null;
  const part = (given: number | null, all: number): number => (given === null || all <= 0 ? 0 : given / all);
  const largest = Math.max(
    part(
      job.cpus,
      sum(nodes, ({ cpus }) => cpus),
    ),
    part(
      job.memoryBytes,
      sum(nodes, ({ memoryBytes }) => memoryBytes ?? 0),
    ),
    part(
      sum(job.gpus, ({ count }) => count),
      sum(nodes, ({ gpus }) => gpus),
    ),
  );
  return largest <= 0 ? null : Math.min(1, largest);
}

/** The model of the given part of a job: CPUs by their time, memory by its size, GPUs by their type. */
function modelled(job: SlurmJob, cluster: SlurmCluster, tables: EnergyTables, part: number): readonly Part[] {
  const parts: Part[] = [];
  if (job.cpus !== null && job.cpus > 0 && job.seconds > 0) parts.push(cpuPart(job, job.cpus, tables));
  if (job.memoryBytes !== null && job.memoryBytes > 0) parts.push(memoryPart(job, job.memoryBytes));
  for (const gpus of job.gpus) parts.push(gpuPart(job, typed(gpus, job, cluster), tables));
  return parts.map((each) => scaled(each, part));
}

function cpuPart({ cpuSeconds, seconds }: SlurmJob, cpus: number, { cpuPower }: EnergyTables): Part {
  const power = cpuPower(cpus);
  const load = cpuSeconds === null ? null : Math.min(1, cpuSeconds / (seconds * cpus));
  const band = modelBand(power, load ?? anyLoad);
  const watts = modelWatts(power, load ?? anyLoad);
  const least = load === null ? power.idleWatts / watts : 1;
  const most = load === null ? power.watts / watts : 1;
  return partOf(
    watts * seconds,
    { low: band.low * least, high: band.high * most },
    {
      component: 'cpu',
      method: 'model',
      name: 'slurm-cpu-model',
      label: `${cpus} CPUs of a server of unknown model, ${load === null ? 'load unknown' : `${formatShare(load)} busy`}`,
    },
  );
}

function memoryPart({ seconds }: SlurmJob, bytes: number): Part {
  return partOf(
    (bytes / 1e9) * wattsPerGigabyte * seconds,
    { low: 0.5, high: 2 },
    {
      component: 'memory',
      method: 'model',
      name: 'memory-model',
      label: `memory that the job was given, at ${wattsPerGigabyte} W/GB (Green Algorithms)`,
    },
  );
}

function gpuPart({ seconds, gpusUsed }: SlurmJob, gpus: SlurmGpus, { accelerators }: EnergyTables): Part {
  const { watts, known, label } = gpuPower(gpus, accelerators);
  const load = gpusUsed === false ? idleGpu : anyGpu;
  const most = gpusUsed === false ? 2 * idleGpu : 1;
  return partOf(
    watts.value * load * seconds,
    {
      low: (watts.low * idleGpu * (gpusUsed === false ? 0.5 : 1)) / (watts.value * load),
      high: (watts.high * most) / (watts.value * load),
    },
    {
      component: 'gpu',
      method: known ? 'model' : 'assumed',
      name: `slurm-gpu-model:${gpus.type ?? 'unknown'}`,
      label: `${label}, ${gpusUsed === false ? 'never seen in use' : 'between idle and full load'}`,
    },
  );
}

/** The type of GPUs that the job does not name, if its nodes have only one. */
function typed(gpus: SlurmGpus, job: SlurmJob, cluster: SlurmCluster): SlurmGpus {
  if (gpus.type !== null) return gpus;
  const types = new Set((nodesOf(job, cluster) ?? []).flatMap(({ gpuTypes }) => gpuTypes));
  return types.size === 1 ? { ...gpus, type: [...types].join('') } : gpus;
}

/** The GPU type for display: the job's own, or that of its nodes; null if it has none or they are not known. */
export function gpuTypeOf(job: SlurmJob, cluster: SlurmCluster): string | null {
  const types = new Set(job.gpus.flatMap((gpus) => typed(gpus, job, cluster).type ?? []));
  return types.size === 0 ? null : [...types].join(', ');
}

function nodesOf({ nodes }: SlurmJob, cluster: SlurmCluster): readonly SlurmNode[] | null {
  const found = nodes.flatMap((name) => cluster.nodes.get(name) ?? []);
  return nodes.length > 0 && found.length === nodes.length ? found : null;
}

function partOf(joules: number, band: Band, source: Omit<RecordedSource, 'band'>): Part {
  return { value: joules, low: joules * band.low, high: joules * band.high, source: { ...source, band } };
}

function scaled(part: Part, share: number): Part {
  return share === 1 ? part : { ...part, value: part.value * share, low: part.low * share, high: part.high * share };
}

function together(
  model: readonly Part[],
  measured: readonly Part[],
  notes: readonly string[],
  job: SlurmJob,
): JobEnergy {
  const parts = [...measured, ...model];
  const of = (component: string): number | null => {
    const found = parts.filter(({ source }) => source.component === component);
    return found.length === 0 ? null : sum(found, ({ value }) => value);
  };
  const isWhole = measured.some(({ source }) => source.component === 'system');
  const missing: readonly MissingComponent[] =
    parts.length > 0 || job.seconds === 0
      ? []
      : [{ component: 'system', reason: 'Slurm does not say what it was given' }];
  return {
    total:
      parts.length === 0
        ? null
        : {
            value: sum(parts, ({ value }) => value),
            low: sum(parts, ({ low }) => low),
            high: sum(parts, ({ high }) => high),
          },
    cpu: isWhole ? null : of('cpu'),
    gpu: isWhole ? null : (of('gpu') ?? (job.gpus.length === 0 && parts.length > 0 ? 0 : null)),
    memory: isWhole ? null : of('memory'),
    sources: parts.map(({ source }) => source),
    missing,
    notes: parts.length === 0 ? [] : notes,
    isMeasured: measured.length > 0,
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
