import { wasReset } from './plausible';
import type { GapOutcome, Outcome, ReadContext } from './source';

/** No processor package, card or board draws this many watts: a step above it is a reset or nonsense, not energy. */
export const implausibleWatts = 2000;
/** A wrap that implies more than this is a reset: the counter started again from 0. */
const implausibleWrapWatts = 1000;

export interface CounterOptions {
  /** The value after which the counter starts again from 0, in joules; null if it is not known. */
  readonly rangeJoules: number | null;
  /** The most that the device can draw for long, in watts, if its limits can be read; else null. */
  readonly limitWatts: number | null;
  /** Limits of the error, as factors. */
  readonly band: { readonly low: number; readonly high: number };
  /** Whether what it counts always draws something, so that a value that stands still is an old one. */
  readonly neverRests?: boolean;
  /** The most that what it counts can draw, watts; 2000 if absent. */
  readonly mostWatts?: number;
}

/** A value that stands still for longer is no longer measured: processors draw something in every second. */
const stillSecondsBelieved = 5;

/** Turns the readings of one energy counter into the energy of intervals. */
export class EnergyCounter {
  private baseline: number | null = null;
  private mostWatts = 0;
  /** The value before a step back: if the next ones go on from it, the step was a bad reading and no reset. */
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

  /** Whether a value goes on from the last one at about the pace that was seen so far. */
  isOnPace(joules: number, seconds: number): boolean {
    return this.follows(joules) && joules - (this.baseline ?? 0) <= 2 * this.mostWatts * seconds;
  }

  /**
   * @param joules the counter's value now; null when it could not be read, which drops the baseline: the energy until
   * the next good read is lost, for a counter that fails may have been reset meanwhile.
   */
  next(joules: number | null, { seconds, late }: ReadContext): Outcome {
    const before = this.baseline;
    this.baseline = joules;
    if (joules === null) return this.gap('the counter could not be read', seconds);
    if (before === null) return this.gap('the counter had no reading before', seconds);
    if (this.isWayBack(before, joules)) return this.gap('the counter could not be read', seconds);
    const delta = this.difference(before, joules, seconds);
    if (delta === null) {
      if (joules < before) this.beforeStepBack = before;
      return this.gap(wasReset, seconds);
    }
    if (late) {
      // Nobody knows when it flowed; nor, if the counter can have wrapped more than once, how much.
      const { rangeJoules } = this.options;
      const lost = this.gap('the interval cannot be trusted', seconds);
      return rangeJoules !== null && rangeJoules < implausibleWrapWatts * seconds
        ? lost
        : { ...lost, atMostJoules: delta };
    }
    this.stillSeconds = delta === 0 ? this.stillSeconds + seconds : 0;
    if (this.options.neverRests === true && this.stillSeconds > stillSecondsBelieved)
      return this.gap('the counter stands still', seconds);
    this.mostWatts = Math.max(this.mostWatts, delta / seconds);
    const { low, high } = this.options.band;
    return { kind: 'energy', joules: delta, low: delta * low, high: delta * high, idleJoules: null };
  }

  /**
   * A counter that seemed to be reset leaps back to where it was: what it said in between was cut off or nonsense, and
   * the leap is no energy. One that was reset comes back there in many small steps, if ever.
   */
  private isWayBack(before: number, now: number): boolean {
    const old = this.beforeStepBack;
    if (old === null || now < old) return false;
    this.beforeStepBack = null;
    return now - before > old / 2;
  }

  /** Null when it is no energy that can have flowed. */
  private difference(before: number, now: number, seconds: number): number | null {
    const { rangeJoules, mostWatts = implausibleWatts } = this.options;
    if (seconds <= 0) return null;
    if (now >= before) return now - before <= mostWatts * seconds ? now - before : null;
    if (rangeJoules === null || rangeJoules < before) return null;
    const wrapped = rangeJoules - before + now;
    return wrapped <= Math.min(implausibleWrapWatts, mostWatts) * seconds ? wrapped : null;
  }

  private gap(reason: string, seconds: number): GapOutcome {
    // Without a limit from the hardware, twice the most that was ever seen bounds what can have flowed.
    const watts = this.options.limitWatts ?? (this.mostWatts > 0 ? 2 * this.mostWatts : null);
    return { kind: 'gap', reason, atMostJoules: watts === null ? null : watts * seconds };
  }
}
