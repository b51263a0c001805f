import {
  languages,
  workspace,
  type Diagnostic,
  type DiagnosticCollection,
  type Disposable,
  type NotebookCell,
  type NotebookDocument,
  type TextDocument,
  type Uri,
} from 'vscode';
import type { Finding } from '../../lint/engine/findings';
import { unmeasuredTrainingId } from '../../lint/engine/special-ids';
import { mayConfigure } from '../../lint/files/may-configure';
import { cellSeconds, wallSeconds } from '../../python/cell-time';
import { keepsOutput } from '../../python/keeps-output';
import type { CodeCell } from '../../python/notebook';
import type { Clock } from '../../system/clock';
import { affectsSettings } from '../contributions/use-settings';
import { outputBytes, printedTypes } from '../cell-output-bytes';
import type { EditorConfigs } from './editor-configs';
import type { LintClient } from './lint-client';
import { noticeDiagnostic } from './diagnostics';
import { lintInputPattern } from '../project-file';
import { notebookOf } from './located-edits';
import type { LintText } from './protocol';
import { ShownFindings } from './shown-findings';

/** A changed document is linted this long after the last key. */
const debounceMilliseconds = 250;

/** Documents that are not the user's code, or only a snapshot of it. */
const foreignSchemes = /^(?:git|output|debug|comment|review|pr|vsls|vscode-(?!notebook-cell$|remote$|vfs$).*|chat.*)$/;

export const isLintable = (document: TextDocument): boolean =>
  (document.languageId === 'python' || isConfiguration(document)) && !foreignSchemes.test(document.uri.scheme);

/** Most YAML files configure neither a sweep nor a training; this check is cheap. */
const isConfiguration = (document: TextDocument): boolean =>
  document.languageId === 'yaml' && mayConfigure(document.getText());

/** What is linted as a whole. */
type Target =
  | { readonly kind: 'module'; readonly document: TextDocument }
  | { readonly kind: 'notebook'; readonly notebook: NotebookDocument };

const uriOf = (target: Target): Uri => (target.kind === 'module' ? target.document.uri : target.notebook.uri);
const versionOf = (target: Target): number =>
  target.kind === 'module' ? target.document.version : target.notebook.version;
const isClosed = (target: Target): boolean =>
  target.kind === 'module' ? target.document.isClosed : target.notebook.isClosed;

/** Keeps the findings of all open Python documents and notebooks up to date. */
export class LintDocuments implements Disposable {
  private readonly diagnostics: DiagnosticCollection;
  private readonly shown = new ShownFindings();
  /** The version of each target that was last linted. */
  private readonly analysed = new Map<string, number>();
  /** Cancels the delayed linting of each target. */
  private readonly scheduled = new Map<string, () => void>();
  private readonly subscriptions: { dispose(): unknown }[] = [];

