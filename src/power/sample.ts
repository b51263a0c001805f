import type { TreeUsage } from '../processes/tree';
import type { MachineLoad, SourceReading } from './source';

/** What the machine used during one interval, according to all sources. */
export interface MachineSample {
  /** Wall-clock time at the end of the interval, milliseconds since the epoch. */
  readonly at: number;
  /** Monotonic length of the interval. */
  readonly seconds: number;
  readonly readings: readonly SourceReading[];
  readonly load: MachineLoad | null;
  /** Size of the memory, for when the load is not known; null or absent if unknown too. */
  readonly memoryTotalBytes?: number | null;
  /** Set when the interval cannot be trusted as a whole: suspend, clock jump, stall. Seconds are wall-clock. */
  readonly gap: { readonly reason: string; readonly seconds: number } | null;
  /** Why the CPU times that were read are not valid for this interval; null or absent if they are. */
  readonly loadProblem?: string | null;
  /** Set if the load is only the container's, while counters and sensors are those of its host. */
  readonly loadOfContainer?: boolean;
  /** What every measured run did in this interval; together they never get more than the machine used. */
  readonly usages: readonly TreeUsage[];
  /** Number of runs of other meters on this machine, for devices that do not report who uses them; 0 if absent. */
  readonly runsElsewhere?: number;
  /** Whether a run may use the GPU of this source, from its processes' environment variables; all runs may if absent. */
  readonly mayUse?: (usage: TreeUsage, source: string) => boolean;
}
