import {
  l10n,
  CancellationTokenSource,
  languages,
  ProgressLocation,
  Uri,
  window,
  workspace,
  type CancellationToken,
  type DiagnosticCollection,
  type Disposable,
} from 'vscode';
import { systemClock } from '../../system/clock';
import { commands, editorCommands } from '../contributions/commands';
import { settingName } from '../contributions/links';
import { executeCommand, registerCommand } from '../contributions/use-commands';
import { affectsSettings } from '../contributions/use-settings';
import { grouped, plural } from '../../present/words';
import { diagnosticIn, noticeDiagnostic } from './diagnostics';
import { FolderLint, type LintedUri, type ProjectLinter } from './folder-lint';
import { inParts } from './problems';
import { Newest } from '../newest';
import { notify } from '../notify';
import { SaidOnce } from './said-once';

/** The command "Lint Workspace": shows the findings of all files in the Problems view and keeps them up to date. */
export class WorkspaceLint implements Disposable {
  private diagnostics: DiagnosticCollection | null = null;
  private readonly subscriptions: { dispose(): unknown }[];
  private said = new SaidOnce();
  /** Lints as the command was last asked to. */
  private lint: FolderLint;
  private folders: readonly Uri[] = [];
  /** The files that the command found, as texts of their URIs. */
  private readonly known = new Set<string>();
  /** Those that changed since, whose results come from elsewhere. */
  private readonly changed = new Set<string>();
  private readonly newest = new Newest();
  private running: CancellationTokenSource | null = null;
  private watched = false;

  constructor(private readonly linter: ProjectLinter) {
    this.lint = new FolderLint(linter, systemClock, null);
    this.subscriptions = [registerCommand(commands.lintWorkspace, (only) => this.run(only))];
  }

  dispose(): void {
    this.running?.cancel();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.diagnostics?.dispose();
  }

  /** @param only a folder, or rules; by default the whole workspace and all rules */
  private async run(only: Uri | readonly string[] | undefined): Promise<void> {
    const folders =
      only === undefined || 'length' in only ? (workspace.workspaceFolders ?? []).map(({ uri }) => uri) : [only];
    if (folders.length === 0) {
      void notify.information(l10n.t('Open a folder to lint its files.'));
      return;
    }
    this.lint = new FolderLint(
      this.linter,
      systemClock,
      only !== undefined && 'length' in only && only.length > 0 ? only : null,
    );
    this.folders = folders;
    this.linter.configChanged();
    this.said = new SaidOnce();
    this.watch();
    this.clear();
    const own = new CancellationTokenSource();
    this.running = own;
    const options = { location: ProgressLocation.Notification, title: l10n.t('Green ML: Linting'), cancellable: true };
    const tally = await window.withProgress(options, async (progress, token) => {
      const cancelling = token.onCancellationRequested(() => own.cancel());
      try {
        return await this.lintAll(folders, own.token, (message) => progress.report({ message }));
      } finally {
        cancelling.dispose();
      }
    });
    // A later run, or the end of the extension, has taken over.
    if (this.running !== own) return;
    this.running = null;
    if (tally.findings > 0 || !own.token.isCancellationRequested) await tell(tally);
  }

  private async lintAll(
    folders: readonly Uri[],
    token: CancellationToken,
    report: (message: string) => void,
  ): Promise<Tally> {
    report(l10n.t('finding files…'));
    const { sourceFilesUnder } = await import('./workspace-files');
    const found = await Promise.all(
      folders.map(async (folder) => ({ folder, files: await sourceFilesUnder(folder, token) })),
    );
    const tally: Tally = { files: 0, findings: 0, hidden: 0, off: false };
    const total = found.reduce((sum, { files }) => sum + files.length, 0);
    if (token.isCancellationRequested) return tally;
    for (const { files } of found) for (const uri of files) this.known.add(uri.toString());
    const { lint } = this;
    for (const { folder, files } of found) {
      await lint.lintAll(folder, files, token, (all) => {
        if (token.isCancellationRequested) return;
        const linted = all.map((file) => this.said.left(file));
        for (const { problems, linted: isLinted } of linted) {
          tally.off ||= !isLinted;
          tally.files++;
          tally.findings += problems.found;
          tally.hidden += problems.found - problems.findings.length;
        }
        const shown = new Set(all.map(({ uri }) => uri.toString()));
        const grown = this.said.takeGrown().filter(({ uri }) => !shown.has(uri.toString()));
        this.show([...linted, ...grown].filter(({ uri }) => !this.changed.has(uri.toString())));
        report(
          l10n.t(
            plural(tally.findings, '{0} of {1}, {2} finding', '{0} of {1}, {2} findings'),
            grouped(tally.files),
            l10n.t(plural(total, '{0} file', '{0} files'), grouped(total)),
            grouped(tally.findings),
          ),
        );
      });
    }
    return tally;
  }

