import {
  CodeLens, commands, Diagnostic, DiagnosticSeverity, EventEmitter, languages, Range, Uri, workspace, type Disposable, type TextDocument,
} from 'vscode';
import type { Finding } from '../../lint/findings';
import type { Severity } from '../../lint/rule';
import { systemClock } from '../../system/clock';
import type { Log } from '../log';
import { EditorConfigs } from './editor-configs';
import { LintClient } from './lint-client';
import { isLintable, LintDocuments } from './lint-documents';
import type { LintText } from './protocol';

const SHOW_RULE = 'greenML.lint.showRule';
const SHOW_PRACTICE = 'greenML.lint.showPractice';
/** The page of the practices, where one is open to be shown. */
const OPEN_PRACTICES = 'greenML.practices.open';

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/**
 * Diagnostics and lenses in Python documents and notebooks. Costs next to nothing until the first of them is open.
 */
export class LintFeature implements Disposable {
  private readonly lensesChanged = new EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[];
  private readonly configs: EditorConfigs;
  private documents: LintDocuments | null = null;
  private client: LintClient | null = null;

  constructor(
    private readonly extensionUri: Uri,
    private readonly log: Log,
  ) {
    this.configs = new EditorConfigs(log);
    this.subscriptions = [
      this.lensesChanged,
      languages.registerCodeLensProvider(
        [{ language: 'python' }, { language: 'yaml' }],
        { onDidChangeCodeLenses: this.lensesChanged.event, provideCodeLenses: (document) => this.lenses(document) },
      ),
      commands.registerCommand(SHOW_RULE, (rule: unknown) => this.showRule(rule)),
      commands.registerCommand(SHOW_PRACTICE, (practice: unknown, rule: unknown) => this.showPractice(practice, rule)),
      workspace.onDidOpenTextDocument((document) => this.startFor(document)),
    ];
    workspace.textDocuments.forEach((document) => this.startFor(document));
  }

  /** The findings in the text of a file that need not be open; null when the linter is off or has failed. */
  async lint(uri: Uri, source: LintText): Promise<readonly Finding[] | null> {
    if (!this.configs.isEnabled(uri)) return null;
    const key = `file ${uri.toString()}`;
    const client = this.openClient();
    const findings = await client.lint({ key, source, path: uri.path, config: await this.configs.of(uri) });
    client.forget(key);
    return findings;
  }

  /** The team's file has changed, or may have: it is read again for the next text. */
  configChanged(): void {
    this.configs.forget();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private startFor(document: TextDocument): void {
    if (this.documents !== null || !isLintable(document)) return;
    this.documents = new LintDocuments(this.openClient(), this.configs, systemClock, toDiagnostic, () => this.lensesChanged.fire());
    this.subscriptions.push(this.documents);
  }

  private openClient(): LintClient {
    if (this.client !== null) return this.client;
    this.client = new LintClient(Uri.joinPath(this.extensionUri, 'dist').fsPath, systemClock, (message) => {
      this.log.error('The linter failed.', message);
    });
    this.subscriptions.push(this.client);
    return this.client;
  }

  private lenses(document: TextDocument): CodeLens[] {
    if (!workspace.getConfiguration('greenML.lint', document).get<boolean>('codeLens', true)) return [];
    return (this.documents?.of(document) ?? []).flatMap((finding) => {
      if (finding.headline === null) return [];
      const practice = finding.practice === null ? '' : ` · practice ${finding.practice}`;
      return new CodeLens(rangeOf(finding), {
        title: `${finding.headline}${practice}`,
        tooltip: finding.message,
        command: SHOW_PRACTICE,
        arguments: [finding.practice, finding.rule],
      });
    });
  }

  /** Opens the page of a practice; the rule's own page where there is none. */
  private async showPractice(practice: unknown, rule: unknown): Promise<void> {
    if (typeof practice === 'number' && (await commands.getCommands(true)).includes(OPEN_PRACTICES)) {
      await commands.executeCommand(OPEN_PRACTICES, practice);
    } else await this.showRule(rule);
  }

  private async showRule(rule: unknown): Promise<void> {
    // The argument may come from anywhere, and becomes part of a path.
    if (typeof rule !== 'string' || !/^[a-z-]+$/.test(rule)) return;
    await commands.executeCommand('markdown.showPreview', Uri.joinPath(this.extensionUri, 'docs', 'rules', `${rule}.md`));
  }
}

function rangeOf({ start, end }: Finding): Range {
  return new Range(start.row, start.column, end.row, end.column);
}

function toDiagnostic(finding: Finding): Diagnostic {
  const diagnostic = new Diagnostic(rangeOf(finding), finding.message, SEVERITY[finding.severity]);
  diagnostic.source = 'Green ML';
  const target = Uri.parse(`command:${SHOW_RULE}?${encodeURIComponent(JSON.stringify([finding.rule]))}`);
  diagnostic.code = { value: finding.rule, target };
  return diagnostic;
}
