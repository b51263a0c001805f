import type { TreeUsage } from '../processes/tree';
import type { MachineLoad, SourceReading } from './source';

/** What the machine used during one interval, as all sources tell it. */
export interface MachineSample {
  /** Wall-clock time at the end of the interval, milliseconds since the epoch. */
  readonly at: number;
  /** Monotonic length of the interval. */
  readonly seconds: number;
  readonly readings: readonly SourceReading[];
  readonly load: MachineLoad | null;
  /** Size of the memory, where the load is not known; null or absent if that is not known either. */
  readonly memoryTotalBytes?: number | null;
  /** Set when the interval cannot be trusted as a whole: suspend, clock jump, stall. Seconds are wall-clock. */
  readonly gap: { readonly reason: string; readonly seconds: number } | null;
  /** Why counters of the CPU time that could be read say nothing of this interval; null or absent if they do. */
  readonly loadProblem?: string | null;
  /** The load is that of the container alone, while counters and sensors are those of its host; absent if not. */
  readonly loadOfContainer?: boolean;
  /** What every run metered in this interval did; together they never get more than the machine used. */
  readonly usages: readonly TreeUsage[];
  /** Runs that other meters on this machine measure, where a device does not tell who uses it; 0 if absent. */
  readonly runsElsewhere?: number;
  /** Whether a run may use the GPU of this source, by what its processes were started with; all may if absent. */
  readonly mayUse?: (usage: TreeUsage, source: string) => boolean;
}
