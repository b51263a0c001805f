import {
  languages,
  ProgressLocation,
  Uri,
  window,
  workspace,
  type CancellationToken,
  type DiagnosticCollection,
  type Disposable,
} from 'vscode';
import type { Finding } from '../../lint/engine/findings';
import type { LintConfig } from '../../lint/engine/settings';
import { unmeasuredTrainingId } from '../../lint/engine/special-ids';
import { OncePerProject } from '../../lint/scan/once-per-project';
import { mostSourceBytes } from '../../system/source-files';
import { commands, editorCommands } from '../contributions/commands';
import { settingName } from '../contributions/links';
import { executeCommand, registerCommand } from '../contributions/use-commands';
import { affectsSettings } from '../contributions/use-settings';
import { counted } from '../../present/words';
import { readWorkspaceFile } from '../workspace-file';
import { noticeDiagnostic, toDiagnostic, toNotebookDiagnostic } from './diagnostics';
import type { LintAnswer, LintText } from './protocol';
import { notify } from '../notify';

/** Few files wait for the worker at once, so that open documents are linted in between. */
const parallelFiles = 2;

/** Lints files. */
export interface FileLinter {
  /** Null if the linter is off or has failed. */
  lint(uri: Uri, source: LintText): Promise<LintAnswer | null>;
  /** Call this when the linter's configuration may have changed. */
  configChanged(): void;
}

/** Where the product is, and how the files of a project are linted. */
export interface ProjectLinter extends FileLinter {
  readonly productFolder: string;
  /** The configuration of each file; null if the linter is off for one of them. */
  configsOf(uris: readonly Uri[]): Promise<readonly LintConfig[] | null>;
}

/** The command "Lint Workspace": shows the findings of all files in the Problems view and keeps them up to date. */
export class WorkspaceLint implements Disposable {
  private diagnostics: DiagnosticCollection | null = null;
  private readonly subscriptions: { dispose(): unknown }[];
  /** Shows only these rules; null for all. */
  private rules: readonly string[] | null = null;
  /** What the workspace says once, and the findings of each notebook that others copy: by the file's URI. */
  private once = new OncePerProject<string>();
  private folders: readonly Uri[] = [];
  private watched = false;

  constructor(private readonly linter: FileLinter) {
    this.subscriptions = [registerCommand(commands.lintWorkspace, (only) => this.run(only))];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.diagnostics?.dispose();
  }

  /** @param only a folder, or rules; by default the whole workspace and all rules */
  private async run(only: Uri | readonly string[] | undefined): Promise<void> {
    const folders =
      only === undefined || 'length' in only ? (workspace.workspaceFolders ?? []).map(({ uri }) => uri) : [only];
    if (folders.length === 0) {
      void notify.information('Open a folder to lint its files.');
      return;
    }
    this.rules = only !== undefined && 'length' in only && only.length > 0 ? only : null;
    this.folders = folders;
    this.linter.configChanged();
    this.once = new OncePerProject();
    this.watch().clear();
    const options = { location: ProgressLocation.Notification, title: 'Green ML: Linting', cancellable: true };
    const { files, findings, off } = await window.withProgress(options, (progress, token) =>
      this.lintAll(folders, token, (message) => progress.report({ message })),
    );
    if (findings > 0) await executeCommand(editorCommands.showProblems);
    else if (off)
      void notify.information(
        `The linter is turned off. To turn it on, use the setting ${settingName('lint.enable')}.`,
      );
    else void notify.information(`No findings in ${counted(files, 'file')}.`);
  }

  private async lintAll(
    folders: readonly Uri[],
    token: CancellationToken,
    report: (message: string) => void,
  ): Promise<Tally> {
    report('finding files…');
    const { sourceFilesUnder } = await import('./workspace-files');
    const files = (await Promise.all(folders.map((folder) => sourceFilesUnder(folder, token)))).flat();
    const tally: Tally = { files: 0, findings: 0, off: false };
    const waiting = files[Symbol.iterator]();
    const work = async (): Promise<void> => {
      for (const uri of waiting) {
        if (token.isCancellationRequested) return;
        const found = await this.lintFile(uri);
        if (found === null) tally.off = true;
        else tally.findings += found;
        tally.files++;
        report(`${tally.files} of ${counted(files.length, 'file')}, ${counted(tally.findings, 'finding')}`);
      }
    };
    await Promise.all(Array.from({ length: parallelFiles }, work));
    return tally;
  }

  /** Lints a file on disk and shows its findings. Returns their number, null if it was not linted. */
  private async lintFile(uri: Uri): Promise<number | null> {
    let bytes: Uint8Array;
    try {
      bytes = await readWorkspaceFile(uri, mostSourceBytes);
    } catch {
      this.diagnostics?.delete(uri);
      return 0;
    }
    const answer = await this.linter.lint(uri, { kind: 'file', bytes });
    if (answer === null) return null;
    const findings = this.shownOf(uri, answer.findings);
    // An open document has its own diagnostics.
    const notice = answer.notice === null ? [] : [noticeDiagnostic(answer.notice)];
    if (!isOpen(uri))
      this.diagnostics?.set(uri, [
        ...notice,
        ...findings.map(uri.path.endsWith('.ipynb') ? toNotebookDiagnostic : toDiagnostic),
      ]);
    return findings.length;
  }

  /** Of the findings of a file those that are wanted, and that no other file has said. */
  private shownOf(uri: Uri, all: readonly Finding[]): readonly Finding[] {
    const { rules, once } = this;
    const file = uri.toString();
    once.forget(file);
    // Runs in VS Code are measured anyway.
    const wanted = all.filter(({ rule }) => rules?.includes(rule) ?? rule !== unmeasuredTrainingId);
    const isNotebook = uri.path.endsWith('.ipynb');
    if (isNotebook && wanted.length > 0 && !once.mayShow(JSON.stringify(wanted), file)) return [];
    return wanted.filter((finding) => finding.once === null || once.mayShow(finding.once, file));
  }

  /** Starts to update the results when files change. */
  private watch(): DiagnosticCollection {
    this.diagnostics ??= languages.createDiagnosticCollection('green-ml-workspace');
    if (this.watched) return this.diagnostics;
    this.watched = true;
    const watcher = workspace.createFileSystemWatcher('**/*.{py,ipynb,yaml,yml}');
    const again = (uri: Uri): void => {
      if (this.covers(uri) && !isOpen(uri)) void this.lintFile(uri);
    };
    this.subscriptions.push(
      watcher,
      // New files are ignored until the next run, because they may be excluded.
      watcher.onDidChange((uri) => {
        if (this.diagnostics?.has(uri) === true) again(uri);
      }),
      watcher.onDidDelete((uri) => this.diagnostics?.delete(uri)),
      workspace.onDidOpenTextDocument(({ uri }) => this.diagnostics?.delete(uri)),
      workspace.onDidCloseTextDocument(({ uri }) => again(uri)),
      workspace.onDidOpenNotebookDocument(({ uri }) => this.diagnostics?.delete(uri)),
      workspace.onDidCloseNotebookDocument(({ uri }) => again(uri)),
      workspace.onDidChangeConfiguration((event) => {
        // The results do not fit the new settings.
        if (affectsSettings(event, 'lint')) this.diagnostics?.clear();
      }),
    );
    return this.diagnostics;
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
  /** True if a file was not linted because the linter is off. */
  off: boolean;
}

function isOpen(uri: Uri): boolean {
  const key = uri.toString();
  return [...workspace.textDocuments, ...workspace.notebookDocuments].some(
    (open) => open.uri.toString() === key && !open.isClosed,
  );
}
