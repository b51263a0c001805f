import { l10n, Disposable, ProgressLocation, window, workspace } from 'vscode';
import { TreeTracker } from '../../processes/tree-tracker';
import type { ActiveRun } from '../../runs/measuring/active-run';
import { commands } from '../contributions/commands';
import { contextKeys } from '../contributions/surfaces';
import { registerCommand, setContext } from '../contributions/use-commands';
import type { RunHost } from './run-host';
import { labelText } from '../../present/plain-text';
import { notify } from '../notify';

/** Runs of processes and cluster jobs, started and stopped by hand. A run of a process ends by itself when that does. */
export class ManualRuns implements Disposable {
  private readonly runs = new Map<string, ActiveRun>();
  private readonly registrations: Disposable;

  constructor(private readonly host: RunHost) {
    this.registrations = Disposable.from(
      registerCommand(commands.measureProcess, (pid) => this.guard(this.measure(pid))),
      registerCommand(commands.stopMeasuring, (id) => this.guard(this.stop(id))),
    );
  }

  dispose(): void {
    this.registrations.dispose();
  }

  has(id: string): boolean {
    return this.runs.has(id);
  }

  /** Takes a run that ends when a person says so. */
  add(run: ActiveRun): void {
    this.runs.set(run.id, run);
    this.updateContext();
  }

  /** Stops measuring a run. What is measured keeps running. */
  async end(id: string): Promise<void> {
    const run = this.runs.get(id);
    if (run === undefined) return;
    this.runs.delete(id);
    this.updateContext();
    if (!run.isOnCluster) await this.host.finish(run, null);
    else
      await window.withProgress(
        { location: ProgressLocation.Window, title: l10n.t('Waiting for the last figures of Prometheus') },
        () => this.host.finish(run, null),
      );
  }

  private async guard(task: Promise<void>): Promise<void> {
    await task.catch((error: unknown) => this.host.failed(error));
  }

  private async measure(given: number | undefined): Promise<void> {
    const { chooseProcess, chosenByHand, processLabel, whyStranger } = await import('./choose-process');
    const pid = given ?? (await chooseProcess(this.host));
    if (pid === null) return;
    const table = await this.host.processes();
    const entry = (await table.snapshot(new Set([pid]))).processes.get(pid);
    if (entry === undefined || entry.zombie) {
      void notify.error(l10n.t('Process {0} does not exist. Choose a running process.', pid));
      return;
    }
    const why = whyStranger(pid, await table.snapshot(new Set()), chosenByHand);
    if (why !== null) {
      void notify.error(l10n.t('Process {0} {1} and cannot be measured. Choose another process.', pid, l10n.t(why)));
      return;
    }
    const command = await table.commandLine(pid);
    const folder = workspace.workspaceFolders?.[0]?.uri ?? null;
    const run = await this.host.start(
      folder,
      {
        name: command === null ? entry.name : processLabel(command, entry.name).name,
        kind: 'manual',
        command,
        folder: folder?.fsPath ?? null,
        tree: new TreeTracker(),
        root: { pid, countFrom: 'now' },
      },
      null,
    );
    this.add(run);
    run.onChange(() => this.endWithProcess(run));
  }

  /** The process has ended if it was seen before and nothing of its tree is left. */
  private endWithProcess(run: ActiveRun): void {
    if (run.latest?.processes !== 0 || run.record().processes.peak === 0) return;
    this.end(run.id).catch((error: unknown) => this.host.failed(error));
  }

  private async stop(given: string | undefined): Promise<void> {
    const [only, ...others] = this.runs.values();
    if (only === undefined) return;
    if (given !== undefined) return this.end(given);
    if (others.length === 0) return this.end(only.id);
    const items = [...this.runs.values()].map((run) => ({
      label: labelText(run.record().name),
      description: labelText(run.record().command?.join(' ') ?? ''),
      id: run.id,
    }));
    const picked = await window.showQuickPick(items, {
      title: l10n.t(commands.stopMeasuring.title),
      placeHolder: l10n.t('Choose what to stop measuring. It keeps running.'),
    });
    if (picked !== undefined) await this.end(picked.id);
  }

  private updateContext(): void {
    setContext(contextKeys.measuresByHand, this.runs.size > 0);
  }
}
