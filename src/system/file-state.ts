import { statSync } from 'node:fs';

/** Identifies a version of a file: at least one field differs if the file was changed, replaced or moved. */
export interface FileState {
  readonly bytes: number;
  /** When the content last changed (mtime), milliseconds since the Unix epoch. */
  readonly changedAt: number;
  /**
   * When the content, name or permissions last changed (ctime), milliseconds since the Unix epoch. Programs cannot set
   * it.
   */
  readonly touchedAt: number;
  readonly inode: number;
}

/** See `OwnFiles`. */
export function stateNow(path: string): FileState | null {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return null;
    return { bytes: found.size, changedAt: found.mtimeMs, touchedAt: found.ctimeMs, inode: found.ino };
  } catch {
    return null;
  }
}

export const isSameState = (a: FileState, b: FileState): boolean =>
  a.bytes === b.bytes && a.changedAt === b.changedAt && a.touchedAt === b.touchedAt && a.inode === b.inode;
