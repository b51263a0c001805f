import type { ReadableFiles } from '../system/files';
import { parseStat } from './stat-line';

/**
 * Maps pids of the host, which its drivers report, to pids of our container. Needs the host's `/proc`, mounted in the
 * container.
 */
export class HostPids {
  constructor(
    private readonly files: ReadableFiles,
    /** Where the host's `/proc` is mounted. */
    private readonly hostRoot: string,
    private readonly ownRoot = '/proc',
  ) {}

  /**
   * The pid of a host process in our container; null for a process that is not visible here: one of the host or of
   * another container. Containers may reuse any pid, so the start times are compared too.
   */
  own(hostPid: number): number | null {
    // `self` is this program, which shows how many levels of pids there are down to our container.
    const level = this.numbers('self')?.length ?? 1;
    const candidate = this.numbers(hostPid)?.[level - 1];
    if (candidate === undefined) return null;
    const started = this.startTime(this.hostRoot, hostPid);
    return started !== null && started === this.startTime(this.ownRoot, candidate) ? candidate : null;
  }

  /** The pids of a process, from the host to the innermost container; null if it has ended. */
  private numbers(pid: number | 'self'): readonly number[] | null {
    const line = /^NSpid:([\d\s]+)$/m.exec(this.read(`${this.hostRoot}/${pid}/status`))?.[1];
    return line === undefined ? null : line.trim().split(/\s+/).map(Number);
  }

  private startTime(root: string, pid: number): number | null {
    return parseStat(this.read(`${root}/${pid}/stat`), 1)?.startTime ?? null;
  }

  private read(path: string): string {
    try {
      return this.files.readTextNow(path);
    } catch {
      return '';
    }
  }
}
