import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { GreenMlApi } from '../../src/extension';
import { CellFigures } from '../../src/editor/runs/cell-figures';
import type { Journal, StoredRun } from '../../src/runs/journal/journal';
import { closedRun, greenMl } from './meter-support';
import { KernelController, openNotebook, runCells } from './notebook-support';
import { waitFor } from './support';

const work = (seconds: number): string =>
  `import time\nend = time.monotonic() + ${seconds}\nwhile time.monotonic() < end: pass\nprint("done")`;

describe('notebooks', function () {
  this.timeout(120_000);
  let api: GreenMlApi;
  let journal: Journal;
  const kernels: KernelController[] = [];

  before(async () => {
    ({ api, journal } = await greenMl());
  });

  beforeEach(() => rm(journal.folder, { recursive: true, force: true }));

  afterEach(async () => {
    await waitFor('the runs to end', () => !api.isMeasuring());
    for (const kernel of kernels.splice(0)) await kernel.end();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  async function startKernel(id?: string): Promise<KernelController> {
    const kernel = await KernelController.start(id);
    kernels.push(kernel);
    return kernel;
  }

  const ended = (cell: vscode.NotebookCell): Promise<unknown> =>
    waitFor('the cell to end', () => cell.executionSummary?.timing);

  async function allRuns(count: number): Promise<readonly StoredRun[]> {
    await waitFor('the runs to end', () => !api.isMeasuring());
    const runs = await Promise.all((await journal.ids()).map((id) => journal.read(id)));
    assert.equal(runs.length, count);
    return runs.filter((run) => run !== null);
  }

  it("measures cells that run together as one run of the kernel's process", async () => {
    const kernel = await startKernel();
    const notebook = await kernel.open(work(2), 'answer = 42', work(1), '1 / 0');
    // All that a run needs is opened for the notebook that a person looks at; on a busy machine, that takes seconds.
    await waitFor('the meter to be ready', () => api.isReady());
    await runCells(notebook);
    const { record, samples } = await closedRun(journal);
    assert.equal(record.kind, 'notebook');
    assert.match(record.name, /^Untitled-\d+\.ipynb$/);
    assert.equal(record.scope, 'run');
    assert.deepEqual(
      record.notes.filter((note) => /kernel|before measuring/.test(note)),
      [],
    );
    assert.ok(record.durationSeconds > 3, `${record.durationSeconds} s`);
    assert.ok((record.energyWh.total ?? 0) > 0);
    assert.ok(record.processes.peak >= 1);
    assert.ok(samples.filter(({ run }) => (run.cpu ?? 0) > 0).length >= 3);
  });

  it('reads progress from what a cell prints, again when it runs again', async () => {
    const kernel = await startKernel();
    const training =
      'import time\nfor epoch in range(1, 5):\n    print(f"Epoch {epoch}/4", flush=True)\n    print(f"10/10 - 1s - loss: 0.5000 - val_loss: {1 / epoch:.4f}", flush=True)\n    time.sleep(0.3)';
    const notebook = await kernel.open(training);
    await runCells(notebook);
    const { record } = await closedRun(journal);
    assert.deepEqual(
      [record.progress?.unit, record.progress?.done, record.progress?.of, record.progress?.fits],
      ['epoch', 4, 4, 1],
    );
    assert.deepEqual([record.progress?.best?.metric, record.progress?.best?.value], ['val_loss', 0.25]);
    // Its former output still stands in the cell.
    await runCells(notebook);
    await waitFor('the second run', async () => (await journal.ids()).length === 2);
    const again = (await allRuns(2)).map((run) => run.record.progress);
    assert.deepEqual(
      again.map((progress) => [progress?.done, progress?.fits]),
      [
        [4, 1],
        [4, 1],
      ],
    );
  });

  it('starts another run for cells that run later, and none for cleared outputs', async () => {
    const kernel = await startKernel();
    const notebook = await kernel.open(work(1));
    await runCells(notebook);
    await closedRun(journal);
    await vscode.commands.executeCommand('notebook.clearAllCellsOutputs');
    await waitFor('the outputs to be cleared', () => notebook.cellAt(0).executionSummary?.timing === undefined);
    await runCells(notebook);
    await ended(notebook.cellAt(0));
    assert.equal(
      (await allRuns(2)).every(({ record }) => (record.energyWh.total ?? 0) > 0),
      true,
    );
  });

  it('finds the busy kernel among several, and remembers it', async () => {
    const first = await startKernel('one');
    const second = await startKernel('two');
    const idle = await first.open('1');
    const busy = await second.open(work(5));
    await runCells(busy);
    await ended(busy.cellAt(0));
    const [one] = await allRuns(1);
    assert.ok(one && (one.record.energyWh.total ?? 0) > 0);
    assert.equal(one.record.scope, 'run');
    assert.deepEqual(
      one.record.notes.filter((note) => /kernel/.test(note)),
      [],
    );

    // The other notebook's kernel is new to us, and the known one works beside it, for longer than it takes to look at
    // both on a busy machine: that must be told.
    const other = await first.open(work(3));
    await runCells(busy);
    await runCells(other);
    await waitFor('two runs', async () => (await journal.ids()).length === 3);
    const runs = (await allRuns(3)).slice(1);
    const notes = runs.map(({ record }) => record.notes.filter((note) => /kernel/.test(note)));
    assert.deepEqual(notes.map(({ length }) => length).sort(), [0, 1]);
    assert.match(notes.flat()[0] ?? '', /^Another kernel worked at the same time/);
    assert.equal(idle.cellAt(0).executionSummary?.timing, undefined);
  });

  it('measures the machine if there is no kernel process, and says so', async () => {
    const controller = vscode.notebooks.createNotebookController(
      'green-ml-none',
      'jupyter-notebook',
      'No process',
      ([cell]) => {
        if (cell === undefined) return;
        const execution = controller.createNotebookCellExecution(cell);
        execution.start(Date.now());
        execution.executionOrder = 1;
        setTimeout(() => execution.end(true, Date.now()), 2500);
      },
    );
    controller.supportsExecutionOrder = true;
    try {
      await runCells(await openNotebook(controller, ['1']));
      const { record } = await closedRun(journal);
      assert.equal(record.scope, 'machine');
      assert.ok(
        record.notes.some((note) => note.startsWith('No kernel process was found on this machine')),
        record.notes.join(),
      );
      assert.ok((record.machineWh.total ?? 0) > 0);
    } finally {
      controller.dispose();
    }
  });

  it('measures nothing if notebooks are turned off', async () => {
    const configuration = vscode.workspace.getConfiguration('greenML');
    await configuration.update('meter.notebooks', false, vscode.ConfigurationTarget.Workspace);
    try {
      const kernel = await startKernel();
      const notebook = await kernel.open(work(1));
      await runCells(notebook);
      await ended(notebook.cellAt(0));
      assert.equal(api.isMeasuring(), false);
      assert.deepEqual(await journal.ids(), []);
    } finally {
      await configuration.update('meter.notebooks', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it("shows a cell's figure in its status bar until it runs again", async () => {
    const kernel = await startKernel();
    const cell = (await kernel.open('1')).cellAt(0);
    const figures = new CellFigures();
    try {
      assert.deepEqual(figures.provideCellStatusBarItems(cell), []);
      figures.set(cell, { text: '~0.8 Wh', tooltip: 'in 2 s' });
      const [item] = figures.provideCellStatusBarItems(cell);
      assert.equal(item?.text, '$(zap) ~0.8 Wh');
      assert.equal(item.accessibilityInformation?.label, 'Green ML: this cell used ~0.8 Wh');
      figures.set(cell, null);
      assert.deepEqual(figures.provideCellStatusBarItems(cell), []);
    } finally {
      figures.dispose();
    }
  });
});
