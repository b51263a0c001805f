import { ConfigurationTarget, l10n, type Disposable } from 'vscode';
import { listeningPorts } from '../../processes/listening';
import type { ActiveRun } from '../../runs/measuring/active-run';
import { formatBudget } from '../../runs/budget/budget';
import { forecastDetail, forecastLabel, forecastText, RunInsight, type Notice } from '../../runs/insight';
import { IdleServerWatch, type IdleServerPorts } from '../../runs/measuring/idle-server';
import { OtherRunsWatch } from '../../runs/measuring/other-runs';
import type { RunRecord } from '../../runs/record';
import { shareOfBudget, type BudgetState } from '../../runs/budget/run-budgets';
import type { ScriptTotals } from '../../runs/training/script-totals';
import { systemClock, type Clock } from '../../system/clock';
import { systemFiles } from '../../system/files';
import { formatShare } from '../../present/words';
import type { LiveFigure } from '../../webview/live/protocol';
import { Settings } from '../contributions/use-settings';
import { marksOf, noExtras, type LiveExtras } from './live-run';
import type { EditorSettings, MeterSettings } from '../meter-settings';
import { notify } from '../notify';
import { localisable } from '../../present/l10n';

/** Asks a run to end by itself, so that it can save its work. Never kills it. */
export type Interrupt = () => Promise<void>;

/** What the status bar shows of a run besides its figures. */
interface RunStatus {
  /** "epoch 3/20"; null if its output shows none. */
  readonly progress: string | null;
  readonly marks: readonly string[];
  /** Lines of the tooltip. */
  readonly lines: readonly string[];
  readonly canStop: boolean;
}

interface Watched {
  readonly run: ActiveRun;
  readonly insight: RunInsight;
  readonly interrupt: Interrupt | null;
  readonly settings: EditorSettings;
  readonly stopListening: () => void;
  readonly idle: IdleServerWatch;
}

/** The outside world; tests replace it. */
interface InsightPorts extends IdleServerPorts {
  readonly clock: Clock;
  readonly notify: (kind: Notice['kind'], text: string, buttons: readonly string[]) => PromiseLike<string | undefined>;
}

const systemPorts: InsightPorts = {
  clock: systemClock,
  listeningPorts: (pids) => listeningPorts(systemFiles, pids),
  notify: (kind, text, buttons) => (kind === 'budget reached' ? notify.warning : notify.information)(text, ...buttons),
};

/** Follows progress, plateau and budget of each run in progress, and notifies the user. */
export class Insights implements Disposable {
  private readonly watched = new Map<string, Watched>();
  /** Notifications are shown one after another. */
  private notifying: Promise<unknown> = Promise.resolve();

  /** @param recorded all recorded runs, for budgets that several runs share */
  constructor(
    private readonly recorded: () => Promise<readonly RunRecord[]>,
    private readonly failed: (error: unknown) => void,
    private readonly ports: InsightPorts = systemPorts,
    private readonly readTotals: (run: RunRecord) => Promise<ScriptTotals> = async () => Promise.resolve({}),
  ) {}

  begin(run: ActiveRun, settings: EditorSettings & Pick<MeterSettings, 'watched'>, interrupt: Interrupt | null): void {
    const others = new OtherRunsWatch(() => run.id, run.record().folder, this.recorded, this.failed);
    const insight = new RunInsight(
      run,
      settings.watched,
      (period) => others.of(period, this.now()),
      this.readTotals,
      l10n.t,
    );
    const idle = new IdleServerWatch(run, this.ports, l10n.t);
    this.watched.set(run.id, {
      run,
      insight,
      interrupt,
      settings,
      idle,
      stopListening: run.onChange(() => this.check(run)),
    });
  }

  readOutput(run: ActiveRun, text: string): void {
    this.watched.get(run.id)?.insight.readOutput(text, this.now());
  }

  end(run: ActiveRun): void {
    const watched = this.watched.get(run.id);
    watched?.insight.endOutput(this.now());
    watched?.stopListening();
    this.watched.delete(run.id);
  }

  /** What the live view shows in addition to the record. */
  extras(id: string): Omit<LiveExtras, 'watts'> {
    const watched = this.watched.get(id);
    if (watched === undefined) return noExtras;
    const { insight, interrupt } = watched;
    return {
      marks: marksOf(insight.marks(), l10n.t),
      budget: budgetLine(insight),
      progress: figuresOf(insight, this.now()),
      stop: interrupt === null ? null : 'run',
    };
  }

