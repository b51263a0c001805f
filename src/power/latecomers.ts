import type { Joined, JoinedProcess, TreeUsage } from '../processes/tree';
import type { TreeTracker } from '../processes/tree-tracker';
import { spread, type Work } from './spread';
import type { MachineSample } from './sample';

/**
 * The first seconds of runs whose processes become known late: a debugger names its program after it has started, a
 * notebook kernel is recognised by its work. The system knows how much CPU time such a process has used; when it was
 * used follows from the busy time of the machine that no other run accounts for.
 */

/** How long intervals are kept. If a process becomes known later than this, its earlier time is a gap. */
const keptSeconds = 60;

/** Less CPU time than this is not a gap: it only raises the upper limit. */
const notedCpuSeconds = 0.05;

/** What a run did in an earlier interval. */
export interface EarlierInterval {
  readonly sample: MachineSample;
  /** What is added to its usage; null if unknown. */
  readonly usage: TreeUsage | null;
}

/** CPU time that fits in no interval. */
export interface LostWork {
  readonly cpuSeconds: number;
  readonly reason: string;
  /** The period in which it was used, wall-clock milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** What became known about a run's earlier time. */
export interface Earlier {
  readonly intervals: readonly EarlierInterval[];
  /** Its processes are known only from the end of this interval on; what they did in it is unknown. */
  readonly isUnknownYet: boolean;
  /** Why the usage of intervals is not known; null if it is. */
  readonly problem: string | null;
  readonly lost: readonly LostWork[];
}

/** One interval of the machine with what each tree did in it; times are monotonic seconds. */
interface TreesInterval {
  readonly from: number;
  readonly until: number;
  readonly sample: MachineSample;
  readonly usages: ReadonlyMap<TreeTracker, TreeUsage>;
}

interface Held {
  readonly from: number;
  readonly until: number;
  readonly sample: MachineSample;
  readonly usages: Map<TreeTracker, TreeUsage>;
}

/** How long a process has run at the end of the interval, seconds; null if unknown. */
type AgeOf = (process: JoinedProcess) => number | null;

interface TreeWork extends Work {
  readonly tree: TreeTracker;
  readonly process: JoinedProcess;
  /** Seconds that it had run before the run's first interval; always the first entry of `overlaps`. */
  readonly beforeSeconds: number;
}

export const namedLate = 'the process of this run was not known yet';
const endedUnseen = 'the process of this run ended before it could be read';
const startedBefore = 'its process was already working before the measurement began';
const noRoom = 'its process used more CPU time than the machine was busy during that time';

interface Newcomer {
  readonly tree: TreeTracker;
  readonly joined: Joined;
}

/** Keeps the latest intervals, and adds the work of processes that become known only afterwards. */
export class Latecomers {
  private held: Held[] = [];
  private readonly begun = new Map<TreeTracker, number>();
  private readonly atBaseline = new Map<TreeTracker, { readonly cpuSeconds: number; readonly seconds: number }>();

  /** A run begins at this moment, monotonic seconds: CPU time that its processes already have was used earlier. */
  begin(tree: TreeTracker, at: number, ageOf: AgeOf): void {
    this.begun.set(tree, at);
    const processes = tree.takeJoined()?.processes ?? [];
    const cpuSeconds = processes.reduce((sum, each) => sum + each.cpuSeconds, 0);
    if (cpuSeconds >= notedCpuSeconds)
      this.atBaseline.set(tree, {
        cpuSeconds,
        seconds: Math.max(...processes.map((each) => ageOf(each) ?? each.cpuSeconds)),
      });
  }

  end(tree: TreeTracker): void {
    this.begun.delete(tree);
    this.atBaseline.delete(tree);
  }

  /** There are no subscribers any more. */
  clear(): void {
    this.held = [];
  }

