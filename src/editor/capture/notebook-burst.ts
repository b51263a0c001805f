import { about, co2e } from '../../present/quantities';
import { l10n, type NotebookCell, type NotebookCellExecutionSummary, type Uri } from 'vscode';
import { TreeTracker } from '../../processes/tree-tracker';
import type { ActiveRun } from '../../runs/measuring/active-run';
import { gridInWords, isModelled } from '../../runs/describe';
import { EnergyTimeline } from '../../runs/energy-timeline';
import type { RunInterval } from '../../runs/interval';
import { joulesToWattHours } from '../../units/convert';
import { formatDuration, formatEnergy, formatMass, formatPower } from '../../present/words';
import type { CellFigure } from '../runs/cell-figures';
import { CellOutput } from './cell-output';
import { likelyKernel, workingKernel, type Kernel, type KernelProcesses } from './kernel-processes';
import type { RunHost } from './run-host';

/** "Run All" starts the next cell within milliseconds. If no cell starts for this long, the burst is over. */
const pauseMilliseconds = 2000;

/** After this time, a kernel that runs a cell has used enough CPU time to be recognised. */
const searchDelayMilliseconds = 500;

/** Shorter cells get no figure, because the CPU time of processes has a resolution of 10 ms. */
const shortestCellSeconds = 0.5;

/** Measuring starts later than the cells only while the power sources are still being opened. */
const longestUnsaidSeconds = 1;

const noKernelNote =
  'No kernel process was found on this machine. The figures are for the whole machine and do not include a kernel on another machine.';

const foreignKernelNote =
  'This window did not start the kernel; it was recognised by its CPU time while the cells ran. If the notebook runs on another machine, the figures are wrong.';

interface BurstOptions {
  readonly name: string;
  readonly folder: Uri | null;
  readonly host: RunHost;
  readonly kernels: Promise<KernelProcesses>;
  /** Identity of the kernel that last ran cells of this notebook. */
  readonly lastKernel: string | null;
  readonly onFigure: (cell: NotebookCell, figure: CellFigure) => void;
  /** Called at the end of the burst with the identity of its kernel. */
  readonly onEnd: (kernel: string | null) => void;
}

/** One run of a notebook: cells that run one after another without a pause. */
export class NotebookBurst {
  private readonly run: Promise<ActiveRun>;
  private readonly timeline = new EnergyTimeline();
  private readonly executing = new Set<NotebookCell>();
  private readonly outputs = new WeakMap<NotebookCell, CellOutput>();
  /** Ends that were handled already: VS Code reports some of them twice. */
  private readonly reportedEnds = new WeakMap<NotebookCell, number>();
  private before: readonly Kernel[] = [];
  /** `before` is complete: a kernel that is not in it has started since. */
  private knowsKernelsBefore = false;
  private kernel: Kernel | null = null;
  /** The kernel was recognised by its work; before that, `kernel` is a guess. */
  private isKernelKnown = false;
  /** Searches run one after another. */
  private searching: Promise<void> = Promise.resolve();
  private lastInterval: RunInterval | null = null;
  private cancelSearch: (() => void) | null = null;
  private cancelPause: (() => void) | null = null;
  private isFinished = false;

  constructor(private readonly options: BurstOptions) {
    this.run = this.start();
    this.run.catch((error: unknown) => this.options.host.failed(error));
  }

  begin(cell: NotebookCell): void {
    if (!this.executing.has(cell)) this.outputs.set(cell, new CellOutput(cell));
    this.executing.add(cell);
    this.clearPause();
  }

  /** Reads progress from what a cell prints. */
  readOutput(cell: NotebookCell): void {
    const text = this.outputs.get(cell)?.next() ?? '';
    if (text === '') return;
    this.run.then(
      (run) => this.options.host.readOutput(run, text),
      () => undefined,
    );
  }

  end(cell: NotebookCell, timing: NonNullable<NotebookCellExecutionSummary['timing']>): void {
    if (this.reportedEnds.get(cell) === timing.endTime) return;
    this.reportedEnds.set(cell, timing.endTime);
    this.showCellEnergy(cell, timing).catch((error: unknown) => this.options.host.failed(error));
    this.drop(cell);
  }

  /** The cell no longer runs. */
  drop(cell: NotebookCell): void {
    if (!this.executing.delete(cell) || this.executing.size > 0) return;
    this.clearPause();
    this.cancelPause = this.options.host.clock.after(pauseMilliseconds, () => this.finish());
  }

  /** Closes the run's record. */
  finish(): void {
    if (this.isFinished) return;
    this.isFinished = true;
    this.dispose();
    this.options.onEnd(this.isKernelKnown ? (this.kernel?.identity ?? null) : null);
    this.close().catch((error: unknown) => this.options.host.failed(error));
  }

  dispose(): void {
    this.clearPause();
    this.cancelSearch?.();
  }

  private clearPause(): void {
    this.cancelPause?.();
    this.cancelPause = null;
  }

