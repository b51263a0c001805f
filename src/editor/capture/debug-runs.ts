import { basename } from 'node:path';
import { debug, Disposable, type DebugAdapterTracker, type DebugSession } from 'vscode';
import { readCpuOf } from '../../processes/tree-cpu';
import { TreeTracker } from '../../processes/tree-tracker';
import type { ActiveRun } from '../../runs/measuring/active-run';
import {
  asksToEnd,
  commandIn,
  fitsProgram,
  hasEnded,
  outputIn,
  processHints,
  processIdIn,
  stoppedByExceptionIn,
  type ProcessHints,
  type ProtocolMessage,
} from './debug-protocol';
import type { NewProcesses } from './new-processes';
import { interruptProcess, type RunHost } from './run-host';

/** If the adapter has not reported its process after this time, Green ML searches for it. */
const adapterTimeoutMilliseconds = 4000;

const noProcessNote = 'The debugger reported no process and none was found, so the figures are for the whole machine.';

const otherProcessNote = (pid: number, why: string): string =>
  `The debugger reports process ${pid}, which ${why}: the program may run in a container or on another machine. The figures are for this whole machine.`;

/** A root session, its child sessions and their run. */
interface SessionRun {
  readonly run: Promise<ActiveRun>;
  readonly newProcesses: Promise<NewProcesses>;
  readonly open: Set<string>;
  readonly hints: ProcessHints;
  /** CPU time of the process to attach to when the session began; null if unknown. */
  readonly cpuSecondsBefore: Promise<number | null>;
  exitCode: number | null;
  /** The debuggee: the first confirmed process. */
  pid: number | null;
  /** Processes that are known to belong to the run. */
  readonly confirmedPids: number[];
  /** Processes are confirmed one after another. */
  confirming: Promise<void>;
  shellPid: number | null;
  /** Green ML has asked it to end. */
  interrupted: boolean;
  /** The program has ended. */
  ended: boolean;
  /** Stops waiting for the adapter to report a process. */
  cancelTimeout: () => void;
}

