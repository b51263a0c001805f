import {
  env,
  EventEmitter,
  l10n,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type Disposable,
  type TreeDataProvider,
} from 'vscode';
import { howItEnded } from '../../runs/describe';
import type { RunKind, RunRecord } from '../../runs/record';
import { argumentsApart, argumentsOf, type ArgumentsApart } from '../../runs/command/run-label';
import { shownSum, summarise } from '../../runs/summary';
import { nextTurn, type Clock } from '../../system/clock';
import { clockTime, grouped, plural } from '../../present/words';
import { escapeMarkdown } from '../../present/markup';
import { inLine } from '../../present/plain-text';
import type { HistoryNode, RunGroup } from '../contributions/arguments';
import { colours } from '../contributions/colours';
import { commands, hiddenCommands } from '../contributions/commands';
import { invocation } from '../contributions/links';
import { historyLines, type HistoryGrouping } from '../contributions/surfaces';
import { tooltipLines } from './status-tooltip';
import { kindName, rowTexts } from './history-row';
import { dayLabel, foldShort, groupByDay, groupByName, type RecordGroup } from './history-groups';
import type { HistoryList, ListSource } from './history-list';

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
  job: 'server-environment',
};

/** What the history shows, of which runs, and what it needs for that. */
interface HistorySource extends ListSource {
  /** The open folders, if only their runs are wanted; null for all runs. */
  readonly folders: () => readonly string[] | null;
  readonly now: () => Date;
  readonly clock: Pick<Clock, 'after' | 'monotonicSeconds'>;
  /** Told when older runs are read after the first rows are shown, which takes as long as the promise. */
  readonly onReadingOn: (reading: Promise<void>) => void;
}

/** The rows below one heading. */
interface Branch {
  readonly records: readonly RunRecord[];
  readonly children: readonly HistoryNode[];
  /** What a heading says of its runs. */
  readonly description: string;
}

