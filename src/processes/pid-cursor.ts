import type { HeldFile, ReadableFiles } from '../system/files';

/** The pids assigned between two reads; unknown if one of the reads failed. */
interface PidWindow {
  /** All of them; null if there are more than `most` or they are not certain. */
  pids(most: number): readonly number[] | null;
  holds(pid: number): boolean;
  /** Checks against the pids that a listing shows as new whether the kernel assigns pids in order, as Linux does. */
  verify(arrived: readonly number[]): void;
}

/** `pid_max` of 64-bit kernels is at most this (proc(5)). */
const mostPids = 4_194_304;

/**
 * Finds new processes without listing `/proc`, which may have thousands of names. Linux assigns pids in ascending order
 * and shows the last one in `/proc/loadavg`, so the pids since then can be tried one by one. This is used only after a
 * listing has confirmed that the kernel does so.
 */
export class PidCursor {
  private last: number | null = null;
  private trust: 'unproved' | 'proved' | 'refuted' = 'unproved';
  private readonly positions = new WeakMap<PidWindow, number | null>();

  private readonly loadavg: HeldFile;

  constructor(files: Pick<ReadableFiles, 'hold'>, root: string) {
    this.loadavg = files.hold(`${root}/loadavg`);
  }

  /** Closes the file until the next window. */
  pause(): void {
    this.loadavg.close();
  }

  /** The pids since the window that was accepted last. */
  nextWindow(): PidWindow {
    const from = this.last;
    const to = this.read();
    const count = from === null || to === null ? Infinity : to - from;
    const window: PidWindow = {
      // After a wrap, which is rare, use a listing.
      pids: (most) =>
        this.trust === 'proved' && from !== null && count >= 0 && count <= most
          ? Array.from({ length: count }, (_, index) => from + 1 + index)
          : null,
      holds: (pid) => from !== null && to !== null && (count >= 0 ? pid > from && pid <= to : pid > from || pid <= to),
      verify: (arrived) => {
        const end = this.read();
        if (from === null || end === null || end < from || this.trust === 'refuted') return;
        if (arrived.some((pid) => pid <= from || pid > end)) this.trust = 'refuted';
        else if (arrived.length > 0) this.trust = 'proved';
      },
    };
    this.positions.set(window, to);
    return window;
  }

  /** Marks the pids of the window as seen. */
  accept(window: PidWindow): void {
    this.last = this.positions.get(window) ?? null;
  }

  private read(): number | null {
    try {
      // 0.20 0.18 0.12 1/80 11206
      const text = this.loadavg.textNow();
      const pid = Number(text.slice(text.trimEnd().lastIndexOf(' ')));
      return Number.isInteger(pid) && pid > 0 && pid <= mostPids ? pid : null;
    } catch {
      return null;
    }
  }
}
