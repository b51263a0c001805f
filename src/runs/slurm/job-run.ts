import { createHash } from 'node:crypto';
import type { RunHeader } from '../header';
import type { JobFacts } from '../job';
import { formatLine } from '../journal/journal-lines';
import type { JournalLine } from '../journal/journal-shapes';
import type { RunPlace } from '../place';
import type { SlurmCluster } from './cluster';
import { gpuTypeOf, isExclusive, type JobEnergy } from './job-energy';
import { outcomeOf, type SlurmJob } from './jobs';

/** A job as a run. */
export interface JobRun {
  readonly job: SlurmJob;
  readonly facts: JobFacts;
  readonly energy: JobEnergy;
}

/** A job with what is known of it besides its energy. */
export function jobRun(job: SlurmJob, energy: JobEnergy, cluster: SlurmCluster): JobRun {
  const gigabytes = (bytes: number | null): number | null => (bytes === null ? null : bytes / 1e9);
  const facts: JobFacts = {
    scheduler: 'slurm',
    cluster: job.cluster,
    id: job.id,
    rawId: job.rawId,
    user: job.user,
    group: job.group,
    account: job.account,
    partition: job.partition,
    state: job.state,
    submittedAt: job.submit === null ? null : new Date(job.submit).toISOString(),
    nodes: job.nodeCount,
    exclusive: isExclusive(job, cluster),
    cpus: job.cpus,
    cpuSeconds: job.cpuSeconds,
    memoryGigabytes: gigabytes(job.memoryBytes),
    memoryUsedGigabytes: gigabytes(job.memoryUsedBytes),
    gpus: job.gpus.reduce((sum, { count }) => sum + count, 0),
    gpuType: gpuTypeOf(job, cluster),
    gpusUsed: job.gpusUsed,
    limitSeconds: job.limitSeconds,
  };
  return { job, facts, energy };
}

/** An id of its own for each time that a job ran, the same whenever it is read again. */
export function idOfJob({ cluster, rawId }: Pick<SlurmJob, 'cluster' | 'rawId'>, start: number): string {
  const stamp = new Date(start).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${stamp}-${hashOf(`slurm ${cluster ?? ''} ${rawId} ${start}`).slice(0, 6)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isStoppedBy({ state, cancelledBy }: SlurmJob, uid: number | null): boolean {
  return state === 'CANCELLED' && cancelledBy !== null && cancelledBy === uid;
}

/** 128 + the signal with which Slurm ends jobs at first. */
const terminated = 143;

/** How a job ended, in the terms of a run. Ends that Slurm gives no exit code for have that of `timeout`, or of a signal. */
function exitCodeOf(job: SlurmJob): number | null {
  if (job.signal > 0) return 128 + job.signal;
  const outcome = outcomeOf(job);
  if (outcome === 'completed' || (outcome === 'failed' && (job.exitCode ?? 0) !== 0)) return job.exitCode;
  if (outcome === 'cancelled') return terminated;
  if (job.state === 'TIMEOUT' || job.state === 'DEADLINE') return 124;
  return job.state === 'OUT_OF_MEMORY' ? 137 : 1;
}

/** What the journal needs to know besides the job. */
export interface Writing {
  readonly place: RunPlace;
  readonly recorder: RunHeader['recorder'];
  /** The number of the user who asks; null where users have none. */
  readonly uid: number | null;
}

/** The text of the file that the journal keeps of a job that has started; null for one that has not. */
export function journalText({ job, facts, energy }: JobRun, { place, recorder, uid }: Writing): string | null {
  if (job.start === null) return null;
  const end = job.end ?? job.start + job.seconds * 1000;
  const header: RunHeader = {
    id: idOfJob(job, job.start),
    name: job.name,
    kind: 'command',
    command: null,
    folder: job.folder,
    startedAt: job.start,
    scope: 'machine',
    intensity: place.intensity,
    pue: place.pue,
    pueLimits: place.pueLimits,
    pueFrom: place.pueFrom,
    sources: [...energy.sources],
    missing: [...energy.missing],
    notes: [...energy.notes, ...place.notes],
    stoppedBy: isStoppedBy(job, uid) ? 'person' : null,
    job: facts,
    // Its nodes are no computer of this journal: jobs at the same time share nothing.
    hardware: {
      id: hashOf(`slurm ${job.cluster ?? ''} ${job.rawId} ${job.start}`).slice(0, 12),
      cpu: null,
      cpuCount: job.cpus,
      memoryGigabytes: facts.memoryGigabytes,
    },
    recorder,
  };
  const nothing = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };
  const { total, cpu, gpu, memory } = energy;
  const lines: JournalLine[] = [
    { type: 'start', version: 1, ...header },
    {
      type: 'sample',
      at: end,
      seconds: job.seconds,
      run: nothing,
      machine: {
        cpu,
        gpu,
        memory,
        total: total?.value ?? null,
        low: total?.low ?? null,
        high: total?.high ?? null,
        idle: null,
      },
      processes: 0,
      gaps: [],
    },
  ];
  if (outcomeOf(job) !== 'running')
    lines.push({ type: 'end', at: end, exitCode: isStoppedBy(job, uid) ? null : exitCodeOf(job), meterCpuSeconds: 0 });
  return lines.map(formatLine).join('');
}
