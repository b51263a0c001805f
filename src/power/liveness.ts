import { isAbsurd, wasReset } from './plausible';
import { powerRange, unknownHardware, type PowerRange } from './hardware-range';
import type { Outcome, ReadContext, SourceDescription } from './source';

/** From so many busy CPUs on the processor works. */
const workingCpus = 0.5;
/** Counters step a thousand times a second, sensors ten times; an interval shorter than this says nothing. */
const shortestSeconds = 0.1;
/** A counter that has said nothing possible for so long is dead; half a second of listening before a run shows it. */
const provingSeconds = 0.45;
/** One that only fails to answer gets more time: helper programs need a second or two to start. */
const patienceSeconds = 5;

const sensorSeconds = 2;

/**
 * Whether one source of a processor, its memory, a card or a whole machine is alive. None of these ever rests, so a figure of
 * nothing is no measurement: of a source that never moved it means that the counter is imitated (virtual machines do
 * that), in another unit, or broken; of one that did, that it has stopped.
 */
export class Liveness {
  private state: 'unproved' | 'alive' | 'dead' = 'unproved';
  private doubtSeconds = 0;
  private silentSeconds = 0;
  private stillSeconds = 0;
  private mostWatts = 0;
  private why = '';

  /** @param range what the hardware can draw, where more is known than the kind of source */
  constructor(
    private readonly source: SourceDescription,
    private readonly range: Pick<PowerRange, 'resting' | 'working'> = powerRange(source, 1, unknownHardware),
  ) {}

  /** Why the source cannot be used, as the end of a sentence; null as long as it can. */
  get problem(): string | null {
    return this.state === 'dead' ? this.why : null;
  }

  get isProved(): boolean {
    return this.state !== 'unproved';
  }

  /** The outcome as it may be counted. */
  judge(outcome: Outcome, { seconds, late, load }: ReadContext): Outcome {
    const { component } = this.source;
    if (seconds <= 0) return outcome;
    if (outcome.kind !== 'energy') {
      if (this.state === 'dead') return { kind: 'unknown', reason: this.sentence() };
      if (!late) this.doubt(isAbsurd(outcome.reason) ? seconds : 0, seconds, outcome.reason);
      return outcome;
    }
    const watts = outcome.joules / seconds;
    const isWorking = load !== null && load.busyCpuSeconds > workingCpus * seconds;
    const least = this.range[isWorking ? 'working' : 'resting'];
    if (watts >= least) {
      if (seconds >= shortestSeconds || this.state !== 'dead') this.state = 'alive';
      this.mostWatts = Math.max(this.mostWatts, watts);
      this.stillSeconds = 0;
      return outcome;
    }
    // Where nobody knows the load, the source's own patience with a value that stands still must do.
    if (this.state === 'alive' && (seconds < shortestSeconds || (load === null && component !== 'gpu'))) return outcome;
    this.stillSeconds += seconds;
    // What a slow sensor said too much of in one interval is missing in the next.
    if (this.state === 'alive' && this.source.method === 'sensor' && this.stillSeconds < sensorSeconds) return outcome;
    const reason =
      outcome.joules === 0
        ? 'it does not move, and what it measures never rests'
        : `it says ${Number(watts.toPrecision(1))} W, which is too little to be true (its unit may be another)`;
    this.doubt(seconds, seconds, reason);
    if (this.problem !== null) return { kind: 'unknown', reason: this.sentence() };
    const atMostJoules = this.mostWatts > 0 ? 2 * this.mostWatts * seconds : null;
    const text =
      this.state !== 'alive'
        ? 'the source has not shown yet that it works'
        : outcome.joules === 0
          ? 'the counter stands still'
          : reason;
    return { kind: 'gap', reason: text, atMostJoules };
  }

  private sentence(): string {
    return `${this.source.name} is not used: ${this.why}`;
  }

  private doubt(doubtful: number, silent: number, why: string): void {
    if (this.state !== 'unproved') return;
    this.doubtSeconds += doubtful;
    this.silentSeconds += silent;
    if (this.doubtSeconds < provingSeconds && this.silentSeconds < patienceSeconds) return;
    this.state = 'dead';
    this.why =
      why === wasReset
        ? 'it leaps or goes back all the time, so its values cannot be true (its unit may be another)'
        : why;
  }
}
