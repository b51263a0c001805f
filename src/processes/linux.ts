import { nextTurn } from '../system/clock';
import type { ReadableFiles } from '../system/files';
import { HeldStats } from './held-stats';
import { LayeredMap } from './layered-map';
import { Orphans } from './orphans';
import { PidCursor } from './pid-cursor';
import { markIn } from './run-mark';
import { parseStat, ticksPerSecond } from './stat-line';
import type { Now, ProcessEntry, ProcessSnapshot, ProcessTable } from './table';

/**
 * A read of `/proc/<pid>/stat` takes 10 to 20 µs. After this many, the event loop gets a turn, so that it is never
 * blocked for anything near 5 ms, even with thousands of processes.
 */
const readsPerTurn = 64;

/** With each listing, this many unwatched processes are read again, in turn, in case they have a new parent. */
const renewals = 8;

/** `/proc` is listed at least this often, in snapshots, so that unwatched processes that ended are forgotten. */
const snapshotsPerListing = 30;

/** Trying to read a process costs 24 times as much as listing one. A few tries are always worth it. */
const tryCost = 24;
const fewTries = 4;

/** The most environments that are read per snapshot. If more unrelated processes start, a daemon may be missed. */
const marksPerSnapshot = 64;

/** Up to this many entries, `/proc` is listed on the main thread: 1 µs per entry, while the thread pool costs 100 µs. */
const quickList = 1500;

interface Last extends ProcessSnapshot {
  readonly processes: LayeredMap<number, ProcessEntry>;
}

/** Processes from `/proc`. */
export class LinuxProcessTable implements ProcessTable {
  private last: Last | null = null;
  private pageBytes: number | null = null;
  private readonly cursor: PidCursor;
  private readonly orphans: Orphans;
  private readonly stats: HeldStats;
  private snapshotsSinceListing = Infinity;
  private watchedBefore: ReadonlySet<number> = new Set();
  /** The last pid that was renewed; renewal continues after it. */
  private renewedUntil = 0;

  constructor(
    private readonly files: ReadableFiles,
    private readonly root = '/proc',
  ) {
    this.cursor = new PidCursor(files, root);
    this.orphans = new Orphans(files, root);
    this.stats = new HeldStats(files, root);
  }

  async snapshot(watched: ReadonlySet<number>): Promise<ProcessSnapshot> {
    this.pageBytes ??= await this.readPageBytes();
    const { last } = this;
    const known = last?.processes ?? LayeredMap.of(new Map<number, ProcessEntry>());
    const window = this.cursor.nextWindow();
    const isAttached = this.isAttached(watched, last);
    const mustList =
      last === null || watched.size === 0 || isAttached || this.snapshotsSinceListing >= snapshotsPerListing;
    const recent = mustList ? null : window.pids(Math.max(fewTries, known.size / tryCost));
    const listed = recent === null ? await this.listPids(known.size) : null;
    const isNew = (pid: number): boolean => isAttached || window.holds(pid) || !known.has(pid);
    const pids = recent ?? listed?.filter(isNew) ?? [];
    const read = new Set([...pids, ...watched, ...(listed === null ? [] : this.chooseRenewals(listed))]);
    const changes = new Map<number, ProcessEntry | null>();
    const arrived: ProcessEntry[] = [];
    let reads = 0;
    for (const pid of [...read].sort((a, b) => a - b)) {
      const before = known.get(pid);
      const entry = this.stats.read(pid, this.pageBytes, before !== undefined && watched.has(pid));
      // Threads have pids too, with folders that a listing does not show.
      const isGone = entry === null || (listed === null && before === undefined && this.isThread(pid));
      changes.set(pid, isGone ? null : entry);
      if (!isGone && before?.startTime !== entry.startTime) arrived.push(entry);
      if (++reads % readsPerTurn === 0) await nextTurn();
    }
    if (last === null) this.orphans.prepare();
    else if (arrived.length > 0) await this.readMarks(arrived, changes, watched);
    if (listed !== null && last !== null) window.verify(arrived.map(({ pid }) => pid).filter((pid) => !known.has(pid)));
    this.stats.keep(watched);
    this.cursor.accept(window);
    this.snapshotsSinceListing = listed === null ? this.snapshotsSinceListing + 1 : 0;
    this.watchedBefore = watched;
    const processes = listed === null ? known.with(changes) : LayeredMap.of(listAgain(listed, known, changes));
    this.last = { processes, since: last === null ? null : { processes: last.processes, arrived } };
    return this.last;
  }

  /** Closes the files that are read with each snapshot. */
  pause(): void {
    this.stats.keep(new Set());
    this.cursor.pause();
  }

  async commandLine(pid: number): Promise<readonly string[] | null> {
    try {
      const text = await this.files.readText(`${this.root}/${pid}/cmdline`);
      return text === '' ? null : text.replace(/\0$/, '').split('\0');
    } catch {
      return null;
    }
  }

