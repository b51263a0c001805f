import { CodeAction, CodeActionKind, Position, Range, SnippetString, SnippetTextEdit, WorkspaceEdit, workspace, type TextDocument } from 'vscode';
import type { Finding } from '../../lint/findings';
import { notebookOf, rangeOf } from './located-edits';

/** Writes a rule into the `ignore` of the project's configuration; takes the rule and the address of the document. */
export const IGNORE_IN_PROJECT = 'greenML.lint.ignoreInProject';

const REASON = 'why';

/** Ways to silence a finding, from the narrowest to the widest. A comment asks for its reason. */
export function ignoreActions(document: TextDocument, finding: Finding): readonly CodeAction[] {
  const { rule, silencing, cell } = finding;
  const actions: CodeAction[] = [];
  if (silencing !== null) {
    const range = rangeOf(silencing);
    actions.push(action(`Ignore ${rule} on this line`, document, commentEdit(range, silencing.text)));
  }
  if (cell !== null) actions.push(action(`Ignore ${rule} in this cell`, document, topComment(document, 'ignore-cell', rule)));
  actions.push(action(`Ignore ${rule} in this ${cell === null ? 'file' : 'notebook'}`, document, topComment(document, 'ignore-file', rule)));
  const file = notebookOf(document)?.uri ?? document.uri;
  if (workspace.getWorkspaceFolder(file) !== undefined) {
    const project = new CodeAction(`Ignore ${rule} in this project`, CodeActionKind.QuickFix);
    project.command = { command: IGNORE_IN_PROJECT, title: project.title, arguments: [rule, file] };
    actions.push(project);
  }
  return actions;
}

function action(title: string, document: TextDocument, edit: SnippetTextEdit): CodeAction {
  const made = new CodeAction(title, CodeActionKind.QuickFix);
  made.edit = new WorkspaceEdit();
  made.edit.set(document.uri, [edit]);
  return made;
}

/** @param text a comment that ends where its reason goes, or a rule that joins another in its comment */
function commentEdit(range: Range, text: string): SnippetTextEdit {
  const snippet = new SnippetString();
  snippet.appendText(text);
  if (text.endsWith(' ')) snippet.appendPlaceholder(REASON);
  return new SnippetTextEdit(range, snippet);
}

function topComment(document: TextDocument, word: 'ignore-file' | 'ignore-cell', rule: string): SnippetTextEdit {
  const there = existing(document, word);
  if (there !== null) return commentEdit(new Range(there, there), `, ${rule}`);
  const row = firstFreeRow(document);
  const at = new Position(row, 0);
  const snippet = new SnippetString();
  snippet.appendText(`# green-ml: ${word}[${rule}] `);
  snippet.appendPlaceholder(REASON);
  snippet.appendText('\n');
  return new SnippetTextEdit(new Range(at, at), snippet);
}

/** The end of the ids in a comment of this kind that has a line for itself. */
function existing(document: TextDocument, word: string): Position | null {
  const pattern = new RegExp(`^# green-ml: ${word}\\[[^\\]\\n]+(?=\\])`);
  for (let row = 0; row < Math.min(document.lineCount, 20); row++) {
    const found = pattern.exec(document.lineAt(row).text);
    if (found !== null) return new Position(row, found[0].length);
  }
  return null;
}

/** Behind what must stand first: `#!`, the encoding, a cell's magic. */
function firstFreeRow(document: TextDocument): number {
  let row = 0;
  while (row < Math.min(document.lineCount - 1, 3) && /^(?:#!|\s*%%|#.*coding[:=]|\s*$)/.test(document.lineAt(row).text)) row++;
  return row;
}
