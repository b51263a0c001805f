import { randomBytes } from 'node:crypto';
import { ViewColumn, window, type Disposable, type WebviewPanel } from 'vscode';
import { page } from '../../present/advice/page';
import type { Html } from '../../present/html';
import { commands, hiddenCommands } from '../contributions/commands';
import { trusting } from '../contributions/links';
import { pageLanguage } from '../webview-page';

/** The commands that links in these pages may run. */
const { enabledCommands } = trusting(
  hiddenCommands.chooseRegion,
  hiddenCommands.writeRegion,
  hiddenCommands.askRegionAnswer,
  hiddenCommands.remindAt,
  hiddenCommands.copySchedule,
  hiddenCommands.saveCalendar,
  hiddenCommands.askTimeAnswer,
  commands.recommendRegion,
);

/**
 * A page in an editor tab; the next answer replaces it in the same tab. It has no scripts, and its content security
 * policy blocks them; scripts are enabled only so that tests can inject their accessibility checks.
 */
export class AdvicePanel implements Disposable {
  private panel: WebviewPanel | null = null;

  constructor(private readonly type: string) {}

  /** @param inFront whether it takes the place of the editor in front; otherwise the open page only changes */
  show(title: string, body: Html, inFront = true): void {
    const panel = this.panel ?? this.open(title);
    panel.title = title;
    panel.webview.html = page(title, body, randomBytes(16).toString('base64'), pageLanguage());
    if (inFront) panel.reveal();
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private open(title: string): WebviewPanel {
    const panel = window.createWebviewPanel(this.type, title, ViewColumn.Active, {
      enableScripts: true,
      enableCommandUris: enabledCommands,
      localResourceRoots: [],
    });
    panel.onDidDispose(() => {
      this.panel = null;
    });
    this.panel = panel;
    return panel;
  }
}
