import { Disposable, Uri, ViewColumn, window, type WebviewPanel } from 'vscode';
import { earlierRun } from '../../runs/earlier-run';
import type { RunProgress } from '../../runs/progress/run-progress';
import type { RunRecord } from '../../runs/record';
import { inLine } from '../../present/plain-text';
import { fromRunPage, type RunAction, type RunStory, type ToRunPage } from '../../webview/run/protocol';
import { panels } from '../contributions/surfaces';
import type { ShownSeries, WindowRuns } from '../capture/window-runs';
import { onPageMessage, pageHtml, pageOptions } from '../webview-page';
import { livePoints, liveRun, marksOf, noExtras, type LiveExtras } from './live-run';
import type { EarlierSeries, runStory } from './run-story';

type Runs = Pick<WindowRuns, 'find' | 'onDidChange' | 'onDidChangeRuns'>;

/** What the pages need from the rest of the meter. */
interface RunPageHost {
  /** What only this window knows about a run in progress. */
  extras(id: string): Omit<LiveExtras, 'watts'>;
  /** All recorded runs, oldest first. */
  history(): Promise<readonly RunRecord[]>;
  /** @param earlier the run that the page draws beside this one */
  act(action: RunAction, record: RunRecord, earlier: RunRecord | null): Promise<void>;
  failed(error: unknown): void;
}

/** The pages of runs, one for each run, in editor tabs. */
export class RunPages implements Disposable {
  private readonly pages = new Map<string, OpenRun>();

  constructor(
    private readonly extension: Uri,
    private readonly runs: Runs,
    private readonly host: RunPageHost,
  ) {}

  /** Opens the page of a run, or shows it if it is open. */
  show({ id, name }: Pick<RunRecord, 'id' | 'name'>): void {
    const open = this.pages.get(id);
    if (open === undefined) this.adopt(window.createWebviewPanel(panels.run, inLine(name), ViewColumn.Active), id);
    else open.panel.reveal();
  }

  /** Takes a panel for the page of a run: a new one, or one that was open in the last session. */
  adopt(panel: WebviewPanel, id: string): void {
    panel.webview.options = pageOptions(this.extension);
    panel.iconPath = Uri.joinPath(this.extension, 'media', 'icon.png');
    const page = new OpenRun(panel, id, this.runs, this.host);
    this.pages.set(id, page);
    panel.onDidDispose(() => {
      page.dispose();
      if (this.pages.get(id) === page) this.pages.delete(id);
    });
    panel.webview.html = pageHtml(panel.webview, this.extension, 'run', panel.title);
  }

  dispose(): void {
    for (const { panel } of [...this.pages.values()]) panel.dispose();
  }
}

/** One page. It listens only while it is visible, and reads a run that has ended once. */
class OpenRun implements Disposable {
  private readonly registrations: Disposable;
  private found: ShownSeries | null = null;
  private earlier: EarlierSeries | null = null;
  private history: readonly RunRecord[] = [];
  /** What the page has received, so that only what is new is sent. */
  private sent: { readonly key: string; readonly count: number; readonly story: string } | null = null;
  private isReady = false;
  /** The code that tells the story, loaded with the first page. */
  private tell: typeof runStory | null = null;

  constructor(
    readonly panel: WebviewPanel,
    private readonly id: string,
    private readonly runs: Runs,
    private readonly host: RunPageHost,
  ) {
    const { webview } = panel;
    this.registrations = Disposable.from(
      onPageMessage(webview, fromRunPage, (message) => {
        (message.type === 'ready' ? this.begin() : this.act(message.action)).catch((error: unknown) =>
          this.host.failed(error),
        );
      }),
      runs.onDidChange(() => {
        if (this.found?.active !== null) this.send();
      }),
      runs.onDidChangeRuns(() => void this.read().catch((error: unknown) => this.host.failed(error))),
      panel.onDidChangeViewState(() => {
        // VS Code discards a hidden page; the next one sends "ready" again.
        if (!panel.visible) this.isReady = false;
      }),
    );
  }

  dispose(): void {
    this.registrations.dispose();
  }

  private async begin(): Promise<void> {
    this.tell ??= (await import('./run-story')).runStory;
    this.isReady = true;
    this.sent = null;
    await this.read();
  }

  /** Finds the run, and the one before it. */
  private async read(): Promise<void> {
    if (!this.isReady) return;
    const found = await this.runs.find(this.id);
    this.found = found;
    this.send();
    if (found === null) return;
    this.history = await this.host.history();
    const before = earlierRun(found.record, this.history);
    if (before?.id !== this.earlier?.record.id) {
      const series = before === null ? null : await this.runs.find(before.id);
      this.earlier = series === null ? null : { record: series.record, points: series.power.points };
    }
    this.send();
  }

  private send(): void {
    if (!this.isReady || !this.panel.visible) return;
    void this.panel.webview.postMessage(this.message());
  }

  private message(): ToRunPage {
    if (this.found === null) {
      this.sent = null;
      return { type: 'gone' };
    }
    const { active, power } = this.found;
    const record = active?.record() ?? this.found.record;
    const progress = active?.progress ?? this.found.progress;
    const key = `${record.scope} ${power.resolution}`;
    const count = power.points.length;
    const storyKey = this.storyKey(record, progress);
    const isNew = this.sent?.story !== storyKey;
    // The last point may have grown since.
    const from = this.sent?.key === key ? Math.max(0, Math.min(this.sent.count, count) - 1) : 0;
    this.sent = { key, count, story: storyKey };
    const extras =
      active === null
        ? { ...noExtras, marks: marksOf(progress?.marks ?? []) }
        : { ...this.host.extras(active.id), watts: active.recentWatts() };
    return {
      type: 'run',
      run: liveRun(record, power.points, extras),
      from,
      points: livePoints(record, power.points, from),
      story: isNew ? this.story(record, progress) : null,
    };
  }

  private story(record: RunRecord, progress: RunProgress | null): RunStory | null {
    return this.tell?.(record, progress, this.earlier, this.history) ?? null;
  }

  /** Changes with an epoch, the end of the run, and the run before it. */
  private storyKey(record: RunRecord, progress: RunProgress | null): string {
    return [
      record.status,
      record.gaps.length,
      progress?.marks.length,
      progress?.last.epoch,
      this.earlier?.record.id,
    ].join();
  }

  private async act(action: RunAction): Promise<void> {
    const record = this.found?.active?.record() ?? this.found?.record;
    if (record !== undefined) await this.host.act(action, record, this.earlier?.record ?? null);
  }
}