  /**
   * The usages of the interval that has just ended, including newly known work that belongs to it, and the work that
   * belongs to earlier intervals.
   */
  settle(
    interval: TreesInterval,
    ageOf: AgeOf,
  ): { readonly usages: ReadonlyMap<TreeTracker, TreeUsage>; readonly earlier: ReadonlyMap<TreeTracker, Earlier> } {
    const current: Held = {
      ...interval,
      usages: new Map([...interval.usages].map(([tree, usage]) => [tree, inInterval(usage)])),
    };
    while ((this.held[0]?.from ?? Infinity) < interval.until - keptSeconds) this.held.shift();
    this.held.push(current);
    const newcomers = [...current.usages.keys()].flatMap((tree): Newcomer[] => {
      const joined = tree.takeJoined();
      return joined === null ? [] : [{ tree, joined }];
    });
    const earlier = newcomers.length === 0 ? new Map<TreeTracker, Earlier>() : this.fillIn(current, newcomers, ageOf);
    if (this.atBaseline.size > 0) this.addBaselines(current, earlier);
    return { usages: current.usages, earlier };
  }

  private fillIn(current: Held, newcomers: readonly Newcomer[], ageOf: AgeOf): Map<TreeTracker, Earlier> {
    const works = newcomers.flatMap(({ tree, joined }) =>
      joined.isComplete ? joined.processes.map((process) => this.workOf(tree, process, current, ageOf(process))) : [],
    );
    // The first room is the time before the run.
    const rooms = [{ free: Infinity }, ...this.held.map((held) => ({ free: freeOf(held) }))];
    const shares = spread(rooms, works);
    const filled = newcomers.map(({ tree, joined }) => {
      const own = works.flatMap((work, index) => (work.tree === tree ? [{ work, given: shares[index] ?? [] }] : []));
      const intervals = this.held.flatMap(
        (held, index): { readonly held: Held; readonly usage: TreeUsage | null }[] => {
          if (this.isBefore(held, tree)) return [];
          if (!joined.isComplete) return [{ held, usage: null }];
          const usage = usageIn(held, index + 1, tree, own, current);
          held.usages.set(tree, joinUsages(held.usages.get(tree) ?? none, usage));
          return [{ held, usage }];
        },
      );
      return { tree, joined, intervals: intervals.filter(({ held }) => held !== current), lost: lostOf(own, current) };
    });
    return new Map(
      filled.map(({ tree, joined, intervals, lost }) => {
        const small = lost
          .filter(({ cpuSeconds }) => cpuSeconds < notedCpuSeconds)
          .reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
        const usage = current.usages.get(tree) ?? none;
        if (small > 0) current.usages.set(tree, { ...usage, cpuErrorSeconds: (usage.cpuErrorSeconds ?? 0) + small });
        return [
          tree,
          {
            // By now the intervals contain all runs that were filled in, so together they get no more than the machine used.
            intervals: intervals.map(({ held, usage: added }) => ({
              sample: { ...held.sample, usages: [...held.usages.values()] },
              usage: added,
            })),
            isUnknownYet:
              !joined.isComplete &&
              !this.held.some((held) => held !== current && (held.usages.get(tree)?.processes ?? 0) > 0),
            problem: joined.isComplete ? null : joined.hasUnseen ? endedUnseen : namedLate,
            lost: lost.filter(({ cpuSeconds }) => cpuSeconds >= notedCpuSeconds),
          },
        ];
      }),
    );
  }

  private isBefore({ from }: Held, tree: TreeTracker): boolean {
    return from < (this.begun.get(tree) ?? -Infinity) - 1e-6;
  }

  private workOf(tree: TreeTracker, process: JoinedProcess, current: Held, age: number | null): TreeWork {
    const begun = this.begun.get(tree) ?? current.from;
    const bornAt = process.isOlder || age === null ? begun : current.until - age;
    const beforeSeconds = Math.max(0, begun - bornAt);
    const overlaps = this.held.map((held) =>
      this.isBefore(held, tree) ? 0 : Math.max(0, held.until - Math.max(held.from, bornAt)),
    );
    return {
      tree,
      process,
      cpuSeconds: process.cpuSeconds,
      beforeSeconds,
      overlaps: [beforeSeconds, ...overlaps],
      cpus: current.sample.load?.logicalCpus ?? 1,
    };
  }

