import * as v from 'valibot';
import {
  l10n,
  Disposable,
  Uri,
  window,
  workspace,
  type Event,
  type ExtensionContext,
  type SecretStorage,
} from 'vscode';
import { mappingsOf } from '../runs/cluster/cluster-mapping';
import type { OpenCluster } from '../runs/cluster/open-cluster';
import type { RunRecord } from '../runs/record';
import { RunReader } from '../runs/journal/run-reader';
import { systemClock } from '../system/clock';
import { fitting } from '../system/shapes';
import type { Log } from './log';
import { Ambient } from './capture/ambient';
import { ClusterRuns } from './capture/cluster-runs';
import { CommandRuns } from './capture/command-runs';
import { DebugRuns } from './capture/debug-runs';
import { MeterEngine } from './capture/engine';
import { ExampleRun } from './first-steps/example-run';
import type { PracticesReport } from '../practices/report';
import { HistoryDocuments } from './runs/history-documents';
import { HistoryView } from './runs/history-view';
import { Insights } from './runs/insights';
import { LiveIntensity } from './capture/live-intensity';
import { LiveView } from './runs/live-view';
import { ManualRuns } from './capture/manual-runs';
import { NewProcesses } from './capture/new-processes';
import { NotebookRuns } from './capture/notebook-runs';
import { commands, focusOf, hiddenCommands } from './contributions/commands';
import { contextKeys, panels, schemes, views } from './contributions/surfaces';
import { executeCommand, registerCommand, setContext } from './contributions/use-commands';
import type { NoticedRun, RunHost } from './capture/run-host';
import { MadePage } from './made-page';
import { RunPages } from './runs/run-page';
import { setBudget } from './runs/set-budget';
import { effectiveSettings, readEditorSettings, type MeterSettings } from './meter-settings';
import { StatusItem } from './runs/status-item';
import { TaskRuns } from './capture/task-runs';
import { TerminalRuns } from './capture/terminal-runs';
import { WindowRuns } from './capture/window-runs';
import { notify } from './notify';

/** The live meter: connects what notices runs with what shows them. */
export class MeterFeature implements Disposable {
  private readonly engine: MeterEngine;
  private readonly runs: WindowRuns;
  /** All recorded runs. */
  readonly reader: RunReader;
  private readonly status: StatusItem;
  private readonly pages: RunPages;
  private readonly insights: Insights;
  private readonly registrations: Disposable;
  private hasNoted = false;

