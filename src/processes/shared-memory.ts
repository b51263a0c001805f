import type { ProcessTable } from './table';
import type { TreeUsage } from './tree';

/** Resident memory of one process of a tree, including all shared pages. */
export interface Holder {
  readonly pid: number;
  readonly parentPid: number;
  readonly residentBytes: number;
}

/** Cost of one query, seconds per byte: the kernel takes 17 ms per GiB of small pages (measured on Linux 6.18). */
const secondsPerByte = 17e-3 / 2 ** 30;
/** Larger processes are not queried, because their page tables are locked during a query. */
const mostBytes = 8 * 2 ** 30;
/** Less memory than this does not matter: it uses about a hundredth of a watt. */
const leastShareableBytes = 32 * 2 ** 20;
/** Siblings whose sizes differ by less than this factor count as copies of each other, so one represents all. */
const alikeFactor = 1.1;
/** The share of time that queries may take: usually, and after the tree has changed. */
const usualCost = 1 / 1000;
const costOfFirstChange = 1 / 20;
const shortestPauseSeconds = 10;
/** While the tree does not change, the pauses grow up to this multiple of the first one. */
const longestPauseFactor = 32;
/** A tree whose memory has grown or shrunk by this factor counts as changed. */
const changedFactor = 1.25;

/**
 * Estimates the memory of a whole process tree. Forked workers share pages with their parent, which the sum of resident
 * memory counts once per process. The kernel knows each process's proportional part, but it has to walk all pages for
 * it. So it is queried rarely, and only for one of several similar processes.
 */
export class TreeMemory {
  private shares = new Map<number, number>();
  private measuredBytes = 0;
  private measuredAt = -Infinity;
  private cost = 0;
  /** The number of changes of the tree. If it keeps changing, the pauses grow too. */
  private changes = 0;
  private confirmations = 0;

  constructor(private readonly table: Pick<ProcessTable, 'proportionalBytes'>) {}

  /** @param now monotonic seconds */
  refine(usage: TreeUsage, holders: readonly Holder[], now: number): TreeUsage | Promise<TreeUsage> {
    // Most runs have one process, and nothing to share.
    if (holders.length < 2) return usage;
    const total = holders.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
    const largest = Math.max(0, ...holders.map(({ residentBytes }) => residentBytes));
    if (total - largest < leastShareableBytes) return usage;
    const refined = (): TreeUsage => this.refined(usage, holders, total, largest);
    return this.isDue(holders, total, now) ? this.measure(holders, total, now).then(refined) : refined();
  }

  private refined(usage: TreeUsage, holders: readonly Holder[], total: number, largest: number): TreeUsage {
    const residentBytes = holders.reduce(
      (sum, holder) => sum + holder.residentBytes * this.shareOf(holder, holders),
      0,
    );
    const isKnown =
      holders.every(({ pid }) => this.shares.has(pid)) && isAlike(total, this.measuredBytes, changedFactor);
    const residentLimits = isKnown
      ? { low: residentBytes, high: residentBytes }
      : { low: Math.min(largest, residentBytes), high: total };
    return { ...usage, residentBytes, residentLimits };
  }

  /** The share of its memory that counts. For a process that is newer than the last query, that of similar siblings. */
  private shareOf({ pid, parentPid, residentBytes }: Holder, holders: readonly Holder[]): number {
    const known = this.shares.get(pid);
    if (known !== undefined || this.shares.size === 0) return known ?? 1;
    const twin = holders.find(
      (each) =>
        this.shares.has(each.pid) &&
        each.parentPid === parentPid &&
        isAlike(each.residentBytes, residentBytes, alikeFactor),
    );
    return twin === undefined ? 1 : (this.shares.get(twin.pid) ?? 1);
  }

  private isDue(holders: readonly Holder[], total: number, now: number): boolean {
    if (this.table.proportionalBytes === undefined) return false;
    const unknown = holders.reduce(
      (sum, { pid, residentBytes }) => sum + (this.shares.has(pid) ? 0 : residentBytes),
      0,
    );
    const hasChanged = unknown > total / 5 || !isAlike(total, this.measuredBytes, changedFactor);
    const usual =
      Math.max(shortestPauseSeconds, this.cost / usualCost) * Math.min(longestPauseFactor, 2 ** this.confirmations);
    const pause = hasChanged
      ? Math.min(usual, (this.cost / costOfFirstChange) * 2 ** Math.max(0, this.changes - 1))
      : usual;
    if (now - this.measuredAt < pause) return false;
    this.changes += hasChanged ? 1 : 0;
    this.confirmations = hasChanged ? 0 : this.confirmations + 1;
    return true;
  }

  private async measure(holders: readonly Holder[], total: number, now: number): Promise<void> {
    const shares = new Map<number, number>();
    let readBytes = 0;
    for (const group of groupsOf(holders)) {
      const [first] = group;
      if (first === undefined) continue;
      const bytes =
        first.residentBytes > mostBytes ? null : ((await this.table.proportionalBytes?.(first.pid)) ?? null);
      readBytes += first.residentBytes;
      // A process that has just ended or cannot be read keeps its last known share, or counts in full.
      if (bytes === null) continue;
      for (const { pid } of group) shares.set(pid, Math.min(1, bytes / first.residentBytes));
    }
    this.shares = new Map([...this.shares].filter(([pid]) => holders.some((each) => each.pid === pid)));
    for (const [pid, share] of shares) this.shares.set(pid, share);
    this.measuredBytes = total;
    this.measuredAt = now;
    this.cost = readBytes * secondsPerByte;
  }
}

function isAlike(a: number, b: number, factor: number): boolean {
  return a <= b * factor && b <= a * factor;
}

/** Groups of processes with the same parent and a similar size. */
function groupsOf(holders: readonly Holder[]): readonly (readonly Holder[])[] {
  const groups: Holder[][] = [];
  for (const holder of [...holders]
    .filter(({ residentBytes }) => residentBytes > 0)
    .sort((a, b) => a.parentPid - b.parentPid || a.residentBytes - b.residentBytes)) {
    const last = groups.at(-1);
    const first = last?.[0];
    if (
      last !== undefined &&
      first?.parentPid === holder.parentPid &&
      isAlike(first.residentBytes, holder.residentBytes, alikeFactor)
    )
      last.push(holder);
    else groups.push([holder]);
  }
  return groups;
}
