import type { ScopeEnergy } from '../power/attribution';
import type { RunInterval } from './interval';
import { addKnown } from './totals';

/** Mean power over a period, watts; null is unknown. */
export interface PowerByComponent {
  readonly cpu: number | null;
  readonly gpu: number | null;
  readonly memory: number | null;
  readonly total: number | null;
}

/** One period of a run: its mean power, and the energy used by its end. */
export interface PowerPoint {
  /** Wall-clock end, milliseconds since the epoch. */
  readonly at: number;
  /** Monotonic length. */
  readonly seconds: number;
  readonly run: PowerByComponent;
  readonly machine: PowerByComponent;
  /** Energy since the start of the run, joules; null while unknown. */
  readonly runJoules: number | null;
  readonly machineJoules: number | null;
}

/** A chart is a few hundred pixels wide; beyond this, neighbours are merged. */
const pointsKept = 720;

/** Power over time of one run. Memory is bounded: the longer the run, the coarser the points. */
export class PowerSeries {
  private kept: PowerPoint[] = [];
  /** Number of the recorder's samples in a complete point. An interval from a journal may hold several already. */
  private group = 1;
  /** Number of them in the last point so far. */
  private inLast = 0;
  private merges = 0;

  static of(intervals: readonly RunInterval[]): PowerSeries {
    const series = new PowerSeries();
    for (const interval of intervals) series.add(interval);
    return series;
  }

  /** In order of time; while `resolution` stays the same, only the last point can still change. */
  get points(): readonly PowerPoint[] {
    return this.kept;
  }

  /** Changes when earlier points are merged. */
  get resolution(): number {
    return this.merges;
  }

  add(interval: RunInterval): void {
    const last = this.kept.at(-1);
    const point = pointOf(interval, last ?? null);
    const samples = interval.merged ?? 1;
    // The journal of a run in progress is coarser in its older part: what follows is drawn as that is.
    this.group = Math.max(this.group, samples);
    if (last !== undefined && this.inLast + samples <= this.group) {
      this.kept[this.kept.length - 1] = merge(last, point);
      this.inLast += samples;
      return;
    }
    this.kept.push(point);
    this.inLast = samples;
    if (this.kept.length > pointsKept) this.halve();
  }

  /** Adds energy that became known later for the interval that ended at `at`, joules. */
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
    // With an odd number the last point stays single and continues to fill.
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

/** The mean of the known parts: a lost second must not look like a second without power. */
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
