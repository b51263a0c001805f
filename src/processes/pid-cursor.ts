import type { ReadableFiles } from '../system/files';

/** The pids that were given out between two looks; all unknown where one of the two could not be made. */
export interface PidWindow {
  /** All of them, unless they are more than `most` or nobody can vouch for them. */
  pids(most: number): readonly number[] | null;
  holds(pid: number): boolean;
  /** Told by a listing which pids are truly new: whether the kernel gives them out in their order, as Linux does. */
  judge(arrived: readonly number[]): void;
}

/** `pid_max` of 64-bit kernels is at most this (proc(5)). */
const mostPids = 4_194_304;

/**
 * Linux gives out process numbers in ascending order and tells the last one in `/proc/loadavg`, so what is new can be
 * tried one by one, where a listing of `/proc` names thousands. That is believed once a listing has shown it.
 */
export class PidCursor {
  private last: number | null = null;
  private trust: 'unproved' | 'proved' | 'refuted' = 'unproved';
  private readonly positions = new WeakMap<PidWindow, number | null>();

  constructor(
    private readonly files: ReadableFiles,
    private readonly root: string,
  ) {}

  /** The pids since the window that was accepted last. */
  look(): PidWindow {
    const from = this.last;
    const to = this.read();
    const count = from === null || to === null ? Infinity : to - from;
    const window: PidWindow = {
      // After a wrap, which is rare, a listing is as well.
      pids: (most) =>
        this.trust === 'proved' && from !== null && count >= 0 && count <= most
          ? Array.from({ length: count }, (_, index) => from + 1 + index)
          : null,
      holds: (pid) => from !== null && to !== null && (count >= 0 ? pid > from && pid <= to : pid > from || pid <= to),
      judge: (arrived) => {
        const end = this.read();
        if (from === null || end === null || end < from || this.trust === 'refuted') return;
        if (arrived.some((pid) => pid <= from || pid > end)) this.trust = 'refuted';
        else if (arrived.length > 0) this.trust = 'proved';
      },
    };
    this.positions.set(window, to);
    return window;
  }

  /** What the window shows has been seen. */
  accept(window: PidWindow): void {
    this.last = this.positions.get(window) ?? null;
  }

  private read(): number | null {
    try {
      // 0.20 0.18 0.12 1/80 11206
      const pid = Number(this.files.readTextNow(`${this.root}/loadavg`).trim().split(' ').at(-1));
      return Number.isInteger(pid) && pid > 0 && pid <= mostPids ? pid : null;
    } catch {
      return null;
    }
  }
}
