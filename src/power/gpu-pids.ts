import { isRunning } from '../processes/alive';
import { HostPids } from '../processes/host-pids';
import { parseStat } from '../processes/stat-line';
import type { ReadableFiles } from '../system/files';

/** Where a process that the driver names runs. */
export type DriverPid =
  /** A process of this machine or container, by our own number. */
  | { readonly kind: 'here'; readonly pid: number }
  /** Proven to be another's: the host's own, or another container's. */
  | { readonly kind: 'elsewhere' }
  /** The number may mean another process here, or one that we do not see. */
  | { readonly kind: 'unknown' };

/** The first namespace of process numbers on a Linux machine (`PROC_PID_INIT_INO` in the kernel). */
const firstNamespace = 'pid:[4026531836]';

/** More than any GPU has users; beyond this, processes that ended long ago are forgotten. */
const mostRemembered = 10_000;
/** A process without a GPU may open one later; it is checked again after this many questions. */
const questionsPerCheck = 4;

/** A mount of `/proc` that hides processes of other users (proc(5)). */
const hiding = /^\S+ \/proc proc \S*\bhidepid=(?:1|2|4|noaccess|invisible|ptraceable)\b/m;

/**
 * Resolves the process numbers that NVIDIA's driver gives. They are always the host's, even in a container, where
 * the same number may belong to a different process. The name that comes with it is looked up by that number, so it
 * proves nothing.
 */
export class DriverPids {
  private readonly hostPids: HostPids | null;
  private first: boolean | null = null;
  private hides: boolean | null = null;
  /** Processes found here: they may end before the driver's tool stops listing them. */
  private readonly seenHere = new Set<number>();
  /** In a container: what was found about a process. It is the same process if the start time is the same. */
  private readonly holders = new Map<
    number,
    { readonly startTime: number; readonly holds: boolean; questions: number }
  >();

  /**
   * @param procfs where the host's `/proc` is mounted; `/proc` if only our own is visible
   * @param isAlive whether a process is running, even if `/proc` hides it
   */
  constructor(
    private readonly files: ReadableFiles,
    private readonly procfs: string,
    private readonly ownRoot = '/proc',
    private readonly isAlive: (pid: number) => boolean = isRunning,
  ) {
    this.hostPids = procfs === ownRoot ? null : new HostPids(files, procfs);
  }

  resolve(driverPid: number): DriverPid {
    if (this.hostPids !== null) return this.resolveByHost(driverPid, this.hostPids);
    if (this.seenHere.has(driverPid) && this.isFirstNamespace()) return { kind: 'here', pid: driverPid };
    if (!this.isHere(driverPid)) return { kind: 'unknown' };
    if (this.seenHere.size >= mostRemembered) {
      this.seenHere.clear();
      this.holders.clear();
    }
    this.seenHere.add(driverPid);
    return { kind: 'here', pid: driverPid };
  }

  private resolveByHost(driverPid: number, hostPids: HostPids): DriverPid {
    const own = hostPids.own(driverPid);
    if (own !== null) return { kind: 'here', pid: own };
    // Only a process in the host's own list is proven to be someone else's.
    return /^NSpid:\s*\d/m.test(this.read(`${this.procfs}/${driverPid}/status`))
      ? { kind: 'elsewhere' }
      : { kind: 'unknown' };
  }

  private isHere(pid: number): boolean {
    const entry = parseStat(this.read(`${this.ownRoot}/${pid}/stat`), 1);
    // On the host itself it is enough that such a process exists.
    if (this.isFirstNamespace()) return entry !== null || (this.hidesOthers() && this.isAlive(pid));
    if (entry === null) return false;
    const known = this.holders.get(pid);
    if (known?.startTime === entry.startTime && (known.holds || ++known.questions % questionsPerCheck !== 0))
      return known.holds;
    const holds = this.holdsGpu(pid);
    this.holders.set(pid, { startTime: entry.startTime, holds, questions: 0 });
    return holds;
  }

  private isFirstNamespace(): boolean {
    this.first ??= this.linkOf(`${this.ownRoot}/self/ns/pid`) === firstNamespace;
    return this.first;
  }

  private hidesOthers(): boolean {
    this.hides ??= hiding.test(this.read(`${this.ownRoot}/mounts`));
    return this.hides;
  }

  /** In a container: whether the process with this number has a GPU open, so that the driver means this process. */
  private holdsGpu(pid: number): boolean {
    const folder = `${this.ownRoot}/${pid}/fd`;
    return this.list(folder).some((name) =>
      /^\/dev\/(?:nvidia(?:\d+|ctl|-uvm|-caps\/.*)|dxg)$/.test(this.linkOf(`${folder}/${name}`) ?? ''),
    );
  }

  private read(path: string): string {
    try {
      return this.files.readTextNow(path);
    } catch {
      return '';
    }
  }

  private list(path: string): readonly string[] {
    try {
      return this.files.listNow(path);
    } catch {
      return [];
    }
  }

  private linkOf(path: string): string | null {
    try {
      return this.files.readLinkNow(path);
    } catch {
      return null;
    }
  }
}
