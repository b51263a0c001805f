import * as v from 'valibot';
import { Disposable, env, l10n, RelativePattern, Uri, window, workspace, type Memento, type TreeView } from 'vscode';
import { runsOfProject } from '../../runs/project-runs';
import type { RunRecord } from '../../runs/record';
import { runLabel } from '../../runs/command/run-label';
import { inLine } from '../../present/plain-text';
import { grouped, plural } from '../../present/words';
import type { RunReader } from '../../runs/journal/run-reader';
import type { Clock } from '../../system/clock';
import { fitting } from '../../system/shapes';
import type { DocumentRequest, HistoryNode } from '../contributions/arguments';
import { commands, hiddenCommands } from '../contributions/commands';
import {
  contextKeys,
  historyGroupings,
  historyReaches,
  views,
  type HistoryGrouping,
  type HistoryReach,
} from '../contributions/surfaces';
import { registerCommand, setContext } from '../contributions/use-commands';
import type { Log } from '../log';
import type { HistoryDocuments } from './history-documents';
import type { ListedRuns } from './history-list';
import { HistoryTree } from './history-tree';
import type { WindowRuns } from '../capture/window-runs';
import { notify } from '../notify';
import { openFolderPaths } from '../open-folders';

/** Other places that show a run of the history. */
interface HistoryHost {
  showPower(id: string): Promise<void>;
  /** @param place a page of its own, or the one that shows the run that was chosen last */
  showDetails(id: string, place: 'preview' | 'own'): Promise<void>;
}

/** The choices are stored under the names of their context keys. */
const groupingMemory = contextKeys.historyGrouping.id;
const reachMemory = contextKeys.historyReach.id;

/** The history of runs and its commands. Listens to changes only while it is visible. */
export class HistoryView implements Disposable {
  private readonly tree: HistoryTree;
  private readonly view: TreeView<HistoryNode>;
  private readonly registrations: Disposable;
  private listening: Disposable | null = null;
  private reach: HistoryReach;
  private listed: { readonly count: number } & Pick<ListedRuns, 'elsewhere' | 'unread'> = {
    count: 0,
    elsewhere: 0,
    unread: 0,
  };
  /** The run that waits for the one to compare it with. */
  private compared: RunRecord | null = null;

