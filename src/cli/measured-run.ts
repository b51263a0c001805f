import { version } from '../../package.json';
import type { Power } from '../power/machine';
import type { ActiveRun, RunOptions } from '../runs/measuring/active-run';
import type { BudgetNotice, RunBudgets } from '../runs/budget/run-budgets';
import { headline, summaryLine } from '../runs/describe';
import { lookAtGit } from '../runs/git-state';
import type { Journal } from '../runs/journal/journal';
import { Meter } from '../runs/measuring/meter';
import type { ChosenPlace } from '../runs/place';
import type { RunRecord } from '../runs/record';
import type { CombinedSettings } from '../runs/settings/layers';
import { thisHardware } from '../runs/this-machine';
import { readRegularText } from '../system/files';
import { systemPrograms } from '../system/spawn';
import { inLine } from '../present/plain-text';
import type { Io } from './io';
import { journalOf } from './journal';
import { LiveLine, processSignals } from './live-line';
import type { PublishedMetrics } from './metrics';
import { openMetrics, type MetricsOptions } from './metrics-options';
import { budgetsOf } from './run-budgets';
import { dropIfShort, writeRecord } from './run-result';

/** The options of a measured run that say what becomes of its figures. */
export interface MeasuringOptions extends MetricsOptions {
  readonly json?: string;
  /** Hours. */
  readonly minDuration?: number;
  readonly onBudget: 'warn' | 'interrupt';
  readonly record: boolean;
  readonly quiet?: boolean;
}

/** What is known of a run besides its settings, place and commit. */
type RunInTerminal = Pick<RunOptions, 'name' | 'kind' | 'command' | 'tree' | 'root' | 'ancestors' | 'cluster'> & {
  /** Those of its source of energy; absent for what the settings say. */
  readonly scope?: RunOptions['scope'];
  readonly notes: readonly string[];
};

/** Starts to look at the repository of the working folder, while the meter gets ready. */
export function lookAtRepository({ cwd }: Io): ReturnType<typeof lookAtGit> {
  return lookAtGit(cwd, { readText: readRegularText, programs: systemPrograms });
}

/**
 * A run that the terminal measures, be it a command that we start or a process that runs already: its journal, budgets, figures
 * for Prometheus, live line, summary and record.
 */
export class MeasuredRun {
  private id: string | null = null;
  private live: LiveLine | null = null;

  private constructor(
    private readonly io: Io,
    private readonly options: MeasuringOptions,
    private readonly place: ChosenPlace,
    private readonly settings: CombinedSettings,
    private readonly say: (sentence: string) => void,
    readonly journal: Journal | null,
    private readonly metrics: PublishedMetrics | null,
  ) {}

  private budgets: RunBudgets | null = null;

  /**
   * Gets everything ready that may refuse the run; the caller closes it.
   *
   * @throws CommandError if figures cannot be published, or other runs have used up a budget that interrupts
   */
  static async open(
    io: Io,
    options: MeasuringOptions,
    place: ChosenPlace,
    settings: CombinedSettings,
    say: (sentence: string) => void,
  ): Promise<MeasuredRun> {
    const metrics = await openMetrics(io, options, say);
    const journal = options.record ? journalOf(io, say) : null;
    const run = new MeasuredRun(io, options, place, settings, say, journal, metrics);
    try {
      run.budgets = await budgetsOf(io, options, settings, () => run.id, say);
      return run;
    } catch (error) {
      run.close();
      throw error;
    }
  }

  /** Starts to measure with a source of energy. */
  async start(
    power: Power,
    intervalMilliseconds: number,
    git: ReturnType<typeof lookAtGit>,
    { scope, notes, ...run }: RunInTerminal,
  ): Promise<ActiveRun> {
    const { io, place, settings, say, journal } = this;
    const meter = new Meter({
      power,
      journal,
      clock: io.clock,
      intervalMilliseconds,
      version,
      hardware: thisHardware(),
      onProblem: say,
    });
    git.stop();
    const active = await meter.start({
      ...run,
      folder: io.cwd,
      git: await git.state,
      scope: scope ?? settings.scope?.value ?? 'run',
      scopeFrom: scope === undefined ? (settings.scope?.from ?? null) : null,
      ...place,
      notes: [...place.notes, ...notes],
    });
    this.id = active.id;
    return active;
  }

  /**
   * From now on publishes the figures of a run, shows them in the live line, tells an agent that has asked for it, and looks
   * at its budgets after each sample.
   *
   * @param progress what the live line says of epochs; empty for nothing
   * @param announce says that a budget is nearly or quite used
   * @returns ends the looks after each sample
   */
  follow(
    active: ActiveRun,
    announce: (name: string, notice: BudgetNotice) => void,
    progress: () => string = () => '',
  ): () => void {
    const { io, budgets } = this;
    this.metrics?.follow(active);
    if (this.options.quiet !== true && LiveLine.fits(io.stderr, io.env))
      this.live = new LiveLine(io.stderr, processSignals(io.files));
    const toAgent = new NowAndThen(io);
    return active.onChange(() => {
      if (this.live === null && budgets?.isEmpty !== false && !toAgent.isDue()) return;
      const record = active.record();
      const text = `${headline(record, active.recentWatts())}${progress()}`;
      this.live?.show(`⚡ ${text}  ${record.name}`);
      if (toAgent.isDue()) toAgent.tell(text);
      for (const notice of budgets?.check(record, io.clock.wallMilliseconds()) ?? []) announce(record.name, notice);
    });
  }

  /**
   * Ends the run: its record is written, or dropped if it was too short, and its last figures are published.
   *
   * @param secondsBefore how long it had run before it was measured; null if that is unknown
   */
  async finish(active: ActiveRun, exitCode: number | null, secondsBefore: number | null = 0): Promise<RunRecord> {
    const record = await active.finish(exitCode);
    await this.metrics?.finish(record);
    await dropIfShort(this.journal, record.id, (secondsBefore ?? 0) + record.durationSeconds, this.options);
    return record;
  }

  /** Writes the record where `--json` says, and prints the summary with what is added to it. */
  async report(record: RunRecord, more = ''): Promise<void> {
    const { io, options, say } = this;
    this.live?.dispose();
    if (options.json !== undefined) await writeRecord(io, options.json, record, say);
    if (options.quiet !== true) io.stderr.write(`⚡ ${inLine(`${summaryLine(record)}${more}`)}\n`);
  }

  /** Ends what is still open, however the run ended. */
  close(): void {
    this.metrics?.close();
    this.live?.dispose();
  }
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
