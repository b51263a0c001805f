import type { ActiveRun } from '../../runs/active-run';

/**
 * Runs of commands, by the process that VS Code started for each. The editor reports a task of a shell twice, as a task
 * and as a command of the task's terminal, in either order: both are one run.
 */
export class CommandRuns {
  private readonly tasks = new Map<number, Promise<ActiveRun>>();
  private readonly commands = new Map<number, { readonly run: Promise<ActiveRun>; readonly release: () => void }>();

  /** The run of the task that has this process; null if it is no task's, or the task is not measured. */
  ofTask(pid: number): Promise<ActiveRun> | null {
    return this.tasks.get(pid) ?? null;
  }

  /** Notes the run of a command in the terminal whose shell has this process, until `release` is called. */
  addCommand(pid: number, run: Promise<ActiveRun>, release: () => void): void {
    this.commands.set(pid, { run, release });
  }

  removeCommand(pid: number, run: Promise<ActiveRun>): void {
    if (this.commands.get(pid)?.run === run) this.commands.delete(pid);
  }

  /**
   * The run of a task's process: the one that its terminal has begun already, which is the task's from now on, else a new
   * one.
   */
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
