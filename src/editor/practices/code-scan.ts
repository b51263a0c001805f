import { Disposable, EventEmitter, RelativePattern, workspace, type Uri } from 'vscode';
import { factsOfJson, findCodeFacts } from '../../practices/code-facts';
import type { CodeFact, LintFacts, LintFinding } from '../../practices/facts';
import { lintFindingOf } from '../../practices/lint-finding';
import { readNotebook } from '../../python/notebook';
import { systemClock } from '../../system/clock';
import type { FileLinter, ProjectLinter } from '../lint/folder-lint';
import { ProjectScan } from '../lint/project-scan';
import type { ScannedFile } from '../lint/scan-protocol';
import { scanStart } from '../lint/scan-start';
import { lintInputPattern } from '../project-file';
import { Newest } from '../newest';
import { readWorkspaceFile } from '../workspace-file';

const sourceFiles = '**/*.{py,ipynb}';

/** Other people's code: environments and packages. */
const excludedFolders = '**/{node_modules,site-packages,.git,.venv,venv,env,.env,__pycache__,.tox,.nox,build,dist}/**';

/** Enough for a large project. Further files are skipped, and the page says so. */
const mostFiles = 20_000;

/** Larger files are data or generated. */
const longestBytes = 5_000_000;

/** Files read at a time, so that other extensions can run in between. */
const batchFiles = 16;

/** `onDidChange` fires after this many files, a multiple of `batchFiles`. */
const filesPerUpdate = 320;

interface FileFacts {
  readonly code: readonly CodeFact[];
  /** Null if the file was not linted. */
  readonly findings: readonly LintFinding[] | null;
}

/** What a folder's code says about practices: reads all files once, and each file again when it changes. */
export class CodeScan implements Disposable {
  private readonly files = new Map<string, FileFacts>();
  private readonly changed = new EventEmitter<void>();
  private readonly watching: Disposable;
  /** Counts readings of all files: a newer one stops the older ones. */
  private reading = 0;
  private readonly newest = new Newest();
  private scan: ProjectScan<'facts'> | null = null;

  /** Fires when files have been read. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly folder: Uri,
    private readonly linter: FileLinter | ProjectLinter,
  ) {
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, sourceFiles));
    const again = (uri: Uri): void => {
      void this.read(uri).then(() => this.changed.fire());
    };
    this.watching = Disposable.from(
      watcher,
      this.changed,
      watcher.onDidCreate(again),
      watcher.onDidChange(again),
      watcher.onDidDelete((uri) => {
        this.newest.ask(uri.path)();
        if (this.files.delete(uri.path)) this.changed.fire();
      }),
      ...this.watchConfigs(),
    );
  }

  /** Reads all files. `complete` is false if there were too many. Old results are kept until a file is read again. */
  async readAll(): Promise<{ readonly complete: boolean }> {
    this.reading += 1;
    const thisReading = this.reading;
    const files = await workspace.findFiles(new RelativePattern(this.folder, sourceFiles), excludedFolders, mostFiles);
    const found = new Set(files.map(({ path }) => path));
    for (const path of [...this.files.keys()]) if (!found.has(path)) this.files.delete(path);
    if (await this.scanAll(files, thisReading)) return { complete: files.length < mostFiles };
    for (let next = 0; next < files.length && thisReading === this.reading; next += batchFiles) {
      await Promise.all(files.slice(next, next + batchFiles).map((uri) => this.read(uri)));
      if (next % filesPerUpdate === 0) this.changed.fire();
    }
    return { complete: files.length < mostFiles };
  }

  /** Reads all files again with the current configuration of the linter. */
  async lintAgain(): Promise<void> {
    this.linter.configChanged();
    await this.readAll();
    this.changed.fire();
  }

  get code(): readonly CodeFact[] {
    return this.inOrder.flatMap(({ code }) => code);
  }

  /** The linter's results; null until a file has been linted. */
  get lint(): LintFacts | null {
    const linted = this.inOrder.flatMap(({ findings }) => (findings === null ? [] : [findings]));
    return linted.length === 0 ? null : { files: linted.length, findings: linted.flat() };
  }

  dispose(): void {
    this.reading += 1;
    this.scan?.dispose();
    this.watching.dispose();
  }

  /** Reads all files in other threads, from the cache where they are as they were. False if that is not possible. */
  private async scanAll(files: readonly Uri[], reading: number): Promise<boolean> {
    this.scan?.dispose();
    this.scan = null;
    const { folder, linter } = this;
    // Only the engine's threads read from the disk directly.
    if (folder.scheme !== 'file' || !('configsOf' in linter) || files.length === 0) return false;
    const configs = await linter.configsOf(files);
    if (configs === null) return false;
    if (reading !== this.reading) return true;
    const areNewest = files.map(({ path }) => this.newest.ask(path));
    const scan = new ProjectScan(
      {
        ...scanStart(files, configs, folder),
        productFolder: linter.productFolder,
        mostBytes: longestBytes,
        wanted: { kind: 'facts' },
      },
      systemClock,
      (found) => {
        for (const each of found) if (areNewest[each.index]?.() === true) this.keep(files[each.index], each);
        this.changed.fire();
      },
    );
    this.scan = scan;
    const isComplete = await scan.ended;
    return isComplete || reading !== this.reading;
  }

  private keep(uri: Uri | undefined, { findings, facts }: ScannedFile): void {
    if (uri === undefined) return;
    const path = this.pathOf(uri);
    const code = facts === null ? null : factsOfJson(facts, path);
    if (code === null) this.files.delete(uri.path);
    else this.files.set(uri.path, { code, findings: findings?.map((finding) => ({ ...finding, path })) ?? null });
  }

  /** Relative to the folder. */
  private pathOf(uri: Uri): string {
    return uri.path.slice(this.folder.path.replace(/\/$/, '').length + 1);
  }

  private watchConfigs(): readonly Disposable[] {
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(this.folder, lintInputPattern));
    const again = (): void => void this.lintAgain();
    return [watcher, watcher.onDidCreate(again), watcher.onDidChange(again), watcher.onDidDelete(again)];
  }

  private get inOrder(): readonly FileFacts[] {
    return [...this.files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, facts]) => facts);
  }

  private async read(uri: Uri): Promise<void> {
    const isNewest = this.newest.ask(uri.path);
    // A file that cannot be read, or was deleted, has no facts.
    const facts = await this.factsOf(uri).catch(() => null);
    if (!isNewest()) return;
    if (facts === null) this.files.delete(uri.path);
    else this.files.set(uri.path, facts);
  }

  private async factsOf(uri: Uri): Promise<FileFacts> {
    const text = new TextDecoder().decode(await readWorkspaceFile(uri, longestBytes));
    const path = this.pathOf(uri);
    const cells = path.endsWith('.ipynb') ? readNotebook(text) : null;
    if (typeof cells === 'string') return { code: [], findings: null };
    const found = await this.linter.lint(uri, cells === null ? { kind: 'module', text } : { kind: 'notebook', cells });
    return {
      code: findCodeFacts(path, text),
      findings: found?.findings.map((finding) => ({ ...lintFindingOf(finding), path })) ?? null,
    };
  }
}
