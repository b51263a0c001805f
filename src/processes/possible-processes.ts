import { isSame, type ProcessEntry } from './table';
import type { TreeUsage } from './tree';

/** New processes without a parent that may belong to the run, without proof. */
export class PossibleProcesses {
  private readonly all = new Map<number, ProcessEntry>();

  pids(): Iterable<number> {
    return this.all.keys();
  }

  /**
   * The new CPU time, in seconds, of processes that appeared during the run and may belong to it.
   * @param strangers processes that the last snapshot did not show
   */
  grow(
    strangers: readonly ProcessEntry[],
    processes: ReadonlyMap<number, ProcessEntry>,
    isMember: (pid: number) => boolean,
  ): number {
    let cpuSeconds = 0;
    for (const [pid, before] of this.all) {
      const entry = processes.get(pid);
      if (entry === undefined || !isSame(before, entry)) this.all.delete(pid);
      else {
        cpuSeconds += Math.max(
          0,
          entry.cpuSeconds + entry.reapedCpuSeconds - before.cpuSeconds - before.reapedCpuSeconds,
        );
        this.all.set(pid, entry);
      }
    }
    for (const entry of strangers) {
      if (entry.origin !== 'possible' || isMember(entry.pid) || this.all.has(entry.pid)) continue;
      this.all.set(entry.pid, entry);
      cpuSeconds += entry.cpuSeconds + entry.reapedCpuSeconds;
    }
    return cpuSeconds;
  }

  /** The part of the tree's usage about these processes; empty if there are none. */
  usage(cpuSeconds: number): Pick<TreeUsage, 'possible'> {
    if (this.all.size === 0) return {};
    return {
      possible: { cpuSeconds, processes: [...this.all.values()].map(({ pid, name }) => ({ pid, name })) },
    };
  }
}
