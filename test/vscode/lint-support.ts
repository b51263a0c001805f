import * as vscode from 'vscode';
import { waitFor, watchedFolder, workspaceFolder } from './support';

export const searchCode =
  'from sklearn.model_selection import GridSearchCV\nsearch = GridSearchCV(model, {"C": range(72)}, cv=5).fit(x)\n';

export const ours = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Green ML');

export const found = (uri: vscode.Uri): Promise<vscode.Diagnostic[]> =>
  waitFor('a diagnostic', () => {
    const diagnostics = ours(uri);
    return diagnostics.length > 0 && diagnostics;
  });

export const cleared = (uri: vscode.Uri): Promise<unknown> =>
  waitFor('the diagnostics to go', () => ours(uri).length === 0);

/** Writes a file of the workspace's folder `lint`. */
export async function writeFile(name: string, text: string): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(workspaceFolder().uri, 'lint', name);
  await watchedFolder(vscode.Uri.joinPath(uri, '..'));
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

export async function readFile(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

const python = (text: string): vscode.NotebookCellData =>
  new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python');

export async function openCells(...cells: readonly string[]): Promise<vscode.NotebookDocument> {
  const notebook = await vscode.workspace.openNotebookDocument(
    'jupyter-notebook',
    new vscode.NotebookData(cells.map(python)),
  );
  await vscode.window.showNotebookDocument(notebook);
  return notebook;
}
