import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { cleared, found, ours, searchCode, writeFile } from './lint-support';
import { MemoryFiles } from './memory-files';
import { waitFor, workspaceFolder } from './support';

const unused = 'x = 1  # green-ml: ignore[grid-search] why\n';

/** Runs the command, which ends when its results are shown. */
const lintFolder = (only?: unknown): Thenable<unknown> =>
  vscode.commands.executeCommand('greenML.lint.workspace', only);

describe('linting a workspace', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const folder = vscode.Uri.joinPath(workspaceFolder().uri, 'lint', 'whole');
  const notebook = (...sources: readonly string[]): string =>
    JSON.stringify({
      cells: sources.map((source) => ({ cell_type: 'code', source, metadata: {}, outputs: [] })),
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    });

  it('shows the findings of all files in the Problems view, and keeps them up to date', async () => {
    const train = await writeFile('whole/deep/train.py', searchCode);
    const book = await writeFile('whole/book.ipynb', notebook('import os', searchCode));
    const ignored = await writeFile('whole/out/train.py', searchCode);
    await writeFile('whole/.gitignore', 'out/\n');
    await writeFile('whole/broken.py', 'x = = [');
    await lintFolder(folder);
    const [diagnostic] = await found(train);
    assert.match(diagnostic?.message ?? '', /= 361 fits\./);
    const [inNotebook] = await found(book);
    assert.match(inNotebook?.message ?? '', /^Cell 2, line 2: GridSearchCV tries 72/);
    assert.deepEqual(ours(ignored), []);
    // An open document speaks for itself, and nothing is said twice.
    const { document } = await vscode.window.showTextDocument(train);
    await waitFor('its lens', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        100,
      );
      return lenses.some(({ command }) => command?.title.startsWith('361 fits'));
    });
    assert.equal(ours(train).length, 1);
    // Whether the editor has let go of the document by then or not.
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await vscode.workspace.fs.writeFile(train, new TextEncoder().encode('x = 1\n'));
    await cleared(train);
    await vscode.workspace.fs.delete(book);
    await cleared(book);
  });

  it('says once what is true of the project, and of copies of a notebook', async () => {
    const client = 'import boto3\nclient = boto3.client("sagemaker", "ap-southeast-2")\n';
    const files = [await writeFile('once/a.py', client), await writeFile('once/b.py', client)];
    const books = [
      await writeFile('once/a.ipynb', notebook(searchCode)),
      await writeFile('once/b.ipynb', notebook(searchCode)),
    ];
    await lintFolder(vscode.Uri.joinPath(workspaceFolder().uri, 'lint', 'once'));
    for (const uris of [files, books]) await waitFor('one of two', () => uris.flatMap(ours).length === 1 || null);
  });

  it('shows only the requested rules', async () => {
    const both = await writeFile('whole/both.py', searchCode + unused);
    await lintFolder(folder);
    await waitFor('both findings', () => ours(both).length === 2);
    await lintFolder(['unused-suppression']);
    await waitFor('the one that is asked for', () => ours(both).length === 1);
    assert.match(ours(both)[0]?.message ?? '', /this comment can go/);
  });

  it('works in a virtual workspace', async () => {
    const files = new MemoryFiles();
    const registration = vscode.workspace.registerFileSystemProvider('green-ml-test', files);
    try {
      const at = (path: string): vscode.Uri => vscode.Uri.from({ scheme: 'green-ml-test', path });
      files.write('/project/src/train.py', searchCode);
      files.write('/project/left-out/train.py', searchCode);
      files.write('/project/pyproject.toml', '[tool.green-ml.severity]\ngrid-search = "information"\n');
      files.write('/project/.gitignore', 'left-out\n');
      await lintFolder(at('/project'));
      const [diagnostic] = await found(at('/project/src/train.py'));
      assert.equal(diagnostic?.severity, vscode.DiagnosticSeverity.Information);
      assert.deepEqual(ours(at('/project/left-out/train.py')), []);
      const { document } = await vscode.window.showTextDocument(at('/project/src/train.py'));
      const action = await waitFor('the refactoring', async () => {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          'vscode.executeCodeActionProvider',
          document.uri,
          new vscode.Range(1, 12, 1, 12),
          undefined,
          100,
        );
        return actions.find(({ title }) => title.startsWith('Use RandomizedSearchCV'));
      });
      assert.ok(action.edit !== undefined && (await vscode.workspace.applyEdit(action.edit)));
      await waitFor(
        'the finding to go',
        () => document.getText().includes('RandomizedSearchCV(') && ours(document.uri).length === 0,
      );
      await document.save();
      assert.match(files.read('/project/src/train.py'), /RandomizedSearchCV\(/);
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      registration.dispose();
    }
  });
});
