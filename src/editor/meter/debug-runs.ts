import { basename } from 'node:path';
import { debug, Disposable, type DebugAdapterTracker, type DebugSession } from 'vscode';
import { TreeTracker } from '../../processes/tree-tracker';
import type { ActiveRun } from '../../runs/active-run';
import { outputIn, processIdIn, stoppedByExceptionIn, type ProtocolMessage } from './debug-protocol';
import { interruptProcess } from './interrupt-process';
import type { NewProcesses } from './new-processes';
import type { RunHost } from './run-host';

/** How long an adapter may take to tell its process before we look for it ourselves. */
const patienceMilliseconds = 4000;

const noProcessNote =
  'The debug adapter told no process and none was found, so the figures are those of the whole machine.';

/** A root session, its child sessions and their run. */
interface SessionRun {
  readonly run: Promise<ActiveRun>;
  readonly newProcesses: Promise<NewProcesses>;
  readonly open: Set<string>;
  exitCode: number | null;
  /** The first process that the adapter told: the debuggee. */
  pid: number | null;
  shellPid: number | null;
  /** We have asked it to end. */
  interrupted: boolean;
  patience: NodeJS.Timeout | null;
}

/** Makes one run of each debug or launch session, whatever its type; child sessions belong to their parent's run. */
export class DebugRuns implements Disposable {
  private readonly runs = new Map<string, SessionRun>();
  private readonly registrations: Disposable;

  constructor(private readonly host: RunHost) {
    this.registrations = Disposable.from(
      debug.registerDebugAdapterTrackerFactory('*', {
        createDebugAdapterTracker: (session) => this.track(session),
      }),
      debug.onDidTerminateDebugSession((session) => this.close(session)),
    );
  }

  dispose(): void {
    this.registrations.dispose();
    for (const { patience } of this.runs.values()) if (patience !== null) clearTimeout(patience);
  }

  private track(session: DebugSession): DebugAdapterTracker | undefined {
    const root = rootOf(session);
    if (root.id === session.id) {
      if (!this.host.settings(session.workspaceFolder?.uri ?? null).debugSessions) return undefined;
      this.runs.set(root.id, this.begin(session));
    }
    const run = this.runs.get(root.id);
    if (run === undefined) return undefined;
    run.open.add(session.id);
    // js-debug tells the process only in the name of the session it starts for it: "train.js [1234]".
    const named = root.id === session.id ? null : /\[(\d+)\]$/.exec(session.name)?.[1];
    if (named !== null && named !== undefined) this.addProcess(run, Number(named), false);
    return {
      onDidSendMessage: (message: ProtocolMessage) => this.hear(run, session, message),
      onWillReceiveMessage: (message: ProtocolMessage) => this.hear(run, session, message),
      onExit: () => this.close(session),
    };
  }

  private begin(session: DebugSession): SessionRun {
    const { configuration } = session;
    const program: unknown = configuration['program'] ?? configuration['module'];
    const name = typeof program === 'string' && program !== '' ? basename(program) : session.name;
    const newProcesses = this.host.watchNewProcesses();
    const run: SessionRun = {
      run: this.host.start(session.workspaceFolder?.uri ?? null, {
        name,
        kind: configuration['noDebug'] === true ? 'launch' : 'debug',
        command: null,
        folder: session.workspaceFolder?.uri.fsPath ?? null,
        tree: new TreeTracker(),
      }, async () => {
        run.interrupted = true;
        if (run.pid === null) await debug.stopDebugging(session);
        else await interruptProcess(run.pid);
      }),
      newProcesses,
      open: new Set(),
      exitCode: null,
      pid: null,
      shellPid: null,
      interrupted: false,
      patience: null,
    };
    run.run.catch((error: unknown) => this.host.failed(error));
    newProcesses.catch((error: unknown) => this.host.failed(error));
    run.patience = setTimeout(() => void this.lookForProcess(run), patienceMilliseconds);
    return run;
  }

  private hear(run: SessionRun, session: DebugSession, message: ProtocolMessage): void {
    const { pid, attached, shellPid, exitCode } = processIdIn(message);
    const stopped = run.interrupted ? stoppedByExceptionIn(message) : null;
    // A debugger stops at the exception by which an interrupt ends the program; it is to end.
    if (stopped !== null) session.customRequest('continue', { threadId: stopped }).then(undefined, (error: unknown) => this.host.failed(error));
    const output = outputIn(message);
    if (output !== null) {
      run.run.then(
        (active) => this.host.hear(active, output),
        () => undefined,
      );
    }
    if (shellPid !== null) run.shellPid = shellPid;
    if (pid !== null) this.addProcess(run, pid, attached);
    if (exitCode !== null && rootOf(session).id === session.id) run.exitCode = exitCode;
    else if (exitCode !== null) run.exitCode ??= exitCode;
  }

  private addProcess(run: SessionRun, pid: number, attached: boolean): void {
    run.pid ??= pid;
    run.run.then(
      (active) => active.addProcess(pid, attached ? 'now' : 'start'),
      () => undefined,
    );
  }

  /** For an adapter that tells no process: what has appeared below it or below its terminal since the start. */
  private async lookForProcess(run: SessionRun): Promise<void> {
    try {
      const active = await run.run;
      const newProcesses = await run.newProcesses;
      const found = active.hasProcess ? [] : await newProcesses.find(run.shellPid);
      // The adapter may have told it meanwhile.
      if (active.hasProcess) return;
      for (const pid of found) active.addProcess(pid);
      if (found.length === 0) active.countMachine(noProcessNote);
    } catch (error) {
      this.host.failed(error);
    }
  }

  private close(session: DebugSession): void {
    const id = rootOf(session).id;
    const run = this.runs.get(id);
    if (run === undefined) return;
    run.open.delete(session.id);
    if (run.open.size > 0 && session.id !== id) return;
    this.runs.delete(id);
    if (run.patience !== null) clearTimeout(run.patience);
    void this.finish(run);
  }

  private async finish(run: SessionRun): Promise<void> {
    try {
      const active = await run.run;
      if (!active.hasProcess) active.countMachine(noProcessNote);
      await this.host.finish(active, run.exitCode);
    } catch (error) {
      this.host.failed(error);
    }
  }
}

function rootOf(session: DebugSession): DebugSession {
  let root = session;
  while (root.parentSession !== undefined) root = root.parentSession;
  return root;
}
