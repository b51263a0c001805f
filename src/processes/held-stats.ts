import type { HeldFile, ReadableFiles } from '../system/files';
import { parseStat } from './stat-line';
import type { ProcessEntry } from './table';

/** Many systems let a process have 1024 open files, and an editor has others. */
const mostHeld = 64;

interface Held {
  readonly file: HeldFile;
  text: string;
  entry: ProcessEntry | null;
}

/** Reads `/proc/<pid>/stat`. Those that are read with each snapshot stay open, and what has not changed is not parsed. */
export class HeldStats {
  private readonly held = new Map<number, Held>();

  constructor(
    private readonly files: Pick<ReadableFiles, 'hold' | 'readTextNow'>,
    private readonly root: string,
  ) {}

  /**
   * Null if the process has ended or is hidden (`hidepid`).
   * @param isRepeated whether it will be read again soon
   */
  read(pid: number, pageBytes: number, isRepeated: boolean): ProcessEntry | null {
    const known = this.held.get(pid) ?? (isRepeated && this.held.size < mostHeld ? this.add(pid) : null);
    if (known === null) return this.readOnce(pid, pageBytes);
    try {
      const text = known.file.textNow();
      if (text !== known.text) {
        known.text = text;
        known.entry = parseStat(text, pageBytes);
      }
      return known.entry;
    } catch {
      this.forget(pid, known);
      // An open file belongs to the process that has ended, while another may have its number by now.
      return known.text === '' ? null : this.readOnce(pid, pageBytes);
    }
  }

  /** Closes the files of all processes but these. */
  keep(pids: ReadonlySet<number>): void {
    for (const [pid, held] of this.held) if (!pids.has(pid)) this.forget(pid, held);
  }

  private add(pid: number): Held {
    const held = { file: this.files.hold(`${this.root}/${pid}/stat`), text: '', entry: null };
    this.held.set(pid, held);
    return held;
  }

  private forget(pid: number, { file }: Held): void {
    file.close();
    this.held.delete(pid);
  }

  private readOnce(pid: number, pageBytes: number): ProcessEntry | null {
    try {
      return parseStat(this.files.readTextNow(`${this.root}/${pid}/stat`), pageBytes);
    } catch {
      return null;
    }
  }
}
