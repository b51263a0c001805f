import { join } from 'node:path';
import { errorCode } from '../system/files';
import { ownFiles, type OwnFiles } from '../system/own-files';
import { between, fits } from '../system/shapes';

/** The most joules in a line: ten megawatts for a day, far beyond any machine; more is a damaged line. */
const possibleJoules = between(0, 1e7 * 86_400);

/**
 * The energy of the machine on one day, between and during runs. All windows append to one file, so that none
 * overwrites another's part; only the present day is kept.
 */
export class AmbientLog {
  private readonly folder: string;

  constructor(
    stateDirectory: string,
    private readonly files: OwnFiles = ownFiles,
  ) {
    this.folder = join(stateDirectory, 'ambient');
  }

  /**
   * Adds energy to a day such as `2026-11-21`.
   * @throws Node's `ErrnoException` if it cannot be written.
   */
  async add(day: string, joules: number): Promise<void> {
    await this.files.makeFolder(this.folder);
    await this.files.append(this.path(day), `${joules}\n`);
  }

  /**
   * Joules of a day so far; files of other days are deleted.
   * @throws Node's `ErrnoException` if the folder exists but cannot be read.
   */
  async total(day: string): Promise<number> {
    try {
      for (const name of await this.files.list(this.folder)) {
        if (name.endsWith('.txt') && name !== `${day}.txt`) await this.files.remove(join(this.folder, name));
      }
      const lines = (await this.files.readText(this.path(day))).split('\n').map((line) => Number(line.trim() || NaN));
      return lines.filter((joules) => fits(possibleJoules, joules)).reduce((sum, joules) => sum + joules, 0);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return 0;
      throw error;
    }
  }

  private path(day: string): string {
    return join(this.folder, `${day}.txt`);
  }
}
