import { ReapedAccount } from './reaped-account';
import { isSame, type ProcessEntry } from './table';

/** A process that has started a root. */
interface Waiter {
  entry: ProcessEntry;
  readonly account: ReapedAccount;
  /** For so many looks what it has waited for may be a root that has ended. */
  looks: number;
}

/** A snapshot is not atomic: a process may have been read before it waited. */
const looksAfterEnd = 2;

/** The processes outside the tree that wait for roots: a debugger's launcher, a shell. */
export class Waiters {
  private readonly all = new Map<number, Waiter>();

  pids(): Iterable<number> {
    return this.all.keys();
  }

  /** Notes the parent of a new root; what it has waited for until now is not the run's. */
  add(entry: ProcessEntry): void {
    if (this.all.has(entry.pid)) return;
    this.all.set(entry.pid, { entry, account: new ReapedAccount(entry.reapedCpuSeconds), looks: 0 });
  }

  remove(pid: number): void {
    this.all.delete(pid);
  }

  /** The account of one whose child has ended: for the next looks what it has waited for counts. */
  accountOf(pid: number): ReapedAccount | null {
    const waiter = this.all.get(pid);
    if (waiter === undefined) return null;
    waiter.looks = looksAfterEnd;
    return waiter.account;
  }

  /**
   * What ended roots used between their last look and their end, by the account of who waited for them.
   * @param hasOtherChildren whether a process may have waited for somebody else's
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
      if (waiter.looks > 0 && growth > 0 && !hasOtherChildren(pid)) cpuSeconds += growth;
      waiter.looks = Math.max(0, waiter.looks - 1);
    }
    return cpuSeconds;
  }
}
