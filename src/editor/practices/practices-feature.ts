import { Disposable, Uri, ViewColumn, window, workspace, type WebviewPanel } from 'vscode';
import { systemClock } from '../../system/clock';
import { commands } from '../contributions/commands';
import { panels, views } from '../contributions/surfaces';
import { registerCommand } from '../contributions/use-commands';
import type { Log } from '../log';
import type { FileLinter } from '../lint/workspace-lint';
import { FolderPractices, type RecordedRuns } from './folder-practices';
import { PracticesPage, type PageHost } from './practices-page';

/** The practices page in an editor tab and in the side bar, and the command that opens it at a practice. */
export class PracticesFeature implements Disposable, PageHost {
  readonly clock = systemClock;
  private readonly folders = new Map<string, FolderPractices>();
  private readonly pages = new Set<PracticesPage>();
  private panel: { readonly shown: WebviewPanel; readonly page: PracticesPage } | null = null;
  private readonly registrations: Disposable;

  constructor(
    private readonly extension: Uri,
    private readonly runs: RecordedRuns,
    private readonly linter: FileLinter,
    private readonly log: Log,
  ) {
    this.registrations = Disposable.from(
      registerCommand(commands.openPractices, (practice, folder) => this.open(practice, folder)),
      window.registerWebviewPanelSerializer(panels.practices, {
        deserializeWebviewPanel: (shown) => {
          this.adopt(shown);
          return Promise.resolve();
        },
      }),
      window.registerWebviewViewProvider(views.practices.id, {
        resolveWebviewView: (view) => {
          const page = this.addPage(new PracticesPage(view.webview, 'side-bar', this.extension, this));
          view.onDidChangeVisibility(() => {
            if (!view.visible) page.onHidden();
          });
          view.onDidDispose(() => this.removePage(page));
        },
      }),
      workspace.onDidChangeWorkspaceFolders(({ removed }) => {
        for (const { uri } of removed) this.forget(uri.toString());
      }),
    );
  }

  practicesOf(folder: Uri): FolderPractices {
    const key = folder.toString();
    const known = this.folders.get(key);
    if (known !== undefined) return known;
    const made = new FolderPractices(folder, this.runs, this.linter);
    this.folders.set(key, made);
    made.refresh().catch((error: unknown) => this.failed(error));
    return made;
  }

  failed(error: unknown): void {
    this.log.error('The practices page failed.', error);
  }

  dispose(): void {
    this.registrations.dispose();
    this.panel?.shown.dispose();
    for (const page of this.pages) this.removePage(page);
  }

  /** Opens the page at a practice (by number), for a folder or the folder of a file. */
  private open(practice: unknown, about: unknown): void {
    const number = typeof practice === 'number' ? practice : null;
    const folder = about instanceof Uri ? (workspace.getWorkspaceFolder(about)?.uri ?? null) : null;
    const { shown, page } =
      this.panel ?? this.adopt(window.createWebviewPanel(panels.practices, 'Green ML Practices', ViewColumn.Active));
    shown.reveal();
    page.reveal(number, folder);
  }

  private adopt(shown: WebviewPanel): { readonly shown: WebviewPanel; readonly page: PracticesPage } {
    shown.iconPath = Uri.joinPath(this.extension, 'media', 'icon.png');
    const page = this.addPage(new PracticesPage(shown.webview, 'editor', this.extension, this));
    const panel = { shown, page };
    this.panel = panel;
    shown.onDidChangeViewState(() => {
      if (!shown.visible) page.onHidden();
    });
    shown.onDidDispose(() => {
      if (this.panel === panel) this.panel = null;
      this.removePage(page);
    });
    return panel;
  }

  private addPage(page: PracticesPage): PracticesPage {
    this.pages.add(page);
    return page;
  }

  private removePage(page: PracticesPage): void {
    page.dispose();
    this.pages.delete(page);
    // No page is left: stop watching folders.
    if (this.pages.size === 0) for (const key of this.folders.keys()) this.forget(key);
  }

  private forget(key: string): void {
    this.folders.get(key)?.dispose();
    this.folders.delete(key);
  }
}
