import {
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type Disposable,
  type TreeDataProvider,
} from 'vscode';
import { headlineInWords, howItEnded, shownEnergy } from '../../runs/describe';
import type { RunKind, RunRecord } from '../../runs/record';
import { argumentsOf } from '../../runs/run-label';
import type { Clock } from '../../system/clock';
import type { RunReader } from '../../runs/run-reader';
import { clockTime, counted, formatDuration } from '../../present/words';
import { escapeMarkdown } from '../../present/markup';
import { inLine } from '../../present/plain-text';
import type { HistoryNode, RunGroup } from '../contributions/arguments';
import { commands } from '../contributions/commands';
import { invocation } from '../contributions/links';
import { historyLines, type HistoryGrouping } from '../contributions/surfaces';
import { tooltipLines } from './status-tooltip';
import { dayLabel, groupByDay, groupByName } from './history-groups';

/** How often runs in progress are looked at again, while the view is visible. */
const followMilliseconds = 5000;

const kindIcons: Readonly<Record<RunKind, string>> = {
  debug: 'debug-alt',
  launch: 'play',
  task: 'checklist',
  terminal: 'terminal',
  notebook: 'notebook',
  command: 'terminal',
  manual: 'target',
};

const kindNames: Readonly<Record<RunKind, string>> = {
  debug: 'debug session',
  launch: 'run without debugging',
  task: 'task',
  terminal: 'command in a terminal',
  notebook: 'notebook cells',
  command: 'green-ml run',
  manual: 'measured process',
};

/** The recorded runs by day or by name. Reads only records of expanded groups, and only while the view is visible. */
export class HistoryTree implements TreeDataProvider<HistoryNode>, Disposable {
  private readonly changed = new EventEmitter<undefined>();
  private stopFollowing = (): void => undefined;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly reader: RunReader,
    private grouping: HistoryGrouping,
    private readonly now: () => Date,
    /** Calls once after so many milliseconds; returns what cancels that. */
    private readonly after: Clock['after'],
    private readonly isVisible: () => boolean,
  ) {}

  groupBy(grouping: HistoryGrouping): void {
    this.grouping = grouping;
    this.refresh();
  }

  refresh(): void {
    this.changed.fire(undefined);
  }

  async getChildren(parent?: HistoryNode): Promise<HistoryNode[]> {
    if (parent === undefined) return this.roots();
    if (parent.type !== 'group') return [];
    const { records, problems } = await this.reader.read(parent.group.ids);
    if (records.some(({ status }) => status === 'running')) this.followRunning();
    return [...records.map((record): HistoryNode => ({ type: 'run', record })), ...problems.map(problemNode)];
  }

  getTreeItem(node: HistoryNode): TreeItem {
    if (node.type === 'group') return this.groupItem(node.group);
    if (node.type === 'run') return this.runItem(node.record);
    const item = new TreeItem('Unreadable record');
    item.iconPath = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
    item.tooltip = inLine(node.sentence);
    item.description = inLine(node.sentence);
    return item;
  }

  /** Tooltips are made on demand. */
  resolveTreeItem(item: TreeItem, node: HistoryNode): TreeItem {
    if (node.type !== 'run') return item;
    const { record } = node;
    const [title = '', ...lines] = tooltipLines({ record, watts: null, lines: [], load: null, others: 0, links: [] });
    const command = record.command === null ? [] : [escapeMarkdown(record.command.join(' '))];
    item.tooltip = new MarkdownString([`${title}, ${kindNames[record.kind]}`, ...command, ...lines].join('\n\n'));
    return item;
  }

  dispose(): void {
    this.stopFollowing();
    this.changed.dispose();
  }

  /** The end of a run in another window is seen only in its file. */
  private followRunning(): void {
    this.stopFollowing();
    this.stopFollowing = this.after(followMilliseconds, () => {
      if (this.isVisible()) this.refresh();
    });
  }

  private async roots(): Promise<HistoryNode[]> {
    try {
      const ids = await this.reader.ids();
      if (this.grouping === 'day') return groupByDay(ids, this.now()).map(groupNode);
      const { records, problems } = await this.reader.read(ids);
      return [...groupByName(records).map(groupNode), ...problems.map(problemNode)];
    } catch (error) {
      return [problemNode(`The folder with the records cannot be read: ${String(error)}`)];
    }
  }

  private groupItem({ key, label, ids }: RunGroup): TreeItem {
    const open = label === 'Today' ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
    const item = new TreeItem(inLine(label), open);
    item.id = `${this.grouping} ${key}`;
    item.description = counted(ids.length, 'run');
    item.contextValue = historyLines.group;
    return item;
  }

  private runItem(record: RunRecord): TreeItem {
    const start = new Date(record.startedAt);
    const when = this.grouping === 'day' ? clockTime(start) : `${dayLabel(start, this.now())} ${clockTime(start)}`;
    const ended = howItEnded(record);
    // The live view shows the figures of a run in progress; here they would be out of date at once.
    const running = record.status === 'running';
    const state = running ? [record.status] : ended === null ? [] : [ended.text];
    const given = [inLine(argumentsOf(record))].filter((text) => text !== '');
    const duration = running ? [] : [formatDuration(record.durationSeconds)];
    const item = new TreeItem(inLine(record.name));
    item.id = record.id;
    item.description = [...(running ? [] : [shownEnergy(record).value]), ...given, ...duration, when, ...state].join(
      ' · ',
    );
    item.iconPath = iconOf(record, ended?.isFailure === true);
    item.contextValue = historyLines.run + record.status;
    item.accessibilityInformation = {
      label: inLine(
        [running ? record.name : headlineInWords(record), kindNames[record.kind], ...duration, when, ...state].join(
          ', ',
        ),
      ),
    };
    item.command = invocation(commands.showDetails.title, commands.showDetails, { type: 'run', record });
    return item;
  }
}

function iconOf(record: RunRecord, failed: boolean): ThemeIcon {
  if (record.status === 'running') return new ThemeIcon('pulse', new ThemeColor('charts.green'));
  if (record.stoppedBy !== null) return new ThemeIcon('debug-stop');
  if (record.status === 'interrupted') return new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  if (failed) return new ThemeIcon('error', new ThemeColor('list.errorForeground'));
  return new ThemeIcon(kindIcons[record.kind]);
}

function groupNode(group: RunGroup): HistoryNode {
  return { type: 'group', group };
}

function problemNode(sentence: string): HistoryNode {
  return { type: 'problem', sentence };
}
