import { Disposable, MarkdownString, StatusBarAlignment, window, type StatusBarItem } from 'vscode';
import { describeRun, headline, headlineInWords } from '../../runs/describe';
import type { RunRecord } from '../../runs/record';
import { joulesToWattHours } from '../../units/convert';
import { formatEnergy, formatPower, plural } from '../../present/words';
import { escapeMarkdown } from '../../present/markup';
import { inLine, labelText } from '../../present/plain-text';
import type { Ambient, AmbientFigures } from '../capture/ambient';
import type { WindowRuns } from '../capture/window-runs';
import { commands, editorCommands } from '../contributions/commands';
import { commandUri, settingsUri, trusting } from '../contributions/links';
import { statusItemId } from '../contributions/surfaces';
import type { Insights } from './insights';

/** What the item shows: a run with its recent power, or the result of the last one. */
interface ShownRun {
  readonly record: RunRecord;
  /** Mean power of the last seconds; null when unknown or when the run has ended. */
  readonly watts: number | null;
  /** How many other runs are in progress. */
  readonly others: number;
  /** Short texts after the figures, such as "82 % of budget". */
  readonly marks: readonly string[];
  /** Lines of the tooltip, such as progress and forecast. */
  readonly lines: readonly string[];
}

/**
 * The one status bar item: the newest run, else the whole machine (if its setting is on), else the last run. It appears
 * with the first run, and its text is set only when it changes.
 */
export class StatusItem implements Disposable {
  private item: StatusBarItem | null = null;
  private readonly registrations: Disposable;

  constructor(
    private readonly runs: WindowRuns,
    private readonly insights: Insights,
    private readonly ambient: Ambient,
  ) {
    this.registrations = Disposable.from(
      runs.onDidChange(() => this.update()),
      ambient.onDidChange(() => this.update()),
    );
  }

  private update(): void {
    const current = this.runs.active.at(-1);
    if (current !== undefined) {
      this.show({
        record: current.record(),
        watts: current.recentWatts(),
        others: this.runs.active.length - 1,
        ...this.insights.statusOf(current.id),
      });
    } else if (this.ambient.figures !== null) {
      this.showAmbient(this.ambient.figures);
    } else if (this.runs.last !== null) {
      this.show({ record: this.runs.last, watts: null, others: 0, marks: [], lines: [] });
    } else this.hide();
  }

  private show({ record, watts, others, marks: extra, lines }: ShownRun): void {
    const item = (this.item ??= this.create());
    const running = record.status === 'running';
    const shownWatts = running ? watts : record.averageWatts;
    const marks = [
      ...extra,
      ...(record.scope === 'machine' ? ['machine'] : []),
      ...(others > 0 ? [`+${others}`] : []),
      ...(record.status === 'interrupted' ? ['interrupted'] : []),
    ];
    const text = `$(zap) ${labelText([headline(record, shownWatts), ...marks].join(' · '))}`;
    if (item.text !== text) item.text = text;
    item.tooltip = tooltip(record, others, lines);
    item.accessibilityInformation = {
      label: inLine(`Green ML, ${headlineInWords(record, shownWatts)}${running ? ', running' : ''}`),
      role: 'button',
    };
    item.show();
  }

  /** Shows the whole machine between runs. */
  private showAmbient({ watts, todayJoules, modelled }: AmbientFigures): void {
    const item = (this.item ??= this.create());
    const about = (value: number | null, text: string): string => (value !== null && modelled ? '~' : '') + text;
    const today = todayJoules === null ? null : joulesToWattHours(todayJoules);
    const figures = [about(watts, formatPower(watts)), `today ${about(today, formatEnergy(today))}`];
    const text = ['$(zap) machine', ...figures].join(' · ');
    if (item.text !== text) item.text = text;
    item.tooltip = new MarkdownString(
      `Power of the whole machine, updated every 10 s. Today's energy counts only while a VS Code window has focus. [Settings](${settingsUri('meter.ambient')})`,
    );
    item.tooltip.isTrusted = trusting(editorCommands.openSettings);
    item.accessibilityInformation = { label: `Green ML, the whole machine: ${figures.join(', ')}`, role: 'button' };
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
    item.name = 'Green ML: Energy Meter';
    item.command = commands.showLastRun.id;
    return item;
  }
}

function tooltip(record: RunRecord, others: number, lines: readonly string[]): MarkdownString {
  const state = record.status === 'running' ? 'running' : record.status === 'interrupted' ? 'interrupted' : 'finished';
  const title = `**${escapeMarkdown(record.name)}** (${state})`;
  const more = others === 0 ? '' : `\n\n${others} more ${plural(others, 'run is', 'runs are')} in progress.`;
  const text = new MarkdownString(
    `${[title, ...lines.map(escapeMarkdown), describeRun(record)].join('\n\n')}${more}\n\n[Show live power](${commandUri(commands.showLivePower)})`,
  );
  text.supportThemeIcons = false;
  // Only our own command: names and messages from outside are escaped above.
  text.isTrusted = trusting(commands.showLivePower);
  return text;
}