  private async start(): Promise<ActiveRun> {
    const { name, folder, host, lastKernel } = this.options;
    const began = host.clock.monotonicSeconds();
    const starting = host
      .start(
        folder,
        { name, kind: 'notebook', command: null, folder: folder?.fsPath ?? null, tree: new TreeTracker() },
        null,
      )
      .then((started) => ({ run: started, late: host.clock.monotonicSeconds() - began }));
    const kernels = await this.options.kernels;
    const before = await kernels.find().catch(() => null);
    this.knowsKernelsBefore = before !== null;
    this.before = before ?? [];
    const { run, late } = await starting;
    if (late >= longestUnsaidSeconds) run.addNote(lateNote(late));
    run.onChange(() => this.recordInterval(run));
    run.onFill(({ at, run: { total } }) => {
      if (run.scope === 'run') this.timeline.fill(at, total);
    });
    const likely = likelyKernel(this.before, lastKernel);
    if (likely !== null) this.useKernel(run, likely);
    else if (this.before.length === 0) run.countMachine(noKernelNote);
    this.cancelSearch = host.clock.after(searchDelayMilliseconds, () => void this.searchKernel(run));
    return run;
  }

  private useKernel(run: ActiveRun, kernel: Kernel): void {
    if (this.kernel?.identity === kernel.identity) return;
    this.kernel = kernel;
    // If its CPU time when the cells began is known, everything since then counts.
    const before =
      this.before.find(({ identity }) => identity === kernel.identity)?.cpuSeconds ??
      (this.knowsKernelsBefore ? 0 : null);
    run.addProcess(kernel.pid, { countFrom: 'now', ...(before === null ? {} : { cpuSecondsBefore: before }) });
  }

  private searchKernel(run: ActiveRun): Promise<void> {
    this.searching = this.searching
      .then(() => this.searchKernelOnce(run))
      .catch((error: unknown) => this.options.host.failed(error));
    return this.searching;
  }

  /** The kernel that has worked since the start is the one that runs the cells. */
  private async searchKernelOnce(run: ActiveRun): Promise<void> {
    if (this.isKernelKnown) return;
    const after = await (await this.options.kernels).find();
    const choice = workingKernel(this.before, after, this.options.lastKernel);
    if (choice === null) return;
    this.isKernelKnown = true;
    this.useKernel(run, choice.kernel);
    if (!choice.kernel.ours) run.addNote(foreignKernelNote);
    if (choice.rivals > 0) run.addNote(rivalsNote(choice.rivals));
  }

  private recordInterval(run: ActiveRun): void {
    const { latest } = run;
    if (latest === null || latest === this.lastInterval) return;
    this.lastInterval = latest;
    const joules = run.scope === 'machine' ? latest.machine.total : latest.run.total;
    this.timeline.add(latest.at, latest.seconds, joules);
  }

  private async showCellEnergy(
    cell: NotebookCell,
    { startTime, endTime }: { readonly startTime: number; readonly endTime: number },
  ): Promise<void> {
    const seconds = (endTime - startTime) / 1000;
    if (seconds < shortestCellSeconds) return;
    const run = await this.run;
    await this.searchKernel(run);
    await run.measureNow();
    const joules = this.timeline.between(startTime, endTime);
    this.timeline.forgetBefore(endTime);
    if (joules !== null) this.options.onFigure(cell, figureOf(run, joules, seconds));
  }

  private async close(): Promise<void> {
    const run = await this.run;
    await this.searchKernel(run);
    if (!run.hasProcess) run.countMachine(noKernelNote);
    await this.options.host.finish(run, null);
  }
}

function lateNote(seconds: number): string {
  return `The cells had run for ${formatDuration(seconds)} before measuring started, which these figures do not include.`;
}

function rivalsNote(rivals: number): string {
  const others = rivals === 1 ? 'Another kernel' : `${rivals} other kernels`;
  return `${others} worked at the same time. The figures are for the kernel with the most CPU time, which may belong to another notebook.`;
}

function figureOf(run: ActiveRun, joules: number, seconds: number): CellFigure {
  const record = run.record();
  const marked = (text: string): string => about(isModelled(record), text);
  const wattHours = joulesToWattHours(joules);
  const { intensity, pue } = record;
  const grams = intensity === null ? null : (wattHours / 1000) * pue * intensity.gramsPerKWh;
  const whose = l10n.t(record.scope === 'machine' ? 'the whole machine' : "the kernel's share above idle");
  const used = marked(formatEnergy(wattHours));
  const figures = [used, formatDuration(seconds), marked(formatPower(joules / seconds))] as const;
  return {
    text: used,
    tooltip:
      grams === null
        ? l10n.t('{0} in {1}, {2} on average; {3}', ...figures, whose)
        : l10n.t(
            '{0} in {1}, {2} on average, {3} at {4}; {5}',
            ...figures,
            `${marked(formatMass(grams))} ${co2e}`,
            gridInWords(record, l10n.t),
            whose,
          ),
  };
}
