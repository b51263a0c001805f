import {
  Range,
  Uri,
  WorkspaceEdit,
  workspace,
  type DocumentSelector,
  type NotebookDocument,
  type TextDocument,
} from 'vscode';
import type { Finding, LocatedEdit } from '../../lint/engine/findings';

/** The linted languages: Python, and YAML for sweeps. */
export const lintedLanguages: DocumentSelector = [{ language: 'python' }, { language: 'yaml' }];

export const rangeOf = ({ start, end }: Pick<Finding, 'start' | 'end'>): Range =>
  new Range(start.row, start.column, end.row, end.column);

/** The notebook that a cell's document belongs to. */
export function notebookOf(document: TextDocument): NotebookDocument | undefined {
  if (document.uri.scheme !== 'vscode-notebook-cell') return undefined;
  const key = document.uri.toString();
  return workspace.notebookDocuments.find((notebook) =>
    notebook.getCells().some((cell) => cell.document.uri.toString() === key),
  );
}

/** The edits as a workspace edit. An edit of another cell changes that cell's document. */
export function workspaceEdit(document: TextDocument, edits: readonly LocatedEdit[]): WorkspaceEdit {
  const made = new WorkspaceEdit();
  const notebook = notebookOf(document);
  for (const edit of edits) {
    const uri: Uri | undefined =
      edit.cell === null || notebook === undefined ? document.uri : notebook.getCells()[edit.cell]?.document.uri;
    if (uri !== undefined) made.replace(uri, rangeOf(edit), edit.text);
  }
  return made;
}
