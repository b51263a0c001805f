import { Command, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import type { ProcessTable } from '../processes/table';
import { listeningPorts } from '../processes/listening';
import { TreeTracker } from '../processes/tree-tracker';
import type { RunIntensityRecorder } from '../grid/services/run-intensity-recorder';
import { runName } from '../runs/command/command-line';
import { elsewhereNote, workElsewhere } from '../runs/measuring/work-elsewhere';
import { IdleServerWatch } from '../runs/measuring/idle-server';
import { parseBudget } from '../runs/budget/budget';
import { stragglersInWords } from '../runs/cluster/cluster-words';
import type { ActiveRun } from '../runs/measuring/active-run';
import { enclosingRuns, markedEnvironment } from '../runs/measuring/parents';
import { RunFile, runFileVariable } from '../runs/run-file';
import { combineSettings } from '../runs/settings/layers';
import { pause } from '../system/clock';
import { errorCode } from '../system/files';
import { promptFiles } from '../system/own-files';
import { inLine } from '../present/plain-text';
import { CommandOutput } from './command-output';
import { ignoresHangup } from './hangup';
import { clusterOptions, type ClusterCommandOptions } from './cluster-options';
import { cutShortNote } from './cut-short';
import { startCommand, type CommandOptions, type ForegroundCommand } from './foreground-command';
import { CommandError, streamNamed, type Io } from './io';
import { journalOf } from './journal';
import { askLiveIntensity, liveIntensityOption } from './live-intensity';
import { leftBehind } from './left-behind';
import { lookAtRepository, MeasuredRun, type MeasuringOptions } from './measured-run';
import { metricsOptions } from './metrics-options';
import { wholeNumber } from './number-option';
import { terminalText } from './terminal';
import { outputInWords, TerminalProgress } from './terminal-progress';
import { resolvePlace } from './place';
import { openMachine, powerRootOptions, type PowerRootOptions } from './power';
import { announceBudget } from './run-budgets';
import { requireWritable } from './run-result';
import { sharedSettings } from './settings';
import { layerOfOptions, settingsOptions, type SettingsOptions } from './settings-options';

interface RunCommandOptions extends SettingsOptions, PowerRootOptions, ClusterCommandOptions, MeasuringOptions {
  readonly interval: number;
  readonly name?: string;
  readonly pid?: number;
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
    exit(await runAny(io, words, options, isUsual));
  });
}

/** @param isUsual whether no interval was given */
async function runAny(io: Io, words: readonly string[], options: RunCommandOptions, isUsual: boolean): Promise<number> {
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
  const git = lookAtRepository(io);
  const cluster = options.cluster === undefined ? null : await clusterOf(io, options, say);
  const power = cluster?.power ?? (await openMachine(io, options, () => output?.relay?.cpuSeconds ?? 0));
  let run: MeasuredRun | null = null;
  try {
    run = await MeasuredRun.open(io, options, place, settings, say);
    const idleProblem = await power.findIdle(baselineMilliseconds);
    const ancestors = await enclosingRuns(io.env, run.journal ?? journalOf(io, () => undefined));
    output = options.progress ? await CommandOutput.open(io, hangup) : null;
    const interval = isUsual ? (cluster?.intervalMilliseconds ?? options.interval) : options.interval;
    const active = await run.start(power, interval, git, {
      name: options.name ?? runName(words),
      kind: 'command',
      command: words,
      notes: idleProblem === null ? [] : [idleProblem],
      ...(cluster === null ? {} : { cluster: cluster.recorded, scope: cluster.scope }),
      tree: new TreeTracker({ reaper: output?.relay?.monitorPid ?? process.pid }),
      ancestors,
    });
    const elsewhere = workElsewhere(words);
    if (elsewhere !== null && active.scope === 'run' && cluster === null) {
      say(elsewhereNote(elsewhere));
    }
    return await measure(
      io,
      words,
      {
        ...options,
        hangup,
        output,
        processes: power.processes,
        mark: markedEnvironment(active.id, options.record ? [] : ancestors),
      },
      run,
      active,
      live,
      say,
    );
  } finally {
    git.stop();
    run?.close();
    output?.close();
    power.dispose();
  }
}

