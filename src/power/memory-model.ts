import type { Outcome, PowerSource, ReadContext, SourceDescription, SourceReading } from './source';

/** Watts per GB (10^9 bytes) of memory that is there: Green Algorithms (Lannelongue et al. 2021, doi:10.1002/advs.202100707). */
const wattsPerGigabyte = 0.3725;

const description: SourceDescription = {
  component: 'memory',
  method: 'model',
  name: 'memory-model',
  label: `memory at ${wattsPerGigabyte} W/GB (Green Algorithms)`,
  band: { low: 0.5, high: 2 },
};

/** Memory power from its size, where no counter can be read; it does not depend on load. */
export class MemoryModel implements PowerSource {
  readonly descriptions = [description];
  private totalBytes: number | null = null;

  read(context: ReadContext): Promise<readonly SourceReading[]> {
    return Promise.resolve(
      context.seconds === 0 ? [] : [{ source: description, outcome: this.outcome(context), users: null }],
    );
  }

  pause(): void {
    // Nothing runs between reads.
  }

  dispose(): void {
    // Nothing is open.
  }

  private outcome({ seconds, late, load }: ReadContext): Outcome {
    this.totalBytes = load?.memoryTotalBytes ?? this.totalBytes;
    if (this.totalBytes === null) return { kind: 'unknown', reason: 'the size of the memory could not be read' };
    const joules = (this.totalBytes / 1e9) * wattsPerGigabyte * seconds;
    const { low, high } = description.band;
    if (late) return { kind: 'gap', reason: 'the interval cannot be trusted', atMostJoules: joules * high };
    // What of it is idle depends on what the runs hold: attribution tells.
    return { kind: 'energy', joules, low: joules * low, high: joules * high, idleJoules: null };
  }
}