/** Measures each debug or launch session of any type as one run, together with its child sessions. */
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
    for (const { cancelTimeout } of this.runs.values()) cancelTimeout();
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
    // js-debug reports the process only in the name of a child session: "train.js [1234]".
    const named = root.id === session.id ? null : /\[(\d+)\]$/.exec(session.name)?.[1];
    if (named !== null && named !== undefined) this.addProcess(run, session, Number(named), false);
    return {
      onDidSendMessage: (message: ProtocolMessage) => this.onMessage(run, session, message),
      onWillReceiveMessage: (message: ProtocolMessage) => this.onMessage(run, session, message),
      onExit: () => this.close(session),
    };
  }

  private begin(session: DebugSession): SessionRun {
    const { configuration } = session;
    const program: unknown = configuration['program'] ?? configuration['module'];
    const name = typeof program === 'string' && program !== '' ? basename(program) : session.name;
    const newProcesses = this.host.watchNewProcesses();
    const hints = processHints(configuration);
    const { chosenPid } = hints;
    const run: SessionRun = {
      run: this.host.start(
        session.workspaceFolder?.uri ?? null,
        {
          name,
          kind: configuration['noDebug'] === true ? 'launch' : 'debug',
          command: hints.attaches ? null : commandIn(configuration),
          folder: session.workspaceFolder?.uri.fsPath ?? null,
          tree: new TreeTracker(),
          knownAs: session.name,
        },
        async () => {
          run.interrupted = true;
          if (run.pid === null) await debug.stopDebugging(session);
          else await interruptProcess(run.pid);
        },
      ),
      newProcesses,
      open: new Set(),
      hints,
      cpuSecondsBefore:
        chosenPid === null
          ? Promise.resolve(null)
          : this.host
              .processes()
              .then((table) => readCpuOf(chosenPid, table))
              .catch(() => null),
      exitCode: null,
      pid: null,
      confirmedPids: [],
      confirming: Promise.resolve(),
      shellPid: null,
      interrupted: false,
      ended: false,
      cancelTimeout: () => undefined,
    };
    run.run.catch((error: unknown) => this.host.failed(error));
    newProcesses.catch((error: unknown) => this.host.failed(error));
    run.cancelTimeout = this.host.clock.after(adapterTimeoutMilliseconds, () => void this.lookForProcess(run));
    return run;
  }

  private onMessage(run: SessionRun, session: DebugSession, message: ProtocolMessage): void {
    const { pid, attached, shellPid, exitCode } = processIdIn(message);
    const stopped = run.interrupted ? stoppedByExceptionIn(message) : null;
    // An interrupt raises an exception, at which the debugger stops. Continue, so that the program ends.
    if (stopped !== null)
      session
        .customRequest('continue', { threadId: stopped })
        .then(undefined, (error: unknown) => this.host.failed(error));
    const output = outputIn(message);
    if (output !== null) {
      run.run.then(
        (active) => this.host.readOutput(active, output),
        () => undefined,
      );
    }
    if (shellPid !== null) run.shellPid = shellPid;
    if (rootOf(session).id === session.id) this.noteEnd(run, message);
    if (pid !== null) this.addProcess(run, session, pid, attached);
    // The parent that waited for the program has its whole CPU time, but may end a moment later: measure now.
    if (exitCode !== null)
      run.run.then((active) => active.measureNow()).catch((error: unknown) => this.host.failed(error));
    if (exitCode !== null && rootOf(session).id === session.id) run.exitCode = exitCode;
    else if (exitCode !== null) run.exitCode ??= exitCode;
  }

  /** A person who stops a session ends its program, unless it was only attached to. */
  private noteEnd(run: SessionRun, message: ProtocolMessage): void {
    if (hasEnded(message)) run.ended = true;
    if (run.ended || run.interrupted || run.hints.attaches || !asksToEnd(message)) return;
    run.run.then((active) => active.update({ stoppedBy: 'person' })).catch((error: unknown) => this.host.failed(error));
  }

  private addProcess(run: SessionRun, session: DebugSession, pid: number, attached: boolean): void {
    const isRoot = rootOf(session).id === session.id;
    run.confirming = run.confirming
      .then(() => this.confirmProcess(run, isRoot, pid, attached))
      .catch((error: unknown) => this.host.failed(error));
  }

  /** A debugger in a container reports process IDs of the container as local ones, so each ID is checked first. */
  private async confirmProcess(run: SessionRun, isRoot: boolean, pid: number, attached: boolean): Promise<void> {
    const [active, newProcesses] = await Promise.all([run.run, run.newProcesses]);
    const anchors = [...run.confirmedPids, ...(run.shellPid === null ? [] : [run.shellPid])];
    const { hints } = run;
    const isChosen = isRoot && hints.chosenPid === pid;
    const why = await newProcesses.whyStranger(pid, anchors, isChosen || (isRoot && hints.attaches), (commandLine) =>
      isChosen ? null : isRoot && fitsProgram(commandLine, hints),
    );
    if (why !== null) {
      // A process below a confirmed one is counted anyway.
      if (isRoot && !active.hasProcess) active.countMachine(otherProcessNote(pid, why));
      return;
    }
    run.pid ??= pid;
    run.confirmedPids.push(pid);
    const before = isChosen ? await run.cpuSecondsBefore : null;
    active.addProcess(
      pid,
      attached ? { countFrom: 'now', ...(before === null ? {} : { cpuSecondsBefore: before }) } : 'start',
    );
    // Separates what it has used so far from what follows.
    await active.measureNow();
  }

  /** For an adapter that reports no process: new processes below the adapter or its terminal. */
  private async lookForProcess(run: SessionRun): Promise<void> {
    try {
      await run.confirming;
      const active = await run.run;
      const newProcesses = await run.newProcesses;
      // With a program that was already running, new processes belong to the debugger.
      const found = active.hasProcess || run.hints.attaches ? [] : await newProcesses.find(run.shellPid);
      // The adapter may have reported it in the meantime.
      if (active.hasProcess) return;
      for (const pid of found) active.addProcess(pid);
      if (found.length > 0) await active.measureNow();
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
    run.cancelTimeout();
    void this.finish(run);
  }

  private async finish(run: SessionRun): Promise<void> {
    try {
      await run.confirming;
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
