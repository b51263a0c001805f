import { randomBytes } from 'node:crypto';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  watch as watchFolder,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { appendFile, lstat, mkdtemp, open, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { stateNow, type FileState } from './file-state';
import { openRegularFile, readRegularFile, readRegularText } from './files';
import { makeFolder } from './folders';

/** A file that is open for writing, as Node's `FileHandle` is. */
export interface OpenedFile {
  appendFile(text: string): Promise<void>;
  writeFile(text: string): Promise<void>;
  truncate(bytes?: number): Promise<void>;
  close(): Promise<void>;
}

/** What is known of a file or folder without following a link. */
interface Seen {
  readonly isFolder: boolean;
  /** Null where the platform has no owners. */
  readonly isOwn: boolean | null;
  /** Milliseconds since the Unix epoch. */
  readonly changedAt: number;
}

/** A file that is open for reading. */
export interface ReadFile {
  readonly bytes: number;
  /** Fills the start of `into` with what stands at `position`; resolves to how many bytes that were, 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

export type { FileState };

/**
 * The files that we keep ourselves: records, caches, notes for other processes. Only this person can read what is made
 * here. Passed in, so that tests can serve a full disk. Each method throws Node's `ErrnoException` on failure.
 */
export interface OwnFiles {
  makeFolder(path: string): Promise<void>;
  /** A new folder whose path begins with `prefix`. */
  makeTemporaryFolder(prefix: string): Promise<string>;
  list(folder: string): Promise<string[]>;
  /** A regular file of at most `limitBytes`; see `readRegularText`. */
  readText(path: string, limitBytes?: number): Promise<string>;
  /** The same as bytes. */
  readBytes(path: string, limitBytes?: number): Promise<Uint8Array>;
  /** The first bytes of a file, as text. */
  readStart(path: string, bytes: number): Promise<string>;
  /** Only a regular file is opened. */
  openToRead(path: string): Promise<ReadFile>;
  look(path: string): Promise<Seen>;
  /**
   * The state of a file, following links; null where there is none or nothing is known. Without leaving the thread: for
   * the thousands of files of a list, trips through the thread pool cost ten times as much.
   */
  stateNow(path: string): FileState | null;
  /** When a file was changed last, milliseconds since the Unix epoch. */
  changedAt(path: string): Promise<number>;
  append(path: string, text: string): Promise<void>;
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Puts a file in the place of another at once. */
  rename(from: string, to: string): Promise<void>;
  /** `ax` for a file that must not be there yet, `a` to append, `w` to begin again. */
  open(path: string, flags: 'a' | 'ax' | 'w'): Promise<OpenedFile>;
  /** Removes a file; nothing happens where there is none. */
  remove(path: string): Promise<void>;
  /** Removes a folder that is empty. */
  removeEmptyFolder(path: string): Promise<void>;
  /** Removes a folder with all that is in it. */
  removeFolder(path: string): Promise<void>;
  /** Calls with the names of files of a folder that appear or change; the returned function ends it. */
  watch(folder: string, onChange: (name: string) => void): () => void;
}

/** The same for what must be done at once, before the process ends or a sample is due. */
export interface OwnFilesNow {
  list(folder: string): string[];
  makeFolder(path: string): void;
  /** Makes an empty file. */
  put(path: string): void;
  write(path: string, content: string | Uint8Array): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
}

export const ownFiles: OwnFiles = {
  makeFolder,
  makeTemporaryFolder: (prefix) => mkdtemp(prefix),
  list: (folder) => readdir(folder),
  readText: (path, limitBytes) => readRegularText(path, limitBytes),
  readBytes: (path, limitBytes) => readRegularFile(path, limitBytes),
  async readStart(path, bytes) {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  },
  async openToRead(path) {
    const { file, bytes } = await openRegularFile(path);
    return {
      bytes,
      read: async (into, position) => (await file.read(into, 0, into.length, position)).bytesRead,
      close: () => file.close(),
    };
  },
  stateNow,
  async look(path) {
    const found = await lstat(path);
    const own = process.getuid?.();
    return {
      isFolder: found.isDirectory(),
      isOwn: own === undefined ? null : found.uid === own,
      changedAt: found.mtimeMs,
    };
  },
  changedAt: async (path) => (await stat(path)).mtimeMs,
  append: (path, text) => appendFile(path, text, { mode: 0o600 }),
  write: (path, content) => writeFile(path, content, { mode: 0o600 }),
  rename,
  open: (path, flags) => open(path, flags, 0o600),
  remove: (path) => rm(path, { force: true }),
  removeEmptyFolder: (path) => rmdir(path),
  removeFolder: (path) => rm(path, { recursive: true, force: true }),
  watch(folder, onChange) {
    const watcher = watchFolder(folder, (_event, name) => {
      if (name !== null) onChange(name);
    });
    watcher.on('error', () => watcher.close());
    watcher.unref();
    return () => watcher.close();
  },
};

/**
 * Writes a file whole or not at all. Several processes may write the same one at once: each writes a file with a name of
 * its own and renames it.
 * @throws Node's `ErrnoException`; the file is then as it was
 */
export async function replaceFile(
  files: Pick<OwnFiles, 'write' | 'rename' | 'remove'>,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await files.write(draft, content);
    await files.rename(draft, path);
  } catch (error) {
    await files.remove(draft).catch(() => undefined);
    throw error;
  }
}

/**
 * The same files, written without leaving the thread: for a process that does nothing but measure. There a line each
 * second costs one system call; through the thread pool it wakes several threads, which costs ten times as much.
 */
export const promptFiles: OwnFiles = {
  ...ownFiles,
  append: (path, text) => now(() => writeFileSync(path, text, { mode: 0o600, flag: 'a' })),
  write: (path, content) => now(() => ownFilesNow.write(path, content)),
  rename: (from, to) => now(() => renameSync(from, to)),
  open: (path, flags) => now(() => new PromptFile(openSync(path, flags, 0o600))),
};

class PromptFile implements OpenedFile {
  constructor(private descriptor: number) {}

  writeFile(text: string): Promise<void> {
    return now(() => writeAll(this.descriptor, text));
  }

  appendFile(text: string): Promise<void> {
    return this.writeFile(text);
  }

  truncate(bytes = 0): Promise<void> {
    return now(() => ftruncateSync(this.descriptor, bytes));
  }

  close(): Promise<void> {
    return now(() => {
      const { descriptor } = this;
      if (descriptor < 0) return;
      // The number may be another file's by the time of a second call.
      this.descriptor = -1;
      closeSync(descriptor);
    });
  }
}

/** @throws Node's `ErrnoException`; part of the text may have been written then */
function writeAll(descriptor: number, text: string): void {
  let rest: Uint8Array = Buffer.from(text);
  while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
}

/** Does it now; what it throws is what the promise is rejected with. */
// eslint-disable-next-line @typescript-eslint/require-await -- the keyword turns exceptions into rejections
async function now<T>(act: () => T): Promise<T> {
  return act();
}

export const ownFilesNow: OwnFilesNow = {
  list: (folder) => readdirSync(folder),
  makeFolder: (path) => {
    mkdirSync(path, { mode: 0o700 });
  },
  put: (path) => closeSync(openSync(path, 'w', 0o600)),
  write: (path, content) => writeFileSync(path, content, { mode: 0o600 }),
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
};