/** The recorded runs by day or by program, read only while the view is visible. */
export class HistoryTree implements TreeDataProvider<HistoryNode>, Disposable {
  private readonly changed = new EventEmitter<HistoryNode | undefined>();
  private stopFollowing = (): void => undefined;
  private wantsOlder = false;
  /** The run that waits for the one to compare it with. */
  private compared: string | null = null;
  private readonly branches = new Map<string, Branch>();
  private readonly rows = new Map<string, HistoryNode>();
  private readonly telling = new Map<string, ArgumentsApart>();
  /** Runs that have ended do not change. */
  private readonly changes = new Map<string, number | null>();
  private records: readonly RunRecord[] = [];
  /** Loaded with the first rows. */
  private list: Promise<HistoryList> | null = null;
  /** Older runs are being read. */
  private isReadingOn = false;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly source: HistorySource,
    private grouping: HistoryGrouping,
  ) {}

  groupBy(grouping: HistoryGrouping): void {
    this.grouping = grouping;
    this.refresh();
  }

  showOlder(): void {
    this.wantsOlder = true;
    this.refresh();
  }

  refresh(): void {
    this.changed.fire(undefined);
  }

  /** Marks the run that waits for another one; null for none. Only its row changes, so that nothing moves. */
  markCompared(id: string | null): void {
    const rows = [this.compared, id].map((each) => this.rows.get(each ?? ''));
    this.compared = id;
    for (const row of rows) if (row !== undefined) this.changed.fire(row);
  }

  async getChildren(parent?: HistoryNode): Promise<HistoryNode[]> {
    if (parent === undefined) return this.roots();
    if (parent.type !== 'group') return [];
    const { records = [], children = [] } = this.branches.get(parent.group.key) ?? {};
    await this.findChanges(records);
    return [...children];
  }

  getTreeItem(node: HistoryNode): TreeItem {
    if (node.type === 'group') return this.groupItem(node.group);
    if (node.type === 'run') return this.runItem(node.record);
    if (node.type === 'older') return olderItem(node.runs);
    const item = new TreeItem(l10n.t('Unreadable record'));
    item.iconPath = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
    item.tooltip = inLine(node.sentence);
    item.description = inLine(node.sentence);
    return item;
  }

  /** Tooltips are made on demand. */
  resolveTreeItem(item: TreeItem, node: HistoryNode): TreeItem {
    if (node.type !== 'run') return item;
    const { record } = node;
    const [title = '', ...lines] = tooltipLines(
      { record, watts: null, lines: [], load: null, others: 0, links: [] },
      l10n.t,
    );
    const command = record.command === null ? [] : [escapeMarkdown(record.command.join(' '))];
    item.tooltip = new MarkdownString([`${title}, ${kindName(record, l10n.t)}`, ...command, ...lines].join('\n\n'));
    return item;
  }

  dispose(): void {
    this.stopFollowing();
    this.changed.dispose();
  }

  /** The end of a run in another window is seen only in its file. */
  private followRunning(): void {
    this.stopFollowing();
    this.stopFollowing = this.source.clock.after(followMilliseconds, () => {
      if (this.source.isVisible()) this.refresh();
    });
  }

  private async roots(): Promise<HistoryNode[]> {
    const { now } = this.source;
    try {
      const byName = this.grouping === 'name';
      const listed = await (await this.openList()).first();
      const { records, problems, older } = listed;
      if (records.some(({ status }) => status === 'running')) this.followRunning();
      this.records = records;
      this.branches.clear();
      this.rows.clear();
      this.telling.clear();
      const newest = records.at(-1)?.id ?? null;
      const groups = byName ? groupByName(records) : groupByDay(records, now(), env.language, l10n.t);
      const nodes = groups.map((group) => this.branch(group, newest));
      if (listed.unread > 0) this.readOn();
      const more: HistoryNode[] = older === 0 ? [] : [{ type: 'older', runs: older }];
      return [...nodes, ...more, ...problems.map(problemNode)];
    } catch (error) {
      return [problemNode(l10n.t('The folder with the records cannot be read: {0}', String(error)))];
    }
  }

  private openList(): Promise<HistoryList> {
    this.list ??= import('./history-list').then(
      ({ HistoryList }) =>
        new HistoryList(this.source, () => ({
          folders: this.source.folders(),
          all: this.grouping === 'name' || this.wantsOlder,
        })),
    );
    return this.list;
  }

  /** Reads older runs behind the rows that are shown, as long as somebody looks. */
  private readOn(): void {
    if (this.isReadingOn || !this.source.isVisible()) return;
    this.isReadingOn = true;
    const reading = this.openList()
      .then((list) => list.readOn(() => this.refresh()))
      .finally(() => {
        this.isReadingOn = false;
        this.refresh();
      });
    this.source.onReadingOn(reading);
  }

  private branch({ key, label, records }: RecordGroup, newest: string | null): HistoryNode {
    const { shown, short } = foldShort(records, newest);
    for (const [{ id }, given] of argumentsApart(records)) this.telling.set(id, given);
    const rowOf = (record: RunRecord): HistoryNode => {
      const row: HistoryNode = { type: 'run', record };
      this.rows.set(record.id, row);
      return row;
    };
    const folded =
      short.length === 0
        ? []
        : [
            this.node(
              `short ${key}`,
              l10n.t(plural(short.length, '{0} short run', '{0} short runs'), grouped(short.length)),
              short,
              short.map(rowOf),
              sumText(short),
            ),
          ];
    return this.node(
      key,
      label,
      records,
      [...shown.map(rowOf), ...folded],
      [
        l10n.t(plural(records.length, '{0} run', '{0} runs'), grouped(records.length)),
        ...(areRunning(records) ? [] : [sumText(records)]),
      ].join(' · '),
    );
  }

  private node(
    key: string,
    label: string,
    records: readonly RunRecord[],
    children: readonly HistoryNode[],
    description: string,
  ): HistoryNode {
    this.branches.set(key, { records, children, description });
    return { type: 'group', group: { key, label, ids: records.map(({ id }) => id) } };
  }

  /** What each of these runs used against the one before, for rows that are about to be shown. */
  private async findChanges(records: readonly RunRecord[]): Promise<void> {
    const unknown = records.filter(({ id, status }) => status === 'completed' && !this.changes.has(id));
    if (unknown.length === 0) return;
    const { energyChange } = await import('../../runs/compare/energy-change');
    const programs = new Set(unknown.map(({ name }) => name));
    const byName = new Map([...programs].map((name): [string, RunRecord[]] => [name, []]));
    for (const record of this.records) byName.get(record.name)?.push(record);
    for (const [index, record] of unknown.entries()) {
      this.changes.set(record.id, energyChange(record, byName.get(record.name) ?? []));
      // A list of many runs must not hold up the editor.
      if (index % 50 === 49) await nextTurn();
    }
  }

  private groupItem({ key, label }: RunGroup): TreeItem {
    const isOpen = this.grouping === 'day' && label === l10n.t('Today');
    const item = new TreeItem(
      inLine(label),
      isOpen ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed,
    );
    item.id = `${this.grouping} ${key}`;
    item.description = this.branches.get(key)?.description ?? '';
    item.contextValue = historyLines.group;
    return item;
  }

  private runItem(record: RunRecord): TreeItem {
    const start = new Date(record.startedAt);
    const when =
      this.grouping === 'day'
        ? clockTime(start)
        : `${dayLabel(start, this.source.now(), env.language, l10n.t)} ${clockTime(start)}`;
    const { description, label } = rowTexts(
      record,
      {
        given: this.telling.get(record.id) ?? { given: argumentsOf(record), tells: false },
        changePercent: this.changes.get(record.id) ?? null,
        when,
      },
      l10n.t,
    );
    const item = new TreeItem(inLine(record.name));
    item.id = record.id;
    item.description = description;
    item.accessibilityInformation = { label };
    item.iconPath =
      record.id === this.compared ? new ThemeIcon('git-compare', new ThemeColor('charts.blue')) : iconOf(record);
    item.contextValue = historyLines.run + record.status;
    item.command = invocation(l10n.t(commands.showDetails.title), commands.showDetails, { type: 'run', record });
    return item;
  }
}

/** What runs in progress use is in the live view; their heading has no figure until one has ended. */
const areRunning = (records: readonly RunRecord[]): boolean => records.every(({ status }) => status === 'running');

function sumText(records: readonly RunRecord[]): string {
  return shownSum(summarise(records)).value;
}

function olderItem(runs: number): TreeItem {
  const item = new TreeItem(l10n.t('Show Older Runs'));
  item.id = 'older';
  item.description = l10n.t(
    plural(runs, '{0} more run on this machine', '{0} more runs on this machine'),
    grouped(runs),
  );
  item.iconPath = new ThemeIcon('history');
  item.command = invocation(l10n.t('Show Older Runs'), hiddenCommands.showOlderRuns);
  return item;
}

function iconOf(record: RunRecord): ThemeIcon {
  if (record.status === 'running') return new ThemeIcon('pulse', new ThemeColor(colours.running.id));
  if (record.stoppedBy !== null) return new ThemeIcon('debug-stop');
  if (record.status === 'interrupted') return new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
  if (howItEnded(record)?.isFailure === true) return new ThemeIcon('error', new ThemeColor('list.errorForeground'));
  return new ThemeIcon(kindIcons[record.kind]);
}

function problemNode(sentence: string): HistoryNode {
  return { type: 'problem', sentence };
}
