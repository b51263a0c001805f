import { Command, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import { version } from '../../package.json';
import type { ProcessTable } from '../processes/table';
import { listeningPorts } from '../processes/listening';
import { TreeTracker } from '../processes/tree-tracker';
import type { RunIntensityRecorder } from '../grid/services/run-intensity-recorder';
import { runName } from '../runs/command-line';
import { elsewhereNote, workElsewhere } from '../runs/work-elsewhere';
import { IdleServerWatch } from '../runs/idle-server';
import { parseBudget } from '../runs/budget';
import { stragglersInWords } from '../runs/cluster-words';
import type { Journal } from '../runs/journal';
import type { RunBudgets } from '../runs/run-budgets';
import { headline, summaryLine } from '../runs/describe';
import { lookAtGit } from '../runs/git-state';
import { Meter } from '../runs/meter';
import type { ActiveRun } from '../runs/active-run';
import { enclosingRuns, markedEnvironment } from '../runs/parents';
import { RunFile, runFileVariable } from '../runs/run-file';
import { combineSettings } from '../runs/settings/layers';
import { thisHardware } from '../runs/this-machine';
import { pause } from '../system/clock';
import { errorCode, readRegularText } from '../system/files';
import { promptFiles } from '../system/own-files';
import { systemPrograms } from '../system/spawn';
import { inLine } from '../present/plain-text';
import { CommandOutput } from './command-output';
import { ignoresHangup } from './hangup';
import { clusterOptions, type ClusterCommandOptions } from './cluster-options';
import { startCommand, type CommandOptions, type ForegroundCommand } from './foreground-command';
import { CommandError, streamNamed, type Io } from './io';
import { journalOf } from './journal';
import { askLiveIntensity, liveIntensityOption } from './live-intensity';
import { leftBehind } from './left-behind';
import { LiveLine, processSignals } from './live-line';
import type { PublishedMetrics } from './metrics';
import { metricsOptions, openMetrics, type MetricsOptions } from './metrics-options';
import { wholeNumber } from './number-option';
import { terminalText } from './terminal';
import { outputInWords, TerminalProgress } from './terminal-progress';
import { resolvePlace } from './place';
import { openMachine, powerRootOptions, type PowerRootOptions } from './power';
import { announceBudget, budgetsOf } from './run-budgets';
import { dropIfShort, requireWritable, writeRecord } from './run-result';
import { sharedSettings } from './settings';
import { layerOfOptions, settingsOptions, type SettingsOptions } from './settings-options';

interface RunCommandOptions extends SettingsOptions, PowerRootOptions, ClusterCommandOptions, MetricsOptions {
  readonly json?: string;
  readonly onBudget: 'warn' | 'interrupt';
  readonly interval: number;
  readonly name?: string;
  readonly pid?: number;
  /** Hours. */
  readonly minDuration?: number;
  readonly record: boolean;
  readonly quiet?: boolean;
  readonly progress: boolean;
  readonly live?: boolean;
}

/** The baseline before the command starts takes at most this long. */
const baselineMilliseconds = 1000;
/** Many commands end within the first interval, so an early sample reads their processes and memory. */
const earlySampleMilliseconds = 150;
/** The last output of a command arrives within a few milliseconds of its end. */
const lastOutputMilliseconds = 500;

/** `green-ml run -- COMMAND ARGS…`: measures a command and everything it starts. */
export function runCommand(io: Io, exit: (code: number) => void): Command {
  const command = new Command('run')
    .description('measure the energy and emissions of a command and everything it starts')
    .argument('[command...]', 'the command and its arguments, after "--"')
    .passThroughOptions()
    .addOption(
      new Option('--pid <n>', 'measure a process that is already running, until it ends').argParser(
        wholeNumber(1, Number.MAX_SAFE_INTEGER, 'Write the id of a running process.'),
      ),
    )
    .option('--json <file>', 'write the record of the run to a file; - for standard output')
    .addOption(
      new Option('--on-budget <action>', 'what to do when a budget is reached')
        .choices(['warn', 'interrupt'])
        .default('warn'),
    )
    .addOption(
      new Option('--interval <ms>', 'milliseconds between samples')
        .argParser(wholeNumber(100, 60_000, 'Write whole milliseconds from 100 to 60000.'))
        .default(1000),
    )
    .option('--name <text>', 'name of the run (default: the script or command)')
    .option('--no-record', 'do not keep a record of the run')
    .addOption(
      new Option('--min-duration <time>', 'keep no record of a shorter run, such as 60s or 5min').argParser(timeOption),
    )
    .option('--no-progress', "do not read epochs and losses from the command's output")
    .option('--quiet', 'do not print the live line and the summary');
  for (const option of [
    ...[...settingsOptions(), liveIntensityOption(), ...clusterOptions()],
    ...[...metricsOptions(), ...powerRootOptions()],
  ])
    command.addOption(option);
  return command.action(async (words: string[], options: RunCommandOptions) => {
    if (options.pid === undefined && words.length === 0) command.error("error: missing required argument 'command'");
    if (options.pid !== undefined) requireOptionsOfProcess(words, options);
    const isUsual = command.getOptionValueSource('interval') === 'default';
    exit(await run(io, words, options, isUsual));
  });
}

/** @param isUsual whether no interval was given */
async function run(io: Io, words: readonly string[], options: RunCommandOptions, isUsual: boolean): Promise<number> {
  const hangup = ignoresHangup(io.files, io.env, process.ppid) ? 'ignored' : 'default';
  // For the whole life of the meter: the record still has to be written after the command has ended.
  if (hangup === 'ignored') process.on('SIGHUP', () => undefined);
  let output: CommandOutput | null = null;
  // As bytes, which a terminal in raw mode gets unchanged.
  const say = (sentence: string): void =>
    void io.stderr.write(Buffer.from(`${terminalText(`green-ml: ${inLine(sentence)}`)}${output?.lineEnd ?? '\n'}`));
  const shared = await sharedSettings(io);
  const place = await resolvePlace(options, shared);
  const settings = combineSettings([layerOfOptions(options), ...shared.layers], shared.limits);
  if (options.json !== undefined && streamNamed(io, options.json) === null)
    await requireWritable(resolve(io.cwd, options.json));
  const live = options.live === true ? askLiveIntensity(io, settings.place, place.intensity) : null;
  for (const problem of [...shared.problems, ...settings.exceeded]) say(problem);
  if (options.pid !== undefined) {
    const { runOfProcess } = await import('./run-process');
    return runOfProcess(io, { ...options, pid: options.pid }, place, settings, say);
  }
  // While the meter gets ready, so that the command starts no later and what git uses is not counted.
  const git = lookAtGit(io.cwd, { readText: readRegularText, programs: systemPrograms });
  const cluster = options.cluster === undefined ? null : await clusterOf(io, options, say);
  const scope = cluster?.scope ?? settings.scope?.value ?? 'run';
  const power = cluster?.power ?? (await openMachine(io, options, () => output?.relay?.cpuSeconds ?? 0));
  let metrics: PublishedMetrics | null = null;
  try {
    metrics = await openMetrics(io, options, say);
    const idleProblem = await power.findIdle(baselineMilliseconds);
    const journal = options.record ? journalOf(io, say) : null;
    let id: string | null = null;
    const budgets = await budgetsOf(io, options, settings, () => id, say);
    const ancestors = await enclosingRuns(io.env, journal ?? journalOf(io, () => undefined));
    output = options.progress ? await CommandOutput.open(io, hangup) : null;
    const meter = new Meter({
      power,
      journal,
      clock: io.clock,
      intervalMilliseconds: isUsual ? (cluster?.intervalMilliseconds ?? options.interval) : options.interval,
      version,
      hardware: thisHardware(),
      onProblem: say,
    });
    git.stop();
    const active = await meter.start({
      name: options.name ?? runName(words),
      kind: 'command',
      command: words,
      folder: io.cwd,
      git: await git.state,
      scope,
      scopeFrom: cluster === null ? (settings.scope?.from ?? null) : null,
      ...place,
      notes: [...place.notes, ...(idleProblem === null ? [] : [idleProblem])],
      ...(cluster === null ? {} : { cluster: cluster.recorded }),
      tree: new TreeTracker({ reaper: output?.relay?.monitorPid ?? process.pid }),
      ancestors,
    });
    id = active.id;
    const elsewhere = workElsewhere(words);
    if (elsewhere !== null && scope === 'run' && cluster === null) {
      say(elsewhereNote(elsewhere));
    }
    return await measure(
      io,
      words,
      {
        ...options,
        hangup,
        output,
        journal,
        metrics,
        processes: power.processes,
        mark: markedEnvironment(active.id, options.record ? [] : ancestors),
      },
      active,
      live,
      budgets,
      say,
    );
  } finally {
    git.stop();
    metrics?.close();
    output?.close();
    power.dispose();
  }
}

/** @throws CommandError if the options do not belong together, or the server cannot be asked */
async function clusterOf(
  io: Io,
  options: RunCommandOptions,
  say: (sentence: string) => void,
): Promise<import('../runs/open-cluster').OpenCluster> {
  if (options.scope !== undefined)
    throw new CommandError('--scope is for this machine; leave it out, because with --cluster the preset decides.');
  const { openClusterOf } = await import('./cluster');
  return openClusterOf(io, options, options.quiet === true ? () => undefined : say);
}

async function measure(
  io: Io,
  words: readonly string[],
  options: RunCommandOptions &
    Required<Pick<CommandOptions, 'hangup'>> & {
      readonly output: CommandOutput | null;
      readonly mark: NodeJS.ProcessEnv;
      readonly journal: Journal | null;
      readonly metrics: PublishedMetrics | null;
      readonly processes: ProcessTable;
    },
  active: ActiveRun,
  intensity: RunIntensityRecorder | null,
  budgets: RunBudgets,
  say: (sentence: string) => void,
): Promise<number> {
  const runFile = await openRunFile(active, say);
  const progress = new TerminalProgress(active, async (record) => {
    const [{ PythonParser }, { scriptTotals }] = await Promise.all([
      import('../python/parser'),
      import('../runs/script-totals'),
    ]);
    return scriptTotals(record, () => PythonParser.load(io.productFolder));
  });
  const { output } = options;
  const relay = output?.relay ?? null;
  output?.onText((text) => progress.readOutput(text, io.clock.wallMilliseconds()));
  let command: ForegroundCommand;
  try {
    if (io.agent?.isGone === true) throw new CommandError('the agent that asked for this run has gone.');
    command = await startCommand(words, {
      cwd: io.cwd,
      hangup: options.hangup,
      ...(output === null ? {} : { output: output.targets }),
      ...(relay === null ? {} : { relay }),
      env: { ...io.env, ...options.mark, ...(runFile === null ? {} : { [runFileVariable]: runFile.path }) },
    });
  } catch (error) {
    active.abandon();
    await runFile?.remove();
    throw error;
  } finally {
    output?.started();
  }
  // The command only waits for a cluster.
  if (options.cluster === undefined) active.addProcess(command.pid);
  options.metrics?.follow(active);
  void intensity?.follow(active).catch(() => undefined);
  runFile?.answer(async () => {
    await active.measureNow();
    return active.figures();
  }, io.clock);
  const cancelEarlySample = io.clock.after(earlySampleMilliseconds, () => void active.measureNow());
  const live =
    options.quiet === true || !LiveLine.fits(io.stderr, io.env)
      ? null
      : new LiveLine(io.stderr, processSignals(io.files));
  const toAgent = new NowAndThen(io);
  const idle = new IdleServerWatch(active, { listeningPorts: (pids) => listeningPorts(io.files, pids) });
  const stop = active.onChange(() => {
    void idle.check().then((text) => {
      if (text !== null) say(text);
    });
    void runFile?.update(active.figures());
    const record = live === null && budgets.isEmpty && !toAgent.isDue() ? null : active.record();
    if (record !== null) {
      const text = `${headline(record, active.recentWatts())}${progress.liveText()}`;
      live?.show(`⚡ ${text}  ${record.name}`);
      if (toAgent.isDue()) toAgent.tell(text);
    }
    for (const sentence of progress.notices(io.clock.wallMilliseconds())) say(sentence);
    if (record === null) return;
    for (const notice of budgets.check(record, io.clock.wallMilliseconds()))
      announceBudget(record.name, notice, options.onBudget, command, say);
  });
  const { exitCode } = await command.ended;
  // The last output is still on its way. Processes that the command left behind may print more; do not wait for that.
  await Promise.race([output?.drained, pause(io.clock, lastOutputMilliseconds)]);
  progress.endOutput(io.clock.wallMilliseconds());
  cancelEarlySample();
  stop();
  intensity?.settle(active);
  await active.measureNow();
  const left = await leftBehind(active.activity?.pids ?? [], options.processes);
  if (left !== null) active.addNote(left);
  const record = await active.finish(exitCode);
  await options.metrics?.finish(record);
  await dropIfShort(options.journal, record.id, record.durationSeconds, options);
  output?.close();
  await runFile?.remove();
  live?.dispose();
  if (options.json !== undefined) await writeRecord(io, options.json, record, say);
  if (options.quiet !== true) io.stderr.write(`⚡ ${inLine(`${summaryLine(record)}${outputInWords(record)}`)}\n`);
  const stragglers = stragglersInWords(record);
  if (stragglers !== null) say(stragglers);
  if (left !== null) say(left);
  if (active.daemonNote !== null) say(active.daemonNote);
  // Processes that still write into the pipe need us to pass their output on.
  await output?.passed;
  return exitCode;
}

/** Milliseconds. */
const agentInterval = 5000;

/** Tells the agent that asked for a run how far it is, once in a while. */
class NowAndThen {
  private next: number;

  constructor(private readonly io: Pick<Io, 'agent' | 'clock'>) {
    this.next = io.clock.wallMilliseconds() + agentInterval;
  }

  isDue(): boolean {
    return this.io.agent !== null && this.io.agent !== undefined && this.io.clock.wallMilliseconds() >= this.next;
  }

  tell(text: string): void {
    this.next = this.io.clock.wallMilliseconds() + agentInterval;
    this.io.agent?.tell(text);
  }
}

/** The file that gives the command its own energy; null, after one printed sentence, if it cannot be created. */
async function openRunFile(active: ActiveRun, say: (sentence: string) => void): Promise<RunFile | null> {
  try {
    const file = await RunFile.inTemporaryFolder(say, promptFiles);
    await file.update(active.figures());
    return file;
  } catch (error) {
    say(
      `the command cannot read its own energy: the folder for temporary files is not writable (${errorCode(error) ?? String(error)}).`,
    );
    return null;
  }
}

/** @throws CommandError for what cannot be done with a process that is already running */
function requireOptionsOfProcess(words: readonly string[], { live, onBudget }: RunCommandOptions): void {
  if (words.length > 0) throw new CommandError('give either a command or --pid, not both.');
  if (live === true) throw new CommandError('--pid cannot be used with --live; leave out one of them.');
  if (onBudget === 'interrupt')
    throw new CommandError('--pid only looks on, so it interrupts no process; leave out --on-budget interrupt.');
}

/** A time in hours. */
function timeOption(text: string): number {
  const time = parseBudget(text);
  if (time?.quantity !== 'time') throw new InvalidArgumentError('Write a time with its unit, such as 60s or 5min.');
  return time.hours;
}
