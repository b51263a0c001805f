import { Disposable, window, workspace, type Terminal, type TerminalShellExecution, type Uri } from 'vscode';
import { TreeTracker } from '../../processes/tree-tracker';
import type { ActiveRun } from '../../runs/active-run';
import { findMeasuredCommand } from '../../runs/command-line';
import type { RunHost } from './run-host';

interface TerminalRun {
  readonly terminal: Terminal;
  readonly run: Promise<ActiveRun>;
}

/** Makes a run of each command in a terminal whose program is one of those to measure; needs shell integration. */
export class TerminalRuns implements Disposable {
  private readonly runs = new Map<TerminalShellExecution, TerminalRun>();
  private readonly registrations: Disposable;

  constructor(private readonly host: RunHost) {
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
    const { terminals, commands } = this.host.settings(folder);
    const line = execution.commandLine.value;
    const command = terminals ? findMeasuredCommand(line, commands) : null;
    if (command === null) return;
    const run = this.start(terminal, folder, command.name, line);
    Promise.all([run, this.listen(run, execution)]).catch((error: unknown) => this.host.failed(error));
    this.runs.set(execution, { terminal, run });
  }

  private async start(terminal: Terminal, folder: Uri | null, name: string, line: string): Promise<ActiveRun> {
    const shell = await terminal.processId;
    const active = await this.host.start(folder, { name, kind: 'terminal', command: [line], folder: folder?.fsPath ?? null, tree: new TreeTracker() }, () => {
      terminal.sendText('\u0003', false);
      return Promise.resolve();
    });
    // The shell is there before the command and waits for it, so that it knows the CPU time of all it has started.
    if (shell !== undefined) active.addProcess(shell, 'now');
    else active.countMachine('The terminal told no process, so the figures are those of the whole machine.');
    return active;
  }

  /** The stream must be asked for at once: it holds only what comes after. */
  private async listen(run: Promise<ActiveRun>, execution: TerminalShellExecution): Promise<void> {
    const output = execution.read();
    const active = await run;
    for await (const text of output) this.host.hear(active, text);
  }

  private end(execution: TerminalShellExecution, exitCode: number | null): void {
    const ended = this.runs.get(execution);
    if (ended === undefined) return;
    this.runs.delete(execution);
    ended.run.then((active) => this.host.finish(active, exitCode)).catch((error: unknown) => this.host.failed(error));
  }
}

function folderOf(cwd: Uri | undefined): Uri | null {
  const folder = cwd === undefined ? undefined : workspace.getWorkspaceFolder(cwd);
  return folder?.uri ?? workspace.workspaceFolders?.[0]?.uri ?? null;
}
