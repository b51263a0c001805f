import { bytesOf, countOf, momentOf, nodeNames, resourcesOf, secondsOf, stateOf } from './values';

/** The columns that are asked for. All of them exist since Slurm 19.05. */
export const columnsWanted = [
  'JobID',
  'JobIDRaw',
  'JobName',
  'User',
  'Group',
  'Account',
  'Partition',
  'Cluster',
  'State',
  'ExitCode',
  'Submit',
  'Start',
  'End',
  'ElapsedRaw',
  'TimelimitRaw',
  'NNodes',
  'NodeList',
  'AllocCPUS',
  'AllocTRES',
  'ReqTRES',
  'TotalCPU',
  'MaxRSS',
  'TRESUsageInTot',
  'TRESUsageInMax',
  'ConsumedEnergyRaw',
  'WorkDir',
] as const;

/** Columns of later versions: whether the job was alone on its nodes. */
export const columnsOfLaterVersions = ['Exclusive', 'OverSubscribe'] as const;

type Column = (typeof columnsWanted)[number] | (typeof columnsOfLaterVersions)[number];

/** Between columns: it is in no name that a person types, as `|` can be. */
export const separator = '\u001f';

/** A part of a job with figures of its own: its script (`batch`), all of it (`extern`), or what `srun` started. */
export interface SlurmStep {
  /** "batch", "extern", "0" */
  readonly name: string;
  /** Joules of all its nodes; null if unknown. 0 is unknown too: Slurm says so where it does not measure. */
  readonly joules: number | null;
  /** Milliseconds since the epoch. */
  readonly start: number | null;
  readonly seconds: number;
  readonly nodes: readonly string[];
  /** The most memory that it used. */
  readonly memoryBytes: number | null;
  /** As in `SlurmJob`. */
  readonly gpusUsed: boolean | null;
}

/** A job as `sacct` has it. A job that was put back in the queue is one for each time it ran. */
export interface SlurmJob {
  readonly id: string;
  readonly rawId: string;
  readonly name: string;
  readonly user: string | null;
  readonly group: string | null;
  readonly account: string | null;
  readonly partition: string | null;
  readonly cluster: string | null;
  /** `COMPLETED`, `CANCELLED`, … */
  readonly state: string;
  /** The number of the user who cancelled it; null if nobody did. */
  readonly cancelledBy: number | null;
  readonly exitCode: number | null;
  /** The number of the signal that ended it; 0 for none. */
  readonly signal: number;
  /** Milliseconds since the epoch. */
  readonly submit: number | null;
  /** Null if it has not started, or was cancelled before it did. */
  readonly start: number | null;
  readonly end: number | null;
  /** At most `limitSeconds` if its end was lost. */
  readonly seconds: number;
  readonly limitSeconds: number | null;
  /** Set if the accounting has it as running long after its time limit: it has ended, and nobody wrote when. */
  readonly isEndLost: boolean;
  readonly nodeCount: number;
  /** Empty if they are not known. */
  readonly nodes: readonly string[];
  readonly cpus: number | null;
  /** Null if Slurm did not record it. */
  readonly cpuSeconds: number | null;
  readonly memoryBytes: number | null;
  readonly memoryUsedBytes: number | null;
  readonly gpus: readonly SlurmGpus[];
  /** Whether any load or memory was ever seen on its GPUs; null if Slurm does not record that. */
  readonly gpusUsed: boolean | null;
  /** Joules by the job itself; see `SlurmStep`. */
  readonly joules: number | null;
  /** From columns of later versions; null if they say nothing. */
  readonly exclusive: boolean | null;
  readonly folder: string | null;
  readonly steps: readonly SlurmStep[];
}

/** GPUs of one type. */
export interface SlurmGpus {
  /** "a100"; null if the cluster does not say. */
  readonly type: string | null;
  readonly count: number;
}

/** States in which a job goes on. */
const goingOn: ReadonlySet<string> = new Set([
  'RUNNING',
  'SUSPENDED',
  'COMPLETING',
  'RESIZING',
  'STOPPED',
  'SIGNALING',
  'STAGE_OUT',
]);
/** States of jobs that have not done what they should. */
const failures: ReadonlySet<string> = new Set([
  'FAILED',
  'TIMEOUT',
  'OUT_OF_MEMORY',
  'NODE_FAIL',
  'BOOT_FAIL',
  'DEADLINE',
  'LAUNCH_FAILED',
]);
const stops: ReadonlySet<string> = new Set([
  'CANCELLED',
  'PREEMPTED',
  'REVOKED',
  'REQUEUED',
  'REQUEUE_FED',
  'REQUEUE_HOLD',
  'SPECIAL_EXIT',
]);