  constructor(
    private readonly client: LintClient,
    private readonly configs: EditorConfigs,
    private readonly clock: Clock,
    private readonly toDiagnostic: (finding: Finding) => Diagnostic,
    private readonly onChange: () => void,
  ) {
    this.diagnostics = languages.createDiagnosticCollection('green-ml');
    const watcher = workspace.createFileSystemWatcher(lintInputPattern);
    const reconfigured = (): void => {
      this.configs.forget();
      this.lintAll();
    };
    this.subscriptions.push(
      this.diagnostics,
      watcher,
      watcher.onDidChange(reconfigured),
      watcher.onDidCreate(reconfigured),
      watcher.onDidDelete(reconfigured),
      workspace.onDidChangeConfiguration((event) => {
        if (!affectsSettings(event, 'lint')) return;
        // The findings may stay the same, and what is shown of them may not.
        this.onChange();
        this.lintAll();
      }),
      workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0) return;
        this.shown.edited(document.uri.toString(), contentChanges);
        this.schedule(document, debounceMilliseconds);
      }),
      // VS Code reports a change of language as close and open.
      workspace.onDidCloseTextDocument((document) => this.forget(document.uri)),
      workspace.onDidChangeNotebookDocument(({ notebook, contentChanges, cellChanges }) => {
        // What a training printed may change what is said about it.
        const trained = cellChanges.some(
          ({ cell, executionSummary }) =>
            executionSummary?.success !== undefined && keepsOutput(cell.document.getText()),
        );
        if (contentChanges.length > 0 || trained)
          this.scheduleTarget({ kind: 'notebook', notebook }, debounceMilliseconds);
      }),
      workspace.onDidCloseNotebookDocument((notebook) => this.forget(notebook.uri)),
    );
    this.lintAll();
  }

  /** The findings of a document or notebook cell from its last analysis. */
  of(document: TextDocument): readonly Finding[] {
    return this.shown.of(document.uri.toString());
  }

  /** The findings of the current text, for code that edits it: positions in an older text would be wrong. */
  async current(document: TextDocument): Promise<readonly Finding[]> {
    const target = targetOf(document);
    if (target === null || !isLintable(document)) return [];
    const key = uriOf(target).toString();
    for (let attempt = 0; attempt < 3 && this.analysed.get(key) !== versionOf(target); attempt++)
      await this.lint(target);
    return this.analysed.get(key) === versionOf(target) ? this.of(document) : [];
  }

  dispose(): void {
    for (const cancel of this.scheduled.values()) cancel();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private lintAll(): void {
    for (const document of workspace.textDocuments) this.schedule(document, 0);
  }

  private schedule(document: TextDocument, delay: number): void {
    if (!isLintable(document)) {
      // An edit has turned it into another YAML file.
      if (document.languageId === 'yaml' && this.shown.has(document.uri.toString())) this.forget(document.uri);
      return;
    }
    const target = targetOf(document);
    if (target !== null) this.scheduleTarget(target, delay);
  }

  private scheduleTarget(target: Target, delay: number): void {
    const key = uriOf(target).toString();
    this.scheduled.get(key)?.();
    const cancel = this.clock.after(delay, () => {
      this.scheduled.delete(key);
      void this.lint(target);
    });
    this.scheduled.set(key, cancel);
  }

  private async lint(target: Target): Promise<void> {
    const uri = uriOf(target);
    const key = uri.toString();
    if (isClosed(target)) return;
    if (!this.configs.isEnabled(uri)) {
      this.publish(target, []);
      return;
    }
    const version = versionOf(target);
    const config = await this.configs.of(uri);
    const answer = await this.client.lint({ key, source: sourceOf(target), path: uri.path, config });
    // If it was closed or edited meanwhile, another analysis follows, or none is needed.
    if (answer === null || isClosed(target) || versionOf(target) !== version) return;
    // Runs in VS Code are measured anyway.
    this.publish(
      target,
      answer.findings.filter(({ rule }) => rule !== unmeasuredTrainingId),
      answer.notice,
    );
  }

  private publish(target: Target, findings: readonly Finding[], notice: string | null = null): void {
    this.analysed.set(uriOf(target).toString(), versionOf(target));
    const isNew =
      target.kind === 'module'
        ? this.show(target.document.uri, findings, notice)
        : target.notebook
            .getCells()
            .map(({ index, document }) =>
              this.show(
                document.uri,
                findings.filter(({ cell }) => cell === index),
                index === 0 ? notice : null,
              ),
            )
            .includes(true);
    if (isNew) this.onChange();
  }

  /** Returns whether something else is shown than before. */
  private show(uri: Uri, findings: readonly Finding[], notice: string | null): boolean {
    const isNew = this.shown.take(uri.toString(), findings, notice);
    if (isNew) {
      this.diagnostics.set(uri, [
        ...(notice === null ? [] : [noticeDiagnostic(notice)]),
        ...findings.map(this.toDiagnostic),
      ]);
    }
    return isNew;
  }

  /** A closed document loses its diagnostics, because they would become out of date. */
  private forget(uri: Uri): void {
    const key = uri.toString();
    this.scheduled.get(key)?.();
    this.scheduled.delete(key);
    this.client.forget(key);
    this.shown.forget(key);
    this.analysed.delete(key);
    this.diagnostics.delete(uri);
  }
}

/** A cell is linted with its whole notebook; null for a cell whose notebook is not known (yet). */
function targetOf(document: TextDocument): Target | null {
  const notebook = notebookOf(document);
  if (notebook !== undefined) return { kind: 'notebook', notebook };
  return document.uri.scheme === 'vscode-notebook-cell' ? null : { kind: 'module', document };
}

function sourceOf(target: Target): LintText {
  if (target.kind === 'module')
    return {
      kind: target.document.languageId === 'yaml' ? 'configuration' : 'module',
      text: target.document.getText(),
    };
  const cells = target.notebook.getCells().filter(({ document }) => document.languageId === 'python');
  return { kind: 'notebook', cells: cells.map(codeOf) };
}

function codeOf(cell: NotebookCell): CodeCell {
  const { index, document } = cell;
  const source = document.getText();
  if (!keepsOutput(source)) return { index, source };
  const decoder = new TextDecoder();
  const { timing } = cell.executionSummary ?? {};
  const printed = outputBytes(cell, printedTypes)
    .map((bytes) => decoder.decode(bytes))
    .join('');
  const seconds =
    timing === undefined
      ? (cellSeconds(cell.metadata['metadata']) ?? wallSeconds(printed))
      : (timing.endTime - timing.startTime) / 1000;
  return { index, source, ...(seconds === null ? {} : { seconds }), printed };
}