  private addBaselines({ sample, usages }: Held, earlier: Map<TreeTracker, Earlier>): void {
    for (const [tree, { cpuSeconds, seconds }] of this.atBaseline) {
      if (!usages.has(tree)) continue;
      this.atBaseline.delete(tree);
      const began = sample.at - sample.seconds * 1000;
      const known = earlier.get(tree) ?? { intervals: [], isUnknownYet: false, problem: null, lost: [] };
      earlier.set(tree, {
        ...known,
        lost: [...known.lost, { cpuSeconds, reason: startedBefore, from: began - seconds * 1000, to: began }],
      });
    }
  }
}

const none: TreeUsage = { cpuSeconds: 0, residentBytes: 0, processes: 0, pids: [] };

/** Without work that may lie before the interval. */
function inInterval({ earlierCpuSeconds = 0, ...usage }: TreeUsage): TreeUsage {
  return { ...usage, cpuSeconds: Math.max(0, usage.cpuSeconds - earlierCpuSeconds) };
}

/** Busy CPU time that no run accounts for; infinite if the load of the machine is unknown. */
function freeOf({ sample: { load }, usages }: Held): number {
  if (load === null) return Infinity;
  return Math.max(0, load.busyCpuSeconds - [...usages.values()].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0));
}

/** What the newly known processes of a tree did in one interval. */
function usageIn(
  held: Held,
  room: number,
  tree: TreeTracker,
  own: readonly { readonly work: TreeWork; readonly given: readonly number[] }[],
  now: Held,
): TreeUsage {
  const alive = own.filter(({ work }) => (work.overlaps[room] ?? 0) > 0);
  const cpuSeconds = own.reduce((sum, { given }) => sum + (given[room] ?? 0), 0);
  // All the work of a process may have been done before the measurement began.
  const leastCpuSeconds = own.reduce(
    (sum, { work, given }) => sum + (work.beforeSeconds > 0 ? 0 : (given[room] ?? 0)),
    0,
  );
  const taken = new Set([...held.usages.values()].flatMap(({ pids }) => pids));
  const pids = alive.map(({ work }) => work.process.pid).filter((pid) => !taken.has(pid));
  const isFirst = (held.usages.get(tree)?.processes ?? 0) === 0 && pids.length > 0;
  const total = held.sample.load?.memoryTotalBytes ?? held.sample.memoryTotalBytes ?? 0;
  const free = Math.max(
    0,
    total - [...held.usages.values()].reduce((sum, { residentBytes }) => sum + residentBytes, 0),
  );
  // Its memory was not read at that time. The memory of a process mostly grows.
  const residentBytes = isFirst ? Math.min(free, now.usages.get(tree)?.residentBytes ?? 0) : 0;
  return {
    cpuSeconds,
    leastCpuSeconds,
    residentBytes,
    residentLimits: { low: 0, high: residentBytes },
    processes: pids.length,
    pids,
    isFilledIn: true,
  };
}

function joinUsages(usage: TreeUsage, more: TreeUsage): TreeUsage {
  const cpuSeconds = usage.cpuSeconds + more.cpuSeconds;
  const leastCpuSeconds = (usage.leastCpuSeconds ?? usage.cpuSeconds) + (more.leastCpuSeconds ?? more.cpuSeconds);
  return {
    ...usage,
    cpuSeconds,
    residentBytes: usage.residentBytes + more.residentBytes,
    processes: Math.max(usage.processes, more.processes),
    pids: [...new Set([...usage.pids, ...more.pids])],
    ...(leastCpuSeconds < cpuSeconds ? { leastCpuSeconds } : {}),
  };
}

/** Work that fits in no interval: older than the first one, or more than the machine was busy. */
function lostOf(
  own: readonly { readonly work: TreeWork; readonly given: readonly number[] }[],
  { sample }: Held,
): LostWork[] {
  const older = own.reduce((sum, { given }) => sum + (given[0] ?? 0), 0);
  const placed = own.reduce((sum, { given }) => sum + given.reduce((all, each) => all + each, 0), 0);
  const cpuSeconds = own.reduce((sum, { work }) => sum + work.cpuSeconds, 0);
  const seconds = (room: (overlaps: readonly number[]) => number): number =>
    Math.max(0, ...own.map(({ work }) => room(work.overlaps)));
  const inRun = seconds((overlaps) => overlaps.slice(1).reduce((sum, each) => sum + each, 0));
  const began = sample.at - inRun * 1000;
  return [
    { cpuSeconds: older, reason: startedBefore, from: began - seconds(([before = 0]) => before) * 1000, to: began },
    { cpuSeconds: Math.max(0, cpuSeconds - placed), reason: noRoom, from: began, to: sample.at },
  ].filter((each) => each.cpuSeconds > 1e-9);
}
