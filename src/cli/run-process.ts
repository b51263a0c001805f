import { uptime } from 'node:os';
import type { Power } from '../power/machine';
import { isRunning } from '../processes/alive';
import { whyStranger } from '../processes/proof';
import type { ProcessEntry, ProcessTable } from '../processes/table';
import { TreeTracker } from '../processes/tree-tracker';
import { formatDuration } from '../present/words';
import type { ActiveRun } from '../runs/measuring/active-run';
import { budgetText } from '../runs/budget/run-budgets';
import { enclosingRuns } from '../runs/measuring/parents';
import { processLabel } from '../runs/command/process-label';
import type { ChosenPlace } from '../runs/place';
import type { CombinedSettings } from '../runs/settings/layers';
import { CommandError, type Io } from './io';
import { lookAtRepository, MeasuredRun, type MeasuringOptions } from './measured-run';
import { openMachine, type PowerRootOptions } from './power';

interface ProcessOptions extends PowerRootOptions, MeasuringOptions {
  readonly pid: number;
  readonly interval: number;
  readonly name?: string;
}

/**
 * `green-ml run --pid`: measures a process that is already running, and everything that it starts, until it ends or we are asked
 * to stop. The process notices nothing, and a budget is only announced, because a process of others is not ours to interrupt.
 *
 * @throws CommandError if there is no such process
 */
export async function runOfProcess(
  io: Io,
  options: ProcessOptions,
  place: ChosenPlace,
  settings: CombinedSettings,
  say: (sentence: string) => void,
): Promise<number> {
  const { pid } = options;
  const run = await MeasuredRun.open(io, options, place, settings, say);
  const git = lookAtRepository(io);
  let power: Power | null = null;
  try {
    power = await openMachine(io, options);
    const table = power.processes;
    const entry = await entryOf(table, pid);
    const command = await table.commandLine(pid);
    const age = ageOf(table, entry, io);
    const active = await run.start(power, options.interval, git, {
      name: options.name ?? (command === null ? entry.name : processLabel(command, entry.name).name),
      kind: 'manual',
      command,
      notes: age === null ? [] : [lateNote(age)],
      tree: new TreeTracker(),
      root: { pid, countFrom: 'now' },
      ancestors: await enclosingRuns(io.env, run.journal),
    });
    const unfollow = run.follow(active, (name, notice) => say(budgetText(name, notice)));
    await ended(active, pid);
    unfollow();
    await run.report(await run.finish(active, null, age));
    return 0;
  } finally {
    git.stop();
    run.close();
    power?.dispose();
  }
}

/** @throws CommandError if the process does not exist or cannot be measured */
async function entryOf(table: ProcessTable, pid: number): Promise<ProcessEntry> {
  const all = await table.snapshot(new Set([pid]));
  const entry = all.processes.get(pid);
  if (entry === undefined || entry.zombie)
    throw new CommandError(`process ${pid} does not exist; give the id of a running process.`);
  if (whyStranger(pid, all, { anchors: [], self: process.pid, isNew: false, isChosen: true, fits: null }) !== null)
    throw new CommandError(`process ${pid} runs this command or is the system itself; give the id of another process.`);
  return entry;
}

/** How long it has run, in seconds; null if unknown. */
function ageOf(table: ProcessTable, entry: ProcessEntry, { clock }: Io): number | null {
  return table.ageSeconds?.(entry, { uptimeSeconds: uptime(), wallMilliseconds: clock.wallMilliseconds() }) ?? null;
}

function lateNote(seconds: number): string {
  return `The process had run for ${formatDuration(seconds)} when the measurement began; what it used before is not included.`;
}

/** Resolves when the process has ended, or a signal asks us to stop. */
function ended(active: ActiveRun, pid: number): Promise<void> {
  return new Promise((done) => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    const finish = (): void => {
      stop();
      for (const name of signals) process.off(name, finish);
      done();
    };
    const stop = active.onChange(() => {
      if (!isRunning(pid)) finish();
    });
    for (const name of signals) process.on(name, finish);
  });
}
