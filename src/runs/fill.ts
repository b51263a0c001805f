import type { EnergyGap, ScopeEnergy } from '../power/attribution';
import { attribute } from '../power/attribution';
import { namedLate, type Earlier, type EarlierInterval, type LostWork } from '../power/latecomers';
import type { MachineSample } from '../power/sample';
import type { TreeUsage } from '../processes/tree';
import type { IntervalFill } from './interval';

type AttributeSample = (
  sample: MachineSample,
  usage: TreeUsage | null,
  usageProblem: string | null,
) => ReturnType<typeof attribute>;

/** If the machine is busy for less than this part of the time, the cost of a second of CPU time is unknown. */
const leastBusy = 0.05;

const nobody: ScopeEnergy = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };

/**
 * The energy of work that became known for earlier intervals.
 *
 * @param unknown the run's intervals without known work
 * @param now the interval in which it became known
 */
export function fillsOf(
  { intervals, problem, lost }: Earlier,
  unknown: Pick<UnknownIntervals, 'has'>,
  now: MachineSample,
  attributeTo: AttributeSample,
): readonly IntervalFill[] {
  const fills = withinReach(
    intervals.flatMap((interval) => fillOf(interval, problem, unknown.has(interval.sample.at), attributeTo)),
  );
  if (lost.length === 0) return fills.map(({ fill }) => fill);
  const costs = [now, ...intervals.map(({ sample }) => sample)]
    .map((sample) => joulesPerCpuSecond(sample, attributeTo))
    .filter((cost) => cost !== null);
  const gaps = lost.map((work) => gapOf(work, costs.length === 0 ? null : Math.max(...costs)));
  return [...fills.map(({ fill }) => fill), { at: now.at, seconds: 0, run: nobody, wasUnknown: false, gaps }];
}

/** More intervals than are ever filled in. */
const intervalsKept = 1000;

/** The intervals of a run for which only the machine's figures are known, by their ends. */
export class UnknownIntervals {
  private readonly seconds = new Map<number, number>();
  private forgotten: { readonly until: number; readonly seconds: number } = { until: 0, seconds: 0 };

  has(at: number): boolean {
    return this.seconds.has(at);
  }

  add(at: number, seconds: number): void {
    this.seconds.set(at, seconds);
    const [oldest] = this.seconds;
    if (this.seconds.size > intervalsKept && oldest !== undefined) this.forget(...oldest);
  }

  /** Removes intervals that are filled in. The others will never be filled and become one gap. */
  settle(fills: readonly IntervalFill[]): readonly IntervalFill[] {
    for (const { at } of fills) this.seconds.delete(at);
    for (const each of [...this.seconds]) this.forget(...each);
    const { until, seconds } = this.forgotten;
    if (seconds <= 0) return fills;
    this.forgotten = { until: 0, seconds: 0 };
    return [
      ...fills,
      {
        at: until,
        seconds: 0,
        run: nobody,
        wasUnknown: false,
        gaps: [{ component: 'cpu', reason: namedLate, seconds, atMostJoules: null, scope: 'run' }],
      },
    ];
  }

  private forget(at: number, seconds: number): void {
    this.seconds.delete(at);
    this.forgotten = { until: Math.max(at, this.forgotten.until), seconds: this.forgotten.seconds + seconds };
  }
}

interface Costed {
  readonly fill: IntervalFill;
  readonly cpuSeconds: number;
  /** The upper limit of the whole machine's energy in it. */
  readonly mostJoules: number | null;
}

function fillOf(
  { sample, usage }: EarlierInterval,
  problem: string | null,
  wasUnknown: boolean,
  attributeTo: AttributeSample,
): readonly Costed[] {
  const share = attributeTo(sample, usage, problem);
  const gaps = share.gaps.filter(({ scope }) => scope === 'run');
  const adds = usage !== null && (usage.cpuSeconds > 0 || (share.run.total ?? 0) > 0);
  // An interval that was known before already has its gaps.
  if (!wasUnknown && !adds) return [];
  const unknownSeconds = share.unknownSeconds?.run ?? {};
  return [
    {
      fill: {
        at: sample.at,
        seconds: sample.seconds,
        run: share.run,
        wasUnknown,
        gaps: wasUnknown ? gaps : [],
        ...(wasUnknown && Object.keys(unknownSeconds).length > 0 ? { unknownSeconds } : {}),
      },
      cpuSeconds: usage?.cpuSeconds ?? 0,
      mostJoules: share.machine.high,
    },
  ];
}

/** The work may belong to other intervals: the limits reach from the cheapest to the most expensive one. */
function withinReach(fills: readonly Costed[]): readonly Costed[] {
  const working = fills.filter(({ cpuSeconds, fill }) => cpuSeconds > 0 && fill.run.total !== null);
  const least = Math.min(...working.map(({ cpuSeconds, fill }) => (fill.run.low ?? 0) / cpuSeconds));
  const most = Math.max(...working.map(({ cpuSeconds, fill }) => (fill.run.high ?? 0) / cpuSeconds));
  return fills.map((each) => {
    if (!working.includes(each)) return each;
    const { fill, cpuSeconds, mostJoules } = each;
    const { low, total, high } = fill.run;
    const reach = Math.min(mostJoules ?? Infinity, most * cpuSeconds);
    return {
      ...each,
      fill: {
        ...fill,
        run: {
          ...fill.run,
          low: Math.min(low ?? total ?? 0, least * cpuSeconds),
          high: Math.max(high ?? total ?? 0, reach),
        },
      },
    };
  });
}

/** The highest cost of a second of CPU time; null if the machine did too little. */
function joulesPerCpuSecond(sample: MachineSample, attributeTo: AttributeSample): number | null {
  const { load, seconds } = sample;
  if (load === null || load.busyCpuSeconds < leastBusy * seconds) return null;
  const all: TreeUsage = {
    cpuSeconds: load.busyCpuSeconds,
    residentBytes: 0,
    processes: 0,
    pids: [],
    isFilledIn: true,
  };
  const { high } = attributeTo({ ...sample, usages: [all] }, all, null).run;
  return high === null ? null : high / load.busyCpuSeconds;
}

function gapOf({ cpuSeconds, reason, from, to }: LostWork, cost: number | null): EnergyGap {
  return {
    component: 'cpu',
    reason,
    seconds: (to - from) / 1000,
    atMostJoules: cost === null ? null : cost * cpuSeconds,
    scope: 'run',
    until: to,
  };
}
