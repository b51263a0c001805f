import type { OrphanOrigin } from './orphans';

/** One process as the operating system tells it. All times are since the process started. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  /** Together with the pid it names a process for its whole life; its unit is the platform's own. */
  readonly startTime: number;
  /** Own CPU time, user and system, in seconds. */
  readonly cpuSeconds: number;
  /** CPU time of the children that it has waited for, and of theirs; 0 where the platform does not tell. */
  readonly reapedCpuSeconds: number;
  /** 0 for a zombie, which only waits for its parent to ask for its end. */
  readonly residentBytes: number;
  readonly zombie: boolean;
  /** Process group, which a shell gives each job; 0 where there is none. */
  readonly group: number;
  /** The run that its environment names, told once of what is new and has no known parent; absent otherwise. */
  readonly mark?: string;
  /** Of what is new, without a parent and without a mark: whether it is ours by what it holds; absent otherwise. */
  readonly origin?: OrphanOrigin;
  /** Short name of the program (`python3`), possibly cut at 15 characters. */
  readonly name: string;
}

/** The processes at one moment, by pid. */
export interface ProcessSnapshot {
  readonly processes: ReadonlyMap<number, ProcessEntry>;
  /** What it shows that an earlier snapshot did not, so that nobody must compare the two; absent where nobody knows. */
  readonly since?: {
    readonly processes: ReadonlyMap<number, ProcessEntry>;
    readonly arrived: readonly ProcessEntry[];
  } | null;
}

/** The present moment, by the clocks that systems tell the start of a process by. */
export interface Now {
  /** Seconds since the machine started; null where nobody knows. */
  readonly uptimeSeconds: number | null;
  readonly wallMilliseconds: number;
}

/** The operating system's list of processes. */
export interface ProcessTable {
  /**
   * Figures of the `watched` pids and of all processes that are new since the previous call are fresh; for others,
   * which no tree counts, the CPU time and memory may be those of an earlier call. Never blocks the thread for long.
   */
  snapshot(watched: ReadonlySet<number>): Promise<ProcessSnapshot>;
  /** The arguments of a process; null if it has ended or may not be read. */
  commandLine(pid: number): Promise<readonly string[] | null>;
  /** How long a process has run, in seconds; null or absent where nobody knows. */
  ageSeconds?(entry: Pick<ProcessEntry, 'startTime'>, now: Now): number | null;
  /** Resident memory of a process in which shared pages count in parts; null if it cannot be told. Costs milliseconds. */
  proportionalBytes?(pid: number): Promise<number | null>;
  /** Pids of helper programs that run for it now: their CPU time is part of what the meter costs. */
  readonly helpers?: readonly number[];
  /** Somebody will look soon: helper programs that take their time may start. */
  prepare?(): void;
  /** Nobody looks any more: helper programs end, until the next look. */
  pause?(): void;
}

/** Whether two looks show one process: a pid alone may have been given to another meanwhile. */
export function isSame(a: ProcessEntry, b: ProcessEntry | undefined): boolean {
  return b?.startTime === a.startTime;
}