  ageSeconds({ startTime }: Pick<ProcessEntry, 'startTime'>, { uptimeSeconds }: Now): number | null {
    return uptimeSeconds === null ? null : Math.max(0, uptimeSeconds - startTime / ticksPerSecond);
  }

  /** Read on the thread pool: the kernel walks all pages of the process. */
  async proportionalBytes(pid: number): Promise<number | null> {
    try {
      const kibibytes = /^Pss:\s*(\d+) kB/m.exec(await this.files.readText(`${this.root}/${pid}/smaps_rollup`))?.[1];
      return kibibytes === undefined ? null : Number(kibibytes) * 1024;
    } catch {
      return null;
    }
  }

  /** Whether a process that already existed is now watched: its descendants must then be read again. */
  private isAttached(watched: ReadonlySet<number>, last: Last | null): boolean {
    if (last === null) return false;
    const arrived = last.since?.arrived ?? [];
    for (const pid of watched)
      if (!this.watchedBefore.has(pid) && last.processes.has(pid) && !arrived.some((each) => each.pid === pid))
        return true;
    return false;
  }

  /**
   * Pids in ascending order, so that a parent is read before its children, except after pids wrap. The reaped CPU time
   * of a parent is then never newer than the figures of its children.
   */
  private async listPids(known: number): Promise<number[]> {
    const isQuick = known > 0 && known < quickList;
    const names = isQuick ? this.files.listNow(this.root) : await this.files.list(this.root);
    const pids: number[] = [];
    for (const name of names) {
      const first = name.charCodeAt(0);
      if (first >= 48 && first <= 57) pids.push(Number(name));
    }
    return pids.sort((a, b) => a - b);
  }

  private chooseRenewals(pids: readonly number[]): readonly number[] {
    const next = pids.findIndex((pid) => pid > this.renewedUntil);
    const from = next < 0 ? 0 : next;
    const chosen = pids.slice(from, from + renewals);
    this.renewedUntil = chosen.at(-1) ?? 0;
    return chosen;
  }

  /** Reads the marks of new processes that are not below a watched one: only these can be daemons that left their run. */
  private async readMarks(
    arrived: ProcessEntry[],
    changes: Map<number, ProcessEntry | null>,
    watched: ReadonlySet<number>,
  ): Promise<void> {
    if (watched.size === 0) return;
    const own = new Set([...watched, ...arrived.map(({ pid }) => pid)]);
    let reads = 0;
    for (const [index, entry] of arrived.entries()) {
      if (own.has(entry.parentPid) || ++reads > marksPerSnapshot) continue;
      const mark = this.readMark(entry.pid);
      const origin = mark === null ? await this.orphans.judge(entry.pid, entry.parentPid) : null;
      if (mark === null && origin === null) continue;
      const marked = { ...entry, ...(mark === null ? {} : { mark }), ...(origin === null ? {} : { origin }) };
      arrived[index] = marked;
      changes.set(entry.pid, marked);
    }
  }

  private readMark(pid: number): string | null {
    try {
      return markIn(this.files.readTextNow(`${this.root}/${pid}/environ`));
    } catch {
      // A process of another user, or one that has ended.
      return null;
    }
  }

  private isThread(pid: number): boolean {
    try {
      const status = this.files.readTextNow(`${this.root}/${pid}/status`);
      return Number(/^Tgid:\s*(\d+)/m.exec(status)?.[1] ?? pid) !== pid;
    } catch {
      return true;
    }
  }

  /**
   * The kernel's page size (4, 16 or 64 KiB), which Node does not provide. With the right size, a process's resident
   * pages in `stat` match the kilobytes in `status`.
   */
  private async readPageBytes(): Promise<number> {
    try {
      const stat = parseStat(await this.files.readText(`${this.root}/self/stat`), 1);
      const status = await this.files.readText(`${this.root}/self/status`);
      const kibibytes = Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? NaN);
      const exponent = Math.round(Math.log2((kibibytes * 1024) / (stat?.residentBytes ?? NaN)));
      return exponent >= 12 && exponent <= 16 ? 2 ** exponent : 4096;
    } catch {
      return 4096;
    }
  }
}

function listAgain(
  listed: readonly number[],
  known: ReadonlyMap<number, ProcessEntry>,
  changes: ReadonlyMap<number, ProcessEntry | null>,
): Map<number, ProcessEntry> {
  const processes = new Map<number, ProcessEntry>();
  for (const pid of new Set([...listed, ...changes.keys()])) {
    const entry = changes.has(pid) ? changes.get(pid) : known.get(pid);
    if (entry !== undefined && entry !== null) processes.set(pid, entry);
  }
  return processes;
}
