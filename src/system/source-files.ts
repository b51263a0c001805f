import { readdirSync, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { readRegularFileNow } from './files';
import { stateNow, type FileState } from './file-state';
import { writeDocument } from './write-document';

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** Larger source files and notebooks are not read. Notebooks can be large, because they contain images. */
export const mostSourceBytes = 64 * 1024 * 1024;

/** Read access to a project's files. Every method throws Node's `ErrnoException` or `UnreadableFileError` on failure. */
export interface ProjectFiles {
  /** Reads a regular file of at most `limitBytes`, by default `mostSourceBytes`. */
  readBytes(path: string, limitBytes?: number): Promise<Uint8Array>;
  entries(folder: string): Promise<readonly FolderEntry[]>;
  /** The kind and size of what is at a path. Links are followed. */
  inspect(path: string): Promise<{ readonly kind: 'file' | 'folder' | 'other'; readonly bytes: number }>;
}

/** Read and write access to a project's files. */
export interface SourceFiles extends ProjectFiles {
  /** Replaces a file in one step; see `writeDocument`. */
  writeBytes(path: string, bytes: Uint8Array): Promise<void>;
  /** The path with links resolved. */
  realPath(path: string): Promise<string>;
  /** See `OwnFiles`. */
  stateNow(path: string): FileState | null;
  /** True if there is certainly nothing at a path. */
  isAbsentNow(path: string): boolean;
}

export const systemSourceFiles: SourceFiles = {
  async writeBytes(path, bytes) {
    const problem = await writeDocument(path, bytes);
    if (problem !== null) throw Object.assign(new Error(`it cannot be written (${problem})`), { code: problem });
  },
  realPath: (path) => realpath(path),
  stateNow,
  isAbsentNow(path) {
    try {
      return statSync(path, { throwIfNoEntry: false }) === undefined;
    } catch {
      return false;
    }
  },
  // In this thread, which is never that of an editor: for the thousands of files and folders of a project, trips through the
  // thread pool cost several times as much. The keyword turns exceptions into rejections.
  /* eslint-disable @typescript-eslint/require-await */
  async readBytes(path, limitBytes = mostSourceBytes) {
    return readRegularFileNow(path, limitBytes);
  },
  async entries(folder) {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.map((entry) => ({
      name: entry.name,
      kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other',
    }));
  },
  async inspect(path) {
    const found = statSync(path);
    return { kind: found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other', bytes: found.size };
  },
  /* eslint-enable @typescript-eslint/require-await */
};