/** What became of a job. */
export type Outcome = 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';

/** What became of a job; `cancelled` includes those that were preempted or put back in the queue. */
export function outcomeOf({ state, start }: Pick<SlurmJob, 'state' | 'start'>): Outcome {
  if (state === 'COMPLETED') return 'completed';
  if (failures.has(state)) return 'failed';
  if (stops.has(state)) return 'cancelled';
  return goingOn.has(state) && start !== null ? 'running' : 'waiting';
}

/** What was read of the output of `sacct`. */
export interface ReadJobs {
  readonly jobs: readonly SlurmJob[];
  /** Lines that could not be read. */
  readonly unread: number;
}

/** Takes the output of `sacct --parsable2 --duplicates` line by line; the first line is the header. */
export class JobReader {
  private columns: ReadonlyMap<string, number> | null = null;
  private width = 0;
  /** A name can contain the end of a line: such a row goes on in the next line. */
  private begun: readonly string[] = [];
  private readonly jobs: { readonly job: SlurmJob; readonly steps: SlurmStep[] }[] = [];
  private readonly newest = new Map<string, SlurmStep[]>();
  /** Nodes by their list: jobs and steps on the same ones share them. */
  private readonly lists = new Map<string, readonly string[]>();
  private unread = 0;
  private rows = 0;

  constructor(private readonly between: string = separator) {}

  /** How many jobs and steps are kept. */
  get size(): number {
    return this.rows;
  }

  take(line: string): void {
    if (this.columns === null) {
      const names = line.split(this.between).map((name) => name.toLowerCase());
      if (!names.includes('jobid')) {
        // A warning, or everything if there is no header.
        this.unread += line === '' ? 0 : 1;
        return;
      }
      this.unread = 0;
      this.columns = new Map(names.map((name, index) => [name, index]));
      this.width = names.length;
      return;
    }
    const parts = line.split(this.between);
    const cells =
      this.begun.length === 0
        ? parts
        : [...this.begun.slice(0, -1), `${this.begun.at(-1) ?? ''}\n${parts[0] ?? ''}`, ...parts.slice(1)];
    const goesOn = this.begun.length > 0;
    this.begun = [];
    if (cells.length < this.width) {
      if (cells.some((cell) => cell !== '')) this.begun = cells;
      return;
    }
    if (cells.length === this.width && this.row(cells)) return;
    this.unread += 1;
    // What was begun may be no row, such as a warning: it does not take the row after it along.
    if (goesOn && (parts.length !== this.width || !this.row(parts))) this.unread += 1;
  }

  end(): ReadJobs {
    if (this.begun.length > 0) this.unread += 1;
    return {
      jobs: this.jobs.map(({ job, steps }) => ({ ...job, ...ofSteps(job, steps), steps })),
      unread: this.unread,
    };
  }

  private row(cells: readonly string[]): boolean {
    const cell: Cells = (name) => cells[this.columns?.get(name.toLowerCase()) ?? -1] ?? '';
    const id = cell('JobID');
    const match = /^(\d{1,12}(?:_(?:\d{1,12}|\[[^\]]*\]))?(?:\+\d{1,6})?)(?:\.(.+))?$/.exec(id);
    if (match === null) return false;
    this.rows += 1;
    const [, job = '', step] = match;
    if (step !== undefined) {
      this.newest.get(job)?.push(stepOf(step, cell, this.nodesOf(cell)));
      return true;
    }
    const read = jobOf(job, cell, this.nodesOf(cell));
    if (read === null) return false;
    const steps: SlurmStep[] = [];
    this.newest.set(job, steps);
    this.jobs.push({ job: read, steps });
    return true;
  }

  private nodesOf(cell: Cells): readonly string[] {
    const list = cell('NodeList');
    const known = this.lists.get(list);
    if (known !== undefined) return known;
    const nodes = nodeNames(list) ?? [];
    this.lists.set(list, nodes);
    return nodes;
  }
}

/** A row by the names of its columns; empty for those that are not there. */
type Cells = (name: Column) => string;

const orNull = (text: string): string | null => (text === '' || text === 'Unknown' ? null : text);

/** Slurm ends jobs within minutes after their limit; a cluster may let them go on for some hours. In seconds. */
const mostOverLimit = 86_400;