  private show(linted: readonly LintedUri[]): void {
    const open = openUris();
    // An open document has its own diagnostics.
    const shown = linted.filter(({ uri, problems }) => isShown(problems) && !open.has(uri.toString()));
    for (const part of inParts(shown)) {
      this.diagnostics?.set(
        part.map(({ uri, problems: { findings, notices } }) => [
          uri,
          [
            ...notices.map(noticeDiagnostic),
            ...findings.map((finding) => diagnosticIn(uri, finding, this.said.copiesOf(uri))),
          ],
        ]),
      );
    }
  }

  /** Shows what is in a file now. */
  private async again(uri: Uri): Promise<void> {
    if (!this.covers(uri) || openUris().has(uri.toString())) return;
    this.changed.add(uri.toString());
    const copies = this.said.release(uri);
    const isNewest = this.newest.ask(uri.toString());
    const answer = await this.lint.lintFile(uri);
    if (!isNewest()) return;
    const linted = this.said.left(answer);
    if (!isShown(linted.problems)) this.diagnostics?.delete(uri);
    this.show([linted, ...this.said.takeGrown().filter((each) => each.uri.toString() !== uri.toString())]);
    for (const copy of copies) void this.again(copy);
  }

  private clear(): void {
    this.running?.cancel();
    this.running = null;
    this.diagnostics?.clear();
    this.known.clear();
    this.changed.clear();
    this.newest.clear();
  }

  /** Starts to update the results when files change. */
  private watch(): void {
    this.diagnostics ??= languages.createDiagnosticCollection('green-ml-workspace');
    if (this.watched) return;
    this.watched = true;
    const watcher = workspace.createFileSystemWatcher('**/*.{py,ipynb,yaml,yml}');
    this.subscriptions.push(
      watcher,
      // New files are ignored until the next run, because they may be excluded.
      watcher.onDidChange((uri) => {
        if (this.known.has(uri.toString())) void this.again(uri);
      }),
      watcher.onDidDelete((uri) => {
        this.known.delete(uri.toString());
        this.newest.ask(uri.toString())();
        this.diagnostics?.delete(uri);
        for (const copy of this.said.release(uri)) void this.again(copy);
      }),
      workspace.onDidOpenTextDocument(({ uri }) => this.diagnostics?.delete(uri)),
      workspace.onDidCloseTextDocument(({ uri }) => void this.again(uri)),
      workspace.onDidOpenNotebookDocument(({ uri }) => this.diagnostics?.delete(uri)),
      workspace.onDidCloseNotebookDocument(({ uri }) => void this.again(uri)),
      workspace.onDidChangeConfiguration((event) => {
        // The results do not fit the new settings.
        if (affectsSettings(event, 'lint')) this.clear();
      }),
    );
  }

  private covers({ path }: Uri): boolean {
    return (
      /\.(?:py|ipynb|ya?ml)$/.test(path) &&
      this.folders.some((folder) => path.startsWith(`${folder.path.replace(/\/$/, '')}/`))
    );
  }
}

interface Tally {
  files: number;
  findings: number;
  /** Findings that VS Code does not list. */
  hidden: number;
  /** True if a file was not linted because the linter is off. */
  off: boolean;
}

async function tell({ files, findings, hidden, off }: Tally): Promise<void> {
  if (hidden > 0)
    void notify.information(
      l10n.t(
        '{0} of {1} findings cannot be shown in the Problems view, because there are too many in one file. The command "green-ml lint" lists all.',
        grouped(hidden),
        grouped(findings),
      ),
    );
  if (findings > 0) await executeCommand(editorCommands.showProblems);
  else if (off)
    void notify.information(
      l10n.t('The linter is turned off. To turn it on, use the setting {0}.', settingName('lint.enable')),
    );
  else
    void notify.information(
      l10n.t(plural(files, 'No findings in {0} file.', 'No findings in {0} files.'), grouped(files)),
    );
}

const isShown = ({ findings, notices }: LintedUri['problems']): boolean => findings.length + notices.length > 0;

const openUris = (): ReadonlySet<string> =>
  new Set(
    [...workspace.textDocuments, ...workspace.notebookDocuments].flatMap(({ uri, isClosed }) =>
      isClosed ? [] : [uri.toString()],
    ),
  );
