import { ReapedAccount } from './reaped-account';
import { isSame, type ProcessEntry } from './table';

/** A process that started a root. */
interface Waiter {
  entry: ProcessEntry;
  readonly account: ReapedAccount;
  /** For this many more snapshots, time that it reaps may belong to a root that ended. */
  snapshotsLeft: number;
}

/** A snapshot is not atomic: a process may have been read before it waited. */
const snapshotsAfterEnd = 2;

/** Processes outside the tree that wait for roots: a debugger's launcher, a shell. */
export class Waiters {
  private readonly all = new Map<number, Waiter>();

  pids(): Iterable<number> {
    return this.all.keys();
  }

  /** Notes the parent of a new root; time that it has reaped so far does not belong to the run. */
  add(entry: ProcessEntry): void {
    if (this.all.has(entry.pid)) return;
    this.all.set(entry.pid, { entry, account: new ReapedAccount(entry.reapedCpuSeconds), snapshotsLeft: 0 });
  }

  remove(pid: number): void {
    this.all.delete(pid);
  }

  /** The account of a waiter whose child has ended: time that it reaps in the next snapshots counts. */
  accountOf(pid: number): ReapedAccount | null {
    const waiter = this.all.get(pid);
    if (waiter === undefined) return null;
    waiter.snapshotsLeft = snapshotsAfterEnd;
    return waiter.account;
  }

  /**
   * CPU time that ended roots used after their last snapshot, from the reaped time of their parents.
   * @param hasOtherChildren whether a process may also have waited for children outside the run
   */
  grow(processes: ReadonlyMap<number, ProcessEntry>, hasOtherChildren: (pid: number) => boolean): number {
    let cpuSeconds = 0;
    for (const [pid, waiter] of this.all) {
      const entry = processes.get(pid);
      if (!isSame(waiter.entry, entry) || entry === undefined) {
        this.all.delete(pid);
        continue;
      }
      waiter.entry = entry;
      const growth = waiter.account.growTo(entry.reapedCpuSeconds);
      if (waiter.snapshotsLeft > 0 && growth > 0 && !hasOtherChildren(pid)) cpuSeconds += growth;
      waiter.snapshotsLeft = Math.max(0, waiter.snapshotsLeft - 1);
    }
    return cpuSeconds;
  }
}
