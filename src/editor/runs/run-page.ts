import { EventEmitter, Uri, type Disposable, type TextDocumentContentProvider } from 'vscode';
import { describeRun, headline } from '../../runs/describe';
import type { RunRecord } from '../../runs/record';
import { escapeMarkdown } from '../../present/markup';
import { dayAndClock } from '../../present/words';
import { editorCommands } from '../contributions/commands';
import { schemes } from '../contributions/surfaces';
import { executeCommand } from '../contributions/use-commands';

/** The details of a run as a read-only Markdown document, shown in VS Code's Markdown preview. */
export class RunPage implements TextDocumentContentProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly find: (id: string) => Promise<RunRecord | null>) {}

  async show({ id, name }: RunRecord): Promise<void> {
    const uri = Uri.from({ scheme: schemes.run, path: `/${name.replaceAll('/', '-')}.md`, query: id });
    this.changed.fire(uri);
    await executeCommand(editorCommands.showMarkdown, uri);
  }

  async provideTextDocumentContent({ query }: Uri): Promise<string> {
    const record = await this.find(query);
    if (record === null) return 'This run has been deleted.';
    const state = record.status === 'completed' ? `finished ${dayAndClock(new Date(record.endedAt))}` : record.status;
    return [
      `# ${escapeMarkdown(record.name)}`,
      `**${headline(record)}**`,
      `Started ${dayAndClock(new Date(record.startedAt))}, ${state}.`,
      describeRun(record),
      `Scope: ${record.scope === 'machine' ? 'the whole machine' : "this run's share above idle"}. Record: \`${record.id}\``,
    ].join('\n\n');
  }

  dispose(): void {
    this.changed.dispose();
  }
}
