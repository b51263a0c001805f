import { Disposable, window, workspace, type Uri } from 'vscode';
import type { PracticesReport } from '../../practices/report';
import { commands } from '../contributions/commands';
import { panels, views } from '../contributions/surfaces';
import { registerCommand } from '../contributions/use-commands';
import type { Log } from '../log';
import type { FileLinter, ProjectLinter } from '../lint/folder-lint';
import type { RecordedRuns } from '../recorded-runs';
import { readPageCode, whetherGone } from '../webview-page';
import type { OpenPages } from './open-pages';

/** The practices page in an editor tab and in the side bar, and the command that opens it at a practice. */
export class PracticesFeature implements Disposable {
  private pages: Promise<OpenPages> | null = null;
  private readonly registrations: Disposable;

  constructor(
    private readonly extension: Uri,
    private readonly runs: RecordedRuns,
    private readonly linter: FileLinter | ProjectLinter,
    private readonly log: Log,
  ) {
    this.registrations = Disposable.from(
      registerCommand(commands.openPractices, async (practice, about) => (await this.open()).show(practice, about)),
      window.registerWebviewPanelSerializer(panels.practices, {
        deserializeWebviewPanel: async (shown) => {
          const isGone = whetherGone(shown);
          const pages = await this.open();
          if (!isGone()) pages.adopt(shown);
        },
      }),
      window.registerWebviewViewProvider(views.practices.id, {
        resolveWebviewView: async (view) => {
          const isGone = whetherGone(view);
          const pages = await this.open();
          if (!isGone()) pages.addView(view);
        },
      }),
      workspace.onDidChangeWorkspaceFolders(({ removed }) => {
        void this.pages?.then((pages) => pages.forget(removed.map(({ uri }) => uri)));
      }),
    );
  }

  dispose(): void {
    this.registrations.dispose();
    void this.pages?.then((pages) => pages.dispose());
  }

  /** The practices of the first folder, for a report; null if no folder is open, or its checklist cannot be used. */
  async report(): Promise<PracticesReport | null> {
    const folder = workspace.workspaceFolders?.[0]?.uri;
    return folder === undefined ? null : (await this.open()).report(folder);
  }

  /** The code of the pages is read with the first of them. */
  private open(): Promise<OpenPages> {
    this.pages ??= Promise.all([import('./open-pages'), readPageCode(this.extension, 'practices')]).then(
      ([{ OpenPages }, code]) => new OpenPages(this.extension, code, this.runs, this.linter, this.log),
    );
    return this.pages;
  }
}
