import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';

type KernelLine =
  | { readonly type: 'ready' }
  | { readonly type: 'order'; readonly order: number }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'done'; readonly ok: boolean };

/** A notebook controller that runs its cells in a real ipykernel, one after the other, as Jupyter does. */
export class KernelController {
  readonly controller: vscode.NotebookController;
  private readonly helper: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private queue: Promise<void> = Promise.resolve();

  private constructor(python: string, repository: string, id: string) {
    this.helper = spawn(python, [resolve(repository, 'test', 'fixtures', 'kernel.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (this.helper.stdout === null) throw new Error('The kernel has no output.');
    this.lines = createInterface({ input: this.helper.stdout })[Symbol.asyncIterator]();
    this.controller = vscode.notebooks.createNotebookController(
      `green-ml-test-${id}`,
      'jupyter-notebook',
      `ipykernel ${id}`,
      (cells) => {
        // As Jupyter does: all of them wait at once, and each begins when the one before has ended.
        for (const execution of cells.map((cell) => this.controller.createNotebookCellExecution(cell))) {
          this.queue = this.queue.then(() => this.execute(execution));
        }
      },
    );
    this.controller.supportedLanguages = ['python'];
    this.controller.supportsExecutionOrder = true;
  }

  /** Resolves when the kernel is ready to run cells. */
  static async start(id = 'one'): Promise<KernelController> {
    const python = process.env['GREEN_ML_PYTHON'];
    if (python === undefined) throw new Error('The tests must name a Python with ipykernel.');
    const kernel = new KernelController(python, resolve(__dirname, '..', '..', '..'), id);
    if ((await kernel.next()).type !== 'ready') throw new Error('The kernel did not start.');
    return kernel;
  }

  /** Opens a notebook with these cells, to run in this kernel. */
  open(...cells: readonly string[]): Promise<vscode.NotebookDocument> {
    return openNotebook(this.controller, cells);
  }

  /** Ends kernel and helper, and waits until they have. */
  async end(): Promise<void> {
    const exited = new Promise((done) => this.helper.once('exit', done));
    this.controller.dispose();
    this.helper.stdin?.end();
    await exited;
  }

  private async execute(execution: vscode.NotebookCellExecution): Promise<void> {
    execution.start(Date.now());
    this.helper.stdin?.write(`${JSON.stringify({ code: execution.cell.document.getText() })}\n`);
    for (;;) {
      const line = await this.next();
      if (line.type === 'order') execution.executionOrder = line.order;
      if (line.type === 'text')
        await execution.appendOutput(new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.text(line.text)]));
      if (line.type === 'done') {
        execution.end(line.ok, Date.now());
        return;
      }
    }
  }

  private async next(): Promise<KernelLine> {
    const line = await this.lines.next();
    if (line.done === true) throw new Error('The kernel has ended.');
    return JSON.parse(line.value) as KernelLine;
  }
}

/** Opens a notebook with these cells in an editor, with this controller selected. */
export async function openNotebook(
  { id }: vscode.NotebookController,
  cells: readonly string[],
): Promise<vscode.NotebookDocument> {
  const data = cells.map((code) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, code, 'python'));
  const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(data));
  await vscode.window.showNotebookDocument(notebook);
  // What the tests create belongs to the extension under development.
  if (
    (await vscode.commands.executeCommand('notebook.selectKernel', { id, extension: 'green-ml.green-ml' })) !== true
  ) {
    throw new Error(`The kernel ${id} cannot be selected.`);
  }
  return notebook;
}

/** Runs cells of a notebook as a user does; all of them by default. */
export async function runCells(notebook: vscode.NotebookDocument, start = 0, end = notebook.cellCount): Promise<void> {
  await vscode.commands.executeCommand('notebook.cell.execute', { ranges: [{ start, end }], document: notebook.uri });
}
