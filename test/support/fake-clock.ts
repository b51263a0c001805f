import type { Clock } from '../../src/system/clock';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** Lets pending promises, I/O of fakes and `setImmediate` turns run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that moves only when a test says so. */
export class FakeClock implements Clock {
  private monotonic = 1000;
  private wall = Date.UTC(2026, 10, 20, 18);
  private readonly timers = new Set<Timer>();

  wallMilliseconds(): number {
    return this.wall;
  }

  monotonicSeconds(): number {
    return this.monotonic;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.monotonic + milliseconds / 1000, callback };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** The number of pending timers. */
  get pending(): number {
    return this.timers.size;
  }

  /** Moves both clocks forward. Timers on the way run at their own time, including their promises. */
  async advance(seconds: number): Promise<void> {
    const end = this.monotonic + seconds;
    for (;;) {
      const next = [...this.timers].filter(({ due }) => due <= end + 1e-9).sort((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.timers.delete(next);
      this.move(Math.max(0, next.due - this.monotonic));
      next.callback();
      await settle();
    }
    this.move(end - this.monotonic);
    await settle();
  }

  /** Simulates a process that does not run for a while: timers that are due run late, at the end. */
  async stall(seconds: number): Promise<void> {
    this.move(seconds);
    await this.advance(0);
  }

  /** Moves only the wall clock, as if somebody had set it, or as if the machine and its monotonic clock had slept. */
  jumpWall(seconds: number): void {
    this.wall += seconds * 1000;
  }

  private move(seconds: number): void {
    this.monotonic += seconds;
    this.wall += seconds * 1000;
  }
}
