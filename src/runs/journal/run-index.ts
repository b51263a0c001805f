import { dirname } from 'node:path';
import { errorCode } from '../../system/files';
import { replaceFile, type FileState, type OwnFiles, type ReadFile } from '../../system/own-files';
import { IndexHeads } from './index-heads';
import {
  folderLines,
  hasRecord,
  readHead,
  readLine,
  recordIn,
  recordText,
  referencesIn,
  runLines,
  SharedValues,
  valueLine,
  type IndexedRun,
} from './index-lines';
import type { RunRecord } from '../record';

/** A smaller index is in memory as a whole while it is used. */
const wholeBytes = 16_000_000;
/** How much of a larger one is read at a time, and how much is written. */
const partBytes = 1_000_000;
const newline = 0x0a;
/** The longest line; one that does not end before is no line of ours. */
const mostLineBytes = 64_000_000;
/** The index is written again when this many of its lines are of no use and they are more than the others. */
const uselessLines = 1000;

/**
 * The state of a file as the index keeps it: another text means another content. An edit by hand is noticed by the next
 * command that lists runs, also one that leaves the size and sets the time back: nobody can set back when a file was
 * touched. Only two changes in one step of the file system's clock look like one, so that a file is not indexed until its
 * last change is a few seconds old. A window of the editor keeps the records of ended runs until it is reloaded.
 */
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
  private readonly heads = new IndexHeads();
  private readonly shared = new SharedValues();
  private file: ReadFile | null = null;
  private part: Buffer = Buffer.alloc(0);
  private partAt = 0;
  /** The runs that were asked for and are known, and those of them whose files are as they were. */
  private asked = 0;
  private readonly kept: number[] = [];
  /** Runs that were added since. */
  private fresh = 0;
  private added = '';

  private constructor(
    private readonly path: string,
    private readonly files: OwnFiles,
  ) {}

  /**
   * Reads the heads of all lines. An index that is missing or cannot be read is empty.
   *
   * @param earlier the index of an earlier version, which is of no use once this one begins
   */
  static async open(path: string, files: OwnFiles, earlier: string | null = null): Promise<RunIndex> {
    const index = new RunIndex(path, files);
    try {
      index.file = await files.openToRead(path);
      await index.readLines(index.file);
    } catch (error) {
      // What was read by then is of use. An earlier index still names runs that are deleted.
      if (errorCode(error) === 'ENOENT' && earlier !== null) await files.remove(earlier).catch(() => undefined);
    }
    return index;
  }

  /** What is known of a run whose file has this state; null where the index does not know it. */
  find(id: string, state: string): IndexedRun | null {
    const number = this.heads.numberOf(id);
    if (number === null) return null;
    this.asked += 1;
    const run = readHead(number, id, this.heads.text(number), state);
    if (run !== null) this.kept.push(number);
    return run;
  }

  /** The folder that a run was started in; null for none. Undefined where no line has it. */
  folderOf({ folder: reference }: IndexedRun): string | null | undefined {
    const folder = reference === '-' ? null : this.shared.get(reference);
    return typeof folder === 'string' || folder === null ? folder : undefined;
  }

  /** The records of runs that were found, in their order; null where one is damaged, or only its folder is known. */
  async records(found: readonly (IndexedRun | null)[]): Promise<readonly (RunRecord | null)[]> {
    const records: (RunRecord | null)[] = [];
    for (const run of found) {
      if (run === null || !hasRecord(run)) {
        records.push(null);
        continue;
      }
      const line = this.lineInPart(this.heads.lineAt(run.number));
      // To wait for what is in memory takes as long as to read it.
      const text = line === null ? await this.text(run.number) : recordText(this.part, ...line);
      records.push(text === null ? null : recordIn(text, this.shared));
    }
    return records;
  }

  /** Adds a line for a run; `save` writes it. */
  add(id: string, state: string, recorder: number | null, record: RunRecord): void {
    this.fresh += 1;
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
    const isGone = this.asked < this.heads.runs;
    const { kept } = this;
    if (!isGone && this.heads.count - kept.length <= Math.max(uselessLines, kept.length)) return;
    // What was added since would be lost: the next time it is found, and kept.
    if (this.fresh > kept.length) return;
    try {
      await replaceFile(this.files, this.path, async (file) => {
        let text = '';
        const written = new Set<string>();
        for (const head of kept) {
          text += await this.copyOf(head, written);
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

  /** The line of a run as it is, after the lines of its shared values that are not written yet. Empty for a damaged one. */
  private async copyOf(head: number, written: Set<string>): Promise<string> {
    const text = await this.text(head);
    if (text === null) return '';
    const [from, to] = await this.line(this.heads.lineAt(head));
    let lines = '';
    for (const reference of referencesIn(this.heads.text(head), text, this.shared)) {
      const value = this.shared.get(reference);
      if (value === undefined || written.has(reference)) continue;
      written.add(reference);
      lines += valueLine(reference, value);
    }
    return `${lines}${this.part.toString('utf8', from, to)}\n`;
  }

  private async readLines(file: ReadFile): Promise<void> {
    let part = Buffer.alloc(file.bytes < wholeBytes ? file.bytes + 1 : partBytes);
    /** Where the next line begins in the part, and where what was read of it ends. */
    let from = 0;
    let end = 0;
    while (part.length <= mostLineBytes) {
      const length = await file.read(part.subarray(end), this.partAt + end);
      if (length === 0) break;
      end += length;
      for (let to = part.indexOf(newline, from); to >= 0 && to < end; to = part.indexOf(newline, from)) {
        this.take(part, from, to, this.partAt + from);
        from = to + 1;
      }
      if (end < part.length) continue;
      if (from > 0) part.copyWithin(0, from, end);
      else part = Buffer.concat([part], part.length * 2);
      this.partAt += from;
      end -= from;
      from = 0;
    }
    this.part = part.subarray(0, end);
  }

  private take(part: Buffer, from: number, to: number, at: number): void {
    const line = readLine(part, from, to);
    if (line === null) return;
    if (line.kind === 'value') {
      this.shared.set(line.reference, line.value);
      return;
    }
    this.heads.add(at, part, line.from, line.to);
  }

  private async text(head: number): Promise<string | null> {
    try {
      const at = this.heads.lineAt(head);
      const [from, to] = this.lineInPart(at) ?? (await this.line(at));
      return recordText(this.part, from, to);
    } catch {
      return null;
    }
  }

  /** Where the line that begins at `at` begins and ends in the part that is in memory; null where it is not all there. */
  private lineInPart(at: number): readonly [from: number, to: number] | null {
    const from = at - this.partAt;
    const to = from >= 0 && from < this.part.length ? this.part.indexOf(newline, from) : -1;
    return to < 0 ? null : [from, to];
  }

  private async line(at: number): Promise<readonly [from: number, to: number]> {
    // Those of the next runs mostly follow; where runs are asked for from the last to the first, they precede.
    let start = at < this.partAt ? Math.max(0, at - partBytes / 2) : at;
    for (let bytes = partBytes; ; bytes *= 2) {
      const found = this.lineInPart(at);
      if (found !== null) return found;
      await this.readPart(start, bytes);
      start = at;
    }
  }

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
