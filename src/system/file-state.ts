import { statSync } from 'node:fs';

/** What changes when a file is changed, replaced or moved. */
export interface FileState {
  readonly bytes: number;
  /** When its content was changed last, milliseconds since the Unix epoch. */
  readonly changedAt: number;
  /** The content, the name or the rights, milliseconds since the Unix epoch; nobody can set it back. */
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
