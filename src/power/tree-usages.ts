import { TreeMemory } from '../processes/shared-memory';
import type { ProcessSnapshot, ProcessTable } from '../processes/table';
import type { TreeUsage } from '../processes/tree';
import { TreeTracker } from '../processes/tree-tracker';
import type { Clock } from '../system/clock';
import type { RunsCpu } from './plausible';

/** A process that was never read cannot have filled more memory than a machine can write. */
const mostBytesPerSecond = 1e10;

/** What the processes of runs do in an interval, and the cost of our own helper programs in that time. */
export class TreeUsages {
  /** CPU seconds of helper programs so far. */
  helperCpuSeconds = 0;
  private readonly helperTree = new TreeTracker();
  private readonly helperPids = new Set<number>();
  private readonly memories = new WeakMap<TreeTracker, TreeMemory>();

  /** @param helpers the pids of running helper programs */
  constructor(
    private readonly processes: ProcessTable,
    private readonly helpers: () => readonly number[],
    private readonly clock: Pick<Clock, 'monotonicSeconds'>,
  ) {}

  async update(
    trees: readonly TreeTracker[],
    snapshot: ProcessSnapshot,
    seconds: number,
  ): Promise<Map<TreeTracker, TreeUsage>> {
    const counted = trees.map((tree) => [tree, tree.update(snapshot)] as const);
    const { cpuSeconds } = this.helperTree.update(snapshot);
    this.helperCpuSeconds += cpuSeconds;
    const usages = new Map<TreeTracker, TreeUsage>();
    for (const [tree, usage] of counted) {
      const refined = this.refined(tree, usage);
      usages.set(tree, completed(tree, refined instanceof Promise ? await refined : refined, usage, seconds));
    }
    return usages;
  }

  /** A promise only if processes must be asked for the pages that they share. */
  private refined(tree: TreeTracker, usage: TreeUsage): TreeUsage | Promise<TreeUsage> {
    const memory = this.memories.get(tree) ?? new TreeMemory(this.processes);
    this.memories.set(tree, memory);
    return memory.refine(usage, tree.holders(), this.clock.monotonicSeconds());
  }

  /** One list of processes serves all trees; null if there are no trees or the processes cannot be read now. */
  async snapshot(trees: readonly TreeTracker[]): Promise<ProcessSnapshot | null> {
    for (const pid of this.helpers()) {
      if (!this.helperPids.has(pid)) this.helperTree.addRoot(pid);
      this.helperPids.add(pid);
    }
    // If listing processes takes a program of its own, it is not worth it only for the cost of helpers.
    if (trees.length === 0 && this.processes.helpers !== undefined) return null;
    const watched = [...trees, this.helperTree].flatMap((tree) => tree.watched());
    return watched.length === 0 && trees.length === 0
      ? null
      : this.processes.snapshot(new Set(watched)).catch(() => null);
  }
}

/** Adds what the tree cannot know itself: shared pages, rounding to ticks, and processes too short to be seen. */
function completed(tree: TreeTracker, withMemory: TreeUsage, usage: TreeUsage, seconds: number): TreeUsage {
  const cpuErrorSeconds = tree.takeRounding();
  const refined = cpuErrorSeconds > 0 ? { ...withMemory, cpuErrorSeconds } : withMemory;
  if (usage.hasUnseen !== true) return refined;
  const { low, high } = refined.residentLimits ?? { low: refined.residentBytes, high: refined.residentBytes };
  return { ...refined, residentLimits: { low, high: high + mostBytesPerSecond * seconds } };
}

/** CPU time of all runs together. */
export function runsCpu(usages: readonly TreeUsage[], at: number): RunsCpu {
  // CPU time that a process used before it became part of a run lies before this interval.
  const inInterval = ({ cpuSeconds, earlierCpuSeconds = 0 }: TreeUsage): number => cpuSeconds - earlierCpuSeconds;
  const [only] = usages;
  if (only === undefined || usages.length === 1)
    return { cpuSeconds: only === undefined ? 0 : inInterval(only), processes: only?.processes ?? 0, at };
  const counted = new Set<number>();
  let [cpuSeconds, processes] = [0, 0];
  for (const usage of [...usages].sort((a, b) => inInterval(b) - inInterval(a))) {
    // Runs inside runs share processes: the larger run contains the smaller.
    if (usage.pids.some((pid) => counted.has(pid))) continue;
    for (const pid of usage.pids) counted.add(pid);
    cpuSeconds += inInterval(usage);
    processes += usage.processes;
  }
  return { cpuSeconds, processes, at };
}
