import { Command, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import { version } from '../../package.json';
import type { ProcessTable } from '../processes/table';
import { listeningPorts } from '../processes/listening';
import { TreeTracker } from '../processes/tree-tracker';
import type { RunIntensityRecorder } from '../grid/services/run-intensity-recorder';
import { budgetExamples, parseBudget, type Budget, type BudgetPeriod } from '../runs/budget';
import { runName } from '../runs/command-line';
import { elsewhereNote, workElsewhere } from '../runs/work-elsewhere';
import { IdleServerWatch } from '../runs/idle-server';
import { OtherRunsWatch } from '../runs/other-runs';
import { budgetText, RunBudgets, spentText, type BudgetNotice } from '../runs/run-budgets';
import { stragglersInWords } from '../runs/cluster-words';
import { headline, summaryLine } from '../runs/describe';
import { lookAtGit } from '../runs/git-state';
import { Meter } from '../runs/meter';
import type { ActiveRun } from '../runs/active-run';
import { enclosingRuns, markedEnvironment } from '../runs/parents';
import type { ProjectSettings } from '../runs/project-settings';
import { RunFile, runFileVariable } from '../runs/run-file';
import { RunReader } from '../runs/run-reader';
import type { RunRecord, Scope } from '../runs/record';
import { budgetsIn, combineBudgets, type BudgetLayer } from '../runs/settings-layers';
import { thisHardware } from '../runs/this-machine';
import { pause } from '../system/clock';
import { errorCode, readRegularText } from '../system/files';
import { promptFiles } from '../system/own-files';
import { systemPrograms } from '../system/spawn';
import { inLine } from '../present/plain-text';
import { writeDocument, writingProblem } from '../system/write-document';
import { CommandOutput } from './command-output';
import { ignoresHangup } from './hangup';
import { clusterOptions, clusterSources, type ClusterCommandOptions } from './cluster-options';
import { startCommand, type CommandOptions, type ForegroundCommand } from './foreground-command';
import { CommandError, streamNamed, type Io } from './io';
import { journalOf } from './journal';
import { askLiveIntensity, liveIntensityOption } from './live-intensity';
import { leftBehind } from './left-behind';
import { LiveLine, processSignals } from './live-line';
import { wholeNumber } from './number-option';
import { terminalText } from './terminal';
import { progressInWords, TerminalProgress } from './terminal-progress';
import { intensityOptions, placeChoice, resolvePlace, type PlaceOptions } from './place';
import { openMachine, powerRootOptions, type PowerRootOptions } from './power';
import { projectSettings } from './project-settings';

interface RunCommandOptions extends PlaceOptions, PowerRootOptions, ClusterCommandOptions {
  readonly json?: string;
  readonly scope?: Scope;
  readonly budget?: Budget;
  readonly budgetDay?: Budget;
  readonly budgetProject?: Budget;
  readonly onBudget: 'warn' | 'interrupt';
  readonly interval: number;
  readonly name?: string;
  readonly record: boolean;
  readonly quiet?: boolean;
  readonly progress: boolean;
  readonly live?: boolean;
}

/** The baseline before the command starts takes at most this long. */
const baselineMilliseconds = 1000;
/** Many commands end within the first interval, so an early sample reads their processes and memory. */
const earlySampleMilliseconds = 150;
/** Between questions to Prometheus, which has new samples every 15 seconds or more. */
const clusterMilliseconds = 5000;
/** The last output of a command arrives within a few milliseconds of its end. */
const lastOutputMilliseconds = 500;

/** `green-ml run -- COMMAND ARGS…`: measures a command and everything it starts. */
export function runCommand(io: Io, exit: (code: number) => void): Command {
  const command = new Command('run')
    .description('measure the energy and emissions of a command and everything it starts')
    .argument('<command...>', 'the command and its arguments, after "--"')
    .passThroughOptions()
    .option('--json <file>', 'write the record of the run to a file; - for standard output')
    .addOption(
      new Option(
        '--scope <scope>',
        "count the run's share or the whole machine (default: the scope in the project's settings, else run)",
      ).choices(['run', 'machine']),
    )
    .addOption(
      new Option('--budget <amount>', `a limit for this run, such as ${budgetExamples}`).argParser(budgetOption),
    )
    .addOption(new Option('--budget-day <amount>', 'a limit for all runs of one day').argParser(budgetOption))
    .addOption(
      new Option('--budget-project <amount>', 'a limit for all runs in this folder and below it').argParser(
        budgetOption,
      ),
    )
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
    .option('--no-progress', "do not read epochs and losses from the command's output")
    .option('--quiet', 'do not print the live line and the summary');
  for (const option of [...intensityOptions(), liveIntensityOption(), ...clusterOptions(), ...powerRootOptions()])
    command.addOption(option);
  return command.action(async (words: string[], options: RunCommandOptions) => {
    const isUsual = command.getOptionValueSource('interval') === 'default';
    const isOnCluster = clusterSources(options).length > 0;
    exit(await run(io, words, isUsual && isOnCluster ? { ...options, interval: clusterMilliseconds } : options));
  });
}

async function run(io: Io, words: readonly string[], options: RunCommandOptions): Promise<number> {
  const hangup = ignoresHangup(io.files, io.env, process.ppid) ? 'ignored' : 'default';
  // For the whole life of the meter: the record still has to be written after the command has ended.
  if (hangup === 'ignored') process.on('SIGHUP', () => undefined);
  let output: CommandOutput | null = null;
  // As bytes, which a terminal in raw mode gets unchanged.
  const say = (sentence: string): void =>
    void io.stderr.write(Buffer.from(`${terminalText(`green-ml: ${inLine(sentence)}`)}${output?.lineEnd ?? '\n'}`));
  const project = await projectSettings(io);
  const place = await resolvePlace(options, project);
  if (options.json !== undefined && streamNamed(io, options.json) === null)
    await requireWritable(resolve(io.cwd, options.json));
  const live = options.live === true ? askLiveIntensity(io, placeChoice(options, project), place.intensity) : null;
  for (const problem of project.problems) say(problem);
  // While the meter gets ready, so that the command starts no later and what git uses is not counted.
  const git = lookAtGit(io.cwd, { readText: readRegularText, programs: systemPrograms });
  const cluster = options.cluster === undefined ? null : await clusterOf(io, options, say);
  const scope = cluster?.scope ?? options.scope ?? project.scope ?? 'run';
  const power = cluster?.power ?? (await openMachine(io, options, () => output?.relay?.cpuSeconds ?? 0));
  try {
    const idleProblem = await power.findIdle(baselineMilliseconds);
    const journal = options.record ? journalOf(io, say) : null;
    let id: string | null = null;
    const budgets = await budgetsOf(io, options, project, () => id, say);
    const ancestors = await enclosingRuns(io.env, journal ?? journalOf(io, () => undefined));
    output = options.progress ? await CommandOutput.open(io, hangup) : null;
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
      name: options.name ?? runName(words),
      kind: 'command',
      command: words,
      folder: io.cwd,
      git: await git.state,
      scope,
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
    output?.close();
    power.dispose();
  }
}

/** @throws CommandError if the options do not belong together, or the server cannot be asked */
async function clusterOf(
  io: Io,
  options: RunCommandOptions,
  say: (sentence: string) => void,
): Promise<import('./cluster').OpenCluster> {
  if (options.scope !== undefined)
    throw new CommandError('--scope is for this machine; leave it out, because with --cluster the preset decides.');
  const { openCluster } = await import('./cluster');
  return openCluster(io, options, options.quiet === true ? () => undefined : say);
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
  const live =
    options.quiet === true || !LiveLine.fits(io.stderr, io.env)
      ? null
      : new LiveLine(io.stderr, processSignals(io.files));
  const idle = new IdleServerWatch(active, { listeningPorts: (pids) => listeningPorts(io.files, pids) });
  const stop = active.onChange(() => {
    void idle.check().then((text) => {
      if (text !== null) say(text);
    });
    void runFile?.update(active.figures());
    const record = live === null && budgets.isEmpty ? null : active.record();
    if (record !== null)
      live?.show(`⚡ ${headline(record, active.recentWatts())}${progress.liveText()}  ${record.name}`);
    for (const sentence of progress.notices(io.clock.wallMilliseconds())) say(sentence);
    if (record === null) return;
    for (const notice of budgets.check(record, io.clock.wallMilliseconds()))
      announceBudget(record.name, notice, options.onBudget, command, say);
  });
  const { exitCode } = await command.ended;
  // The last output is still on its way. Processes that the command left behind may print more; do not wait for that.
  await Promise.race([output?.drained, pause(io.clock, lastOutputMilliseconds)]);
  cancelEarlySample();
  stop();
  intensity?.settle(active);
  await active.measureNow();
  const left = await leftBehind(active.activity?.pids ?? [], options.processes);
  if (left !== null) active.addNote(left);
  const record = await active.finish(exitCode);
  output?.close();
  await runFile?.remove();
  live?.dispose();
  if (options.json !== undefined) await writeRecord(io, options.json, record, say);
  if (options.quiet !== true) io.stderr.write(`⚡ ${inLine(`${summaryLine(record)}${progressInWords(record)}`)}\n`);
  const stragglers = stragglersInWords(record);
  if (stragglers !== null) say(stragglers);
  if (left !== null) say(left);
  if (active.daemonNote !== null) say(active.daemonNote);
  // Processes that still write into the pipe need us to pass their output on.
  await output?.passed;
  return exitCode;
}

async function writeRecord(io: Io, target: string, record: RunRecord, say: (sentence: string) => void): Promise<void> {
  const text = `${JSON.stringify({ ...record, progress: record.progress ?? null }, null, 2)}\n`;
  const stream = streamNamed(io, target);
  if (stream !== null) {
    stream.write(text);
    return;
  }
  const problem = await writeDocument(resolve(io.cwd, target), text);
  if (problem !== null) say(`the record cannot be written to ${target} (${problem}); give another file with --json.`);
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

/**
 * The budgets of this run, with what other runs have used of them.
 *
 * @throws CommandError if other runs have used up a budget that interrupts a run
 */
async function budgetsOf(
  io: Io,
  { budget, budgetDay, budgetProject, onBudget }: RunCommandOptions,
  project: ProjectSettings,
  own: () => string | null,
  say: (sentence: string) => void,
): Promise<RunBudgets> {
  const limit = (period: BudgetPeriod, amount: Budget | undefined): BudgetLayer =>
    amount === undefined ? {} : { [period]: { period, budget: amount } };
  const limits = budgetsIn(
    combineBudgets([
      { ...limit('run', budget), ...limit('day', budgetDay), ...limit('project', budgetProject) },
      project.budgets,
    ]),
  );
  const journal = limits.some(({ period }) => period !== 'run') ? journalOf(io, say) : null;
  const reader = new RunReader(journal);
  const others = new OtherRunsWatch(
    own,
    io.cwd,
    () => reader.newest(),
    (error) =>
      say(
        `the other runs cannot be read (${errorCode(error) ?? String(error)}), so budgets for several runs count only this one.`,
      ),
  );
  const now = io.clock.wallMilliseconds();
  if (journal !== null) await others.refresh(now);
  const budgets = new RunBudgets(limits, (period) => others.of(period, io.clock.wallMilliseconds()));
  const spent = budgets.spentByOthers(now);
  if (onBudget === 'interrupt' && spent !== null) {
    throw new CommandError(
      `${spentText(spent)}, so the command was not started; raise the budget, or leave out --on-budget interrupt.`,
    );
  }
  return budgets;
}

function announceBudget(
  name: string,
  notice: BudgetNotice,
  action: 'warn' | 'interrupt',
  command: ForegroundCommand,
  say: (sentence: string) => void,
): void {
  const text = budgetText(name, notice);
  if (notice.level === 'near') say(text);
  else if (action === 'interrupt') {
    say(`${text} The command was interrupted (SIGINT), so that it can save its work.`);
    command.signal('SIGINT');
  } else say(`${text} The command continues.`);
}

function budgetOption(text: string): Budget {
  const budget = parseBudget(text);
  if (budget === null)
    throw new InvalidArgumentError(`Write an amount above zero with its unit, such as ${budgetExamples}.`);
  return budget;
}

async function requireWritable(file: string): Promise<void> {
  const problem = await writingProblem(file);
  if (problem === 'EISDIR') throw new CommandError(`${file} is a folder; give a file with --json.`);
  if (problem !== null) {
    throw new CommandError(
      `cannot write ${file} (${problem}); give a file in an existing, writable folder with --json.`,
    );
  }
}
