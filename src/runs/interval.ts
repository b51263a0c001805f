import type { Attribution } from '../power/attribution';

/** What one run and the machine used between two ticks of the sampler: one line of the journal. */
export interface RunInterval {
  /** Wall-clock end, milliseconds since the epoch. */
  readonly at: number;
  /** Monotonic length. */
  readonly seconds: number;
  readonly run: Attribution['run'];
  readonly machine: Attribution['machine'];
  /** Processes of the run alive at the end; 0 when the run has no known process. */
  readonly processes: number;
  readonly gaps: Attribution['gaps'];
  /** Seconds whose energy lies in gaps, by component; absent if there are none. */
  readonly unknownSeconds?: Attribution['unknownSeconds'];
  /** How many samples were merged into this one; absent for one. */
  readonly merged?: number;
}
