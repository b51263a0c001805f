import { uptime } from 'node:os';
import { Disposable, window, workspace, type Terminal, type TerminalShellExecution, type Uri } from 'vscode';
import type { Now, ProcessEntry } from '../../processes/table';
import { TreeTracker } from '../../processes/tree-tracker';
import type { ActiveRun, RunRoot } from '../../runs/measuring/active-run';
import { findMeasuredCommand } from '../../runs/command/command-line';
import { mappingsOf } from '../../runs/cluster/cluster-mapping';
import type { CommandRuns } from './command-runs';
import { endedBeforeNote, type RunHost } from './run-host';

/** VS Code reports a command up to this long after it has started. */
const noticeSeconds = 0.5;

interface TerminalRun {
  readonly terminal: Terminal;
  /** Null if the command turns out to be a task, which has its own run. */
  readonly run: Promise<ActiveRun | null>;
  /** Measuring has started. */
  isMeasured: boolean;
  /** Releases the terminal's process from this run. */
  forget: () => void;
}

/** Measures terminal commands whose program is in the setting `meter.commands`. Needs shell integration. */
export class TerminalRuns implements Disposable {
  private readonly runs = new Map<TerminalShellExecution, TerminalRun>();
  private readonly registrations: Disposable;

  constructor(
    private readonly host: RunHost,
    private readonly commands: CommandRuns,
  ) {
    this.registrations = Disposable.from(
      window.onDidStartTerminalShellExecution(({ terminal, execution }) => this.begin(terminal, execution)),
      window.onDidEndTerminalShellExecution(({ execution, exitCode }) => this.end(execution, exitCode ?? null)),
      window.onDidCloseTerminal((terminal) => {
        for (const [execution, run] of this.runs) if (run.terminal === terminal) this.end(execution, null);
      }),
    );
  }

  dispose(): void {
    this.registrations.dispose();
  }

  private begin(terminal: Terminal, execution: TerminalShellExecution): void {
    const folder = folderOf(execution.cwd);
    const { terminals, commands, clusterRuns } = this.host.settings(folder);
    const line = execution.commandLine.value;
    if (!terminals) return;
    // A job of a cluster counts whatever program waits for it.
    const isOnCluster = mappingsOf(clusterRuns, [line]).length > 0;
    const command = findMeasuredCommand(line, commands) ?? (isOnCluster ? { name: line } : null);
    if (command === null) return;
    // The stream holds only what is printed after this call, so it comes first.
    const output = execution.read();
    const run = this.start(terminal, execution, folder, command.name, line, output, this.host.clock.wallMilliseconds());
    const noticed: TerminalRun = { terminal, run, isMeasured: false, forget: () => undefined };
    run.then(() => (noticed.isMeasured = true)).catch((error: unknown) => this.host.failed(error));
    this.runs.set(execution, noticed);
  }

  private async start(
    terminal: Terminal,
    execution: TerminalShellExecution,
    folder: Uri | null,
    name: string,
    line: string,
    output: AsyncIterable<string>,
    begunAt: number,
  ): Promise<ActiveRun | null> {
    const shell = await terminal.processId;
    const ofTask = shell === undefined ? null : this.commands.ofTask(shell);
    if (ofTask !== null) {
      this.listen(ofTask, output);
      return null;
    }
    const run = this.measure(terminal, shell, folder, name, line, begunAt);
    this.listen(run, output);
    if (shell === undefined) return run;
    const noticed = this.runs.get(execution);
    // It may have ended while the process ID was being read.
    if (noticed === undefined) return run;
    this.commands.addCommand(shell, run, () => this.runs.delete(execution));
    noticed.forget = () => this.commands.removeCommand(shell, run);
    return run;
  }

  private async measure(
    terminal: Terminal,
    shell: number | undefined,
    folder: Uri | null,
    name: string,
    line: string,
    begunAt: number,
  ): Promise<ActiveRun> {
    const root = shell === undefined ? null : await this.rootOf(shell, begunAt);
    const active = await this.host.start(
      folder,
      {
        name,
        kind: 'terminal',
        command: [line],
        folder: folder?.fsPath ?? null,
        tree: new TreeTracker(),
        ...(root === null ? {} : { root }),
      },
      () => {
        terminal.sendText('\u0003', false);
        return Promise.resolve();
      },
    );
    if (root === null)
      active.countMachine('The terminal reported no process, so the figures are for the whole machine.');
    return active;
  }

  /**
   * The shell runs before the command and waits for it, so it has the CPU time of everything that it started. The
   * command may have started before the meter, which takes a moment to open: all its time counts.
   */
  private async rootOf(shell: number, begunAt: number): Promise<RunRoot> {
    const table = await this.host.processes();
    const { clock } = this.host;
    const now = (): Now => ({ uptimeSeconds: uptime(), wallMilliseconds: clock.wallMilliseconds() });
    const startedWithRun = (entry: ProcessEntry): boolean => {
      const age = table.ageSeconds?.(entry, now()) ?? null;
      return age !== null && age <= (clock.wallMilliseconds() - begunAt) / 1000 + noticeSeconds;
    };
    return { pid: shell, countFrom: 'now', startedWithRun };
  }

  private listen(run: Promise<ActiveRun>, output: AsyncIterable<string>): void {
    const readAll = async (): Promise<void> => {
      const active = await run;
      for await (const text of output) this.host.readOutput(active, text);
    };
    readAll().catch((error: unknown) => this.host.failed(error));
  }

  private end(execution: TerminalShellExecution, exitCode: number | null): void {
    const ended = this.runs.get(execution);
    if (ended === undefined) return;
    this.runs.delete(execution);
    ended.forget();
    const { isMeasured } = ended;
    const finish = (active: ActiveRun): Promise<unknown> => {
      if (!isMeasured) active.addNote(endedBeforeNote);
      return this.host.finish(active, exitCode);
    };
    ended.run
      .then((active) => (active === null ? null : finish(active)))
      .catch((error: unknown) => this.host.failed(error));
  }
}

function folderOf(cwd: Uri | undefined): Uri | null {
  const folder = cwd === undefined ? undefined : workspace.getWorkspaceFolder(cwd);
  return folder?.uri ?? workspace.workspaceFolders?.[0]?.uri ?? null;
}
