import type { ReadableFiles } from '../system/files';
import type { ProcessEntry, ProcessSnapshot, ProcessTable } from './table';

/** USER_HZ: the unit of times in `/proc`, 100 on every Linux architecture that VS Code runs on (proc(5), time(7)). */
export const ticksPerSecond = 100;

/**
 * A read of `/proc/<pid>/stat` takes 10 to 20 µs; after this many the thread is given back, so that no block comes
 * near 5 ms even with thousands of processes.
 */
const readsPerTurn = 64;

/** So many of the processes that nobody watches are read again each time, in turn, in case a pid has been reused. */
const renewals = 8;

/** Up to so many entries `/proc` is listed on the thread: 1 µs each, where a trip to the thread pool costs 100 µs. */
const quickList = 1500;

/**
 * Parses `/proc/<pid>/stat`; null if it is cut short. The name may hold spaces and parentheses, so fields are
 * counted from the last `)`.
 */
export function parseStat(text: string, pageBytes: number): ProcessEntry | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  // Field 3 of proc(5), the state, is field 0 here.
  const fields = text.slice(close + 2).split(' ');
  const number = (field: number): number => Number(fields[field - 3] ?? NaN);
  const entry: ProcessEntry = {
    pid: Number(text.slice(0, open)),
    parentPid: number(4),
    startTime: number(22),
    cpuSeconds: (number(14) + number(15)) / ticksPerSecond,
    reapedCpuSeconds: (number(16) + number(17)) / ticksPerSecond,
    residentBytes: number(24) * pageBytes,
    // A main thread that ended before the others shows as a zombie too, with all threads still counted.
    zombie: fields[0] === 'Z' && number(20) <= 1,
    group: number(5),
    name: text.slice(open + 1, close),
  };
  return Number.isNaN(entry.residentBytes + entry.startTime + entry.cpuSeconds + entry.reapedCpuSeconds) ? null : entry;
}

/** `/proc` of the machine this runs on. */
export class LinuxProcessTable implements ProcessTable {
  private known = new Map<number, ProcessEntry>();
  private pageBytes: number | null = null;
  /** The process after which renewal goes on. */
  private renewedUntil = 0;

  constructor(
    private readonly files: ReadableFiles,
    private readonly root = '/proc',
  ) {}

  async snapshot(watched: ReadonlySet<number>): Promise<ProcessSnapshot> {
    this.pageBytes ??= await this.readPageBytes();
    const pids = await this.listPids();
    const processes = new Map<number, ProcessEntry>();
    const renewed = this.chooseRenewals(pids);
    let reads = 0;
    for (const pid of pids) {
      const known = this.known.get(pid);
      if (known !== undefined && !renewed.has(pid) && !watched.has(pid)) {
        processes.set(pid, known);
        continue;
      }
      const entry = this.readEntry(pid, this.pageBytes);
      if (entry !== null) processes.set(pid, entry);
      if (++reads % readsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.known = processes;
    return { processes };
  }

  async commandLine(pid: number): Promise<readonly string[] | null> {
    try {
      const text = await this.files.readText(`${this.root}/${pid}/cmdline`);
      return text === '' ? null : text.replace(/\0$/, '').split('\0');
    } catch {
      return null;
    }
  }

  /**
   * Ascending, so that a parent is read before its children (save after a wrap of pids): what a parent has reaped is
   * then never newer than what is said of the child.
   */
  private async listPids(): Promise<number[]> {
    const isQuick = this.known.size > 0 && this.known.size < quickList;
    const names = isQuick ? this.files.listNow(this.root) : await this.files.list(this.root);
    const pids: number[] = [];
    for (const name of names) {
      const first = name.charCodeAt(0);
      if (first >= 48 && first <= 57) pids.push(Number(name));
    }
    return pids.sort((a, b) => a - b);
  }

  private chooseRenewals(pids: readonly number[]): ReadonlySet<number> {
    const next = pids.findIndex((pid) => pid > this.renewedUntil);
    const from = next < 0 ? 0 : next;
    const chosen = pids.slice(from, from + renewals);
    this.renewedUntil = chosen.at(-1) ?? 0;
    return new Set(chosen);
  }

  /** Null when the process ended between the listing and now, or may not be seen (`hidepid`). */
  private readEntry(pid: number, pageBytes: number): ProcessEntry | null {
    try {
      return parseStat(this.files.readTextNow(`${this.root}/${pid}/stat`), pageBytes);
    } catch {
      return null;
    }
  }

  /**
   * The kernel's page size (4, 16 or 64 KiB), which Node does not tell: the one by which a process' resident pages in
   * `stat` agree with the kilobytes in `status`.
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
