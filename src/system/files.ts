import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs';
import { open, readFile, readdir, readlink, stat, type FileHandle } from 'node:fs/promises';

/**
 * Read access to the file system, passed in so that tests can serve a fake `/sys` and `/proc`.
 * Every method throws Node's `ErrnoException` (`code` is `ENOENT`, `EACCES`, …) on failure.
 */
export interface ReadableFiles {
  readText(path: string): Promise<string>;
  list(path: string): Promise<string[]>;
  /** The target of a symbolic link, as written. */
  readLink(path: string): Promise<string>;
  /**
   * Reads on the calling thread. Only for the small pseudo-files of `/proc` and `/sys`, which the kernel serves from
   * memory in microseconds: a trip through the thread pool would cost ten times as much as the read.
   */
  readTextNow(path: string): string;
  listNow(path: string): string[];
  readLinkNow(path: string): string;
  /**
   * A pseudo-file of `/proc` that is read again and again. It is opened with the first read; each later one takes one
   * system call instead of four.
   */
  hold(path: string): HeldFile;
}

export interface HeldFile {
  /** Its present text. @throws Node's `ErrnoException`; the next call opens the file again */
  textNow(): string;
  /** It may be read again afterwards. */
  close(): void;
}

export const systemFiles: ReadableFiles = {
  readText: (path) => readFile(path, 'utf8'),
  list: (path) => readdir(path),
  readLink: (path) => readlink(path),
  readTextNow: (path) => readFileSync(path, 'utf8'),
  listNow: (path) => readdirSync(path),
  readLinkNow: (path) => readlinkSync(path),
  hold: (path) => new HeldPseudoFile(path),
};

/** Larger than what `/proc` shows of a process, and of a machine with some dozen processors. */
const heldBytes = 16_384;
/** Shared by all, since a read is over before the next one begins. */
let heldBuffer: Buffer | null = null;

class HeldPseudoFile implements HeldFile {
  private descriptor = -1;

  constructor(private readonly path: string) {}

  textNow(): string {
    if (this.descriptor < 0) {
      this.descriptor = openSync(this.path, 'r');
      // A file with a size lies on a disk, where another one may take its place: it is opened each time.
      if (fstatSync(this.descriptor).size > 0) {
        this.close();
        return readFileSync(this.path, 'utf8');
      }
    }
    heldBuffer ??= Buffer.alloc(heldBytes);
    try {
      const length = readSync(this.descriptor, heldBuffer, 0, heldBytes, 0);
      if (length === 0) this.close();
      return length < heldBytes ? heldBuffer.toString('utf8', 0, length) : readFileSync(this.path, 'utf8');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    if (this.descriptor >= 0) closeSync(this.descriptor);
    this.descriptor = -1;
  }
}

/**
 * The id of the user who owns a file. A folder in `/proc` belongs to the user of its process.
 *
 * @throws Node's `ErrnoException`
 */
export async function ownerOf(path: string): Promise<number> {
  return (await stat(path)).uid;
}

/** The `code` of a file-system or spawn error (`ENOENT`, `EACCES`, …), or null for anything else. */
export function errorCode(error: unknown): string | null {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return null;
}

/** "the disk is full", for the codes of the system that say so; null for others. */
export function fullProblem(code: string | null): string | null {
  if (code === 'ENOSPC') return 'the disk is full';
  return code === 'EDQUOT' ? 'your quota is used up' : null;
}

/** The default limit for reading a file. Settings and lists that people write are far smaller. */
export const smallFileBytes = 1_000_000;

/** Thrown for a path that is not a regular file, and for a file that is too large. `message` is one sentence. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
  constructor(
    readonly code: 'ENOTREG' | 'EFBIG',
    message: string,
  ) {
    super(message);
  }
}

interface FileKindAndSize {
  readonly size: number;
  isFile(): boolean;
}

function requireRegular(found: FileKindAndSize, limitBytes: number): void {
  if (!found.isFile())
    throw new UnreadableFileError('ENOTREG', 'It is a device, a pipe or a folder, not a regular file.');
  requireSmall(found.size, limitBytes);
}

function requireSmall(bytes: number, limitBytes: number): void {
  if (bytes > limitBytes)
    throw new UnreadableFileError('EFBIG', `It is larger than ${limitBytes / 1e6} MB, the limit.`);
}

/**
 * If something else has replaced the file in the meantime: opening a pipe must not block, and opening a terminal must
 * not make it our controlling terminal.
 */
const openFlags =
  constants.O_RDONLY |
  ((constants.O_NONBLOCK as number | undefined) ?? 0) |
  ((constants.O_NOCTTY as number | undefined) ?? 0);

/** What is read of a file. A file of the size that it claims to have takes one chunk, with room left to see that it ends. */
class ReadBytes {
  chunk: Uint8Array;
  /** Of the chunk. */
  used = 0;
  private readonly full: Uint8Array[] = [];
  private length = 0;

