import { basename } from 'node:path';
import {
  Disposable,
  window,
  workspace,
  type NotebookCell,
  type NotebookDocument,
  type NotebookDocumentChangeEvent,
  type NotebookEditor,
  type Uri,
} from 'vscode';
import { CellFigures } from '../runs/cell-figures';
import { KernelProcesses } from './kernel-processes';
import { NotebookBurst } from './notebook-burst';
import type { RunHost } from './run-host';

/**
 * Measures each burst of executions in a notebook as one run, and shows in each cell what it used.
 *
 * VS Code has no event for the start of an execution, but it changes the cell's execution summary: it is empty when the
 * cell is queued (or its outputs are cleared), has an execution order while the cell runs, and a timing when it has ended.
 */
export class NotebookRuns implements Disposable {
  private readonly bursts = new Map<NotebookDocument, NotebookBurst>();
  /** The kernel that last ran cells of each notebook. */
  private readonly lastKernels = new WeakMap<NotebookDocument, string>();
  private readonly figures = new CellFigures();
  private readonly registrations: Disposable;

  constructor(
    private readonly host: RunHost,
    private readonly hostPid: number,
  ) {
    this.registrations = Disposable.from(
      workspace.onDidChangeNotebookDocument((event) => this.onDocumentChanged(event)),
      window.onDidChangeActiveNotebookEditor((editor) => this.prepare(editor)),
      workspace.onDidCloseNotebookDocument((notebook) => this.bursts.get(notebook)?.finish()),
      this.figures,
    );
    this.prepare(window.activeNotebookEditor);
  }

  dispose(): void {
    this.registrations.dispose();
    for (const burst of this.bursts.values()) burst.dispose();
  }

  /** What a run needs takes a moment to open, which the first cells of a window would lack. */
  private prepare(editor: NotebookEditor | undefined): void {
    if (editor === undefined || !workspace.isTrusted) return;
    const folder = folderOf(editor.notebook);
    if (!this.host.settings(folder).notebooks) return;
    this.host.prepare(folder).catch((error: unknown) => this.host.failed(error));
  }

  private onDocumentChanged({ notebook, cellChanges, contentChanges }: NotebookDocumentChangeEvent): void {
    for (const { cell, outputs } of cellChanges) if (outputs !== undefined) this.bursts.get(notebook)?.readOutput(cell);
    for (const { cell, executionSummary } of cellChanges) {
      if (executionSummary === undefined) continue;
      const { executionOrder, timing } = executionSummary;
      if (timing !== undefined) this.bursts.get(notebook)?.end(cell, timing);
      else if (executionOrder !== undefined) this.begin(notebook, cell);
      else this.reset(notebook, cell);
    }
    const burst = this.bursts.get(notebook);
    if (burst !== undefined)
      for (const { removedCells } of contentChanges) for (const cell of removedCells) burst.drop(cell);
  }

  private begin(notebook: NotebookDocument, cell: NotebookCell): void {
    const burst = this.bursts.get(notebook) ?? this.open(notebook);
    burst?.begin(cell);
  }

  /** The cell was queued or cleared: its old figure no longer applies. */
  private reset(notebook: NotebookDocument, cell: NotebookCell): void {
    this.figures.set(cell, null);
    this.bursts.get(notebook)?.drop(cell);
  }

  private open(notebook: NotebookDocument): NotebookBurst | null {
    const folder = folderOf(notebook);
    if (!this.host.settings(folder).notebooks) return null;
    const burst = new NotebookBurst({
      name: basename(notebook.uri.path),
      folder,
      host: this.host,
      kernels: this.host.processes().then((table) => new KernelProcesses(table, this.hostPid)),
      lastKernel: this.lastKernels.get(notebook) ?? null,
      onFigure: (cell, figure) => this.figures.set(cell, figure),
      onEnd: (kernel) => {
        this.bursts.delete(notebook);
        if (kernel !== null) this.lastKernels.set(notebook, kernel);
      },
    });
    this.bursts.set(notebook, burst);
    return burst;
  }
}

function folderOf({ uri }: NotebookDocument): Uri | null {
  return workspace.getWorkspaceFolder(uri)?.uri ?? workspace.workspaceFolders?.[0]?.uri ?? null;
}
