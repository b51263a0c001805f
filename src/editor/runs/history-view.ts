import * as v from 'valibot';
import { Disposable, env, RelativePattern, Uri, window, workspace, type Memento, type TreeView } from 'vscode';
import { runsOfProject } from '../../runs/project-runs';
import type { RunRecord } from '../../runs/record';
import type { RunReader } from '../../runs/run-reader';
import type { Clock } from '../../system/clock';
import { fitting } from '../../system/shapes';
import type { DocumentRequest, HistoryNode } from '../contributions/arguments';
import { commands } from '../contributions/commands';
import { contextKeys, historyGroupings, views, type HistoryGrouping } from '../contributions/surfaces';
import { registerCommand, setContext } from '../contributions/use-commands';
import type { Log } from '../log';
import type { HistoryDocuments } from './history-documents';
import { HistoryTree } from './history-tree';
import type { WindowRuns } from '../capture/window-runs';
import { notify } from '../notify';

/** Other places that show a run of the history. */
interface HistoryHost {
  showPower(id: string): Promise<void>;
  showDetails(id: string): Promise<void>;
}

/** The grouping is stored under the name of its context key. */
const groupingMemory = contextKeys.historyGrouping.id;

/** The history of runs and its commands. Listens to changes only while it is visible. */
export class HistoryView implements Disposable {
  private readonly tree: HistoryTree;
  private readonly view: TreeView<HistoryNode>;
  private readonly registrations: Disposable;
  private listening: Disposable | null = null;

  constructor(
    private readonly reader: RunReader,
    private readonly runs: WindowRuns,
    private readonly host: HistoryHost,
    private readonly documents: HistoryDocuments,
    private readonly memory: Memento,
    private readonly log: Log,
    clock: Pick<Clock, 'wallMilliseconds' | 'after'>,
  ) {
    const grouping = fitting(v.picklist(historyGroupings), memory.get(groupingMemory)) ?? 'day';
    this.tree = new HistoryTree(
      reader,
      grouping,
      () => new Date(clock.wallMilliseconds()),
      (milliseconds, then) => clock.after(milliseconds, then),
      () => this.view.visible,
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
      this.command(commands.showDetails, (nodes) => this.onOne(nodes, (record) => this.host.showDetails(record.id))),
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
    );
    this.updateContext(grouping);
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
        void notify.error(`The command failed: ${error instanceof Error ? error.message : String(error)}`);
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
    const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    return folders.length === 0 ? records : runsOfProject(records, ...folders);
  }

  private async copy(records: readonly RunRecord[]): Promise<void> {
    if (records.length === 0) return;
    await env.clipboard.writeText(JSON.stringify(records.length === 1 ? records[0] : records, null, 2));
  }

  private async delete(records: readonly RunRecord[]): Promise<void> {
    const ended = records.filter(({ status }) => status !== 'running');
    const [first] = ended;
    if (first === undefined) return;
    const what = ended.length === 1 ? `the record of ${first.name}` : `the records of ${ended.length} runs`;
    const answer = await notify.ask(`Delete ${what}?`, 'This cannot be undone.', 'Delete');
    if (answer !== 'Delete') return;
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

  /** Menus show only the other grouping. */
  private updateContext(grouping: HistoryGrouping): void {
    setContext(contextKeys.historyGrouping, grouping);
  }
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
