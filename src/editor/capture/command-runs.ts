import type { ActiveRun } from '../../runs/measuring/active-run';

/**
 * Runs of commands, by the process that VS Code started. VS Code reports a shell task twice, in either order: as a task,
 * and as a command in the task's terminal. Both are the same run.
 */
export class CommandRuns {
  private readonly tasks = new Map<number, Promise<ActiveRun>>();
  private readonly commands = new Map<number, { readonly run: Promise<ActiveRun>; readonly release: () => void }>();

  /** The run of the task with this process; null if it is not a task, or the task is not measured. */
  ofTask(pid: number): Promise<ActiveRun> | null {
    return this.tasks.get(pid) ?? null;
  }

  /** Adds the run of a terminal command, by the process of its shell. `release` is called when a task takes it over. */
  addCommand(pid: number, run: Promise<ActiveRun>, release: () => void): void {
    this.commands.set(pid, { run, release });
  }

  removeCommand(pid: number, run: Promise<ActiveRun>): void {
    if (this.commands.get(pid)?.run === run) this.commands.delete(pid);
  }

  /** The run of a task: takes over the run that the task's terminal has started, or starts one. */
  beginTask(pid: number, start: () => Promise<ActiveRun>, adopt: (run: ActiveRun) => void): Promise<ActiveRun> {
    const command = this.commands.get(pid);
    this.commands.delete(pid);
    command?.release();
    const run =
      command === undefined
        ? start()
        : command.run.then((active) => {
            adopt(active);
            return active;
          });
    this.tasks.set(pid, run);
    return run;
  }

  endTask(pid: number): void {
    this.tasks.delete(pid);
  }
}
