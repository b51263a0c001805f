import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Method } from '../power/source';
import { isRunning } from '../processes/alive';
import { systemClock, type Clock } from '../system/clock';
import { errorCode } from '../system/files';
import { ownFiles, type OwnFiles, type Replacer } from '../system/own-files';
import { versionsOf } from '../system/recycled-file';
import { countedEnergy } from './describe';
import type { RunFigures } from './measuring/build-record';
import type { Scope } from './record';
import { leastSure } from './record-sources';

/** The environment variable that names the file to the measured program. */
export const runFileVariable = 'GREEN_ML_RUN_FILE';

/** What a measured program can read about itself while it runs, for an objective function that includes energy. */
export interface RunFileContent {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  /** Energy since the start, in the run's scope; null while unknown. */
  readonly energyWh: number | null;
  readonly energyWhLow: number | null;
  readonly energyWhHigh: number | null;
  readonly emissionsGrams: number | null;
  readonly durationSeconds: number;
  /** The least sure method behind the figure; null without a source. */
  readonly method: Method | null;
  /** The time of the figures, ISO 8601. */
  readonly updatedAt: string;
}

export function runFileContent(record: RunFigures): RunFileContent {
  const { total, low, high } = countedEnergy(record);
  return {
    version: 1,
    id: record.id,
    name: record.name,
    scope: record.scope,
    energyWh: total,
    energyWhLow: low,
    energyWhHigh: high,
    emissionsGrams: record.emissionsGrams?.value ?? null,
    durationSeconds: record.durationSeconds,
    method: leastSure(record.sources),
    updatedAt: record.endedAt,
  };
}

const folderPrefix = 'green-ml-run-';
const fileName = 'run.json';
/** A meter writes every second; if a folder is unchanged for this long, its meter is gone, even one in another container. */
const leftOverMilliseconds = 3_600_000;

/** Removes folders of meters that were killed: only this user's, only if the meter is gone, and only its own files. */
export async function removeLeftOver(
  temporary: string,
  files: OwnFiles = ownFiles,
  now = systemClock.wallMilliseconds(),
): Promise<void> {
  for (const name of await files.list(temporary)) {
    if (!name.startsWith(folderPrefix)) continue;
    const folder = join(temporary, name);
    const pid = /^(\d+)-/.exec(name.slice(folderPrefix.length))?.[1];
    try {
      const { isFolder, isOwn, changedAt } = await files.factsOf(folder);
      if (isOwn === false || !isFolder || now - changedAt < leftOverMilliseconds) continue;
      if (pid !== undefined && isRunning(Number(pid))) continue;
      // Drafts of the file and requests have its name at the start of theirs.
      for (const file of await files.list(folder))
        if (file === versionsOf(fileName)) await files.removeFolder(join(folder, file));
        else if (file === fileName || file.startsWith(`${fileName}.`)) await files.remove(join(folder, file));
      await files.removeEmptyFolder(folder);
    } catch {
      // Another meter is removing it, or it contains other files too.
    }
  }
}

/** Fewer failures in a row may be temporary, such as a reader that holds the file open on Windows. */
const failuresUntilReported = 3;

/** A watched folder is listed only now and then, in case the system lost an event. */
const updatesBetweenLists = 5;

/** Shorter intervals are too coarse: the kernel counts CPU time in steps of 10 ms. */
const minMillisecondsBetweenAnswers = 100;

/**
 * The file with a run's energy so far, for the measured program. Readers always find a complete file: each version
 * is written under another name, and a file that a program keeps open stays as it is for the next three versions.
 *
 * It is updated with each sample. A program that needs a figure for this moment, for a trial of 0.3 s, can request
 * it: it creates a file whose name starts with that of the run file and `.ask`, and the figure is ready when that file
 * is gone.
 */
export class RunFile {
  private latest: RunFigures | null = null;
  private writing: Promise<void> | null = null;
  private failures = 0;
  private measure: (() => Promise<RunFigures>) | null = null;
  private clock: Clock | null = null;
  /** A request arrived while others were being answered. */
  private hasNewRequest = false;
  private updates = 0;
  private endWatch: (() => void) | null = null;
  private answering: Promise<void> | null = null;
  private answeredAt = -Infinity;
  private readonly askPrefix: string;
  private readonly file: Replacer;

