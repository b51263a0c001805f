/** Carbon intensity as a step function of time. Times are milliseconds since the Unix epoch. */

export interface Segment {
  readonly from: number;
  readonly until: number;
  readonly gramsPerKWh: number;
}

export interface TimeWindow {
  readonly start: number;
  readonly end: number;
  /** Mean over the window. */
  readonly gramsPerKWh: number;
}

/** Smaller differences between means (g/kWh) are rounding errors. */
const rounding = 1e-9;

export class Curve {
  /** Integral from the start of the first segment to the start of each segment, in g/kWh × ms. */
  private readonly integrals: readonly number[];

  /**
   * @param segments in order, each starting where the previous one ends
   * @throws an Error if they do not
   */
  constructor(readonly segments: readonly Segment[]) {
    let sum = 0;
    this.integrals = segments.map(({ from, until, gramsPerKWh }, index) => {
      const previous = segments[index - 1];
      if (until <= from || (previous !== undefined && previous.until !== from))
        throw new Error('the segments of a curve must not have gaps or overlap');
      const begin = sum;
      sum += (until - from) * gramsPerKWh;
      return begin;
    });
  }

  get begin(): number {
    return this.segments[0]?.from ?? 0;
  }

  get end(): number {
    return this.segments.at(-1)?.until ?? 0;
  }

  covers(start: number, end: number): boolean {
    return this.segments.length > 0 && start >= this.begin && end <= this.end;
  }

  /** Mean intensity (g/kWh) between two times, both within the curve. */
  mean(start: number, end: number): number {
    return (this.integralTo(end) - this.integralTo(start)) / (end - start);
  }

  /**
   * The window of this length with the lowest mean that starts at or after `earliest` and ends by `deadline`; the first
   * one if several are equal. Null if none fits into the curve.
   */
  best(earliest: number, deadline: number, length: number): TimeWindow | null {
    const latest = Math.min(deadline, this.end) - length;
    if (earliest < this.begin || latest < earliest) return null;
    // The mean is linear while neither end of the window crosses a step, so its minimum is where one end meets a step.
    const steps = this.segments.flatMap(({ from }) => [from, from - length]);
    const starts = [earliest, ...steps.filter((start) => start > earliest && start < latest), latest].sort(
      (a, b) => a - b,
    );
    let best: TimeWindow | null = null;
    for (const start of starts) {
      const gramsPerKWh = this.mean(start, start + length);
      if (best === null || gramsPerKWh < best.gramsPerKWh - rounding)
        best = { start, end: start + length, gramsPerKWh };
    }
    return best;
  }

  private integralTo(time: number): number {
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.segments[middle]?.from ?? Infinity) <= time) low = middle;
      else high = middle - 1;
    }
    const segment = this.segments[low];
    return segment === undefined ? 0 : (this.integrals[low] ?? 0) + (time - segment.from) * segment.gramsPerKWh;
  }
}

/** The carbon intensity of the coming hours, and where the figures come from. */
export interface IntensityForecast {
  readonly curve: Curve;
  readonly basis: 'lifecycle' | 'operational';
  /** The service or table, for people. */
  readonly source: string;
  /** What a person should know about it, one sentence each. */
  readonly notes: readonly string[];
}