  constructor(
    size: number,
    private readonly limitBytes: number,
  ) {
    this.chunk = new Uint8Array(size + 1);
  }

  get room(): number {
    return this.chunk.length - this.used;
  }

  /** Adds what was read into the room; false at the end of the file. @throws UnreadableFileError */
  add(bytes: number): boolean {
    this.used += bytes;
    this.length += bytes;
    requireSmall(this.length, this.limitBytes);
    if (this.room === 0) {
      this.full.push(this.chunk);
      this.chunk = new Uint8Array(65_536);
      this.used = 0;
    }
    return bytes > 0;
  }

  bytes(): Uint8Array {
    const last = this.chunk.subarray(0, this.used);
    return this.full.length === 0 ? last : Buffer.concat([...this.full, last], this.length);
  }
}

/**
 * Reads a file whose name or location we do not control, such as a file of a workspace. It must be a regular file, or a
 * link to one. Reading stops at the limit, whatever size the file claims to have.
 *
 * @throws UnreadableFileError, or Node's `ErrnoException`
 */
export async function readRegularFile(path: string, limitBytes = smallFileBytes): Promise<Uint8Array> {
  // Merely opening a device can have an effect, so check before opening.
  requireRegular(await stat(path), limitBytes);
  const file = await open(path, openFlags);
  try {
    const found = await file.stat();
    requireRegular(found, limitBytes);
    const read = new ReadBytes(found.size, limitBytes);
    while (read.add((await file.read(read.chunk, read.used, read.room, null)).bytesRead));
    return read.bytes();
  } finally {
    await file.close();
  }
}

/** `readRegularFile` on the calling thread. @throws UnreadableFileError, or Node's `ErrnoException` */
export function readRegularFileNow(path: string, limitBytes = smallFileBytes): Uint8Array {
  requireRegular(statSync(path), limitBytes);
  const file = openSync(path, openFlags);
  try {
    const found = fstatSync(file);
    requireRegular(found, limitBytes);
    const read = new ReadBytes(found.size, limitBytes);
    while (read.add(readSync(file, read.chunk, read.used, read.room, null)));
    return read.bytes();
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a regular file to read it in parts.
 *
 * @throws UnreadableFileError, or Node's `ErrnoException`
 */
export async function openRegularFile(path: string): Promise<{ readonly file: FileHandle; readonly bytes: number }> {
  // Merely opening a device can have an effect, so check before opening.
  requireRegular(await stat(path), Infinity);
  const file = await open(path, openFlags);
  try {
    const found = await file.stat();
    requireRegular(found, Infinity);
    return { file, bytes: found.size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** `readRegularText` on the calling thread, for the small files of our own state. */
export function readRegularTextNow(path: string, limitBytes = smallFileBytes): string {
  requireRegular(statSync(path), limitBytes);
  const file = openSync(path, openFlags);
  try {
    const found = fstatSync(file);
    requireRegular(found, limitBytes);
    const bytes = new Uint8Array(found.size);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    return textOf(bytes.subarray(0, length));
  } finally {
    closeSync(file);
  }
}

/** Decodes UTF-8 and drops a byte order mark. Invalid bytes become replacement characters. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** `readRegularFile`, decoded as UTF-8. @throws UnreadableFileError, or Node's `ErrnoException` */
export async function readRegularText(path: string, limitBytes = smallFileBytes): Promise<string> {
  return textOf(await readRegularFile(path, limitBytes));
}

export type SmallText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  /** One sentence that calls the file "it". */
  | { readonly kind: 'unreadable'; readonly problem: string };

/** Reads a small text file. Never throws: the result says that the file is absent, or why it cannot be read. */
export async function readSmallText(path: string, limitBytes = smallFileBytes): Promise<SmallText> {
  try {
    return { kind: 'text', text: await readRegularText(path, limitBytes) };
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { kind: 'absent' }
      : { kind: 'unreadable', problem: readProblem(error) };
  }
}

/** Why a file cannot be read: one sentence for people, which calls the file "it". */
export function readProblem(error: unknown): string {
  if (error instanceof UnreadableFileError) return error.message;
  switch (errorCode(error)) {
    case 'ENOENT':
      return 'There is no such file or folder.';
    case 'EACCES':
    case 'EPERM':
      return 'It cannot be read: check its permissions.';
    case 'ELOOP':
      return 'It is a link that points back to itself.';
    default:
      // The message of Node would say the whole path.
      return `It cannot be read (${errorCode(error) ?? String(error)}).`;
  }
}
