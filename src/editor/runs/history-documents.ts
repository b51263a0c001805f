import { basename, extname } from 'node:path';
import {
  env,
  EventEmitter,
  l10n,
  Uri,
  window,
  workspace,
  type Disposable,
  type TextDocumentContentProvider,
} from 'vscode';
import type { StatementFormat } from '../../present/report/statement';
import type { PracticesReport } from '../../practices/report';
import type { PowerPoint } from '../../runs/power-series';
import type { RunRecord } from '../../runs/record';
import type { Clock } from '../../system/clock';
import type { DocumentRequest } from '../contributions/arguments';
import { commands, editorCommands } from '../contributions/commands';
import { schemes } from '../contributions/surfaces';
import { executeCommand } from '../contributions/use-commands';
import { notify } from '../notify';
import { labelText } from '../../present/plain-text';
import { runLabel } from '../../runs/command/run-label';
import { clockTime, dayAndClock, grouped, plural } from '../../present/words';
import { headline } from '../../runs/describe';

/** The code that makes the documents, loaded with the first of them. */
const made = (): Promise<typeof import('./made-documents')> => import('./made-documents');

/** A list that a person can still read; typing narrows it. */
const mostChoices = 500;

/** The data for the documents. */
interface DocumentSource {
  readonly clock: Pick<Clock, 'wallMilliseconds'>;
  readonly version: string;
  /** The practices of the first folder; null if none is open, or its checklist cannot be used. */
  practices(): Promise<PracticesReport | null>;
  /** All recorded runs: repetitions among them show how much single runs differ. */
  list(): Promise<readonly RunRecord[]>;
  find(
    id: string,
  ): Promise<{ readonly record: RunRecord; readonly power: { readonly points: readonly PowerPoint[] } } | null>;
}

