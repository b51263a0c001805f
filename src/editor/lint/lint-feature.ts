import {
  EventEmitter,
  Hover,
  languages,
  Uri,
  workspace,
  type CodeLens,
  type Position,
  type Disposable,
  type TextDocument,
} from 'vscode';
import type { LintConfig } from '../../lint/engine/settings';
import { systemClock } from '../../system/clock';
import { commands, editorCommands, hiddenCommands } from '../contributions/commands';
import { availableCommands, executeCommand, registerCommand } from '../contributions/use-commands';
import { Settings, trueOrFalse } from '../contributions/use-settings';
import type { Log } from '../log';
import type { RecordedRuns } from '../recorded-runs';
import { toDiagnostic } from './diagnostics';
import { EditorConfigs } from './editor-configs';
import type { CurrentFindings } from './current-findings';
import { registerFixActions } from './fix-actions';
import { ignoreFinding } from './ignore-actions';
import { LastRuns } from './last-runs';
import { lensesOf } from './lenses';
import { LintClient } from './lint-client';
import { isLintable, LintDocuments } from './lint-documents';
import { lintedLanguages, notebookOf, rangeOf } from './located-edits';
import type { LintAnswer, LintText } from './protocol';
import { rulePage, RulePages } from './rule-pages';
import type { ProjectLinter } from './folder-lint';
import { WorkspaceLint } from './workspace-lint';

/**
 * Diagnostics, CodeLens, hovers and code actions in Python documents and notebooks. Does almost nothing until the first
 * of them is open.
 */
export class LintFeature implements Disposable, ProjectLinter {
  private readonly lensesChanged = new EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[];
  private readonly configs: EditorConfigs;
  private readonly lastRuns: LastRuns;
  private documents: LintDocuments | null = null;
  private client: LintClient | null = null;

  constructor(
    private readonly extensionUri: Uri,
    private readonly log: Log,
    runs: RecordedRuns,
  ) {
    this.lastRuns = new LastRuns(runs);
    this.configs = new EditorConfigs(log);
    const findings: CurrentFindings = {
      current: (document) => this.documents?.current(document) ?? Promise.resolve([]),
    };
    this.subscriptions = [
      this.lensesChanged,
      this.lastRuns,
      this.lastRuns.onDidChange(() => this.lensesChanged.fire()),
      languages.registerCodeLensProvider(lintedLanguages, {
        onDidChangeCodeLenses: this.lensesChanged.event,
        provideCodeLenses: (document) => this.lenses(document),
      }),
      languages.registerHoverProvider(lintedLanguages, {
        provideHover: (document, position) => this.hover(document, position),
      }),
      ...registerFixActions(findings),
      RulePages.register(),
      new WorkspaceLint(this),
      registerCommand(hiddenCommands.applyFix, async (uri, rule, row, title) =>
        (await import('./apply-fix')).applyFix(findings, uri, rule, row, title),
      ),
      registerCommand(hiddenCommands.ignoreFinding, (uri, rule, row, reach) =>
        ignoreFinding(findings, uri, rule, row, reach),
      ),
      registerCommand(hiddenCommands.showRule, (rule) => this.showRule(rule)),
      registerCommand(hiddenCommands.showPractice, (practice, rule) => this.showPractice(practice, rule)),
      workspace.onDidOpenTextDocument((document) => this.startFor(document)),
    ];
    workspace.textDocuments.forEach((document) => this.startFor(document));
  }

  /** The findings in a file, open or not; null if the linter is off or has failed. */
  async lint(uri: Uri, source: LintText): Promise<LintAnswer | null> {
    if (!this.configs.isEnabled(uri)) return null;
    const key = `file ${uri.toString()}`;
    const client = this.openClient();
    const answer = await client.lint({ key, source, path: uri.path, config: await this.configs.of(uri) });
    client.forget(key);
    return answer;
  }

  get productFolder(): string {
    return Uri.joinPath(this.extensionUri, 'dist').fsPath;
  }

  /** The configuration of each file, found once for each folder; null if the linter is off for one of them. */
  async configsOf(uris: readonly Uri[]): Promise<readonly LintConfig[] | null> {
    const byFolder = new Map<string, LintConfig>();
    const configs: LintConfig[] = [];
    for (const uri of uris) {
      const folder = uri.path.slice(0, uri.path.lastIndexOf('/'));
      let config = byFolder.get(folder);
      if (config === undefined) {
        if (!this.configs.isEnabled(uri)) return null;
        config = await this.configs.of(uri);
        byFolder.set(folder, config);
      }
      configs.push(config);
    }
    return configs;
  }

  /** Reads the project's settings file again for the next text, because it may have changed. */
  configChanged(): void {
    this.configs.forget();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private startFor(document: TextDocument): void {
    if (this.documents !== null || !isLintable(document)) return;
    this.documents = new LintDocuments(this.openClient(), this.configs, systemClock, toDiagnostic, () =>
      this.lensesChanged.fire(),
    );
    this.subscriptions.push(this.documents);
  }

  private openClient(): LintClient {
    if (this.client !== null) return this.client;
    this.client = new LintClient(this.productFolder, systemClock, (message) => {
      this.log.error('The linter failed.', message);
    });
    this.subscriptions.push(this.client);
    return this.client;
  }

  private async lenses(document: TextDocument): Promise<CodeLens[]> {
    if (!new Settings(document).read('lint.codeLens', trueOrFalse)) return [];
    const findings = this.documents?.of(document) ?? [];
    if (findings.every(({ headline }) => headline === null)) return [];
    const lastRun = await this.lastRuns.of(notebookOf(document)?.uri ?? document.uri);
    // Their places may have changed while the records were read.
    return lensesOf(document, this.documents?.of(document) ?? [], lastRun);
  }

  private async hover(document: TextDocument, position: Position): Promise<Hover | undefined> {
    const findings = ((await this.documents?.current(document)) ?? []).filter(({ mark }) =>
      rangeOf(mark).contains(position),
    );
    const [first] = findings;
    if (first === undefined) return undefined;
    const { hoverTexts } = await import('./finding-hover');
    return new Hover(hoverTexts(document, findings), rangeOf(first.mark));
  }

  /** Opens the practices page at a practice, or the rule's page if there is none. */
  private async showPractice(practice: number | null, rule: string): Promise<void> {
    if (practice !== null && (await availableCommands()).has(commands.openPractices.id)) {
      await executeCommand(commands.openPractices, practice);
    } else await this.showRule(rule);
  }

  private async showRule(rule: string): Promise<void> {
    await executeCommand(editorCommands.open, rulePage(rule));
  }
}
