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
import { rulePages } from '../../lint/documentation';
import { RULES } from '../../lint/rules';

const SCHEME = 'green-ml';
const FOLDER = '/rules';

/** Where a rule's page can be opened in the editor, which shows it as a preview (see `configurationDefaults`). */
export const rulePage = (rule: string): Uri => Uri.from({ scheme: SCHEME, path: `${FOLDER}/${rule}.md` });

/** The pages of the rules as files that can be read and not written: they come with the extension, and need no site. */
export class RulePages implements FileSystemProvider {
  readonly onDidChangeFile = new EventEmitter<FileChangeEvent[]>().event;
  private pages: ReadonlyMap<string, Uint8Array> | null = null;

  static register(): Disposable {
    return workspace.registerFileSystemProvider(SCHEME, new RulePages(), { isReadonly: true, isCaseSensitive: true });
  }

  watch(): Disposable {
    return new Disposable(() => undefined);
  }

  stat(uri: Uri): FileStat {
    const isFolder = uri.path === FOLDER || uri.path === '/';
    return {
      type: isFolder ? FileType.Directory : FileType.File,
      ctime: 0,
      mtime: 0,
      size: isFolder ? 0 : this.readFile(uri).length,
    };
  }

  readDirectory(uri: Uri): [string, FileType][] {
    if (uri.path === '/') return [[FOLDER.slice(1), FileType.Directory]];
    if (uri.path !== FOLDER) throw FileSystemError.FileNotFound(uri);
    return [...this.all().keys()].map((name) => [name, FileType.File]);
  }

  readFile(uri: Uri): Uint8Array {
    const page = uri.path.startsWith(`${FOLDER}/`) ? this.all().get(uri.path.slice(FOLDER.length + 1)) : undefined;
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
      [...rulePages(RULES)].map(([name, text]): [string, Uint8Array] => [name, encoder.encode(text)]),
    );
    return this.pages;
  }
}
