import type { GpuLine, ProcessLine } from './nvidia-smi';

/** `pmon` writes once a second; a process that it has not listed for this long is gone. */
const freshSeconds = 2.5;

interface User {
  readonly line: ProcessLine;
  readonly at: number;
}

/** One process's share of a GPU's use, by the driver's process number. */
interface GpuShare {
  readonly pid: number;
  readonly command: string | null;
  /** 0 to 1. */
  readonly share: number;
}

/** Which processes compute on which GPU, from the lines of `pmon`. */
export class GpuUsers {
  /** By GPU index, then by pid. */
  private readonly users = new Map<number, Map<number, User>>();
  /** When `pmon` last listed a GPU, with or without processes. */
  private readonly listedAt = new Map<number, number>();

  take(line: ProcessLine, now: number): void {
    this.listedAt.set(line.gpu, now);
    const users = this.users.get(line.gpu) ?? new Map<number, User>();
    this.users.set(line.gpu, users);
    if (line.pid === null) users.clear();
    else users.set(line.pid, { line, at: now });
  }

  forget(): void {
    this.users.clear();
    this.listedAt.clear();
  }

  /**
   * Shares of a GPU's use by pid, by time on its multiprocessors. Processes that hold the GPU but do nothing, or
   * whose time the driver does not report, share equally. Null if the GPU works but no process is listed (a
   * container), or if there are no lines.
   */
  of({ index, utilisationPercent }: GpuLine, now: number): readonly GpuShare[] | null {
    if (index === null || now - (this.listedAt.get(index) ?? -Infinity) > freshSeconds) return null;
    const users = [...(this.users.get(index) ?? new Map<number, User>())].filter(
      ([, { at }]) => now - at <= freshSeconds,
    );
    if (users.length === 0) return utilisationPercent === 0 ? [] : null;
    const total = users.reduce((sum, [, { line }]) => sum + (line.smPercent ?? 0), 0);
    const shareOf = (pid: number, { line }: User, share: number): GpuShare => ({ pid, command: line.command, share });
    if (total > 0) return users.map(([pid, user]) => shareOf(pid, user, (user.line.smPercent ?? 0) / total));
    // Drawing a desktop is not computing: if any process computes, the display gets no share.
    const computing = users.filter(([, { line }]) => line.kind !== 'G');
    const holders = computing.length > 0 ? computing : users;
    return holders.map(([pid, user]) => shareOf(pid, user, 1 / holders.length));
  }
}
