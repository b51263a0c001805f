import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Method } from '../power/source';
import { isRunning } from '../processes/alive';
import { systemClock, type Clock } from '../system/clock';
import { errorCode } from '../system/files';
import { ownFiles, type OwnFiles } from '../system/own-files';
import { countedEnergy } from './describe';
import type { RunRecord, Scope } from './record';

/** Names the file in the environment of the measured program. */
export const runFileVariable = 'GREEN_ML_RUN_FILE';

/** What a measured program can read of itself while it runs, for an objective function that weighs energy. */
export interface RunFileContent {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  /** Energy since the start, of the counted scope; null as long as it is not known. */
  readonly energyWh: number | null;
  readonly energyWhLow: number | null;
  readonly energyWhHigh: number | null;
  readonly emissionsGrams: number | null;
  readonly durationSeconds: number;
  /** The least sure of the methods that the figure rests on; null without a source. */
  readonly method: Method | null;
  /** ISO 8601; the figures are as of then. */
  readonly updatedAt: string;
}

const fromSureToUnsure: readonly Method[] = ['counter', 'sensor', 'calibrated', 'model', 'assumed'];

export function runFileContent(record: RunRecord): RunFileContent {
  const { total, low, high } = countedEnergy(record);
  const methods = record.sources.map(({ method }) => fromSureToUnsure.indexOf(method));
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
    method: methods.length === 0 ? null : (fromSureToUnsure[Math.max(...methods)] ?? null),
    updatedAt: record.endedAt,
  };
}

const folderPrefix = 'green-ml-run-';
/** A meter writes every second; a folder that was left alone for so long has lost its own, even one in another container. */
const leftOverMilliseconds = 3_600_000;

/** Removes the folders of meters that were killed: only our own, only those whose meter is gone, and only what it wrote. */
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
      const { isFolder, isOwn, changedAt } = await files.look(folder);
      if (isOwn === false || !isFolder || now - changedAt < leftOverMilliseconds) continue;
      if (pid !== undefined && isRunning(Number(pid))) continue;
      for (const file of ['run.json', 'run.json.tmp']) await files.remove(join(folder, file));
      await files.removeEmptyFolder(folder);
    } catch {
      // Somebody else removes it, or there is more in it than we wrote.
    }
  }
}

/** So many failures in a row are no passing trouble, such as a reader that holds the file open on Windows. */
const failuresUntilTold = 3;

/** A watched folder is listed only now and then, in case the system lost an event. */
const updatesBetweenLooks = 5;

/** Shorter intervals say little: the kernel counts CPU time in steps of 10 ms. */
const leastMillisecondsBetweenAnswers = 100;

/**
 * The file that carries a run's energy so far to the program that is measured. A reader finds a whole file at any
 * moment: each version is written beside it and renamed.
 *
 * It is renewed with each sample. A program that needs a figure of this moment, for a trial of 0.3 s, asks for it: it
 * makes a file whose name begins with that of the run file and `.ask`, and the figure is there when that file is gone.
 */
export class RunFile {
  private latest: RunRecord | null = null;
  private writing: Promise<void> | null = null;
  private failures = 0;
  private measure: (() => Promise<RunRecord>) | null = null;
  private clock: Clock | null = null;
  /** A question came while others were answered. */
  private askedMeanwhile = false;
  private updates = 0;
  private endWatch: (() => void) | null = null;
  private answering: Promise<void> | null = null;
  private answeredAt = -Infinity;

  constructor(
    readonly path: string,
    private readonly onProblem: (sentence: string) => void,
    private readonly files: OwnFiles = ownFiles,
  ) {}

  /**
   * A file in a new folder that only this person can read.
   * @throws Node's `ErrnoException` when the folder for temporary files cannot be written
   */
  static async inTemporaryFolder(onProblem: (sentence: string) => void, files: OwnFiles = ownFiles): Promise<RunFile> {
    await removeLeftOver(tmpdir(), files).catch(() => undefined);
    const folder = await files.makeTemporaryFolder(join(tmpdir(), `${folderPrefix}${process.pid}-`));
    return new RunFile(join(folder, 'run.json'), onProblem, files);
  }

  /** Writes the record's figures; while a write goes on, only the newest waits. Resolves when the file holds them. */
  update(record: RunRecord): Promise<void> {
    this.updates += 1;
    const isWatched = this.endWatch !== null && this.updates % updatesBetweenLooks !== 0;
    if (this.measure !== null && !isWatched && this.answering === null) this.lookForQuestions();
    return this.put(record);
  }

  /**
   * From now on answers questions for a fresh figure: `measureNow` closes the running interval and gives the record as
   * of then. Where the folder cannot be watched, questions are found with the next sample.
   */
  answer(measureNow: () => Promise<RunRecord>, clock: Clock): void {
    this.measure = measureNow;
    this.clock = clock;
    try {
      this.endWatch = this.files.watch(dirname(this.path), (name) => {
        if (name.startsWith(this.askPrefix)) this.lookForQuestions();
      });
    } catch {
      // The system allows no more watchers: `update` looks as well.
    }
  }

  /** Removes the file and the folder made for it. */
  async remove(): Promise<void> {
    this.endWatch?.();
    this.measure = null;
    await this.answering;
    this.latest = null;
    await this.writing;
    await this.files.removeFolder(dirname(this.path));
  }

  private get askPrefix(): string {
    return `${basename(this.path)}.ask`;
  }

  private put(record: RunRecord): Promise<void> {
    this.latest = record;
    this.writing ??= this.writeLatest();
    return this.writing;
  }

  private lookForQuestions(): void {
    this.askedMeanwhile = true;
    this.answering ??= this.answerAll().finally(() => {
      this.answering = null;
    });
  }

  /** Answers until no question is left. One that came while another was measured gets a measurement of its own. */
  private async answerAll(): Promise<void> {
    while (this.askedMeanwhile) {
      this.askedMeanwhile = false;
      const asked = (await this.files.list(dirname(this.path)).catch(() => [])).filter((name) =>
        name.startsWith(this.askPrefix),
      );
      const { measure, clock } = this;
      if (measure === null || clock === null) return;
      if (asked.length === 0) continue;
      const wait = this.answeredAt + leastMillisecondsBetweenAnswers - clock.monotonicSeconds() * 1000;
      if (wait > 0) await new Promise<void>((done) => void clock.after(wait, done));
      const record = await measure().catch(() => null);
      this.answeredAt = clock.monotonicSeconds() * 1000;
      if (record !== null) await this.put(record);
      // Without a figure too: the reader must not wait for ever, and `updatedAt` tells it how old the figure is.
      for (const name of asked) await this.files.remove(join(dirname(this.path), name)).catch(() => undefined);
    }
  }

  private async writeLatest(): Promise<void> {
    const temporary = `${this.path}.tmp`;
    for (let record = this.latest; record !== null; record = this.latest) {
      this.latest = null;
      try {
        await this.files.write(temporary, `${JSON.stringify(runFileContent(record))}\n`);
        await this.files.rename(temporary, this.path);
        this.failures = 0;
      } catch (error) {
        this.failures += 1;
        if (this.failures === failuresUntilTold) {
          this.onProblem(
            `${this.path}, which tells the program its energy, cannot be written (${errorCode(error) ?? String(error)}); the measurement goes on.`,
          );
        }
      }
    }
    this.writing = null;
  }
}
