import type { Outcome, PowerSource, ReadContext, SourceDescription, SourceReading } from './source';

/**
 * Watts per GB (10^9 bytes) of installed memory: Green Algorithms (Lannelongue et al. 2021,
 * doi:10.1002/advs.202100707).
 */
export const wattsPerGigabyte = 0.3725;

const description: SourceDescription = {
  component: 'memory',
  method: 'model',
  name: 'memory-model',
  label: `memory at ${wattsPerGigabyte} W/GB (Green Algorithms)`,
  band: { low: 0.5, high: 2 },
};

/** Memory power from its size, used if no counter can be read; it does not depend on load. */
export class MemoryModel implements PowerSource {
  readonly descriptions = [description];
  private totalBytes: number | null = null;

  read(context: ReadContext): Promise<readonly SourceReading[]> {
    return Promise.resolve(
      context.seconds === 0 ? [] : [{ source: description, outcome: this.outcome(context), users: null }],
    );
  }

  pause(): void {
    // There is nothing to stop between reads.
  }

  dispose(): void {
    // There is nothing to close.
  }

  private outcome({ seconds, late, load }: ReadContext): Outcome {
    this.totalBytes = load?.memoryTotalBytes ?? this.totalBytes;
    if (this.totalBytes === null) return { kind: 'unknown', reason: 'the size of the memory could not be read' };
    const joules = (this.totalBytes / 1e9) * wattsPerGigabyte * seconds;
    const { low, high } = description.band;
    if (late) return { kind: 'gap', reason: 'the interval cannot be trusted', atMostJoules: joules * high };
    // The idle part depends on the memory that runs hold; attribution works it out.
    return { kind: 'energy', joules, low: joules * low, high: joules * high, idleJoules: null };
  }
}
