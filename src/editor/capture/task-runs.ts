import { Disposable, ProcessExecution, ShellExecution, tasks, type Task, type TaskExecution, type Uri } from 'vscode';
import { TreeTracker } from '../../processes/tree-tracker';
import type { ActiveRun } from '../../runs/measuring/active-run';
import { findMeasuredCommand } from '../../runs/command/command-line';
import { mappingsOf } from '../../runs/cluster/cluster-mapping';
import type { CommandRuns } from './command-runs';
import { endedBeforeNote, interruptProcess, type RunHost } from './run-host';

/** Measures each task whose command is in the setting `meter.commands`. */
export class TaskRuns implements Disposable {
  private readonly runs = new Map<
    TaskExecution,
    { readonly pid: number; readonly run: Promise<ActiveRun>; isMeasured: boolean }
  >();
  private readonly registrations: Disposable;

  constructor(
    private readonly host: RunHost,
    private readonly commands: CommandRuns,
  ) {
    this.registrations = Disposable.from(
      tasks.onDidStartTaskProcess(({ execution, processId }) => this.begin(execution, processId)),
      tasks.onDidEndTaskProcess(({ execution, exitCode }) => this.end(execution, exitCode ?? null)),
      tasks.onDidEndTask(({ execution }) => this.end(execution, null)),
    );
  }

  dispose(): void {
    this.registrations.dispose();
  }

  private begin(execution: TaskExecution, processId: number): void {
    const { task } = execution;
    const folder = folderOf(task);
    const settings = this.host.settings(folder);
    const line = commandLineOf(task);
    if (!settings.tasks) return;
    // A job of a cluster counts whatever program waits for it.
    const isOnCluster = mappingsOf(settings.clusterRuns, [task.name, line]).length > 0;
    const command = findMeasuredCommand(line, settings.commands) ?? (isOnCluster ? { name: task.name } : null);
    if (command === null) return;
    const adopt = (active: ActiveRun): void => active.update({ kind: 'task', name: command.name, command: [line] });
    const run = this.commands.beginTask(
      processId,
      () => this.start(folder, task.name, command.name, line, processId),
      adopt,
    );
    const begun = { pid: processId, run, isMeasured: false };
    run.then(() => (begun.isMeasured = true)).catch((error: unknown) => this.host.failed(error));
    this.runs.set(execution, begun);
  }

  private start(
    folder: Uri | null,
    knownAs: string,
    name: string,
    line: string,
    processId: number,
  ): Promise<ActiveRun> {
    return this.host.start(
      folder,
      {
        name,
        knownAs,
        kind: 'task',
        command: [line],
        folder: folder?.fsPath ?? null,
        tree: new TreeTracker(),
        root: { pid: processId, countFrom: 'start' },
      },
      () => interruptProcess(processId),
    );
  }

  private end(execution: TaskExecution, exitCode: number | null): void {
    const ended = this.runs.get(execution);
    if (ended === undefined) return;
    this.runs.delete(execution);
    this.commands.endTask(ended.pid);
    const { isMeasured } = ended;
    const finish = (active: ActiveRun): Promise<unknown> => {
      if (!isMeasured) active.addNote(endedBeforeNote);
      return this.host.finish(active, exitCode);
    };
    ended.run.then(finish).catch((error: unknown) => this.host.failed(error));
  }
}

function folderOf({ scope }: Task): Uri | null {
  return typeof scope === 'object' ? scope.uri : null;
}

function commandLineOf({ execution }: Task): string {
  if (execution instanceof ProcessExecution) return [execution.process, ...execution.args].map(quoted).join(' ');
  if (!(execution instanceof ShellExecution)) return '';
  if (execution.commandLine !== undefined) return execution.commandLine;
  const words = [execution.command, ...(execution.args ?? [])].filter((word) => word !== undefined);
  return words.map((word) => (typeof word === 'string' ? word : quoted(word.value))).join(' ');
}

function quoted(word: string): string {
  return /[\s"']/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word;
}
