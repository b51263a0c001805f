import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
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
import { RecycledFile } from './recycled-file';

/** As `a`, but a pipe that nobody reads is an error and not a wait. */
const appending =
  constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | ((constants['O_NONBLOCK'] as number | undefined) ?? 0);

/** A file that is open for writing, as Node's `FileHandle` is. */
export interface OpenedFile {
  appendFile(text: string): Promise<void>;
  writeFile(content: string | Uint8Array): Promise<void>;
  truncate(bytes?: number): Promise<void>;
  close(): Promise<void>;
}

/** What is known about a file or folder. A link is not followed. */
interface FileFacts {
  readonly isFolder: boolean;
  /** Null if the platform has no owners. */
  readonly isOwn: boolean | null;
  /** Milliseconds since the Unix epoch. */
  readonly changedAt: number;
}

/** A file that is open for reading. */
export interface ReadFile {
  readonly bytes: number;
  /** Reads from `position` into the start of `into`; resolves to the number of bytes read, 0 at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/** Replaces one file again and again, each time completely or not at all. */
export interface Replacer {
  /**
   * @param text ends with a line break; spaces may be added before it
   * @throws Node's `ErrnoException`; the file is then unchanged
   */
  replace(text: string): Promise<void>;
  /** Closes what it keeps beside the file, in a folder that `versionsOf` names. */
  close(): void;
}

export type { FileState };

/**
 * The files that we keep ourselves: records, caches, notes for other processes. Only this user can read the files that
 * it creates. Passed in, so that tests can simulate a full disk. Each method throws Node's `ErrnoException` on failure.
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
  /** Opens a regular file; anything else is an error. */
  openToRead(path: string): Promise<ReadFile>;
  factsOf(path: string): Promise<FileFacts>;
  /**
   * The state of a file, following links; null if there is none or it cannot be read. Runs on the calling thread: for a
   * list of thousands of files, the thread pool would cost ten times as much.
   */
  stateNow(path: string): FileState | null;
  /** When a file last changed, milliseconds since the Unix epoch. */
  changedAt(path: string): Promise<number>;
  append(path: string, text: string): Promise<void>;
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Replaces `to` in one step, if it exists. */
  rename(from: string, to: string): Promise<void>;
  /** `ax` to append to a file that must not exist yet, `a` to append, `w` to start with an empty file. */
  open(path: string, flags: 'a' | 'ax' | 'w'): Promise<OpenedFile>;
  /** For a small file in a folder of our own that changes each second. */
  replacer(path: string): Replacer;
  /** Removes a file; does nothing if there is none. */
  remove(path: string): Promise<void>;
  removeEmptyFolder(path: string): Promise<void>;
  /** Removes a folder and everything in it. */
  removeFolder(path: string): Promise<void>;
  /** Calls `onChange` with the name of each file that appears or changes; the returned function stops watching. */
  watch(folder: string, onChange: (name: string) => void): () => void;
}

/** Like `OwnFiles`, but on the calling thread: for work that must be finished before the process ends or a sample is due. */
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
  async factsOf(path) {
    const found = await lstat(path);
    const own = process.getuid?.();
    return {
      isFolder: found.isDirectory(),
      isOwn: own === undefined ? null : found.uid === own,
      changedAt: found.mtimeMs,
    };
  },
  changedAt: async (path) => (await stat(path)).mtimeMs,
  append: (path, text) => appendFile(path, text, { mode: 0o600, flag: appending }),
  write: (path, content) => writeFile(path, content, { mode: 0o600 }),
  rename,
  open: (path, flags) => open(path, flags, 0o600),
  replacer: (path) => ({
    replace: (text) => replaceFile(ownFiles, path, text),
    close: () => undefined,
  }),
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
 * Replaces a file completely or not at all, with a text or with what a function writes. Several processes may do so at
 * once: each writes a temporary file of its own and renames it.
 *
 * @throws Node's `ErrnoException`, or what the function throws; the file is then unchanged
 */
export async function replaceFile(
  files: Pick<OwnFiles, 'open' | 'rename' | 'remove'>,
  path: string,
  content: string | Uint8Array | ((draft: OpenedFile) => Promise<void>),
): Promise<void> {
  const draft = draftOf(path);
  try {
    const file = await files.open(draft, 'ax');
    try {
      await (typeof content === 'function' ? content(file) : file.writeFile(content));
    } finally {
      await file.close();
    }
    await files.rename(draft, path);
  } catch (error) {
    await files.remove(draft).catch(() => undefined);
    throw error;
  }
}

/**
 * `replaceFile` on the calling thread.
 *
 * @throws Node's `ErrnoException`; the file is then unchanged
 */
export function replaceFileNow(
  files: Pick<OwnFilesNow, 'write' | 'rename' | 'remove'>,
  path: string,
  text: string,
): void {
  const draft = draftOf(path);
  try {
    files.write(draft, text);
    files.rename(draft, path);
  } catch (error) {
    files.remove(draft);
    throw error;
  }
}

function draftOf(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.tmp`;
}

/**
 * `ownFiles`, but writing on the calling thread: for a process that only measures. Writing a line each second then costs
 * one system call; the thread pool would wake several threads, which costs ten times as much.
 */
export const promptFiles: OwnFiles = {
  ...ownFiles,
  list: (folder) => now(() => readdirSync(folder)),
  append: (path, text) =>
    now(() => {
      const descriptor = openSync(path, appending, 0o600);
      try {
        writeAll(descriptor, text);
      } finally {
        closeSync(descriptor);
      }
    }),
  write: (path, content) => now(() => ownFilesNow.write(path, content)),
  rename: (from, to) => now(() => renameSync(from, to)),
  open: (path, flags) => now(() => new PromptFile(openSync(path, flags, 0o600))),
  replacer: (path) => new PromptReplacer(path),
};

/** Not on other systems: Windows refuses to rename over a file that a reader has open, also if only the name is new. */
const canRecycle = process.platform === 'linux';

class PromptReplacer implements Replacer {
  private recycled: RecycledFile | null;

  constructor(private readonly path: string) {
    this.recycled = canRecycle ? new RecycledFile(path) : null;
  }

  replace(text: string): Promise<void> {
    return now(() => {
      if (this.recycled !== null) {
        try {
          this.recycled.replace(text);
          return;
        } catch {
          // A file system without hard links, or somebody tidies the folder.
          this.recycled.remove();
          this.recycled = null;
        }
      }
      replaceFileNow(ownFilesNow, this.path, text);
    });
  }

  close(): void {
    this.recycled?.close();
  }
}

class PromptFile implements OpenedFile {
  constructor(private descriptor: number) {}

  writeFile(content: string | Uint8Array): Promise<void> {
    return now(() => writeAll(this.descriptor, content));
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
      // By the time of a second call, the number may belong to another file.
      this.descriptor = -1;
      closeSync(descriptor);
    });
  }
}

/** @throws Node's `ErrnoException`; part of the content may then have been written */
function writeAll(descriptor: number, content: string | Uint8Array): void {
  let rest = typeof content === 'string' ? Buffer.from(content) : content;
  while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
}

/** Calls `act` at once. If it throws, the promise is rejected with the same error. */
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
