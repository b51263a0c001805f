import { join } from 'node:path';
import { isRunning } from '../processes/alive';
import { ownFilesNow, type OwnFilesNow } from '../system/own-files';

/** The other meters of this user on this machine: several windows and terminals may measure at the same time. */
export interface Neighbours {
  /** Publishes how many runs this meter measures now. */
  announce(runs: number): void;
  /** How many runs the others measure now. */
  runs(): number;
}

export const nobody: Neighbours = { announce: () => undefined, runs: () => 0 };

/** Each meter keeps an empty file named `<pid>-<runs>`. Files of meters that were killed are removed. */
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

  /** Does nothing until the state folder exists, which the first record creates; it is not created for this. */
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
      // The file already exists, or the state folder does not.
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
      // Another meter has removed it.
    }
  }
}