  constructor(
    version: string,
    { extensionUri, workspaceState, secrets }: ExtensionContext,
    log: Log,
    practices: () => Promise<PracticesReport | null>,
  ) {
    this.engine = new MeterEngine(version, log);
    this.runs = new WindowRuns(this.engine, log, new LiveIntensity(secrets));
    this.reader = new RunReader(this.engine.journal, () => this.runs.active);
    this.insights = new Insights(
      () => this.reader.newest(),
      (error) => log.error('The meter failed.', error),
      undefined,
      // Scripts are read only in a trusted workspace.
      async (run) => {
        if (!workspace.isTrusted) return {};
        const [{ PythonParser }, { scriptTotals }] = await Promise.all([
          import('../python/parser'),
          import('../runs/training/script-totals'),
        ]);
        return scriptTotals(run, () => PythonParser.load(Uri.joinPath(extensionUri, 'dist').fsPath));
      },
    );
    const clock = systemClock;
    const host: RunHost = {
      clock,
      settings: readEditorSettings,
      start: async (folder, run, interrupt, cluster) => {
        const settings = await effectiveSettings(folder);
        const mapped = cluster === undefined ? await this.mappedCluster(settings, run, secrets) : null;
        const chosen = cluster ?? (mapped !== null && 'power' in mapped ? mapped : undefined);
        const active = await this.runs.start(folder, run, settings, chosen);
        if (mapped !== null && 'note' in mapped) active.addNote(mapped.note);
        this.insights.begin(active, settings, interrupt);
        return active;
      },
      readOutput: (run, text) => this.insights.readOutput(run, text),
      finish: (run, exitCode) => {
        this.insights.end(run);
        return this.runs.finish(run, exitCode);
      },
      prepare: (folder) => this.runs.prepare(folder),
      processes: async () => (await this.engine.open()).power.processes,
      watchNewProcesses: async () => NewProcesses.since((await this.engine.open()).power.processes, process.pid),
      failed: (error) => log.error('The meter failed.', error),
    };
    const ambient = new Ambient(
      async () => (await this.engine.open()).power,
      this.engine.ambientLog,
      (error) => host.failed(error),
      clock,
    );
    const commandRuns = new CommandRuns();
    const manual = new ManualRuns(host);
    const showDetails = (id: string, place: 'preview' | 'own' = 'preview'): Promise<void> =>
      this.showDetails(id, place);
    const extras = (id: string): ReturnType<Insights['extras']> =>
      manual.has(id) ? { ...this.insights.extras(id), stop: 'measuring' } : this.insights.extras(id);
    const stop = (id: string): Promise<void> => (manual.has(id) ? manual.end(id) : this.insights.interrupt(id));
    const live = new LiveView(extensionUri, this.runs, {
      extras,
      stop,
      showDetails,
      hasRuns: async () => (await this.reader.ids()).length > 0,
      failed: (error) => host.failed(error),
    });
    this.status = new StatusItem(this.runs, this.insights, ambient, (record) => this.changeOf(record));
    const documents = new HistoryDocuments({
      clock,
      version,
      find: (id) => this.runs.find(id),
      list: () => this.reader.newest(),
      practices,
    });
    this.pages = new RunPages(extensionUri, this.runs, {
      extras,
      history: () => this.reader.newest(),
      failed: (error) => host.failed(error),
      act: async (action, record, earlier) => {
        const node = { type: 'run' as const, record };
        if (action === 'stop') await stop(record.id);
        else if (action === 'bestTime') await executeCommand(commands.bestTime);
        else if (action === 'location') await executeCommand(commands.setLocation);
        else if (action === 'sources') await executeCommand(commands.showSources);
        else if (action === 'statement') await executeCommand(commands.copyStatement, node);
        else if (action === 'export') await executeCommand(commands.exportRuns, node);
        else if (action === 'report') await executeCommand(commands.writeReport, node);
        else if (action === 'compareWithEarlier' && earlier !== null) await documents.compare([earlier, record]);
        else await documents.compareWith(record);
      },
    });
    this.registrations = Disposable.from(
      new DebugRuns(host),
      new TerminalRuns(host, commandRuns),
      new TaskRuns(host, commandRuns),
      new NotebookRuns(host, process.pid),
      manual,
      new ClusterRuns(host, manual, { secrets, memory: workspaceState }),
      new ExampleRun(host, extensionUri, () => live.reveal(null)),
      this.runs.onDidChangeRuns(() => this.noteFirstRun()),
      ambient,
      this.runs,
      live,
      window.registerWebviewViewProvider(views.live.id, live),
      documents,
      new HistoryView(
        this.reader,
        this.runs,
        { showPower: (id) => live.reveal(id), showDetails },
        documents,
        workspaceState,
        log,
        clock,
      ),
      this.insights,
      this.status,
      this.pages,
      new MadePage(commands.showSources, schemes.sources, 'Power Sources', async () => {
        const [{ power }, { sourcesMarkdown }] = await Promise.all([
          this.engine.open(),
          import('../runs/power-sources'),
        ]);
        await power.prove();
        return sourcesMarkdown(power.availability, power.notes);
      }),
      new MadePage(commands.showSettings, schemes.settings, 'Effective Settings', async () =>
        (await import('./effective-settings')).effectiveSettingsPage(),
      ),
      registerCommand(hiddenCommands.stopRun, (id) => stop(id)),
      window.registerWebviewPanelSerializer(panels.run, {
        deserializeWebviewPanel: async (panel, state: unknown) => {
          const id = fitting(v.object({ id: v.string() }), state)?.id;
          if (id === undefined) panel.dispose();
          else this.pages.adopt(panel, id);
          return Promise.resolve();
        },
      }),
      registerCommand(commands.showLastRun, () => {
        this.showLast().catch((error: unknown) => host.failed(error));
      }),
      registerCommand(commands.showLivePower, () => live.reveal(null)),
      registerCommand(commands.setBudget, (request) => setBudget(request, this.runs.last)),
    );
  }

