/** What one run's processes did during one interval. */
export interface TreeUsage {
  /** CPU time of all processes of the tree, in seconds, reaped children included, none counted twice. */
  readonly cpuSeconds: number;
  /** The part of it that was used before the interval: of a process that joined the run late. Absent if none. */
  readonly earlierCpuSeconds?: number;
  /** Resident memory of the tree at the end of the interval, and of what ended in it as it was before; in bytes. */
  readonly residentBytes: number;
  /** Processes alive at the end of the interval. */
  readonly processes: number;
  readonly pids: readonly number[];
}
