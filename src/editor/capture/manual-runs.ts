import { uptime } from 'node:os';
import { Disposable, QuickPickItemKind, window, workspace, type QuickPickItem } from 'vscode';
import { formatDuration, grouped } from '../../present/words';
import { findCandidates, type ProcessCandidate } from '../../processes/candidates';
import { whyStranger } from '../../processes/proof';
import { TreeTracker } from '../../processes/tree-tracker';
import type { ActiveRun } from '../../runs/active-run';
import { findMeasuredCommand } from '../../runs/command-line';
import { processLabel } from '../../runs/process-label';
import { commands } from '../contributions/commands';
import { contextKeys } from '../contributions/surfaces';
import { registerCommand, setContext } from '../contributions/use-commands';
import type { RunHost } from './run-host';
import { labelText } from '../../present/plain-text';
import { pause } from '../../system/clock';
import { ownerOf } from '../../system/files';
import { notify } from '../notify';

interface ProcessItem extends QuickPickItem {
  /** Null for a heading. */
  readonly pid: number | null;
}

/** The command line below a process: more of it is never visible. */
const longestDetail = 300;

/** From this share of a core, a process counts as computing now. */
const busyCores = 0.05;

/** Time between the two readings of CPU time that show which processes are busy. */
const betweenReadingsMilliseconds = 400;

/** Runs of any process, started and stopped by hand. A run ends by itself when its process does. */
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

  /** Stops measuring a run. The process keeps running. */
  async end(id: string): Promise<void> {
    const run = this.runs.get(id);
    if (run === undefined) return;
    this.runs.delete(id);
    this.updateContext();
    await this.host.finish(run, null);
  }

  private async guard(task: Promise<void>): Promise<void> {
    await task.catch((error: unknown) => this.host.failed(error));
  }

  private async measure(given: number | undefined): Promise<void> {
    const pid = given ?? (await this.choose());
    if (pid === null) return;
    const table = await this.host.processes();
    const entry = (await table.snapshot(new Set([pid]))).processes.get(pid);
    if (entry === undefined || entry.zombie) {
      void notify.error(`Process ${pid} does not exist. Choose a running process.`);
      return;
    }
    const why = whyStranger(pid, await table.snapshot(new Set()), chosenByHand);
    if (why !== null) {
      void notify.error(`Process ${pid} ${why} and cannot be measured. Choose another process.`);
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
    this.runs.set(run.id, run);
    this.updateContext();
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
      title: commands.stopMeasuring.title,
      placeHolder: 'Choose a process. It keeps running; only measuring stops.',
    });
    if (picked !== undefined) await this.end(picked.id);
  }

  /** Lets the user pick a process or type any process ID. */
  private async choose(): Promise<number | null> {
    const picker = window.createQuickPick<ProcessItem>();
    picker.title = commands.measureProcess.title;
    picker.placeholder = 'Choose a process or type its process ID';
    picker.matchOnDescription = true;
    picker.matchOnDetail = true;
    picker.busy = true;
    let listed: readonly ProcessItem[] = [];
    const offer = (): void => {
      const typed = /^\s*(\d+)\s*$/.exec(picker.value)?.[1];
      const own =
        typed !== undefined && !listed.some(({ pid }) => pid === Number(typed)) ? [typedItem(Number(typed))] : [];
      picker.items = [...own, ...listed];
    };
    picker.onDidChangeValue(offer);
    const chosen = new Promise<number | null>((resolve) => {
      picker.onDidAccept(() => resolve(picker.selectedItems[0]?.pid ?? null));
      picker.onDidHide(() => resolve(null));
    });
    picker.show();
    try {
      listed = this.itemsOf(await this.candidates());
      picker.busy = false;
      offer();
      return await chosen;
    } finally {
      picker.dispose();
    }
  }

  /** The processes that can be measured. */
  private async candidates(): Promise<readonly ProcessCandidate[]> {
    const table = await this.host.processes();
    const { clock } = this.host;
    const found = await findCandidates(
      table,
      isOwn,
      () => this.waitForSecondReading(),
      () => ({ uptimeSeconds: uptime(), wallMilliseconds: clock.wallMilliseconds() }),
    );
    const all = await table.snapshot(new Set());
    return found.filter(({ pid }) => whyStranger(pid, all, chosenByHand) === null);
  }

  /** What computes now, busiest first; then the rest, with the programs first that the meter knows from terminals. */
  private itemsOf(candidates: readonly ProcessCandidate[]): readonly ProcessItem[] {
    const { commands: patterns } = this.host.settings(null);
    const isKnown = ({ commandLine }: ProcessCandidate): boolean =>
      findMeasuredCommand(commandLine.join(' '), patterns) !== null;
    const busy = candidates.filter(({ cores }) => cores >= busyCores);
    const quiet = candidates.filter((each) => !busy.includes(each));
    const known = quiet.filter(isKnown);
    return [
      ...section('computing now', busy),
      ...section('idle now', [...known, ...quiet.filter((each) => !known.includes(each))]),
    ];
  }

  /** Waits, and returns for how long, in seconds. */
  private async waitForSecondReading(): Promise<number> {
    const { clock } = this.host;
    const began = clock.monotonicSeconds();
    await pause(clock, betweenReadingsMilliseconds);
    return clock.monotonicSeconds() - began;
  }

  private updateContext(): void {
    setContext(contextKeys.measuresByHand, this.runs.size > 0);
  }
}

/** On Linux, the list leaves out processes of other users; their IDs can still be typed. */
async function isOwn(pid: number): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid === undefined) return true;
  try {
    return (await ownerOf(`/proc/${pid}`)) === process.getuid();
  } catch {
    return false;
  }
}

const chosenByHand = { anchors: [], self: process.pid, isNew: false, isChosen: true, fits: null };

function section(heading: string, candidates: readonly ProcessCandidate[]): readonly ProcessItem[] {
  if (candidates.length === 0) return [];
  return [{ label: heading, kind: QuickPickItemKind.Separator, pid: null }, ...candidates.map(itemOf)];
}

function itemOf({ pid, commandLine, cores, residentBytes, name, ageSeconds }: ProcessCandidate): ProcessItem {
  const label = processLabel(commandLine, name);
  const age = ageSeconds === null ? [] : [`for ${formatDuration(ageSeconds)}`];
  return {
    pid,
    label: labelText(`${label.name} ${label.arguments}`.trimEnd()),
    description: [
      `${Math.round(cores * 100)} % CPU`,
      ...age,
      `${grouped(Math.round(residentBytes / 1e6))} MB`,
      `PID ${pid}`,
    ].join(' · '),
    detail: labelText(commandLine.join(' ').slice(0, longestDetail)),
  };
}

function typedItem(pid: number): ProcessItem {
  return { pid, label: `Process ${pid}`, description: 'the process ID you typed', alwaysShow: true };
}
