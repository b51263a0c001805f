import {
  l10n,
  CodeAction,
  CodeActionKind,
  Position,
  Range,
  SnippetString,
  SnippetTextEdit,
  window,
  workspace,
  WorkspaceEdit,
  type QuickPickItem,
  type TextDocument,
  type Uri,
} from 'vscode';
import type { Finding } from '../../lint/engine/findings';
import type { Reach } from '../contributions/arguments';
import { hiddenCommands } from '../contributions/commands';
import { invocation } from '../contributions/links';
import { findingAt, type CurrentFindings } from './current-findings';
import { notebookOf, rangeOf } from './located-edits';

const reason = 'why';

interface IgnoreChoice extends QuickPickItem {
  readonly reach: Reach;
  readonly apply: () => Promise<unknown>;
}

/** One entry in the quick-fix menu for each finding; it asks where to ignore the rule. */
export function ignoreAction(document: TextDocument, finding: Finding): CodeAction {
  const action = new CodeAction(l10n.t('Ignore {0}…', finding.rule), CodeActionKind.QuickFix);
  action.command = invocation(
    action.title,
    hiddenCommands.ignoreFinding,
    document.uri,
    finding.rule,
    finding.mark.start.row,
  );
  return action;
}

/**
 * Ignores a finding where the user chooses: on its line, in its cell or file (with a comment that asks for a reason), or
 * in the project.
 *
 * @param reach where, if a key binding or a test passes it
 */
export async function ignoreFinding(
  findings: CurrentFindings,
  uri: Uri,
  rule: string,
  row: number,
  reach?: Reach,
): Promise<void> {
  const document = workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  if (document === undefined) return;
  const finding = await findingAt(findings, document, rule, row);
  if (finding === undefined) return;
  const ways = waysToIgnore(document, finding);
  const way =
    reach === undefined
      ? await window.showQuickPick(ways, {
          title: l10n.t('Ignore {0}', finding.rule),
          placeHolder: l10n.t('Where should it be ignored?'),
        })
      : ways.find((each) => each.reach === reach);
  await way?.apply();
}

function waysToIgnore(document: TextDocument, finding: Finding): readonly IgnoreChoice[] {
  const { rule, silencing, cell } = finding;
  const file = notebookOf(document)?.uri ?? document.uri;
  const comment = (word: string): string => `# green-ml: ${word}[${rule}]`;
  return [
    ...(silencing === null
      ? []
      : [
          {
            reach: 'line' as const,
            label: l10n.t('On this line'),
            description: comment('ignore'),
            apply: () => insert(document, commentEdit(rangeOf(silencing), silencing.text)),
          },
        ]),
    ...(cell === null
      ? []
      : [
          {
            reach: 'cell' as const,
            label: l10n.t('In this cell'),
            description: comment('ignore-cell'),
            apply: () => insert(document, topComment(document, 'ignore-cell', rule)),
          },
        ]),
    {
      reach: 'file',
      label: l10n.t(cell === null ? 'In this file' : 'In this notebook'),
      description: comment('ignore-file'),
      apply: () => insert(document, topComment(document, 'ignore-file', rule)),
    },
    ...(workspace.getWorkspaceFolder(file) === undefined
      ? []
      : [
          {
            reach: 'project' as const,
            label: l10n.t('In this project'),
            description: `ignore = ["${rule}"] in [tool.green-ml]`,
            apply: async () => (await import('./ignore-in-project')).ignoreInProject(rule, file),
          },
        ]),
  ];
}

/** Inserts a snippet with the reason selected, so that typing replaces it. */
async function insert(document: TextDocument, edit: SnippetTextEdit): Promise<void> {
  const made = new WorkspaceEdit();
  made.set(document.uri, [edit]);
  await workspace.applyEdit(made);
}

/** @param text a comment that ends before its reason, or a rule to add to an existing comment */
function commentEdit(range: Range, text: string): SnippetTextEdit {
  const snippet = new SnippetString();
  snippet.appendText(text);
  if (text.endsWith(' ')) snippet.appendPlaceholder(reason);
  return new SnippetTextEdit(range, snippet);
}

function topComment(document: TextDocument, word: 'ignore-file' | 'ignore-cell', rule: string): SnippetTextEdit {
  const there = existing(document, word);
  if (there !== null) return commentEdit(new Range(there, there), `, ${rule}`);
  const row = firstFreeRow(document);
  const at = new Position(row, 0);
  const snippet = new SnippetString();
  snippet.appendText(`# green-ml: ${word}[${rule}] `);
  snippet.appendPlaceholder(reason);
  snippet.appendText('\n');
  return new SnippetTextEdit(new Range(at, at), snippet);
}

/** The end of the rule ids in an existing comment of this kind on its own line. */
function existing(document: TextDocument, word: string): Position | null {
  const pattern = new RegExp(`^# green-ml: ${word}\\[[^\\]\\n]+(?=\\])`);
  for (let row = 0; row < Math.min(document.lineCount, 20); row++) {
    const found = pattern.exec(document.lineAt(row).text);
    if (found !== null) return new Position(row, found[0].length);
  }
  return null;
}

/** The first row after what must come first: `#!`, the encoding, a cell's magic. */
function firstFreeRow(document: TextDocument): number {
  let row = 0;
  while (
    row < Math.min(document.lineCount - 1, 3) &&
    /^(?:#!|\s*%%|#.*coding[:=]|\s*$)/.test(document.lineAt(row).text)
  )
    row++;
  return row;
}