/** Documents about several runs: comparison, export, report and statement. */
export class HistoryDocuments implements TextDocumentContentProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly registration = workspace.registerTextDocumentContentProvider(schemes.comparison, this);
  readonly onDidChange = this.changed.event;

  constructor(private readonly source: DocumentSource) {}

  /** Two runs side by side, the older one first. The person is asked for those that are missing. */
  async compare(records: readonly RunRecord[]): Promise<void> {
    const [first, second, ...others] = [...records].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
    if (others.length > 0) {
      void notify.information(
        l10n.t('Two runs can be compared. Select two of them in the history (hold Ctrl or Cmd).'),
      );
      return;
    }
    if (first === undefined) {
      const chosen = await this.choose(l10n.t('Compare'), () => 0);
      if (chosen !== null) await this.compareWith(chosen);
      return;
    }
    if (second === undefined) {
      await this.compareWith(first);
      return;
    }
    const name = (
      first.name === second.name
        ? l10n.t('Two runs of {0}', first.name)
        : l10n.t('{0} and {1}', first.name, second.name)
    ).replaceAll('/', '-');
    const uri = Uri.from({ scheme: schemes.comparison, path: `/${name}.md`, query: `${first.id}&${second.id}` });
    this.changed.fire(uri);
    await executeCommand(editorCommands.showMarkdown, uri);
  }

  /** Compares a run with another one that the person chooses; the newest of the same name come first. */
  async compareWith(record: RunRecord): Promise<void> {
    const other = await this.choose(
      l10n.t('Compare {0} of {1} with', runLabel(record), clockTime(new Date(record.startedAt))),
      ({ name }) => Number(name !== record.name),
      record.id,
    );
    if (other !== null) await this.compare([other, record]);
  }

  /** One of the runs that have ended. @param rank smaller ranks come first, and of the same rank the newest */
  private async choose(title: string, rank: (run: RunRecord) => number, without?: string): Promise<RunRecord | null> {
    const all = (await this.source.list()).filter(({ id, status }) => id !== without && status !== 'running');
    const sorted = [...all].sort((a, b) => rank(a) - rank(b) || b.id.localeCompare(a.id));
    const picked = await window.showQuickPick(
      sorted.slice(0, mostChoices).map((run) => ({
        label: labelText(runLabel(run)),
        description: labelText(`${dayAndClock(new Date(run.startedAt))} · ${headline(run)}`),
        run,
      })),
      { title: labelText(title), matchOnDescription: true },
    );
    return picked?.run ?? null;
  }

  async provideTextDocumentContent({ query }: Uri): Promise<string> {
    const [first, second] = await Promise.all(query.split('&').map((id) => this.source.find(id)));
    if (!first || !second) return l10n.t('One of these runs has been deleted.');
    const { comparisonMarkdown, compareRuns } = await made();
    return comparisonMarkdown(compareRuns(first.record, second.record, await this.source.list().catch(() => [])));
  }

  /** Writes runs to a file for other tools. */
  async export(records: readonly RunRecord[], request: DocumentRequest): Promise<void> {
    const ended = endedOrNotified(records);
    if (ended === null) return;
    const format =
      request.format ??
      (await choose(l10n.t(commands.exportRuns.title), [
        ['codecarbon', 'CSV', l10n.t("CodeCarbon's format, also for spreadsheets")],
        ['json', 'JSON', l10n.t('complete records')],
      ]));
    if (format === null) return;
    const extension = format === 'json' ? 'json' : 'csv';
    const target =
      request.target ??
      (await window.showSaveDialog({
        ...inProject(`green-ml-runs.${extension}`),
        filters: { [extension.toUpperCase()]: [extension] },
      }));
    if (target === undefined) return;
    const { exportCodeCarbon, exportJson, thisMachine } = await made();
    await write(
      target,
      format === 'json' ? exportJson(ended) : await exportCodeCarbon(ended, thisMachine(), this.source.version),
    );
    notify.status(
      l10n.t(
        plural(ended.length, 'Exported one run to {0}', 'Exported {1} runs to {0}'),
        basename(target.fsPath),
        grouped(ended.length),
      ),
    );
  }

  /** Writes a report about runs as one HTML file or as Markdown, and offers to open it. */
  async report(records: readonly RunRecord[], request: DocumentRequest): Promise<void> {
    const ended = endedOrNotified(records);
    if (ended === null) return;
    const target =
      request.target ??
      (await window.showSaveDialog({
        ...inProject('green-ml-report.html'),
        filters: { HTML: ['html'], Markdown: ['md'] },
      }));
    if (target === undefined) return;
    const { projectReport, reportAsHtml, reportAsMarkdown } = await made();
    const counted = projectReport(ended, {
      title: workspace.name ?? 'Recorded runs',
      version: this.source.version,
      generatedAt: this.source.clock.wallMilliseconds(),
      unit: null,
      power: null,
      // One run says nothing about the project.
      practices: ended.length > 1 ? await this.source.practices() : null,
    });
    const [largest] = counted.largest;
    const found = largest === undefined ? null : await this.source.find(largest.id);
    const report = {
      ...counted,
      power: found === null ? null : { record: found.record, points: found.power.points },
    };
    const isMarkdown = ['.md', '.markdown'].includes(extname(target.path).toLowerCase());
    await write(target, isMarkdown ? reportAsMarkdown(report) : reportAsHtml(report));
    if (request.target !== undefined) return;
    const open = l10n.t('Open');
    if ((await notify.information(l10n.t('Report saved to {0}.', basename(target.fsPath)), open)) !== open) return;
    if (isMarkdown) await executeCommand(editorCommands.showMarkdown, target);
    else await env.openExternal(target);
  }

  /** Copies a paragraph about energy and emissions for a paper. */
  async copyStatement(records: readonly RunRecord[], request: DocumentRequest): Promise<void> {
    const ended = endedOrNotified(records);
    if (ended === null) return;
    const format =
      request.format ??
      (await choose(l10n.t(commands.copyStatement.title), [
        ['markdown', 'Markdown', l10n.t('for a README or a model card')],
        ['latex', 'LaTeX', l10n.t('for a paper')],
      ]));
    if (!isStatementFormat(format)) return;
    const { emissionsStatement, statementFacts, summarise } = await made();
    await env.clipboard.writeText(emissionsStatement(statementFacts(summarise(ended), this.source.version), format));
    notify.status(
      l10n.t(
        plural(ended.length, 'Copied the statement about one run', 'Copied the statement about {0} runs'),
        grouped(ended.length),
      ),
    );
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

function isStatementFormat(format: string | null): format is StatementFormat {
  return format === 'markdown' || format === 'latex';
}

/** The runs that have ended. If there are none, notifies the user and returns null. */
function endedOrNotified(records: readonly RunRecord[]): readonly RunRecord[] | null {
  const ended = records.filter(({ status }) => status !== 'running');
  if (ended.length > 0) return ended;
  void notify.information(
    l10n.t(
      'No run of this project has been recorded yet. Start one with F5, as a task, in a terminal or in a notebook.',
    ),
  );
  return null;
}

async function choose(
  title: string,
  items: readonly (readonly [value: string, label: string, description: string])[],
): Promise<string | null> {
  const picked = await window.showQuickPick(
    items.map(([value, label, description]) => ({ label, description, value })),
    { title },
  );
  return picked?.value ?? null;
}

function inProject(name: string): { readonly defaultUri?: Uri } {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  return folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name) };
}

async function write(target: Uri, text: string): Promise<void> {
  await workspace.fs.writeFile(target, new TextEncoder().encode(text));
}
