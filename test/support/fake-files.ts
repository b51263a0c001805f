import type { HeldFile, ReadableFiles } from '../../src/system/files';

/** The text of a file, the error code for reading it (`{ fails: 'EACCES' }`), or a link (`{ link: … }`). */
export type FakeFile = string | { readonly fails: string } | { readonly link: string };

function failure(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}

/** An in-memory file system: `new FakeFiles({ '/sys/class/powercap/intel-rapl:0/name': 'package-0\n' })`. */
export class FakeFiles implements ReadableFiles {
  private readonly entries = new Map<string, FakeFile>();
  /** How often each path was read. */
  readonly reads = new Map<string, number>();

  constructor(entries: Readonly<Record<string, FakeFile>> = {}) {
    this.setAll(entries);
  }

  set(path: string, file: FakeFile): void {
    this.entries.set(path, file);
  }

  setAll(entries: Readonly<Record<string, FakeFile>>): void {
    for (const [path, file] of Object.entries(entries)) this.entries.set(path, file);
  }

  /** Removes a file, or a folder and everything in it. */
  remove(path: string): void {
    for (const each of [...this.entries.keys()]) {
      if (each === path || each.startsWith(`${path}/`)) this.entries.delete(each);
    }
  }

  readTextNow(path: string): string {
    this.reads.set(path, (this.reads.get(path) ?? 0) + 1);
    const entry = this.entries.get(path);
    if (entry === undefined) throw failure(this.isFolder(path) ? 'EISDIR' : 'ENOENT', path);
    if (typeof entry === 'string') return entry;
    throw failure('fails' in entry ? entry.fails : 'EINVAL', path);
  }

  hold(path: string): HeldFile {
    return { textNow: () => this.readTextNow(path), close: () => undefined };
  }

  listNow(path: string): string[] {
    const own = this.entries.get(path);
    if (own !== undefined) throw failure(typeof own === 'object' && 'fails' in own ? own.fails : 'ENOTDIR', path);
    if (!this.isFolder(path)) throw failure('ENOENT', path);
    const prefix = path === '/' ? '/' : `${path}/`;
    const names = [...this.entries.keys()]
      .filter((each) => each.startsWith(prefix))
      .map((each) => each.slice(prefix.length).split('/')[0] ?? '');
    return [...new Set(names)];
  }

  async readText(path: string): Promise<string> {
    await Promise.resolve();
    return this.readTextNow(path);
  }

  async list(path: string): Promise<string[]> {
    await Promise.resolve();
    return this.listNow(path);
  }

  async readLink(path: string): Promise<string> {
    await Promise.resolve();
    return this.readLinkNow(path);
  }

  readLinkNow(path: string): string {
    const entry = this.entries.get(path);
    if (entry === undefined) throw failure('ENOENT', path);
    if (typeof entry === 'object' && 'link' in entry) return entry.link;
    throw failure('EINVAL', path);
  }

  private isFolder(path: string): boolean {
    const prefix = path === '/' ? '/' : `${path}/`;
    return [...this.entries.keys()].some((each) => each.startsWith(prefix));
  }
}