  /** Shows the last recorded run of this workspace. Called after activation, so that it does not delay it. */
  async showLastRecorded(): Promise<void> {
    await this.runs.loadLast();
  }

  /** Closes the records of runs in progress; called when the window closes. */
  async close(): Promise<void> {
    await this.runs.close();
  }

  dispose(): void {
    this.registrations.dispose();
    this.engine.dispose();
  }

  /** The walkthrough ticks its first step. */
  private noteFirstRun(): void {
    if (this.hasNoted || (this.runs.last === null && this.runs.active.length === 0)) return;
    this.hasNoted = true;
    setContext(contextKeys.hasRun, true);
  }

  /** Fires when a run starts, ends or is deleted. */
  get onDidChangeRuns(): Event<void> {
    return this.runs.onDidChangeRuns;
  }

  /** The text in the status bar; empty before the first run. */
  get statusText(): string {
    return this.status.text;
  }

  get statusLines(): readonly string[] {
    return this.status.lines;
  }

  get isMeasuring(): boolean {
    return this.runs.active.length > 0;
  }

  get isReady(): boolean {
    return this.runs.isReady;
  }

  get isSampling(): boolean {
    return this.engine.isSampling;
  }

  /** The cluster that the settings name for a run, or a note why it cannot be asked; null if they name none. */
  private async mappedCluster(
    { clusterRuns }: MeterSettings,
    { name, knownAs, command }: NoticedRun,
    secrets: SecretStorage,
  ): Promise<OpenCluster | { readonly note: string } | null> {
    const mappings = mappingsOf(clusterRuns, [name, knownAs, command?.join(' ')]);
    return mappings.length === 0 ? null : (await import('./capture/prometheus')).openMapped(mappings, secrets);
  }

  /** The energy of a run against the last comparable one, percent; null if the two cannot be told apart. */
  private async changeOf(record: RunRecord): Promise<number | null> {
    const { energyChange } = await import('../runs/compare/energy-change');
    return energyChange(record, await this.reader.newest());
  }

  private async showLast(): Promise<void> {
    const record = this.runs.active.at(-1)?.record() ?? this.runs.last;
    if (record === null) {
      const { measureExample, getStarted, showAllRuns } = commands;
      const hasOthers = (await this.reader.ids()).length > 0;
      const answer = await notify.information(
        hasOthers
          ? l10n.t(
              'No run of this project has been measured yet. The example and the runs of other folders are in the history of all folders. Press F5 to start one; the status bar shows its energy.',
            )
          : l10n.t(
              'No run of this project has been measured yet. Press F5 to start one; the status bar shows its energy.',
            ),
        ...(hasOthers ? [l10n.t(showAllRuns.title)] : []),
        l10n.t(measureExample.title),
        l10n.t(getStarted.title),
      );
      if (answer === l10n.t(showAllRuns.title)) {
        await executeCommand(showAllRuns);
        await executeCommand(focusOf(views.history));
      }
      if (answer === l10n.t(measureExample.title)) await executeCommand(measureExample);
      if (answer === l10n.t(getStarted.title)) await executeCommand(getStarted);
      return;
    }
    this.pages.show(record, { place: 'preview' });
  }

  /** The keyboard stays where the run was chosen. */
  private async showDetails(id: string, place: 'preview' | 'own'): Promise<void> {
    const [record] = (await this.reader.read([id])).records;
    if (record !== undefined) this.pages.show(record, { place, preserveFocus: place === 'preview' });
  }
}
