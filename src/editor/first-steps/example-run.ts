import { l10n, ThemeIcon, Uri, window, type Disposable, type Terminal } from 'vscode';
import type { RunHost } from '../capture/run-host';
import { commands } from '../contributions/commands';
import { registerCommand } from '../contributions/use-commands';

/**
 * A first run for people without Python, or without a project: a small training that the editor's own Node computes for
 * about twenty seconds. It is measured like any other run.
 */
export class ExampleRun implements Disposable {
  private terminal: Terminal | null = null;
  private isRunning = false;
  private readonly registration: Disposable;

  constructor(
    private readonly host: RunHost,
    private readonly extension: Uri,
    /** Shows the live view. */
    private readonly show: () => Promise<void>,
  ) {
    this.registration = registerCommand(commands.measureExample, () => this.start());
  }

  dispose(): void {
    this.registration.dispose();
    this.terminal?.dispose();
  }

  private async start(): Promise<void> {
    // One at a time: two would share the processor and say less.
    if (!this.isRunning) {
      this.isRunning = true;
      this.terminal?.dispose();
      const { ExampleTerminal } = await import('./example-terminal');
      const script = Uri.joinPath(this.extension, 'media', 'example', 'train.cjs').fsPath;
      const pty = new ExampleTerminal(this.host, script, () => (this.isRunning = false));
      this.terminal = window.createTerminal({
        name: l10n.t('Green ML Example'),
        iconPath: new ThemeIcon('pulse'),
        pty,
      });
    }
    this.terminal?.show(true);
    await this.show();
  }
}
