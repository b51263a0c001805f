/** Carbon intensity over some time, piecewise constant. Times are milliseconds since the Unix epoch. */

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

/** Differences of means below this (g/kWh) are rounding. */
const rounding = 1e-9;

export class Curve {
  /** Integral from the first segment's begin to each segment's begin, in g/kWh × ms. */
  private readonly integrals: readonly number[];

  /** @param segments in order, each beginning where the one before it ends */
  constructor(readonly segments: readonly Segment[]) {
    let sum = 0;
    this.integrals = segments.map(({ from, until, gramsPerKWh }, index) => {
      const previous = segments[index - 1];
      if (until <= from || (previous !== undefined && previous.until !== from))
        throw new Error('a curve has no holes and no overlaps');
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

  /** Mean intensity between two times within the curve. */
  mean(start: number, end: number): number {
    return (this.integralTo(end) - this.integralTo(start)) / (end - start);
  }

  /**
   * The window of this length with the lowest mean, that begins at or after `earliest` and ends by `deadline`; of equals
   * the first. Null if none fits into the curve.
   */
  best(earliest: number, deadline: number, length: number): TimeWindow | null {
    const latest = Math.min(deadline, this.end) - length;
    if (earliest < this.begin || latest < earliest) return null;
    // The mean is linear between times at which the window's begin or end crosses a step: its minimum lies at one.
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

/** What is known of the coming hours, and how. */
export interface IntensityForecast {
  readonly curve: Curve;
  readonly basis: 'lifecycle' | 'operational';
  /** Which service or table it is, for people. */
  readonly source: string;
  /** What a person should know of it. */
  readonly notes: readonly string[];
}
