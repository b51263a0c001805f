import { isAbsurd, wasReset } from './plausible';
import { powerRange, unknownHardware, type PowerRange } from './hardware-range';
import type { Outcome, ReadContext, SourceDescription } from './source';
import { formatPower } from '../present/words';

/** With this many busy CPUs the processor counts as working. */
const workingCpus = 0.5;
/** Counters step a thousand times a second, sensors ten times; shorter intervals prove nothing. */
const shortestSeconds = 0.1;
/** A counter without a possible value for this long is dead; the half second before a run is enough to find out. */
const provingSeconds = 0.45;
/** A source that only fails to answer gets more time: helper programs need a second or two to start. */
const patienceSeconds = 5;

const sensorSeconds = 2;

/**
 * Whether one source of a processor, its memory, a card or a whole machine works. All of these always use energy, so
 * a figure of 0 is not a measurement. If the source never moved, its counter is emulated (as in virtual machines), in
 * another unit, or broken; if it moved before, it has stopped.
 */
export class Liveness {
  private state: 'unproved' | 'alive' | 'dead' = 'unproved';
  private doubtSeconds = 0;
  private silentSeconds = 0;
  private stillSeconds = 0;
  private mostWatts = 0;
  private why = '';

  /** @param range what the hardware can draw, if more is known than the kind of source */
  constructor(
    private readonly source: SourceDescription,
    private readonly range: Pick<PowerRange, 'resting' | 'working'> = powerRange(source, 1, unknownHardware),
  ) {}

  /** Why the source cannot be used, as the end of a sentence; null if it can. */
  get problem(): string | null {
    return this.state === 'dead' ? this.why : null;
  }

  get isProved(): boolean {
    return this.state !== 'unproved';
  }

  /** The outcome that may be counted. */
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
    // If the load is unknown, the source's own limit for a value that does not move has to suffice.
    if (this.state === 'alive' && (seconds < shortestSeconds || (load === null && component !== 'gpu'))) return outcome;
    this.stillSeconds += seconds;
    // If a slow sensor reports too much in one interval, it reports too little in the next.
    if (this.state === 'alive' && this.source.method === 'sensor' && this.stillSeconds < sensorSeconds) return outcome;
    const reason =
      outcome.joules === 0
        ? 'it does not move, although what it measures always uses energy'
        : `it reports ${formatPower(watts)}, which is too low to be true (perhaps in another unit)`;
    this.doubt(seconds, seconds, reason);
    if (this.problem !== null) return { kind: 'unknown', reason: this.sentence() };
    const atMostJoules = this.mostWatts > 0 ? 2 * this.mostWatts * seconds : null;
    const text =
      this.state !== 'alive'
        ? 'it is not yet known whether the source works'
        : outcome.joules === 0
          ? 'the counter does not move'
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
      why === wasReset ? 'it keeps jumping or going back, so its values cannot be true (perhaps in another unit)' : why;
  }
}
