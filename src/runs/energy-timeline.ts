/** Energy over one period of wall-clock time. */
interface EnergySpan {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Null is unknown. */
  readonly joules: number | null;
}

/** A window has a figure only if at least this part of it was measured. */
const leastKnown = 0.9;

/** What a run used between any two moments, for windows that become known afterwards, such as a notebook's cells. */
export class EnergyTimeline {
  private stretches: EnergySpan[] = [];

  /** Adds the period that ended at `at`, milliseconds since the epoch. */
  add(at: number, seconds: number, joules: number | null): void {
    this.stretches.push({ from: at - seconds * 1000, to: at, joules });
  }

  /** Adds what became known later about the period that ended at `at`. */
  fill(at: number, joules: number | null): void {
    if (joules === null) return;
    this.stretches = this.stretches.map((stretch) =>
      stretch.to === at ? { ...stretch, joules: (stretch.joules ?? 0) + joules } : stretch,
    );
  }

  /**
   * The energy of a window in joules, with constant power within each period; null if too little of it was measured.
   */
  between(from: number, to: number): number | null {
    let joules = 0;
    let known = 0;
    for (const stretch of this.stretches) {
      const overlap = Math.min(to, stretch.to) - Math.max(from, stretch.from);
      if (overlap <= 0 || stretch.joules === null) continue;
      joules += stretch.joules * (overlap / (stretch.to - stretch.from));
      known += overlap;
    }
    return to > from && known >= leastKnown * (to - from) ? joules : null;
  }

  /** Drops periods that end before all windows still to come. */
  forgetBefore(moment: number): void {
    this.stretches = this.stretches.filter(({ to }) => to > moment);
  }
}
