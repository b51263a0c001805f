import {
  Disposable,
  EventEmitter,
  FileSystemError,
  FileType,
  Uri,
  workspace,
  type FileChangeEvent,
  type FileStat,
  type FileSystemProvider,
} from 'vscode';
import { rulePages } from '../../lint/engine/documentation';
import { allRules } from '../../lint/rules';
import { rulesFolder, schemes } from '../contributions/surfaces';

/** The URI of a rule's page. VS Code opens it as a Markdown preview (see `configurationDefaults`). */
export const rulePage = (rule: string): Uri => Uri.from({ scheme: schemes.rules, path: `${rulesFolder}/${rule}.md` });

/** The rule pages as a read-only file system: they come with the extension and need no website. */
export class RulePages implements FileSystemProvider {
  readonly onDidChangeFile = new EventEmitter<FileChangeEvent[]>().event;
  private pages: ReadonlyMap<string, Uint8Array> | null = null;

  static register(): Disposable {
    return workspace.registerFileSystemProvider(schemes.rules, new RulePages(), {
      isReadonly: true,
      isCaseSensitive: true,
    });
  }

  watch(): Disposable {
    return new Disposable(() => undefined);
  }

  stat(uri: Uri): FileStat {
    const isFolder = uri.path === rulesFolder || uri.path === '/';
    return {
      type: isFolder ? FileType.Directory : FileType.File,
      ctime: 0,
      mtime: 0,
      size: isFolder ? 0 : this.readFile(uri).length,
    };
  }

  readDirectory(uri: Uri): [string, FileType][] {
    if (uri.path === '/') return [[rulesFolder.slice(1), FileType.Directory]];
    if (uri.path !== rulesFolder) throw FileSystemError.FileNotFound(uri);
    return [...this.all().keys()].map((name) => [name, FileType.File]);
  }

  readFile(uri: Uri): Uint8Array {
    const page = uri.path.startsWith(`${rulesFolder}/`)
      ? this.all().get(uri.path.slice(rulesFolder.length + 1))
      : undefined;
    if (page === undefined) throw FileSystemError.FileNotFound(uri);
    return page;
  }

  createDirectory(): never {
    throw FileSystemError.NoPermissions();
  }

  writeFile(): never {
    throw FileSystemError.NoPermissions();
  }

  delete(): never {
    throw FileSystemError.NoPermissions();
  }

  rename(): never {
    throw FileSystemError.NoPermissions();
  }

  private all(): ReadonlyMap<string, Uint8Array> {
    const encoder = new TextEncoder();
    this.pages ??= new Map(
      [...rulePages(allRules)].map(([name, text]): [string, Uint8Array] => [name, encoder.encode(text)]),
    );
    return this.pages;
  }
}
