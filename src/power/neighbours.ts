import { join } from 'node:path';
import { isRunning } from '../processes/alive';
import { ownFilesNow, type OwnFilesNow } from '../system/own-files';

/** The other meters of this person on this machine: windows and terminals measure beside one another. */
export interface Neighbours {
  /** How many runs this meter measures now. */
  announce(runs: number): void;
  /** How many runs the others measure now. */
  runs(): number;
}

export const nobody: Neighbours = { announce: () => undefined, runs: () => 0 };

/** Each meter keeps a file whose name says it all: `<pid>-<runs>`. Those of meters that were killed are cleared away. */
export class FileNeighbours implements Neighbours {
  private readonly folder: string;
  private announced: string | null = null;

  constructor(
    stateFolder: string,
    private readonly pid: number,
    private readonly isAlive: (pid: number) => boolean = isRunning,
    private readonly files: OwnFilesNow = ownFilesNow,
  ) {
    this.folder = join(stateFolder, 'meters');
  }

  /** Until the state folder is there, which comes with the first record, nobody is told; it is never made for this. */
  announce(runs: number): void {
    const name = runs === 0 ? null : `${this.pid}-${runs}`;
    if (name === this.announced) return;
    if (name !== null && !this.put(name)) return;
    if (this.announced !== null) this.remove(this.announced);
    this.announced = name;
  }

  runs(): number {
    let sum = 0;
    for (const name of this.list()) {
      const [pid = NaN, runs = 0] = /^(\d+)-(\d+)$/.exec(name)?.slice(1).map(Number) ?? [];
      if (Number.isNaN(pid) || pid === this.pid) continue;
      if (this.isAlive(pid)) sum += runs;
      else this.remove(name);
    }
    return sum;
  }

  private list(): readonly string[] {
    try {
      return this.files.list(this.folder);
    } catch {
      return [];
    }
  }

  private put(name: string): boolean {
    try {
      this.files.makeFolder(this.folder);
    } catch {
      // It is there, or the place for it is not.
    }
    try {
      this.files.put(join(this.folder, name));
      return true;
    } catch {
      return false;
    }
  }

  private remove(name: string): void {
    try {
      this.files.remove(join(this.folder, name));
    } catch {
      // Whoever else clears it away.
    }
  }
}
