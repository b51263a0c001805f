import type { OrphanOrigin } from './orphans';

/** One process in the operating system's list. CPU times count from the start of the process. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  /** Identifies a process together with its pid, because pids are reused. The unit depends on the platform. */
  readonly startTime: number;
  /** Own CPU time, user and system, in seconds. */
  readonly cpuSeconds: number;
  /** CPU time, in seconds, of the children that it has waited for, and of theirs; 0 if the platform does not show it. */
  readonly reapedCpuSeconds: number;
  /** 0 for a zombie. */
  readonly residentBytes: number;
  readonly zombie: boolean;
  /** Process group, which a shell creates for each job; 0 if there is none. */
  readonly group: number;
  /** The run that its environment names. Only for new processes without a known parent; otherwise absent. */
  readonly mark?: string;
  /** Whether it is ours, judging by its streams. Only for new processes without a parent and a mark; otherwise absent. */
  readonly origin?: OrphanOrigin;
  /** Short name of the program (`python3`), possibly cut at 15 characters. */
  readonly name: string;
}

/** The processes at one moment, by pid. */
export interface ProcessSnapshot {
  readonly processes: ReadonlyMap<number, ProcessEntry>;
  /** Changes since an earlier snapshot, so that the two need not be compared; absent if unknown. */
  readonly since?: {
    readonly processes: ReadonlyMap<number, ProcessEntry>;
    readonly arrived: readonly ProcessEntry[];
  } | null;
}

/** The present moment on the clocks that systems use for process start times. */
export interface Now {
  /** Seconds since the machine started; null if unknown. */
  readonly uptimeSeconds: number | null;
  readonly wallMilliseconds: number;
}

/** The operating system's list of processes. */
export interface ProcessTable {
  /**
   * Takes a snapshot. The figures of the `watched` pids and of new processes since the previous call are fresh. For
   * others, CPU time and memory may be from an earlier call. Never blocks the thread for long.
   */
  snapshot(watched: ReadonlySet<number>): Promise<ProcessSnapshot>;
  /** The arguments of a process; null if it has ended or may not be read. */
  commandLine(pid: number): Promise<readonly string[] | null>;
  /** How long a process has run, in seconds; null or absent if unknown. */
  ageSeconds?(entry: Pick<ProcessEntry, 'startTime'>, now: Now): number | null;
  /** Resident memory of a process in which shared pages count proportionally; null if unknown. Takes milliseconds. */
  proportionalBytes?(pid: number): Promise<number | null>;
  /** Pids of its running helper programs, whose CPU time is part of the cost of the meter. */
  readonly helpers?: readonly number[];
  /** Starts slow helper programs in advance, because a snapshot will be needed soon. */
  prepare?(): void;
  /** Stops helper programs until the next snapshot. */
  pause?(): void;
}

/** Whether two entries are the same process. The pid alone is not enough, because it may have been reused. */
export function isSame(a: ProcessEntry, b: ProcessEntry | undefined): boolean {
  return b?.startTime === a.startTime;
}
