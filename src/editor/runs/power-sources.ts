import { EventEmitter, Uri, workspace, type Disposable, type TextDocumentContentProvider } from 'vscode';
import type { Power } from '../../power/machine';
import { commands, editorCommands } from '../contributions/commands';
import { schemes } from '../contributions/surfaces';
import { executeCommand, registerCommand } from '../contributions/use-commands';

const page = Uri.from({ scheme: schemes.sources, path: '/Power Sources.md' });

/** The page of the power sources: what is in use, what would be better, and how to get it. */
export class PowerSourcesPage implements TextDocumentContentProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly registrations = [
    workspace.registerTextDocumentContentProvider(schemes.sources, this),
    registerCommand(commands.showSources, () => this.show()),
  ];
  readonly onDidChange = this.changed.event;

  constructor(private readonly open: () => Promise<Power>) {}

  /** Asked again each time: a source may have been enabled since. */
  async provideTextDocumentContent(): Promise<string> {
    const [power, { sourcesMarkdown }] = await Promise.all([this.open(), import('../../runs/power-sources')]);
    await power.prove();
    return sourcesMarkdown(power.availability, power.notes);
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
    this.changed.dispose();
  }

  private async show(): Promise<void> {
    this.changed.fire(page);
    await executeCommand(editorCommands.showMarkdown, page);
  }
}
