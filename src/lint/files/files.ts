import ignore, { type Ignore } from 'ignore';
import systemPaths, { posix, type PlatformPath } from 'node:path';
import { readProblem, smallFileBytes, UnreadableFileError } from '../../system/files';
import { longestGlob } from '../../system/glob';
import type { ProjectFiles } from '../../system/source-files';

/** A path with '/', as it is shown and matched on every platform. */
export const withSlashes = (path: string): string =>
  systemPaths.sep === '/' ? path : path.replaceAll(systemPaths.sep, '/');

/** A file to lint. */
export interface LintFile {
  /** As it is shown. */
  readonly shown: string;
  /** Absolute. */
  readonly path: string;
  /** The folder that a person named and that contains it; null if they named the file itself. */
  readonly under: string | null;
}

interface FoundFiles {
  readonly files: readonly LintFile[];
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

/** Folders that do not contain the project's own code. */
const foreignFolders = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  'site-packages',
  '__pycache__',
  '.venv',
  '.ipynb_checkpoints',
  '.tox',
  '.nox',
  '.eggs',
]);

const linted = /\.(?:py|ipynb|ya?ml)$/;

/** The rules of one `.gitignore`, for its folder and everything below. */
interface IgnoreFile {
  readonly folder: string;
  readonly rules: Ignore;
}

/** What a file is linted as. A file that a person names, and that is no notebook and no YAML, is linted as Python. */
export type SourceKind = 'module' | 'notebook' | 'configuration';

export function kindOf(path: string): SourceKind {
  if (path.endsWith('.ipynb')) return 'notebook';
  return /\.ya?ml$/.test(path) ? 'configuration' : 'module';
}

const withEnd = (folder: string, separator: string): string =>
  folder.endsWith(separator) ? folder : `${folder}${separator}`;

/** Finds the files to lint under the given paths. */
export class FileFinder {
  private readonly files: LintFile[] = [];
  private readonly errors: { path: string; message: string }[] = [];
  private readonly seen = new Set<string>();

  constructor(
    private readonly source: ProjectFiles,
    private readonly cwd: string,
    /** The path syntax of `source`: that of this platform, unless paths are URLs. */
    private readonly paths: PlatformPath = systemPaths,
    /** Whether a link that was found may be followed to its file; absent follows all. */
    private readonly mayFollow?: (path: string) => Promise<boolean>,
  ) {}

  async find(paths: readonly string[]): Promise<FoundFiles> {
    for (const path of paths) await this.findAt(path);
    return { files: this.files, errors: this.errors };
  }

  private async findAt(given: string): Promise<void> {
    const shown = posix.normalize(withSlashes(given));
    const path = this.paths.resolve(this.cwd, given);
    try {
      const { kind } = await this.source.inspect(path);
      // A file that a person names is linted, whatever .gitignore says.
      if (kind === 'file') this.add({ shown, path, under: null });
      else if (kind === 'folder')
        await this.walk(path, shown === '.' ? '' : shown.replace(/\/$/, ''), path, await this.ignoreFilesAbove(path));
      else this.errors.push({ path: shown, message: 'It is neither a file nor a folder.' });
    } catch (error) {
      this.errors.push({ path: shown, message: readProblem(error) });
    }
  }

  private add(file: LintFile): void {
    if (this.seen.has(file.path)) return;
    this.seen.add(file.path);
    this.files.push(file);
  }

  private async walk(folder: string, shown: string, under: string, above: readonly IgnoreFile[]): Promise<void> {
    const entries = await this.source.entries(folder);
    if (entries.some(({ name }) => name === 'pyvenv.cfg')) return;
    const own = entries.some(({ name }) => name === '.gitignore') ? await this.ignoreFile(folder) : null;
    const ignoreFiles = own === null ? above : [...above, own];
    // Joined by hand: `path.join` looks at each character again, for each file of a project.
    const [inFolder, inShown] = [withEnd(folder, this.paths.sep), shown === '' ? '' : withEnd(shown, '/')];
    const wanted = entries.filter(({ name, kind }) => kind === 'folder' || linted.test(name));
    for (const { name, kind } of wanted.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${inFolder}${name}`;
      const label = `${inShown}${name}`;
      if (kind === 'folder') {
        if (foreignFolders.has(name) || this.isIgnored(`${path}/`, ignoreFiles)) continue;
        await this.walk(path, label, under, ignoreFiles).catch((error: unknown) => {
          this.errors.push({ path: label, message: readProblem(error) });
        });
      } else if (
        !this.isIgnored(path, ignoreFiles) &&
        (kind === 'file' || (kind === 'link' && (await this.isFile(path))))
      ) {
        if (kind === 'file' || (await this.mayFollow?.(path)) !== false) this.add({ shown: label, path, under });
        else this.errors.push({ path: label, message: 'It is a link to a file outside the project.' });
      }
    }
  }

  private async isFile(path: string): Promise<boolean> {
    return this.source.inspect(path).then(
      ({ kind }) => kind === 'file',
      () => false,
    );
  }

  /** The `.gitignore` files of the folders above, up to that of the repository. */
  private async ignoreFilesAbove(folder: string): Promise<readonly IgnoreFile[]> {
    const found: IgnoreFile[] = [];
    let current = folder;
    for (;;) {
      const isRepository = await this.source.inspect(this.paths.join(current, '.git')).then(
        () => true,
        () => false,
      );
      const parent = this.paths.dirname(current);
      if (current !== folder) found.unshift(...[await this.ignoreFile(current)].filter((file) => file !== null));
      if (isRepository) return found;
      // Outside a repository, only the searched folders count.
      if (parent === current) return [];
      current = parent;
    }
  }

  private async ignoreFile(folder: string): Promise<IgnoreFile | null> {
    const path = this.paths.join(folder, '.gitignore');
    try {
      const bytes = await this.source.readBytes(path, smallFileBytes);
      const lines = Buffer.from(bytes).toString('utf8').split(/\r?\n/);
      const sane = lines.filter((line) => line.length <= longestGlob || line.startsWith('#'));
      if (sane.length < lines.length) {
        const count = lines.length - sane.length;
        this.errors.push({
          path: withSlashes(path),
          message: `It has ${count === 1 ? 'a line' : `${count} lines`} of more than ${longestGlob} characters, which ${count === 1 ? 'is' : 'are'} not followed.`,
        });
      }
      return { folder, rules: ignore().add(sane) };
    } catch (error) {
      // Otherwise, the person may think that it is used.
      if (error instanceof UnreadableFileError)
        this.errors.push({ path: withSlashes(path), message: `${error.message} It is not followed.` });
      return null;
    }
  }

  /** The innermost `.gitignore` that matches a path decides. */
  private isIgnored(path: string, files: readonly IgnoreFile[]): boolean {
    if (files.length === 0) return false;
    const separator = this.paths.sep;
    for (const { folder, rules } of [...files].reverse()) {
      const below = path.slice(folder.endsWith(separator) ? folder.length : folder.length + 1);
      const { ignored, unignored } = rules.test(separator === '/' ? below : below.replaceAll(separator, '/'));
      if (ignored) return true;
      if (unignored) return false;
    }
    return false;
  }
}
