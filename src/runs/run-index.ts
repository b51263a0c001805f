import { dirname } from 'node:path';
import { replaceFile, type FileState, type OwnFiles, type ReadFile } from '../system/own-files';
import { folderLines, readLine, recordIn, runLine, runLines, SharedValues } from './index-lines';
import type { RunRecord } from './record';

/** How much of the index is in memory at a time. */
const partBytes = 1_000_000;
const newline = 0x0a;
/** The longest line; one that does not end before is no line of ours. */
const mostLineBytes = 64_000_000;
/** The index is written again when this many of its lines are of no use and they are more than the others. */
const uselessLines = 1000;

/** What the index knows of a run. */
export interface FoundRun {
  /** The process that records a run without an end; null for one that has ended. */
  readonly recorder: number | null;
  /** The folder that it was started in; null for none. Undefined where no line has it. */
  readonly folder: string | null | undefined;
  /** Null where only the folder is known. */
  record(): RunRecord | null;
}

/** The state of a file as the index keeps it: another text means another content. */
export function stateText({ bytes, changedAt, touchedAt, inode }: FileState): string {
  return `${bytes},${changedAt},${touchedAt},${inode}`;
}

/**
 * A file beside the journal with one line a run, so that a list of thousands of runs opens one file. It is never the
 * truth: a line counts only as long as the run's own file is as it was when the line was made, and whatever is wrong
 * with the index, the runs are read from their files. Several processes append to it at once; lines that got mixed do
 * not fit their check sums.
 */
export class RunIndex {
  /** Where the last line of each run begins. */
  private readonly places = new Map<string, number>();
  private readonly shared = new SharedValues();
  private file: ReadFile | null = null;
  private part: Buffer = Buffer.alloc(0);
  private partAt = 0;
  /** The runs that were asked for and are known, and those of them whose files are as they were. */
  private asked = 0;
  private readonly kept: string[] = [];
  /** Lines of runs, also those that a later line replaces. */
  private lines = 0;
  private added = '';

  private constructor(
    private readonly path: string,
    private readonly files: OwnFiles,
  ) {}

  /** Reads the index. One that is missing or cannot be read is empty. */
  static async open(path: string, files: OwnFiles): Promise<RunIndex> {
    const index = new RunIndex(path, files);
    try {
      index.file = await files.openToRead(path);
      await index.readLines(index.file);
    } catch {
      // What was read by then is of use.
    }
    return index;
  }

  /** What is known of a run whose file has this state; null where the index does not know it. */
  async find(id: string, state: string): Promise<FoundRun | null> {
    const at = this.places.get(id);
    if (at === undefined) return null;
    this.asked += 1;
    const line = await this.line(at).catch(() => null);
    if (line?.run.id !== id || line.run.state !== state) return null;
    this.kept.push(id);
    const { recorder, folder: reference } = line.run;
    const folder = reference === '-' ? null : this.shared.get(reference);
    return {
      recorder,
      folder: typeof folder === 'string' || folder === null ? folder : undefined,
      record: () => recordIn(line.text, this.shared),
    };
  }

  /** Adds a line for a run; `save` writes it. */
  add(id: string, state: string, recorder: number | null, record: RunRecord): void {
    this.added += runLines({ id, state, recorder }, record, this.shared);
  }

  /** Adds a line for a run of which only the folder was read; null for none. */
  addFolder(id: string, state: string, folder: string | null): void {
    this.added += folderLines(id, state, folder, this.shared);
  }

  /** Writes what was added. Without a place for an index, the runs are read from their files the next time too. */
  async save(): Promise<void> {
    if (this.added === '') return;
    // What another process wrote last may lack its end.
    const text = `\n${this.added}`;
    this.added = '';
    try {
      await this.files.makeFolder(dirname(this.path));
      await this.files.append(this.path, text);
    } catch {
      // The disk is full, or the folder may not be written.
    }
  }

  /** Writes the index again, with the runs that were found, where others are in it that are gone, or many lines of no use. */
  async tidy(): Promise<void> {
    const isGone = this.asked < this.places.size;
    const { kept } = this;
    if (!isGone && this.lines - kept.length <= Math.max(uselessLines, kept.length)) return;
    try {
      await replaceFile(this.files, this.path, async (file) => {
        const shared = new SharedValues();
        let text = '';
        for (const id of kept) {
          const line = await this.line(this.places.get(id) ?? 0);
          const record = recordIn(line.text, this.shared);
          if (record !== null) text += runLines(line.run, record, shared);
          if (text.length < partBytes) continue;
          await file.appendFile(text);
          text = '';
        }
        await file.appendFile(text);
        // Windows replaces no file that is open.
        await this.close();
      });
    } catch {
      // The old index is still right, only longer than it need be.
    }
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = null;
  }

  private async readLines(file: ReadFile): Promise<void> {
    let part = Buffer.alloc(Math.min(partBytes, file.bytes + 1));
    /** How much of `part` is left from the one before: the start of a line. */
    let left = 0;
    for (let at = 0; ; ) {
      const length = await file.read(part.subarray(left), at + left);
      if (length === 0) return;
      const end = left + length;
      let from = 0;
      for (let to = part.indexOf('\n', from); to >= 0 && to < end; to = part.indexOf('\n', from)) {
        this.take(part, from, to, at);
        from = to + 1;
      }
      at += from;
      left = end - from;
      if (from > 0) part.copyWithin(0, from, end);
      else if (end === part.length) {
        if (part.length > mostLineBytes) return;
        part = Buffer.concat([part], part.length * 2);
      }
    }
  }

  private take(part: Buffer, from: number, to: number, at: number): void {
    const line = readLine(part, from, to);
    if (line === null) return;
    if (line.kind === 'value') {
      this.shared.set(line.reference, line.value);
      return;
    }
    this.lines += 1;
    this.places.set(line.id, at + from);
  }

  private async line(at: number): Promise<ReturnType<typeof runLine>> {
    if (this.isWhole(at)) return runLine(this.part, at - this.partAt);
    for (let bytes = partBytes; !this.isWhole(at); bytes *= 2) await this.readPart(at, bytes);
    return runLine(this.part, at - this.partAt);
  }

  /** Whether the line that begins at `at` is in memory. */
  private isWhole(at: number): boolean {
    return at >= this.partAt && at < this.partAt + this.part.length && this.part.includes(newline, at - this.partAt);
  }

  /** Reads the part of the index that begins with a line: those of the next runs mostly follow. */
  private async readPart(at: number, bytes: number): Promise<void> {
    if (this.file === null || bytes > 2 * mostLineBytes) throw new Error('The line cannot be read.');
    const part = Buffer.alloc(bytes);
    let length = 0;
    for (let read = -1; read !== 0 && length < part.length; length += read)
      read = await this.file.read(part.subarray(length), at + length);
    this.part = part.subarray(0, length);
    this.partAt = at;
  }
}
