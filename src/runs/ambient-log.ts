import { appendFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, readRegularText } from '../system/files';
import { between, fits } from '../system/shapes';

/** Joules that a line may hold: ten megawatts for a day, far beyond any machine; more is damage. */
const possibleJoules = between(0, 1e7 * 86_400);

/**
 * What the machine was seen to use on a day between and during runs. Windows append to one file, so that none
 * overwrites another's part; only the day in question is kept.
 */
export class AmbientLog {
  private readonly folder: string;

  constructor(stateDirectory: string) {
    this.folder = join(stateDirectory, 'ambient');
  }

  /**
   * Adds energy to a day such as `2026-11-21`.
   * @throws Node's `ErrnoException` when it cannot be written.
   */
  async add(day: string, joules: number): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await appendFile(this.path(day), `${joules}\n`, { mode: 0o600 });
  }

  /**
   * Joules of a day so far; files of other days are deleted.
   * @throws Node's `ErrnoException` when the folder exists but cannot be read.
   */
  async total(day: string): Promise<number> {
    try {
      for (const name of await readdir(this.folder)) {
        if (name.endsWith('.txt') && name !== `${day}.txt`) await rm(join(this.folder, name), { force: true });
      }
      const lines = (await readRegularText(this.path(day))).split('\n').map((line) => Number(line.trim() || NaN));
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
