/** A process that existed before the interval in which it joined the run. */
export interface JoinedProcess {
  readonly pid: number;
  /** CPU time that it may have used for the run before or during the interval; when exactly is unknown. */
  readonly cpuSeconds: number;
  readonly startTime: number;
  /** It is older than the run, so only its work since the start of the run counts. */
  readonly isOlder: boolean;
}

/** What is known about a run's work before its processes became known. */
export interface Joined {
  readonly processes: readonly JoinedProcess[];
  /** Whether these processes did all the earlier work of the run; otherwise it is unknown. */
  readonly isComplete: boolean;
  /** A process ended before it was seen. */
  readonly hasUnseen: boolean;
}

/** What one run's processes did during one interval. */
export interface TreeUsage {
  /** CPU time of all processes of the tree, in seconds, including reaped children, each counted once. */
  readonly cpuSeconds: number;
  /** The part that processes that joined late may have used before the interval. Absent if none. */
  readonly earlierCpuSeconds?: number;
  /** CPU time that is certain, if `cpuSeconds` is spread over time by an estimate; absent if all of it is certain. */
  readonly leastCpuSeconds?: number;
  /** Set if the figures were filled in later. Devices that do not report their users can then no longer be shared. */
  readonly isFilledIn?: true;
  /** Resident bytes of the tree at the end of the interval, plus the last figures of processes that ended in it. */
  readonly residentBytes: number;
  /** The range of `residentBytes` if processes share an unknown number of pages; absent if it is known. */
  readonly residentLimits?: { readonly low: number; readonly high: number };
  /** The most CPU time that rounding to ticks may have hidden. Each hidden tick is reported once. Absent if none. */
  readonly cpuErrorSeconds?: number;
  /** CPU time of new processes that may belong to the run, without proof; not included in `cpuSeconds`. Absent if none. */
  readonly possible?: {
    readonly cpuSeconds: number;
    readonly processes: readonly { readonly pid: number; readonly name: string }[];
  };
  /** Set if a process started and ended between two snapshots, so that its memory is unknown. */
  readonly hasUnseen?: boolean;
  /** Processes alive at the end of the interval. */
  readonly processes: number;
  readonly pids: readonly number[];
}