/** Null if it is not known how long it ran: nothing could be said of its energy. */
function jobOf(id: string, cell: Cells, nodes: readonly string[]): SlurmJob | null {
  const state = stateOf(cell('State'));
  const [code = '', signal = '0'] = cell('ExitCode').split(':');
  const given = resourcesOf(cell('AllocTRES'));
  const minutes = countOf(cell('TimelimitRaw'));
  // Without nodes it never started: older versions then give the time of its end as the one of its start.
  const start = nodes.length === 0 && (countOf(given.get('node') ?? '') ?? 0) === 0 ? null : momentOf(cell('Start'));
  const end = momentOf(cell('End'));
  const between = start === null || end === null || end < start ? null : (end - start) / 1000;
  // It is less than the time between where the job was suspended, and never more.
  const elapsed = countOf(cell('ElapsedRaw'));
  const seconds = elapsed === null ? (between ?? (start === null ? 0 : null)) : Math.min(elapsed, between ?? elapsed);
  if (seconds === null) return null;
  const limit = minutes === null ? null : minutes * 60;
  const isEndLost = state === 'RUNNING' && end === null && limit !== null && seconds > limit + mostOverLimit;
  return {
    id,
    rawId: cell('JobIDRaw') || id,
    name: cell('JobName') || id,
    user: orNull(cell('User')),
    group: orNull(cell('Group')),
    account: orNull(cell('Account')),
    partition: orNull(cell('Partition')),
    cluster: orNull(cell('Cluster')),
    state,
    cancelledBy: countOf(/^CANCELLED by (\d{1,10})$/.exec(cell('State'))?.[1] ?? ''),
    exitCode: countOf(code),
    signal: countOf(signal) ?? 0,
    submit: momentOf(cell('Submit')),
    start,
    end,
    seconds: isEndLost ? limit : seconds,
    limitSeconds: limit,
    isEndLost,
    nodeCount: countOf(given.get('node') ?? '') ?? countOf(cell('NNodes')) ?? nodes.length,
    nodes,
    cpus: countOf(given.get('cpu') ?? '') ?? countOf(cell('AllocCPUS')),
    // Where nothing gathers it, it is 0.
    cpuSeconds: secondsOf(cell('TotalCPU')) || null,
    memoryBytes: bytesOf(given.get('mem') ?? ''),
    memoryUsedBytes: null,
    gpus: gpusOf(given),
    joules: countOf(cell('ConsumedEnergyRaw')) || null,
    exclusive: exclusiveOf(cell('Exclusive'), cell('OverSubscribe')),
    folder: orNull(cell('WorkDir')),
    steps: [],
    gpusUsed: gpusSeen(cell),
  };
}

function stepOf(name: string, cell: Cells, nodes: readonly string[]): SlurmStep {
  return {
    name,
    joules: countOf(cell('ConsumedEnergyRaw')) || null,
    start: momentOf(cell('Start')),
    seconds: countOf(cell('ElapsedRaw')) ?? 0,
    nodes,
    gpusUsed: gpusSeen(cell),
    memoryBytes: bytesOf(resourcesOf(cell('TRESUsageInTot')).get('mem') ?? '') ?? bytesOf(cell('MaxRSS')),
  };
}

/** Whether its GPUs were seen in use; the figures of load are single readings, no mean over the job. */
function gpusSeen(cell: (name: Column) => string): boolean | null {
  const most = resourcesOf(cell('TRESUsageInMax'));
  const load = countOf(most.get('gres/gpuutil') ?? '');
  const memory = bytesOf(most.get('gres/gpumem') ?? '');
  return load === null && memory === null ? null : (load ?? 0) > 0 || (memory ?? 0) > 0;
}

/** What the steps say of the whole job. */
function ofSteps(job: SlurmJob, steps: readonly SlurmStep[]): Pick<SlurmJob, 'memoryUsedBytes' | 'gpusUsed'> {
  const seen = [job, ...steps].flatMap(({ gpusUsed }) => gpusUsed ?? []);
  const used = steps.flatMap(({ memoryBytes }) => memoryBytes ?? []);
  return {
    memoryUsedBytes: used.length === 0 ? null : used.reduce((a, b) => Math.max(a, b)),
    gpusUsed: seen.length === 0 ? null : seen.some((each) => each),
  };
}

/** A typed entry repeats what the untyped one counts. */
function gpusOf(given: ReadonlyMap<string, string>): readonly SlurmGpus[] {
  const typed = [...given].flatMap(([name, text]): readonly SlurmGpus[] => {
    const count = countOf(text);
    return name.startsWith('gres/gpu:') && count !== null && count > 0 ? [{ type: name.slice(9), count }] : [];
  });
  const all = countOf(given.get('gres/gpu') ?? '') ?? 0;
  const rest = all - typed.reduce((sum, { count }) => sum + count, 0);
  return rest > 0 ? [...typed, { type: null, count: rest }] : typed;
}

function exclusiveOf(exclusive: string, shared: string): boolean | null {
  if (exclusive === 'NODE' || exclusive === 'TOPO') return true;
  // Alone or not depends on what the others took: the nodes tell.
  return shared === 'YES' ? false : null;
}
