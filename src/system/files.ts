import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { readFile, readdir, readlink } from 'node:fs/promises';

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
   * Reads without leaving the thread. Only for the small pseudo-files of `/proc` and `/sys`, which the kernel
   * answers from memory in microseconds: there a trip through the thread pool costs ten times the read.
   */
  readTextNow(path: string): string;
  listNow(path: string): string[];
  readLinkNow(path: string): string;
}

export const systemFiles: ReadableFiles = {
  readText: (path) => readFile(path, 'utf8'),
  list: (path) => readdir(path),
  readLink: (path) => readlink(path),
  readTextNow: (path) => readFileSync(path, 'utf8'),
  listNow: (path) => readdirSync(path),
  readLinkNow: (path) => readlinkSync(path),
};

/** The `code` of a file-system or spawn error (`ENOENT`, `EACCES`, …), or null for anything else. */
export function errorCode(error: unknown): string | null {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return null;
}
