import { Disposable, l10n, MarkdownString, StatusBarAlignment, window, workspace, type StatusBarItem } from 'vscode';
import * as v from 'valibot';
import { headlineInWords } from '../../runs/describe';
import type { RunRecord } from '../../runs/record';
import { joulesToWattHours } from '../../units/convert';
import { about } from '../../present/quantities';
import { formatEnergy, formatPower } from '../../present/words';
import { inLine } from '../../present/plain-text';
import type { Ambient, AmbientFigures } from '../capture/ambient';
import type { WindowRuns } from '../capture/window-runs';
import { commands, editorCommands, hiddenCommands } from '../contributions/commands';
import { commandUri, settingsUri, trusting } from '../contributions/links';
import { statusItemId, statusParts, type StatusPart } from '../contributions/surfaces';
import { affectsSettings, Settings } from '../contributions/use-settings';
import type { Insights } from './insights';
import { endedText, liveText, SteadyWidths } from './status-text';
import { tooltipText } from './status-tooltip';

/** What the item shows. */
interface Shown {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  /** For screen readers. */
  readonly label: string;
}

/**
 * The one status bar item: the newest run, else the whole machine (if its setting is on), else the result of the last run.
 * It appears with the first run, and everything of it is set only when it changes.
 */
export class StatusItem implements Disposable {
  private item: StatusBarItem | null = null;
  private shown: Shown | null = null;
  private parts = partsSetting();
  private readonly widths = new SteadyWidths();
  /** The change of the last run's energy against the one before it, once that is known. */
  private change: { readonly id: string; readonly percent: number | null } | null = null;
  private readonly registrations: Disposable;

  /** @param changeOf the energy of a run against the last comparable one, percent; null if they cannot be told apart */
  constructor(
    private readonly runs: WindowRuns,
    private readonly insights: Insights,
    private readonly ambient: Ambient,
    private readonly changeOf: (record: RunRecord) => Promise<number | null>,
  ) {
    this.registrations = Disposable.from(
      runs.onDidChange(() => this.update()),
      ambient.onDidChange(() => this.update()),
      workspace.onDidChangeConfiguration((event) => {
        if (!affectsSettings(event, 'meter.statusBar')) return;
        this.parts = partsSetting();
        this.update();
      }),
    );
  }

  private update(): void {
    const current = this.runs.active.at(-1);
    if (current !== undefined) {
      const record = current.record();
      const watts = current.recentWatts();
      const others = this.runs.active.length - 1;
      const { progress, marks, lines, canStop } = this.insights.statusOf(current.id);
      this.show({
        text: liveText({ record, watts, progress, marks, others }, this.parts, this.widths, l10n.t),
        tooltip: tooltipText(
          { record, watts, lines, load: current.load, others, links: linksOf(record, canStop) },
          l10n.t,
        ),
        label: l10n.t('{0}, running', headlineInWords(record, watts, l10n.t)),
      });
    } else if (this.ambient.figures !== null) {
      this.show(ambientShown(this.ambient.figures));
    } else if (this.runs.last !== null) {
      this.showEnded(this.runs.last);
    } else this.hide();
  }

  private showEnded(record: RunRecord): void {
    const change = this.change?.id === record.id ? this.change : null;
    this.show({
      text: endedText({ record, changePercent: change?.percent ?? null }, l10n.t),
      tooltip: tooltipText(
        { record, watts: null, lines: [], load: null, others: 0, links: linksOf(record, false) },
        l10n.t,
      ),
      label: headlineInWords(record, record.averageWatts, l10n.t),
    });
    if (change !== null) return;
    const { id } = record;
    this.change = { id, percent: null };
    this.changeOf(record).then(
      (percent) => {
        if (this.change?.id !== id) return;
        this.change = { id, percent };
        this.update();
      },
      () => undefined,
    );
  }

  private show(shown: Shown): void {
    const item = (this.item ??= this.create());
    if (item.text !== shown.text) item.text = shown.text;
    if (this.shown?.tooltip !== shown.tooltip) item.tooltip = markdown(shown.tooltip);
    if (this.shown?.label !== shown.label)
      item.accessibilityInformation = { label: inLine(`Green ML, ${shown.label}`), role: 'button' };
    this.shown = shown;
    item.show();
  }

  private hide(): void {
    if (this.item === null) return;
    this.item.text = '';
    this.item.hide();
  }

  /** The text that is shown; empty before the first run. */
  get text(): string {
    return this.item?.text ?? '';
  }

  /** Progress, forecast and budget of the newest run, as the tooltip shows them. */
  get lines(): readonly string[] {
    const current = this.runs.active.at(-1);
    return current === undefined ? [] : this.insights.statusOf(current.id).lines;
  }

  dispose(): void {
    this.registrations.dispose();
    this.item?.dispose();
  }

  private create(): StatusBarItem {
    const item = window.createStatusBarItem(statusItemId, StatusBarAlignment.Left, 0);
    item.name = l10n.t('Green ML: Energy Meter');
    item.command = commands.showLastRun.id;
    return item;
  }
}

/** The whole machine between runs. */
function ambientShown({ watts, todayJoules, modelled }: AmbientFigures): Shown {
  const marked = (value: number | null, text: string): string => about(modelled && value !== null, text);
  const today = todayJoules === null ? null : joulesToWattHours(todayJoules);
  const figures = [marked(watts, formatPower(watts)), l10n.t('today {0}', marked(today, formatEnergy(today)))];
  return {
    text: [`$(zap) ${l10n.t('machine')}`, ...figures].join(' · '),
    tooltip: `${l10n.t("Power of the whole machine, updated every 10 s. Today's energy counts only while a VS Code window has focus.")} [${l10n.t('Settings')}](${settingsUri('meter.ambient')})`,
    label: l10n.t('the whole machine: {0}', figures.join(', ')),
  };
}

function linksOf(record: RunRecord, canStop: boolean): readonly string[] {
  return [
    `[${l10n.t('Details')}](${commandUri(commands.showLastRun)})`,
    ...(canStop ? [`[${l10n.t('Stop')}](${commandUri(hiddenCommands.stopRun, record.id)})`] : []),
    `[${l10n.t('Live Power')}](${commandUri(commands.showLivePower)})`,
    `[${l10n.t('Budget')}](${commandUri(commands.setBudget)})`,
    `[${l10n.t('Location')}](${commandUri(commands.setLocation)})`,
    `[${l10n.t('Power Sources')}](${commandUri(commands.showSources)})`,
  ];
}

/** Names and messages from outside are escaped; links run only our own commands. */
function markdown(text: string): MarkdownString {
  const shown = new MarkdownString(text);
  shown.supportThemeIcons = false;
  shown.isTrusted = trusting(
    commands.showLastRun,
    commands.showLivePower,
    commands.setBudget,
    commands.setLocation,
    commands.showSources,
    hiddenCommands.stopRun,
    editorCommands.openSettings,
  );
  return shown;
}

function partsSetting(): readonly StatusPart[] {
  return new Settings().read('meter.statusBar', {
    shape: v.array(v.picklist(statusParts)),
    expected: l10n.t('a list of power, energy, emissions and progress'),
  });
}