  /** "epoch 3/20", "82 % of budget" and the forecast, for the status bar and its tooltip. */
  statusOf(id: string): RunStatus {
    const watched = this.watched.get(id);
    if (watched === undefined) return { progress: null, marks: [], lines: [], canStop: false };
    const { insight, interrupt } = watched;
    const now = this.now();
    const budget = insight.tightestBudget(now);
    return {
      progress: insight.progressMark(),
      marks: [
        ...(budget !== null && budget.use >= 0.8 ? [shareOfBudget(budget, l10n.t)] : []),
        ...(insight.isFlat(now) ? [l10n.t('plateau')] : []),
      ],
      canStop: interrupt !== null,
      lines: figuresOf(insight, now).map(({ label, value }) => `${label}: ${value}`),
    };
  }

  /** Asks the run to end by itself. */
  async interrupt(id: string, by: 'person' | 'budget' = 'person'): Promise<void> {
    const watched = this.watched.get(id);
    if (watched === undefined || watched.interrupt === null) return;
    watched.run.update({ stoppedBy: by });
    await watched.interrupt();
  }

  dispose(): void {
    for (const { stopListening } of this.watched.values()) stopListening();
    this.watched.clear();
  }

  private now(): number {
    return this.ports.clock.wallMilliseconds();
  }

  private check(run: ActiveRun): void {
    const watched = this.watched.get(run.id);
    if (watched === undefined) return;
    for (const notice of watched.insight.check(this.now())) {
      if (notice.kind === 'budget near') continue; // The status bar shows it; there is no notification at 80 %.
      this.queue(run.id, notice, watched);
    }
    if (!watched.settings.idleNotices) return;
    watched.idle.check().then((text) => {
      if (text !== null) this.queue(run.id, { kind: 'idle server', text }, watched);
    }, this.failed);
  }

  private queue(id: string, notice: Notice, watched: Watched): void {
    this.notifying = this.notifying.then(() => this.show(id, notice, watched)).catch(this.failed);
  }

  private async show(
    id: string,
    { kind, text, usedByOthers }: Notice,
    { settings, interrupt }: Watched,
  ): Promise<void> {
    // If other runs used the budget, this run has not done much yet: the user decides.
    if (kind === 'budget reached' && usedByOthers !== true && settings.interruptAtBudget && interrupt !== null) {
      await this.interrupt(id, 'budget');
      void notify.warning(l10n.t('{0} The run was interrupted, so that it can save its work.', text));
      return;
    }
    if (kind === 'plateau' && !settings.plateauNotices) return;
    const stop = l10n.t('Stop');
    const never = l10n.t("Don't Show Again");
    const setting = kind === 'plateau' ? 'meter.plateauNotices' : kind === 'idle server' ? 'meter.idleNotices' : null;
    const buttons = [
      ...(interrupt === null ? [] : [stop]),
      l10n.t(setting === null ? 'Continue' : 'Ignore'),
      ...(setting === null ? [] : [never]),
    ];
    const answer = await this.ports.notify(kind, text, buttons);
    // The run may have ended while the notification was open.
    // The notification stays when the run ends.
    if (answer === stop && !this.watched.has(id)) void notify.information(l10n.t('The run has ended already.'));
    else if (answer === stop) await this.interrupt(id);
    if (answer === never && setting !== null) await new Settings().write(setting, false, ConfigurationTarget.Global);
  }
}

function figuresOf(insight: RunInsight, now: number): LiveFigure[] {
  const progress = insight.progressText();
  const expected = insight.forecast();
  const budget = insight.tightestBudget(now);
  return [
    ...(progress === null ? [] : [{ label: l10n.t('Progress'), value: progress, detail: null }]),
    ...(expected === null
      ? []
      : [
          {
            label: forecastLabel(expected, l10n.t),
            value: forecastText(expected, l10n.t),
            detail: forecastDetail(expected, l10n.t),
          },
        ]),
    ...(budget === null ? [] : [budgetFigure(budget)]),
  ];
}

function budgetLine({ budgets }: RunInsight): LiveExtras['budget'] {
  const { runEnergy } = budgets;
  return runEnergy === null
    ? null
    : { wattHours: runEnergy.wattHours, label: l10n.t('budget {0}', formatBudget(runEnergy)) };
}

const budgetLabels = localisable({ run: 'Budget', day: 'Daily budget', project: 'Project budget' });

function budgetFigure({ period, budget, use }: BudgetState): LiveFigure {
  const value = l10n.t('{0} of {1}', formatShare(use), formatBudget(budget));
  return { label: l10n.t(budgetLabels[period]), value, detail: null };
}
