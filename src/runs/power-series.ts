import type { ScopeEnergy } from '../power/attribution';
import type { RunInterval } from './interval';
import { addKnown } from './totals';

/** Mean power over a stretch of time in watts; null is unknown. */
export interface PowerByComponent {
  readonly cpu: number | null;
  readonly gpu: number | null;
  readonly memory: number | null;
  readonly total: number | null;
}

/** One stretch of a run: what it drew, energy over time, and what it had used by its end. */
export interface PowerPoint {
  /** Wall-clock end, milliseconds since the epoch. */
  readonly at: number;
  /** Monotonic length. */
  readonly seconds: number;
  readonly run: PowerByComponent;
  readonly machine: PowerByComponent;
  /** Energy since the start of the run, joules; null as long as none was known. */
  readonly runJoules: number | null;
  readonly machineJoules: number | null;
}

/** A chart is a few hundred pixels wide; beyond this, neighbours are merged. */
const pointsKept = 720;

/** Power over time of one run. Its memory is bounded however long the run: the longer, the coarser. */
export class PowerSeries {
  private kept: PowerPoint[] = [];
  /** How many intervals a complete point holds. */
  private group = 1;
  /** How many the last point holds so far. */
  private inLast = 0;
  private merges = 0;

  static of(intervals: readonly RunInterval[]): PowerSeries {
    const series = new PowerSeries();
    for (const interval of intervals) series.add(interval);
    return series;
  }

  /** In order of time; only the last one can still change while `resolution` stays the same. */
  get points(): readonly PowerPoint[] {
    return this.kept;
  }

  /** Changes when earlier points have been merged. */
  get resolution(): number {
    return this.merges;
  }

  add(interval: RunInterval): void {
    const last = this.kept.at(-1);
    const point = pointOf(interval, last ?? null);
    if (last !== undefined && this.inLast < this.group) {
      this.kept[this.kept.length - 1] = merge(last, point);
      this.inLast += 1;
      return;
    }
    this.kept.push(point);
    this.inLast = 1;
    if (this.kept.length > pointsKept) this.halve();
  }

  /** Adds what became known later of the run's energy in the interval that ended at `at`, joules. */
  fill(at: number, run: Pick<ScopeEnergy, 'cpu' | 'gpu' | 'memory' | 'total'>): void {
    const index = this.kept.findIndex((point) => point.at >= at);
    if (index < 0) return;
    this.kept = this.kept.map((point, each) => {
      if (each < index) return point;
      const filled =
        each > index
          ? point.run
          : mapComponents((component) =>
              addKnown(point.run[component], run[component] === null ? null : run[component] / point.seconds),
            );
      return { ...point, run: filled, runJoules: addKnown(point.runJoules, run.total) };
    });
    this.merges += 1;
  }

  private halve(): void {
    const merged: PowerPoint[] = [];
    for (let index = 0; index < this.kept.length; index += 2) {
      const [first, second] = this.kept.slice(index, index + 2);
      if (first !== undefined) merged.push(second === undefined ? first : merge(first, second));
    }
    // An odd number leaves the last one alone, and it goes on filling.
    if (this.kept.length % 2 === 0) this.inLast += this.group;
    this.kept = merged;
    this.group *= 2;
    this.merges += 1;
  }
}

function pointOf(interval: RunInterval, before: PowerPoint | null): PowerPoint {
  return {
    at: interval.at,
    seconds: interval.seconds,
    run: powerOf(interval.run, interval.seconds),
    machine: powerOf(interval.machine, interval.seconds),
    runJoules: addKnown(before?.runJoules ?? null, interval.run.total),
    machineJoules: addKnown(before?.machineJoules ?? null, interval.machine.total),
  };
}

function powerOf(energy: ScopeEnergy, seconds: number): PowerByComponent {
  return mapComponents((component) => {
    const joules = energy[component];
    return joules === null || seconds <= 0 ? null : joules / seconds;
  });
}

/** The mean of what is known: a lost second must not look like a second without power. */
function merge(first: PowerPoint, second: PowerPoint): PowerPoint {
  const mean = (a: number | null, b: number | null): number | null => {
    if (a === null) return b;
    return b === null ? a : (a * first.seconds + b * second.seconds) / (first.seconds + second.seconds);
  };
  return {
    ...second,
    seconds: first.seconds + second.seconds,
    run: mapComponents((component) => mean(first.run[component], second.run[component])),
    machine: mapComponents((component) => mean(first.machine[component], second.machine[component])),
  };
}

function mapComponents(value: (component: keyof PowerByComponent) => number | null): PowerByComponent {
  return { cpu: value('cpu'), gpu: value('gpu'), memory: value('memory'), total: value('total') };
}
