import { ownFiles, replaceFile, type OpenedFile, type OwnFiles } from '../../system/own-files';
import type { RunInterval } from '../interval';
import { formatLine, thinSamples } from './journal-lines';
import type { JournalLine } from './journal-shapes';

/** A chart is a few hundred pixels wide: half as many samples as these tell a run of any length. */
const samplesKept = 2000;

/** What a writer does with files; tests give it a full disk. */
export type WriterFiles = Pick<OwnFiles, 'open' | 'rename' | 'remove'>;

/**
 * Appends to one run's file. Lines that could not be written are kept and tried again with the next one; what a failed
 * write left is cut off, so that the file ends with a whole line. When the samples have become twice as many as are
 * kept, neighbours are merged and the file is replaced, so that a run of days costs no more than one of an hour. A run
 * that has ended has one resolution from its start to its end.
 */
export class RunWriter {
  private readonly pending: JournalLine[] = [];
  /** What the file holds, for when it is rewritten. */
  private samples: RunInterval[] = [];
  private readonly others: JournalLine[] = [];
  private queue: Promise<void> = Promise.resolve();
  /** The whole lines of the file. */
  private bytes = 0;

  private constructor(
    private readonly path: string,
    private file: OpenedFile,
    private readonly files: WriterFiles,
  ) {}

  /** @throws Node's `ErrnoException` when the file exists already or cannot be made. */
  static async create(path: string, files: WriterFiles = ownFiles): Promise<RunWriter> {
    return new RunWriter(path, await files.open(path, 'ax'), files);
  }

  /**
   * Resolves when the line is with the operating system, where a kill of this process no longer loses it.
   * @throws Node's `ErrnoException` when it cannot be written now (a full disk); the line is kept.
   */
  append(line: JournalLine): Promise<void> {
    this.pending.push(line);
    this.queue = this.queue.catch(() => undefined).then(() => this.flush());
    return this.queue;
  }

  /** Appends the last line, merges the samples of a long run, and closes the file. */
  async end(line: JournalLine & { type: 'end' }): Promise<void> {
    try {
      await this.append(line);
      const wasMerged = (this.samples[0]?.merged ?? 1) > 1;
      if (wasMerged || this.samples.length > samplesKept) await this.rewrite();
    } finally {
      await this.close();
      // Not even the first line found room: an empty file tells nobody anything.
      if (this.bytes === 0) await this.files.remove(this.path);
    }
  }

  /** Closes the file without an end: the run is then read as interrupted once this process is gone. */
  close(): Promise<void> {
    return this.file.close();
  }

  private async flush(): Promise<void> {
    for (let next = this.pending[0]; next !== undefined; next = this.pending[0]) {
      const line = formatLine(next);
      try {
        await this.file.appendFile(line);
      } catch (error) {
        await this.file.truncate(this.bytes).catch(() => undefined);
        throw error;
      }
      this.bytes += Buffer.byteLength(line);
      this.pending.shift();
      if (next.type === 'sample') this.samples.push(next);
      else this.others.push(next);
    }
    if (this.samples.length >= 2 * samplesKept) await this.rewrite();
  }

  /** Replaces the file by one with fewer samples and the same sums, at no moment by less than a whole one. */
  private async rewrite(): Promise<void> {
    this.samples = [...thinSamples(this.samples, samplesKept)];
    const [start, ...rest] = this.others;
    if (start === undefined) return;
    const samples = this.samples.map((sample): JournalLine => ({ ...sample, type: 'sample' }));
    const text = [start, ...samples, ...rest].map(formatLine).join('');
    await replaceFile(this.files, this.path, text);
    await this.file.close();
    this.file = await this.files.open(this.path, 'a');
    this.bytes = Buffer.byteLength(text);
  }
}
