import { HostPids } from '../processes/host-pids';
import type { ReadableFiles } from '../system/files';

/** Where a process that the driver names is. */
export type DriverPid =
  /** One of this machine or container, by our number. */
  | { readonly kind: 'here'; readonly pid: number }
  /** Proven to be another's: the host's own, or another container's. */
  | { readonly kind: 'elsewhere' }
  /** The number may mean another process here, or one that we do not see. */
  | { readonly kind: 'unknown' };

/** The first namespace of process numbers on a Linux machine (`PROC_PID_INIT_INO` in the kernel). */
const firstNamespace = 'pid:[4026531836]';

/**
 * Resolves the numbers by which NVIDIA's driver names processes: the host's, whatever container asks. In a container a
 * number of the host's may be that of quite another process here.
 */
export class DriverPids {
  private readonly hostPids: HostPids | null;
  private first: boolean | null = null;
  /** By pid and name; a process does not change what it is. */
  private readonly proofs = new Map<string, boolean>();

  /** @param procfs where the host's `/proc` lies; `/proc` where only our own can be seen */
  constructor(
    private readonly files: ReadableFiles,
    private readonly procfs: string,
    private readonly ownRoot = '/proc',
  ) {
    this.hostPids = procfs === ownRoot ? null : new HostPids(files, procfs);
  }

  /** @param command what the driver calls the program */
  resolve(driverPid: number, command: string | null): DriverPid {
    if (this.hostPids !== null) {
      const own = this.hostPids.own(driverPid);
      if (own !== null) return { kind: 'here', pid: own };
      return this.exists(`${this.procfs}/${driverPid}`) ? { kind: 'elsewhere' } : { kind: 'unknown' };
    }
    const exists = this.exists(`${this.ownRoot}/${driverPid}`);
    // The host itself sees every process: one that it does not see has ended, or is hidden from us as another person's.
    if (this.isFirstNamespace()) return exists ? { kind: 'here', pid: driverPid } : { kind: 'elsewhere' };
    return exists && this.usesGpu(driverPid, command) ? { kind: 'here', pid: driverPid } : { kind: 'unknown' };
  }

  private isFirstNamespace(): boolean {
    this.first ??= this.linkOf(`${this.ownRoot}/self/ns/pid`) === firstNamespace;
    return this.first;
  }

  /** In a container: the process of this number has the driver's name and holds a GPU open, so it is the same one. */
  private usesGpu(pid: number, command: string | null): boolean {
    const key = `${pid} ${command ?? ''}`;
    const known = this.proofs.get(key);
    if (known === true) return true;
    const folder = `${this.ownRoot}/${pid}/fd`;
    const holdsGpu = this.list(folder).some((name) => /^\/dev\/nvidia(?:\d+|ctl|-uvm)$/.test(this.linkOf(`${folder}/${name}`) ?? ''));
    const name = this.read(`${this.ownRoot}/${pid}/comm`).trim();
    const proven = holdsGpu && name !== '' && (command === null || command.slice(0, name.length) === name || name.startsWith(command));
    this.proofs.set(key, proven);
    return proven;
  }

  private exists(folder: string): boolean {
    return this.read(`${folder}/stat`) !== '';
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
