import { EventEmitter, Uri, workspace, type Disposable, type TextDocumentContentProvider } from 'vscode';
import { editorCommands, type ShownCommand } from './contributions/commands';
import { executeCommand, registerCommand } from './contributions/use-commands';

/** A page of Markdown that a command opens as a preview. It is made anew each time: what it shows may have changed. */
export class MadePage implements TextDocumentContentProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly uri: Uri;
  private readonly registrations: readonly Disposable[];
  readonly onDidChange = this.changed.event;

  constructor(
    command: ShownCommand,
    scheme: string,
    title: string,
    private readonly make: () => Promise<string>,
  ) {
    this.uri = Uri.from({ scheme, path: `/${title}.md` });
    this.registrations = [
      workspace.registerTextDocumentContentProvider(scheme, this),
      registerCommand(command, () => this.show()),
    ];
  }

  provideTextDocumentContent(): Promise<string> {
    return this.make();
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
    this.changed.dispose();
  }

  private async show(): Promise<void> {
    this.changed.fire(this.uri);
    await executeCommand(editorCommands.showMarkdown, this.uri);
  }
}