  constructor(
    private readonly reader: RunReader,
    private readonly runs: WindowRuns,
    private readonly host: HistoryHost,
    private readonly documents: HistoryDocuments,
    private readonly memory: Memento,
    private readonly log: Log,
    clock: Pick<Clock, 'wallMilliseconds' | 'monotonicSeconds' | 'after'>,
  ) {
    const grouping = fitting(v.picklist(historyGroupings), memory.get(groupingMemory)) ?? 'day';
    this.reach = fitting(v.picklist(historyReaches), memory.get(reachMemory)) ?? 'project';
    this.tree = new HistoryTree(
      {
        reader,
        folders: () => (this.reach === 'all' ? null : openFolders()),
        now: () => new Date(clock.wallMilliseconds()),
        clock,
        isVisible: () => this.view.visible,
        isOfWindow: (id) => this.runs.isOfWindow(id),
        onRead: (listed) => this.describe(listed),
        onReadingOn: (reading) => this.showProgress(reading),
      },
      grouping,
    );
    this.view = window.createTreeView(views.history.id, {
      treeDataProvider: this.tree,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.registrations = Disposable.from(
      this.tree,
      this.view,
      this.view.onDidChangeVisibility(() => this.listen()),
      this.command(commands.showPower, (nodes) => this.onOne(nodes, (record) => this.host.showPower(record.id))),
      this.command(commands.showDetails, (nodes) =>
        this.onOne(nodes, (record) => this.host.showDetails(record.id, 'preview')),
      ),
      this.command(commands.showDetailsInNewTab, (nodes) =>
        this.onOne(nodes, (record) => this.host.showDetails(record.id, 'own')),
      ),
      this.command(commands.selectForCompare, (nodes) => this.onOne(nodes, (record) => this.selectForCompare(record))),
      this.command(commands.compareWithSelected, (nodes) =>
        this.onOne(nodes, (record) => this.compareWithSelected(record)),
      ),
      this.command(commands.copyRecord, (nodes) => this.copy(recordsIn(nodes))),
      this.command(commands.compareRuns, (nodes) => this.documents.compare(recordsIn(nodes))),
      this.command(commands.exportRuns, async (nodes, request) =>
        this.documents.export(await this.chosen(nodes), request),
      ),
      this.command(commands.writeReport, async (nodes, request) =>
        this.documents.report(await this.chosen(nodes), request),
      ),
      this.command(commands.copyStatement, async (nodes, request) =>
        this.documents.copyStatement(await this.chosen(nodes), request),
      ),
      this.command(commands.deleteRecord, (nodes) => this.delete(recordsIn(nodes))),
      this.command(commands.refreshHistory, () => this.tree.refresh()),
      this.command(commands.groupByDay, () => this.groupBy('day')),
      this.command(commands.groupByName, () => this.groupBy('name')),
      this.command(commands.showAllRuns, () => this.show('all')),
      this.command(commands.showProjectRuns, () => this.show('project')),
      registerCommand(hiddenCommands.showOlderRuns, () => this.tree.showOlder()),
      workspace.onDidChangeWorkspaceFolders(() => {
        if (this.view.visible) this.tree.refresh();
      }),
    );
    this.updateContext(grouping);
    setContext(contextKeys.historyReach, this.reach);
    setContext(contextKeys.isComparing, false);
    this.listen();
  }

  dispose(): void {
    this.registrations.dispose();
    this.listening?.dispose();
  }

  private listen(): void {
    if (!this.view.visible) {
      this.listening?.dispose();
      this.listening = null;
      return;
    }
    if (this.listening !== null) return;
    this.tree.refresh();
    const watched = this.reader.folder === null ? null : watchFiles(this.reader.folder, () => this.tree.refresh());
    this.listening = Disposable.from(
      this.runs.onDidChangeRuns(() => this.tree.refresh()),
      ...(watched === null ? [] : [watched]),
    );
  }

  /** A command on the clicked line, or on all selected lines if the clicked one is selected. */
  private command(
    command: typeof commands.showDetails | typeof commands.refreshHistory,
    run: (nodes: readonly HistoryNode[], request: DocumentRequest) => Promise<void> | void,
  ): Disposable {
    return registerCommand(command, async (clicked, selected, request) => {
      try {
        // From the palette or the title of the view, nothing is clicked: the selection may be out of sight.
        const pointedAt = clicked === undefined || clicked === null ? [] : [clicked];
        await run(selected ?? pointedAt, request ?? {});
      } catch (error) {
        this.log.error(`The command ${command.id} failed.`, error);
        void notify.error(l10n.t('The command failed: {0}', error instanceof Error ? error.message : String(error)));
      }
    });
  }

  private async onOne(nodes: readonly HistoryNode[], run: (record: RunRecord) => Promise<void>): Promise<void> {
    const [record] = recordsIn(nodes);
    if (record !== undefined) await run(record);
  }

  /** The runs of these lines and groups; without any, the runs of this project. */
  private async chosen(nodes: readonly HistoryNode[]): Promise<readonly RunRecord[]> {
    if (nodes.length > 0) {
      const below = await this.reader.read(nodes.flatMap((node) => (node.type === 'group' ? node.group.ids : [])));
      return [...new Map([...recordsIn(nodes), ...below.records].map((record) => [record.id, record])).values()];
    }
    const { records } = await this.reader.read(await this.reader.ids());
    const folders = openFolders();
    return folders === null ? records : runsOfProject(records, ...folders);
  }

  private async copy(records: readonly RunRecord[]): Promise<void> {
    if (records.length === 0) return;
    await env.clipboard.writeText(JSON.stringify(records.length === 1 ? records[0] : records, null, 2));
  }

  private async delete(records: readonly RunRecord[]): Promise<void> {
    const ended = records.filter(({ status }) => status !== 'running');
    const [first] = ended;
    if (first === undefined) return;
    const question =
      ended.length === 1
        ? l10n.t('Delete the record of {0}?', first.name)
        : l10n.t('Delete the records of {0} runs?', ended.length);
    const answer = await notify.ask(question, l10n.t('This cannot be undone.'), l10n.t('Delete'));
    if (answer !== l10n.t('Delete')) return;
    for (const { id } of ended) {
      await this.reader.delete(id);
      this.runs.forget(id);
    }
    this.tree.refresh();
  }

  private async groupBy(grouping: HistoryGrouping): Promise<void> {
    this.tree.groupBy(grouping);
    this.updateContext(grouping);
    await this.memory.update(groupingMemory, grouping);
  }

  private async show(reach: HistoryReach): Promise<void> {
    this.reach = reach;
    this.tree.refresh();
    setContext(contextKeys.historyReach, reach);
    await this.memory.update(reachMemory, reach);
  }

  /** Says beside the title whose runs these are, and in an empty list where the others are. */
  private describe({ records, elsewhere, unread }: ListedRuns): void {
    this.listed = { count: records.length, elsewhere, unread };
    this.updateTexts();
  }

  private showProgress(reading: Promise<void>): void {
    const shown = reading.catch((error: unknown) => this.log.error('Older runs cannot be read.', error));
    void window.withProgress({ location: { viewId: views.history.id } }, () => shown);
  }

  private updateTexts(): void {
    const { count, elsewhere, unread } = this.listed;
    this.view.description =
      this.compared !== null
        ? l10n.t('compare {0} with…', inLine(runLabel(this.compared)))
        : openFolders() === null || this.reach === 'all'
          ? l10n.t('all folders')
          : '';
    const read = count + elsewhere;
    this.view.message =
      unread > 0
        ? l10n.t('Reading older runs: {0} of {1}', grouped(read), grouped(read + unread))
        : count === 0 && elsewhere > 0
          ? l10n.t(
              plural(
                elsewhere,
                'No run of the open folders has been recorded yet. One run of other folders is hidden by the filter.',
                'No run of the open folders has been recorded yet. {0} runs of other folders are hidden by the filter.',
              ),
              grouped(elsewhere),
            )
          : '';
  }

  /** The first of two clicks. Nothing moves: the row gets a mark, and the title says what is next. */
  private selectForCompare(record: RunRecord | null): Promise<void> {
    this.compared = record;
    this.tree.markCompared(record?.id ?? null);
    setContext(contextKeys.isComparing, record !== null);
    this.updateTexts();
    return Promise.resolve();
  }

  /** The second one; the same run again takes the choice back. */
  private async compareWithSelected(record: RunRecord): Promise<void> {
    const { compared } = this;
    await this.selectForCompare(null);
    if (compared !== null && compared.id !== record.id) await this.documents.compare([compared, record]);
  }

  /** Menus show only the other grouping. */
  private updateContext(grouping: HistoryGrouping): void {
    setContext(contextKeys.historyGrouping, grouping);
  }
}

/** Null without a folder: then there is no project. */
function openFolders(): readonly string[] | null {
  const folders = openFolderPaths();
  return folders.length === 0 ? null : folders;
}

function recordsIn(nodes: readonly HistoryNode[]): RunRecord[] {
  return nodes.flatMap((node) => (node.type === 'run' ? [node.record] : []));
}

/** Shows runs of terminals and other windows by their files. Changes of a file's content are ignored. */
function watchFiles(folder: string, changed: () => void): Disposable {
  const watcher = workspace.createFileSystemWatcher(
    new RelativePattern(Uri.file(folder), '*.jsonl'),
    false,
    true,
    false,
  );
  return Disposable.from(watcher, watcher.onDidCreate(changed), watcher.onDidDelete(changed));
}
