/** What one run's processes did during one interval. */
export interface TreeUsage {
  /** CPU time of all processes of the tree, in seconds, reaped children included, none counted twice. */
  readonly cpuSeconds: number;
  /** The part of it that was used before the interval: of a process that joined the run late. Absent if none. */
  readonly earlierCpuSeconds?: number;
  /** Resident memory of the tree at the end of the interval, and of what ended in it as it was before; in bytes. */
  readonly residentBytes: number;
  /** Between which it lies, where processes share pages and nobody knows how many; absent where it is known. */
  readonly residentLimits?: { readonly low: number; readonly high: number };
  /** CPU time beyond what was counted, at the most: the system rounds it down to ticks. Each hidden tick is told of once. Absent if none. */
  readonly cpuErrorSeconds?: number;
  /** CPU time of new processes that may be the run's, without proof; in `cpuSeconds` it is not. Absent if none. */
  readonly possible?: { readonly cpuSeconds: number; readonly processes: readonly { readonly pid: number; readonly name: string }[] };
  /** A process has come and gone between two looks, so that nobody saw its memory. Absent if none has. */
  readonly hasUnseen?: boolean;
  /** Processes alive at the end of the interval. */
  readonly processes: number;
  readonly pids: readonly number[];
}
