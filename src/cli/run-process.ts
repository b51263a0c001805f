import { uptime } from 'node:os';
import { version } from '../../package.json';
import { isRunning } from '../processes/alive';
import { whyStranger } from '../processes/proof';
import type { ProcessEntry, ProcessTable } from '../processes/table';
import { TreeTracker } from '../processes/tree-tracker';
import { formatDuration } from '../present/words';
import type { ActiveRun } from '../runs/active-run';
import { headline, summaryLine } from '../runs/describe';
import { budgetText } from '../runs/run-budgets';
import { lookAtGit } from '../runs/git-state';
import type { Journal } from '../runs/journal';
import { Meter } from '../runs/meter';
import { enclosingRuns } from '../runs/parents';
import { processLabel } from '../runs/process-label';
import type { RunRecord } from '../runs/record';
import type { ChosenPlace } from '../runs/place';
import type { CombinedSettings } from '../runs/settings/layers';
import { thisHardware } from '../runs/this-machine';
import { readRegularText } from '../system/files';
import { systemPrograms } from '../system/spawn';
import { inLine } from '../present/plain-text';
import { CommandError, type Io } from './io';
import { journalOf } from './journal';
import { LiveLine, processSignals } from './live-line';
import type { PublishedMetrics } from './metrics';
import { openMetrics, type MetricsOptions } from './metrics-options';
import { openMachine, type PowerRootOptions } from './power';
import { budgetsOf } from './run-budgets';
import { dropIfShort, writeRecord } from './run-result';

interface ProcessOptions extends PowerRootOptions, MetricsOptions {
  readonly pid: number;
  readonly interval: number;
  readonly name?: string;
  readonly json?: string;
  /** Hours. */
  readonly minDuration?: number;
  readonly onBudget: 'warn' | 'interrupt';
  readonly record: boolean;
  readonly quiet?: boolean;
}

interface ProcessRun {
  readonly journal: Journal | null;
  readonly place: ChosenPlace;
  readonly settings: CombinedSettings;
  readonly metrics: PublishedMetrics | null;
  readonly say: (sentence: string) => void;
  /** Called after each sample. */
  readonly onSample: (active: ActiveRun) => void;
}

/** `green-ml run --pid`: a budget is only announced, because a process of others is not ours to interrupt. */
export async function runOfProcess(
  io: Io,
  options: ProcessOptions,
  place: ChosenPlace,
  settings: CombinedSettings,
  say: (sentence: string) => void,
): Promise<number> {
  const journal = options.record ? journalOf(io, say) : null;
  let id: string | null = null;
  const budgets = await budgetsOf(io, options, settings, () => id, say);
  const metrics = await openMetrics(io, options, say);
  const live =
    options.quiet === true || !LiveLine.fits(io.stderr, io.env)
      ? null
      : new LiveLine(io.stderr, processSignals(io.files));
  const { record, ageSeconds } = await measureProcess(io, options, {
    journal,
    place,
    settings,
    metrics,
    say,
    onSample: (active) => {
      id = active.id;
      const now = active.record();
      live?.show(`⚡ ${headline(now, active.recentWatts())}  ${now.name}`);
      for (const notice of budgets.check(now, io.clock.wallMilliseconds())) say(budgetText(now.name, notice));
    },
  }).finally(() => {
    metrics?.close();
    live?.dispose();
  });
  if (options.quiet !== true) io.stderr.write(`⚡ ${inLine(summaryLine(record))}\n`);
  await dropIfShort(journal, record.id, ageSeconds ?? record.durationSeconds, options);
  if (options.json !== undefined) await writeRecord(io, options.json, record, say);
  return 0;
}

/**
 * Measures a process that is already running, and everything that it starts, until it ends or we are asked to stop. The
 * process notices nothing.
 *
 * @returns the record, and how long the process ran by then, seconds; null if that is unknown
 * @throws CommandError if there is no such process
 */
async function measureProcess(
  io: Io,
  options: ProcessOptions,
  { journal, place, settings, metrics, say, onSample }: ProcessRun,
): Promise<{ readonly record: RunRecord; readonly ageSeconds: number | null }> {
  const { pid } = options;
  const power = await openMachine(io, options);
  const git = lookAtGit(io.cwd, { readText: readRegularText, programs: systemPrograms });
  try {
    const table = power.processes;
    const entry = await entryOf(table, pid);
    const command = await table.commandLine(pid);
    const age = ageOf(table, entry, io);
    const meter = new Meter({
      power,
      journal,
      clock: io.clock,
      intervalMilliseconds: options.interval,
      version,
      hardware: thisHardware(),
      onProblem: say,
    });
    git.stop();
    const active = await meter.start({
      name: options.name ?? (command === null ? entry.name : processLabel(command, entry.name).name),
      kind: 'manual',
      command,
      folder: io.cwd,
      git: await git.state,
      scope: settings.scope?.value ?? 'run',
      scopeFrom: settings.scope?.from ?? null,
      ...place,
      notes: [...place.notes, ...(age === null ? [] : [lateNote(age)])],
      tree: new TreeTracker(),
      root: { pid, countFrom: 'now' },
      ancestors: await enclosingRuns(io.env, journal),
    });
    metrics?.follow(active);
    await ended(active, pid, onSample);
    const ageAtEnd = age === null ? null : age + active.record().durationSeconds;
    const record = await active.finish(null);
    await metrics?.finish(record);
    return { record, ageSeconds: ageAtEnd };
  } finally {
    git.stop();
    power.dispose();
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
function ended(active: ActiveRun, pid: number, onSample: (active: ActiveRun) => void): Promise<void> {
  return new Promise((done) => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    const finish = (): void => {
      stop();
      for (const name of signals) process.off(name, finish);
      done();
    };
    const stop = active.onChange(() => {
      onSample(active);
      if (!isRunning(pid)) finish();
    });
    for (const name of signals) process.on(name, finish);
  });
}
