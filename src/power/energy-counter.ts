import { wasReset } from './plausible';
import type { GapOutcome, Outcome, ReadContext } from './source';

/** A wrap that implies more than this is a reset: the counter restarted at 0. */
const implausibleWrapWatts = 1000;

interface CounterOptions {
  /** The value after which the counter wraps to 0, in joules; null if it is not known. */
  readonly rangeJoules: number | null;
  /** The most that the device can draw for long, in watts; null if its limits cannot be read. */
  readonly limitWatts: number | null;
  /** Limits of the error, as factors. */
  readonly band: { readonly low: number; readonly high: number };
  /** Whether the device always draws power, so that a value that does not move is an old one. */
  readonly neverRests?: boolean;
  /** The most that any such device draws, watts: a larger step is a reset or an invalid value, not energy. */
  readonly mostWatts: number;
}

/** A value that does not move for longer than this is old: processors use energy in every second. */
const stillSecondsBelieved = 5;

/** Turns the readings of one energy counter into the energy of intervals. */
export class EnergyCounter {
  private baseline: number | null = null;
  private mostWatts = 0;
  /** The value before a step back: if later values continue from it, the step was a bad reading, not a reset. */
  private beforeStepBack: number | null = null;
  private stillSeconds = 0;

  constructor(private readonly options: CounterOptions) {}

  /** Forgets the last value, so that the next read only sets the baseline. */
  reset(): void {
    this.baseline = null;
    this.beforeStepBack = null;
    this.stillSeconds = 0;
  }

  /** Whether a value follows the last one without a wrap. */
  follows(joules: number): boolean {
    return this.baseline !== null && joules >= this.baseline;
  }

  /** Whether a value continues from the last one at about the usual rate. */
  isOnPace(joules: number, seconds: number): boolean {
    return this.follows(joules) && joules - (this.baseline ?? 0) <= 2 * this.mostWatts * seconds;
  }

  /**
   * @param joules the counter's value now; null when it could not be read, which drops the baseline: the energy until
   *   the next good read is lost, because a counter that failed may have been reset meanwhile.
   */
  next(joules: number | null, { seconds, late }: ReadContext): Outcome {
    const before = this.baseline;
    this.baseline = joules;
    if (joules === null) return this.gap('the counter could not be read', seconds);
    if (before === null) return this.gap('the counter has no earlier reading', seconds);
    if (this.isWayBack(before, joules)) return this.gap('the counter could not be read', seconds);
    const delta = this.difference(before, joules, seconds);
    if (delta === null) {
      if (joules < before) this.beforeStepBack = before;
      return this.gap(wasReset, seconds);
    }
    if (late) {
      // When the energy was used is unknown, and if the counter may have wrapped more than once, so is how much.
      const { rangeJoules } = this.options;
      const lost = this.gap('the interval cannot be trusted', seconds);
      return rangeJoules !== null && rangeJoules < implausibleWrapWatts * seconds
        ? lost
        : { ...lost, atMostJoules: delta };
    }
    this.stillSeconds = delta === 0 ? this.stillSeconds + seconds : 0;
    if (this.options.neverRests === true && this.stillSeconds > stillSecondsBelieved)
      return this.gap('the counter does not move', seconds);
    this.mostWatts = Math.max(this.mostWatts, delta / seconds);
    const { low, high } = this.options.band;
    return { kind: 'energy', joules: delta, low: delta * low, high: delta * high, idleJoules: null };
  }

  /**
   * A counter that seemed to be reset jumps back to where it was: the values in between were cut off or invalid, and
   * the jump is not energy. A counter that really was reset gets back there in many small steps, if ever.
   */
  private isWayBack(before: number, now: number): boolean {
    const old = this.beforeStepBack;
    if (old === null || now < old) return false;
    this.beforeStepBack = null;
    return now - before > old / 2;
  }

  /** Null if the difference cannot be energy that was used. */
  private difference(before: number, now: number, seconds: number): number | null {
    const { rangeJoules, mostWatts } = this.options;
    if (seconds <= 0) return null;
    if (now >= before) return now - before <= mostWatts * seconds ? now - before : null;
    if (rangeJoules === null || rangeJoules < before) return null;
    const wrapped = rangeJoules - before + now;
    return wrapped <= Math.min(implausibleWrapWatts, mostWatts) * seconds ? wrapped : null;
  }

  private gap(reason: string, seconds: number): GapOutcome {
    // Without a limit from the hardware, the upper limit is twice the highest power seen so far.
    const watts = this.options.limitWatts ?? (this.mostWatts > 0 ? 2 * this.mostWatts : null);
    return { kind: 'gap', reason, atMostJoules: watts === null ? null : watts * seconds };
  }
}