/** @throws CommandError if the options do not belong together, or the server cannot be asked */
async function clusterOf(
  io: Io,
  options: RunCommandOptions,
  say: (sentence: string) => void,
): Promise<import('../runs/cluster/open-cluster').OpenCluster> {
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
      readonly processes: ProcessTable;
    },
  run: MeasuredRun,
  active: ActiveRun,
  intensity: RunIntensityRecorder | null,
  say: (sentence: string) => void,
): Promise<number> {
  const runFile = await openRunFile(active, say);
  const progress = new TerminalProgress(active, async (record) => {
    const [{ PythonParser }, { scriptTotals }] = await Promise.all([
      import('../python/parser'),
      import('../runs/training/script-totals'),
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
  void intensity?.follow(active).catch(() => undefined);
  runFile?.answer(async () => {
    await active.measureNow();
    return active.figures();
  }, io.clock);
  const cancelEarlySample = io.clock.after(earlySampleMilliseconds, () => void active.measureNow());
  const idle = new IdleServerWatch(active, { listeningPorts: (pids) => listeningPorts(io.files, pids) });
  const unfollow = run.follow(
    active,
    (name, notice) => announceBudget(name, notice, options.onBudget, command, say),
    () => progress.liveText(),
  );
  const stop = active.onChange(() => {
    void idle.check().then((text) => {
      if (text !== null) say(text);
    });
    void runFile?.update(active.figures());
    for (const sentence of progress.notices(io.clock.wallMilliseconds())) say(sentence);
  });
  const { exitCode } = await command.ended;
  // The last output is still on its way. Processes that the command left behind may print more; do not wait for that.
  await Promise.race([output?.drained, pause(io.clock, lastOutputMilliseconds)]);
  output?.endText();
  progress.endOutput(io.clock.wallMilliseconds());
  cancelEarlySample();
  unfollow();
  stop();
  intensity?.settle(active);
  // A cluster says nothing of processes here, and its server may take long.
  if (!active.isOnCluster) await active.measureNow();
  const cutShort = options.cluster === undefined ? null : cutShortNote(exitCode);
  if (cutShort !== null) active.addNote(cutShort);
  const isOfAgent = io.agent !== null && io.agent !== undefined;
  const pids = active.activity?.pids ?? [];
  const left = await leftBehind(pids, options.processes, isOfAgent);
  if (left !== null) active.addNote(left);
  const record = await run.finish(active, exitCode);
  if (left !== null && isOfAgent) await endTreesOf(pids, io);
  output?.close();
  await runFile?.remove();
  await run.report(record, outputInWords(record));
  const stragglers = stragglersInWords(record);
  if (stragglers !== null) say(stragglers);
  if (cutShort !== null) say(cutShort);
  if (left !== null) say(left);
  if (active.daemonNote !== null) say(active.daemonNote);
  // Processes that still write into the pipe need us to pass their output on. An agent waits for the record alone.
  await (isOfAgent ? Promise.race([output?.passed, pause(io.clock, lastOutputMilliseconds)]) : output?.passed);
  return exitCode;
}

async function endTreesOf(pids: readonly number[], { clock }: Io): Promise<void> {
  const { endTrees } = await import('../agents/end-tree');
  await endTrees(pids, clock);
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
function requireOptionsOfProcess(words: readonly string[], { live, onBudget, cluster }: RunCommandOptions): void {
  if (words.length > 0) throw new CommandError('give either a command or --pid, not both.');
  if (cluster !== undefined)
    throw new CommandError(
      '--pid measures a process of this computer, and --cluster those of others; leave out one of them.',
    );
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