  constructor(
    readonly path: string,
    private readonly onProblem: (sentence: string) => void,
    private readonly files: OwnFiles = ownFiles,
  ) {
    this.askPrefix = `${basename(path)}.ask`;
    this.file = files.replacer(path);
  }

  /**
   * A file in a new folder that only this user can read.
   * @throws Node's `ErrnoException` if the folder for temporary files is not writable
   */
  static async inTemporaryFolder(onProblem: (sentence: string) => void, files: OwnFiles = ownFiles): Promise<RunFile> {
    await removeLeftOver(tmpdir(), files).catch(() => undefined);
    const folder = await files.makeTemporaryFolder(join(tmpdir(), `${folderPrefix}${process.pid}-`));
    return new RunFile(join(folder, fileName), onProblem, files);
  }

  /** Writes the figures; during a write only the newest figures wait. Resolves when the file contains them. */
  update(record: RunFigures): Promise<void> {
    this.updates += 1;
    const isWatched = this.endWatch !== null && this.updates % updatesBetweenLists !== 0;
    if (this.measure !== null && !isWatched && this.answering === null) this.findRequests();
    return this.put(record);
  }

  /**
   * From now on answers requests for a new figure: `measureNow` closes the running interval and returns the figures.
   * If the folder cannot be watched, requests are found with the next sample.
   */
  answer(measureNow: () => Promise<RunFigures>, clock: Clock): void {
    this.measure = measureNow;
    this.clock = clock;
    try {
      this.endWatch = this.files.watch(dirname(this.path), (name) => {
        if (name.startsWith(this.askPrefix)) this.findRequests();
      });
    } catch {
      // The system allows no more watchers: `update` also checks for requests.
    }
  }

  /** Removes the file and the folder created for it. */
  async remove(): Promise<void> {
    this.endWatch?.();
    this.measure = null;
    await this.answering;
    this.latest = null;
    await this.writing;
    this.file.close();
    await this.files.removeFolder(dirname(this.path));
  }

  private put(record: RunFigures): Promise<void> {
    this.latest = record;
    this.writing ??= this.writeLatest();
    return this.writing;
  }

  private findRequests(): void {
    this.hasNewRequest = true;
    this.answering ??= this.answerRequests().finally(() => {
      this.answering = null;
    });
  }

  /** Answers until no request is left. A request during a measurement gets its own measurement. */
  private async answerRequests(): Promise<void> {
    while (this.hasNewRequest) {
      this.hasNewRequest = false;
      const asked = (await this.files.list(dirname(this.path)).catch(() => [])).filter((name) =>
        name.startsWith(this.askPrefix),
      );
      const { measure, clock } = this;
      if (measure === null || clock === null) return;
      if (asked.length === 0) continue;
      const wait = this.answeredAt + minMillisecondsBetweenAnswers - clock.monotonicSeconds() * 1000;
      if (wait > 0) await new Promise<void>((done) => void clock.after(wait, done));
      const record = await measure().catch(() => null);
      this.answeredAt = clock.monotonicSeconds() * 1000;
      if (record !== null) await this.put(record);
      // Also without a figure: the reader must not wait for ever, and `updatedAt` shows how old the figure is.
      for (const name of asked) await this.files.remove(join(dirname(this.path), name)).catch(() => undefined);
    }
  }

  private async writeLatest(): Promise<void> {
    for (let record = this.latest; record !== null; record = this.latest) {
      this.latest = null;
      try {
        await this.file.replace(`${JSON.stringify(runFileContent(record))}\n`);
        this.failures = 0;
      } catch (error) {
        this.failures += 1;
        if (this.failures === failuresUntilReported) {
          this.onProblem(
            `${this.path}, which gives the program its energy, cannot be written (${errorCode(error) ?? String(error)}). The measurement continues.`,
          );
        }
      }
    }
    this.writing = null;
  }
}
