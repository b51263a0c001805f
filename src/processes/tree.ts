/** A process that was there before the interval in which it joined the run. */
export interface JoinedProcess {
  readonly pid: number;
  /** CPU time that it may have used for the run before the interval or in it: nobody looked meanwhile. */
  readonly cpuSeconds: number;
  readonly startTime: number;
  /** It was there before the run, whose work only the time since then is. */
  readonly isOlder: boolean;
}

/** What is known of a run's work before its processes were. */
export interface Joined {
  readonly processes: readonly JoinedProcess[];
  /** All that the run had done before is the work of these processes; otherwise nobody knows what it had done. */
  readonly isComplete: boolean;
  /** One had ended before anybody saw it. */
  readonly hasUnseen: boolean;
}

/** What one run's processes did during one interval. */
export interface TreeUsage {
  /** CPU time of all processes of the tree, in seconds, reaped children included, none counted twice. */
  readonly cpuSeconds: number;
  /** The part of it that may have been used before the interval: of processes that joined the run late. Absent if none. */
  readonly earlierCpuSeconds?: number;
  /** CPU time that is certain, where `cpuSeconds` is spread over time by estimate; absent where all of it is. */
  readonly leastCpuSeconds?: number;
  /** Filled in later: a device that does not say who uses it cannot be shared after the fact. */
  readonly isFilledIn?: true;
  /** Resident memory of the tree at the end of the interval, and of what ended in it as it was before; in bytes. */
  readonly residentBytes: number;
  /** Between which it lies, where processes share pages and nobody knows how many; absent where it is known. */
  readonly residentLimits?: { readonly low: number; readonly high: number };
  /** CPU time beyond what was counted, at the most: the system rounds it down to ticks. Each hidden tick is told of once. Absent if none. */
  readonly cpuErrorSeconds?: number;
  /** CPU time of new processes that may be the run's, without proof; in `cpuSeconds` it is not. Absent if none. */
  readonly possible?: {
    readonly cpuSeconds: number;
    readonly processes: readonly { readonly pid: number; readonly name: string }[];
  };
  /** A process has come and gone between two looks, so that nobody saw its memory. Absent if none has. */
  readonly hasUnseen?: boolean;
  /** Processes alive at the end of the interval. */
  readonly processes: number;
  readonly pids: readonly number[];
}
