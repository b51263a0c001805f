import { readFile, readdir, stat, writeFile } from 'node:fs/promises';

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** The files of a project. Every method throws Node's `ErrnoException` on failure. */
export interface SourceFiles {
  readBytes(path: string): Promise<Uint8Array>;
  writeText(path: string, text: string): Promise<void>;
  writeBytes(path: string, bytes: Uint8Array): Promise<void>;
  entries(folder: string): Promise<readonly FolderEntry[]>;
  /** What a path leads to, through links. */
  look(path: string): Promise<{ readonly kind: 'file' | 'folder' | 'other'; readonly bytes: number }>;
}

export const systemSourceFiles: SourceFiles = {
  readBytes: (path) => readFile(path),
  writeText: (path, text) => writeFile(path, text),
  writeBytes: (path, bytes) => writeFile(path, bytes),
  async entries(folder) {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((entry) => ({
      name: entry.name,
      kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other',
    }));
  },
  async look(path) {
    const found = await stat(path);
    return { kind: found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other', bytes: found.size };
  },
};
