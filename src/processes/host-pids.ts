import type { ReadableFiles } from '../system/files';
import { parseStat } from './linux';

/**
 * Maps process numbers of the host, which its drivers use, to those of our container. Reads the host's `/proc`,
 * which must be mounted in the container.
 */
export class HostPids {
  constructor(
    private readonly files: ReadableFiles,
    /** Where the host's `/proc` is mounted. */
    private readonly hostRoot: string,
    private readonly ownRoot = '/proc',
  ) {}

  /**
   * Our number of a host process; null for a process that is not visible here: the host's own, or another
   * container's. Containers may reuse any number, so a process is the same only if its start time is the same too.
   */
  own(hostPid: number): number | null {
    // `self` leads to this program, with the number that the host gave it.
    const level = this.numbers('self')?.length ?? 1;
    const candidate = this.numbers(hostPid)?.[level - 1];
    if (candidate === undefined) return null;
    const started = this.startTime(this.hostRoot, hostPid);
    return started !== null && started === this.startTime(this.ownRoot, candidate) ? candidate : null;
  }

  /** The numbers of a process from the host's to the innermost; null if it has ended. */
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
