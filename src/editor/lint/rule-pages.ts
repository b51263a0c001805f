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
import { rulesFolder, schemes } from '../contributions/surfaces';

/** The URI of a rule's page. VS Code opens it as a Markdown preview (see `configurationDefaults`). */
export const rulePage = (rule: string): Uri => Uri.from({ scheme: schemes.rules, path: `${rulesFolder}/${rule}.md` });

/** The rule pages as a read-only file system: they come with the extension and need no website. */
export class RulePages implements FileSystemProvider {
  readonly onDidChangeFile = new EventEmitter<FileChangeEvent[]>().event;
  private pages: Promise<ReadonlyMap<string, Uint8Array>> | null = null;

  static register(): Disposable {
    return workspace.registerFileSystemProvider(schemes.rules, new RulePages(), {
      isReadonly: true,
      isCaseSensitive: true,
    });
  }

  watch(): Disposable {
    return new Disposable(() => undefined);
  }

  async stat(uri: Uri): Promise<FileStat> {
    const isFolder = uri.path === rulesFolder || uri.path === '/';
    return {
      type: isFolder ? FileType.Directory : FileType.File,
      ctime: 0,
      mtime: 0,
      size: isFolder ? 0 : (await this.readFile(uri)).length,
    };
  }

  async readDirectory(uri: Uri): Promise<[string, FileType][]> {
    if (uri.path === '/') return [[rulesFolder.slice(1), FileType.Directory]];
    if (uri.path !== rulesFolder) throw FileSystemError.FileNotFound(uri);
    return [...(await this.all()).keys()].map((name) => [name, FileType.File]);
  }

  async readFile(uri: Uri): Promise<Uint8Array> {
    const page = uri.path.startsWith(`${rulesFolder}/`)
      ? (await this.all()).get(uri.path.slice(rulesFolder.length + 1))
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

  private all(): Promise<ReadonlyMap<string, Uint8Array>> {
    this.pages ??= encodedPages();
    return this.pages;
  }
}

/** The rules are read when somebody opens a page. */
async function encodedPages(): Promise<ReadonlyMap<string, Uint8Array>> {
  const [{ documentedRules }, { rulePages }] = await Promise.all([
    import('../../lint/rules/documented'),
    import('../../lint/engine/documentation'),
  ]);
  const encoder = new TextEncoder();
  return new Map(
    [...rulePages(documentedRules)].map(([name, text]): [string, Uint8Array] => [name, encoder.encode(text)]),
  );
}
