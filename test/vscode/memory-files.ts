import { posix } from 'node:path';
import * as vscode from 'vscode';

/** A file system that lives in memory, as that of a virtual workspace. */
export class MemoryFiles implements vscode.FileSystemProvider {
  private readonly files = new Map<string, Uint8Array>();
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;

  write(path: string, text: string): void {
    this.files.set(path, new TextEncoder().encode(text));
  }

  read(path: string): string {
    return new TextDecoder().decode(this.files.get(path));
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat({ path }: vscode.Uri): vscode.FileStat {
    const file = this.files.get(path);
    if (file !== undefined) return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: file.length };
    if (this.namesIn(path).length === 0) throw vscode.FileSystemError.FileNotFound(path);
    return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
  }

  readDirectory({ path }: vscode.Uri): [string, vscode.FileType][] {
    return this.namesIn(path).map((name) => [
      name,
      this.files.has(posix.join(path, name)) ? vscode.FileType.File : vscode.FileType.Directory,
    ]);
  }

  readFile({ path }: vscode.Uri): Uint8Array {
    const file = this.files.get(path);
    if (file === undefined) throw vscode.FileSystemError.FileNotFound(path);
    return file;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    this.files.set(uri.path, content);
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  delete(uri: vscode.Uri): void {
    this.files.delete(uri.path);
    this.changed.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
  }

  createDirectory(): void {
    // Folders are there when files are in them.
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  private namesIn(folder: string): readonly string[] {
    const prefix = folder.endsWith('/') ? folder : `${folder}/`;
    return [
      ...new Set(
        [...this.files.keys()]
          .filter((path) => path.startsWith(prefix))
          .map((path) => path.slice(prefix.length).split('/')[0] ?? ''),
      ),
    ];
  }
}
