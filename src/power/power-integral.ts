import { implausibleWatts, impossible, isPlausibleWatts } from './plausible';
import type { Band, GapOutcome, Outcome, ReadContext } from './source';

interface PowerIntegralOptions {
  /** A reading older than this says nothing about the present. */
  readonly staleSeconds: number;
  /** The most that the device can draw, watts; null if unknown. */
  readonly limitWatts: number | null;
  readonly band: Band;
  /** Figures above this are invalid; if absent, a multiple of the limit, or what no single device draws. */
  readonly mostWatts?: number;
  /** Whether a reading is the mean power since the previous one, not the power at its moment. */
  readonly readingsAreMeans?: boolean;
  /** Over a short time the steps of a slow sensor matter more: another band for this many seconds from the start. */
  readonly short?: { readonly seconds: number; readonly band: Band };
}

/** Accelerators draw more than any other single device with a sensor. */
const mostDeviceWatts = implausibleWatts.gpu;

/**
 * Turns readings of a power sensor into the energy of intervals. Between two readings power is interpolated linearly
 * (trapezoid); from the last one to the end of an interval it is taken as constant. The next interval corrects the
 * error of that, so that the sum is right and no interval is negative.
 */
export class PowerIntegral {
  /** The last good reading. */
  private last: { readonly at: number; readonly watts: number } | null = null;
  /** Joules until `last`, and joules reported so far; both since the baseline. */
  private joules = 0;
  private reportedJoules = 0;
  private readAt: number | null = null;
  private beganAt = 0;
  private mostWatts = 0;
  private problem = 'the sensor has not answered yet';

  constructor(private readonly options: PowerIntegralOptions) {}

  /** Whether it ever gave a figure. */
  get isKnown(): boolean {
    return this.mostWatts > 0 || this.last !== null;
  }

  /** Takes one reading; `at` is monotonic seconds. */
  sample(at: number, watts: number): void {
    if (!isPlausibleWatts(watts, this.mostPlausible())) {
      this.lose(impossible(watts));
      return;
    }
    const { last } = this;
    if (last === null || at - last.at > this.options.staleSeconds) {
      // After a break the first reading counts for the time since the last interval, if that was not long ago.
      const since = this.readAt === null ? 0 : at - this.readAt;
      this.joules = this.reportedJoules + (since <= this.options.staleSeconds ? watts * Math.max(0, since) : 0);
    } else {
      const mean = this.options.readingsAreMeans === true ? watts : (last.watts + watts) / 2;
      this.joules += mean * Math.max(0, at - last.at);
    }
    this.last = { at, watts };
    this.mostWatts = Math.max(this.mostWatts, watts);
  }

  /** The sensor gave no figure; power is unknown until the next reading. */
  lose(problem: string): void {
    this.last = null;
    this.problem = problem;
  }

  /** Energy since the previous read; null for a baseline. */
  read(at: number, { seconds, late }: ReadContext): Outcome | null {
    if (seconds === 0) {
      this.begin(at);
      return null;
    }
    const { last } = this;
    if (late) {
      this.begin(at);
      return this.gap('the interval cannot be trusted', seconds);
    }
    this.readAt = at;
    if (last === null || at - last.at > this.options.staleSeconds) {
      this.joules = this.reportedJoules;
      return this.gap(last === null ? this.problem : 'the sensor stopped responding', seconds);
    }
    const joules = Math.max(0, this.joules + last.watts * Math.max(0, at - last.at) - this.reportedJoules);
    this.reportedJoules += joules;
    const { short, band } = this.options;
    const { low, high } = short !== undefined && at - this.beganAt < short.seconds ? short.band : band;
    return { kind: 'energy', joules, low: joules * low, high: joules * high, idleJoules: null };
  }

  /** Starts again at `at`: energy before that is not counted, or was reported by another source. */
  begin(at: number): void {
    this.joules = 0;
    this.reportedJoules = 0;
    this.readAt = at;
    this.beganAt = at;
    // An earlier reading is valid until the next one, if it is fresh.
    if (this.last !== null) {
      this.last = at - this.last.at > this.options.staleSeconds ? null : { ...this.last, at };
    }
  }

  /** Cards exceed their limit for moments, and some limits do not cover the whole card. */
  private mostPlausible(): number {
    const { mostWatts, limitWatts } = this.options;
    return (
      mostWatts ??
      (limitWatts === null || limitWatts <= 0 ? mostDeviceWatts : Math.min(mostDeviceWatts, 5 * limitWatts))
    );
  }

  private gap(reason: string, seconds: number): GapOutcome {
    const watts = this.options.limitWatts ?? (this.mostWatts > 0 ? 2 * this.mostWatts : null);
    return { kind: 'gap', reason, atMostJoules: watts === null ? null : watts * seconds };
  }
}
