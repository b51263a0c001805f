import { closeSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/** So many versions come before one is overwritten: a reader has that many replacements between opening and reading. */
const versions = 4;
/** Room for figures that become longer. */
const spareBytes = 64;
/** Sizes are whole multiples of this, so that few texts need new versions. */
const stepBytes = 256;

/** The folder beside a recycled file that holds its versions. */
export function versionsOf(path: string): string {
  return `${path}.versions`;
}

/**
 * A small text file that is replaced each second, always as a whole. A new file for each version makes ext4 find a place
 * for it on the disk and begin to write it there at once; so the versions take turns in a few files that keep their
 * place. The one whose turn it is is written while no name leads to it that a reader knows, then it gets the name of the
 * file. Spaces before the end of the line make all versions of one size.
 */
export class RecycledFile {
  private slots: number[] = [];
  private buffer = Buffer.alloc(0);
  private turn = 0;
  private readonly folder: string;
  private readonly draft: string;

  /** @param path the file, in a folder of our own */
  constructor(private readonly path: string) {
    this.folder = versionsOf(path);
    this.draft = `${this.folder}/draft`;
  }

  /**
   * @param text ends with a line break; white space before it has no meaning
   * @throws Node's `ErrnoException`, also where the file system has no hard links; the file is then unchanged
   */
  replace(text: string): void {
    const length = Buffer.byteLength(text);
    if (length > this.buffer.length) this.resize(length);
    const { buffer, turn } = this;
    const size = buffer.length;
    buffer.write(text);
    if (length < size) {
      buffer.fill(' ', length - 1, size - 1);
      buffer[size - 1] = 0x0a;
    }
    const descriptor = this.slots[turn] ?? openSync(this.slotPath(turn), 'wx', 0o600);
    this.slots[turn] = descriptor;
    if (writeSync(descriptor, buffer, 0, size, 0) < size)
      throw Object.assign(new Error('only a part could be written'), { code: 'ENOSPC' });
    linkSync(this.slotPath(turn), this.draft);
    renameSync(this.draft, this.path);
    this.turn = (turn + 1) % versions;
  }

  /** Closes the versions; it must not be replaced afterwards. */
  close(): void {
    for (const descriptor of this.slots) closeSync(descriptor);
    this.slots = [];
  }

  /** Closes and removes all versions but the present one. */
  remove(): void {
    this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private slotPath(turn: number): string {
    return `${this.folder}/${turn}`;
  }

  /** Versions of another size are other files: one that a reader may have open never changes its length. */
  private resize(length: number): void {
    if (this.buffer.length > 0) this.remove();
    // Readers of the old ones are not affected: the folder and the names are new, the open files are not ours any more.
    mkdirSync(this.folder, { mode: 0o700 });
    this.turn = 0;
    this.buffer = Buffer.alloc(Math.ceil((length + spareBytes) / stepBytes) * stepBytes);
  }
}
