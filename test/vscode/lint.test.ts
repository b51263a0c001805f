import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { cleared, found, ours, searchCode, writeFile as file } from './lint-support';
import { waitFor } from './support';

async function lenses(uri: vscode.Uri): Promise<vscode.CodeLens[]> {
  return waitFor('a lens', async () => {
    const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100);
    const own = all.filter(({ command }) => command?.command.startsWith('greenML.'));
    return own.length > 0 && own;
  });
}

describe('the linter in the editor', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('shows a diagnostic and a CodeLens with the number of fits', async () => {
    const uri = await file('train.py', searchCode);
    await vscode.window.showTextDocument(uri);
    const [diagnostic] = await found(uri);
    assert.ok(diagnostic);
    assert.match(diagnostic.message, /= 361 fits\./);
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Warning);
    // The name, not the whole call.
    assert.deepEqual(diagnostic.range, new vscode.Range(1, 9, 1, 21));
    assert.ok(typeof diagnostic.code === 'object');
    assert.equal(diagnostic.code.value, 'grid-search');
    assert.equal(diagnostic.code.target.toString(), 'green-ml:/rules/grid-search.md');
    const [lens, fix] = await lenses(uri);
    assert.equal(lens?.command?.title, '361 fits → 101 with random search');
    assert.equal(lens.range.start.line, 1);
    assert.equal(fix?.command?.title, 'Use RandomizedSearchCV with n_iter=20');
  });

  it('lints sweeps in YAML, and ignores other YAML', async () => {
    const content =
      'method: grid\nparameters:\n  a: {values: [1, 2, 3, 4, 5, 6, 7, 8]}\n  b: {values: [1, 2, 3, 4, 5, 6, 7, 8]}\n';
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content });
    const editor = await vscode.window.showTextDocument(document);
    const [diagnostic] = await found(document.uri);
    assert.match(diagnostic?.message ?? '', /tries 64 candidates/);
    assert.deepEqual(diagnostic?.range, new vscode.Range(0, 0, 0, 12));
    const [lens] = await lenses(document.uri);
    assert.equal(lens?.command?.title, '64 fits → bayes with run_cap');
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, 0, 12), 'method: POST'));
    await cleared(document.uri);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('lints the configuration of a fine-tuning in YAML, with its fix', async () => {
    const content = 'base_model: Qwen/Qwen3-0.6B\nsequence_len: 2048\npad_to_sequence_len: true\n';
    const document = await vscode.workspace.openTextDocument({ language: 'yaml', content });
    await vscode.window.showTextDocument(document);
    const [diagnostic] = await found(document.uri);
    assert.match(diagnostic?.message ?? '', /^Every text is padded to 2,048 tokens/);
    const range = diagnostic?.range ?? new vscode.Range(0, 0, 0, 0);
    assert.deepEqual(range, new vscode.Range(2, 0, 2, 25));
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
    );
    const fix = actions.find(({ title }) => title === 'Set pad_to_sequence_len: false');
    assert.ok(fix?.edit !== undefined);
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /^pad_to_sequence_len: false$/m);
    await cleared(document.uri);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('opens the documentation of a rule', async () => {
    await vscode.commands.executeCommand('greenML.lint.showRule', 'grid-search');
    await waitFor('the page', () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label.includes('grid-search'))),
    );
  });

  it('follows typing, in untitled documents too', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: searchCode });
    const editor = await vscode.window.showTextDocument(document);
    await found(document.uri);
    await editor.edit((edit) => edit.replace(new vscode.Range(1, 0, 2, 0), 'search = None\n'));
    await cleared(document.uri);
    await editor.edit((edit) =>
      edit.insert(new vscode.Position(2, 0), 'GridSearchCV(model, {"C": range(20)}).fit(x)\n'),
    );
    const [diagnostic] = await found(document.uri);
    assert.match(diagnostic?.message ?? '', /= 101 fits\./);
    await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
    await cleared(document.uri);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('shows findings again only if they changed or may have moved', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'python',
      content: `# note\n${searchCode}# end\n`,
    });
    const editor = await vscode.window.showTextDocument(document);
    const [before] = await found(document.uri);
    let times = 0;
    const subscription = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (uris.some((uri) => uri.toString() === document.uri.toString())) times++;
    });
    const place = new vscode.Position(2, 12);
    // A hover waits until the text as it is now is linted.
    const linted = async (): Promise<void> => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        place,
      );
      assert.ok(hovers.length > 0);
    };
    await editor.edit((edit) => edit.insert(new vscode.Position(3, 0), 'y = 2\n'));
    await linted();
    const { end } = document.lineAt(1).range;
    await editor.edit((edit) => edit.insert(end, '  # note'));
    await linted();
    // A later change is reported after all earlier ones.
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), '# one line more\n'));
    // VS Code tells of a change a moment after the diagnostics have it.
    await waitFor('the finding to move', () => ours(document.uri)[0]?.range.start.line === 3 && times > 0);
    assert.equal(times, 1);
    // What the editor draws goes with the text, and does not come back with it.
    await editor.edit((edit) => edit.delete(new vscode.Range(1, 0, 2, 0)));
    await waitFor('the finding to move back', () => ours(document.uri)[0]?.range.start.line === 2);
    const line = document.lineAt(2).text;
    await editor.edit((edit) => edit.delete(new vscode.Range(2, 0, 2, line.length)));
    await editor.edit((edit) => edit.insert(new vscode.Position(2, 0), line));
    await linted();
    await waitFor('the finding to be shown again', () => times >= 3);
    assert.deepEqual(ours(document.uri)[0]?.range, before?.range);
    subscription.dispose();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('moves lenses with the text at once, before the text is linted again', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: searchCode });
    const editor = await vscode.window.showTextDocument(document);
    await found(document.uri);
    const rows = async (): Promise<readonly number[]> => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        100,
      );
      return all
        .filter(({ command }) => command?.command === 'greenML.lint.showPractice')
        .map(({ range }) => range.start.line);
    };
    await waitFor('the lens', async () => (await rows()).length > 0);
    for (const row of [2, 3]) {
      await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), '\n'));
      assert.deepEqual(await rows(), [row]);
    }
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('applies the fix beside the number', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: searchCode });
    await vscode.window.showTextDocument(document);
    await found(document.uri);
    const [, fix] = await lenses(document.uri);
    assert.ok(fix?.command);
    await vscode.commands.executeCommand(fix.command.command, ...((fix.command.arguments ?? []) as unknown[]));
    assert.match(document.getText(), /^search = RandomizedSearchCV\(/m);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('reads the cells of a notebook as one module', async () => {
    const [head, search] = searchCode.split('\n');
    const python = (text: string): vscode.NotebookCellData =>
      new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python');
    const markup = new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, '# Search', 'markdown');
    const cells = [python(head ?? ''), markup, python(`%matplotlib inline\n${search ?? ''}`)];
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData(cells));
    await vscode.window.showNotebookDocument(notebook);
    const cell = notebook.cellAt(2);
    const [diagnostic] = await found(cell.document.uri);
    assert.deepEqual(diagnostic?.range, new vscode.Range(1, 9, 1, 21));
    const [lens] = await lenses(cell.document.uri);
    assert.equal(lens?.command?.title, '361 fits → 101 with random search');
    // Without the import the name is not known any more.
    const edit = new vscode.WorkspaceEdit();
    edit.set(notebook.uri, [vscode.NotebookEdit.deleteCells(new vscode.NotebookRange(0, 1))]);
    await vscode.workspace.applyEdit(edit);
    await cleared(cell.document.uri);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('reads what a notebook recorded of a training', async () => {
    const losses = Array.from({ length: 40 }, (_, epoch) => 0.5 + Math.abs(epoch - 9) / 100);
    const printed = losses.map(
      (loss, epoch) =>
        `Epoch ${epoch + 1}/40\n25/25 [=====] - 9s 360ms/step - loss: 0.5000 - val_loss: ${loss.toFixed(4)}\n`,
    );
    const data = new vscode.NotebookCellData(
      vscode.NotebookCellKind.Code,
      'from tensorflow import keras\nmodel = keras.Sequential([keras.layers.LSTM(8), keras.layers.Dense(1)])\nmodel.compile("adam", "mse")\nmodel.fit(x, y, epochs=40, validation_split=0.2)',
      'python',
    );
    data.outputs = [new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.stdout(printed.join(''))])];
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData([data]));
    await vscode.window.showNotebookDocument(notebook);
    const shown = await found(notebook.cellAt(0).document.uri);
    assert.ok(
      shown.some(({ message }) => /was best after epoch 10, .* would have stopped it after epoch 18/.test(message)),
      shown.map(({ message }) => message).join('\n'),
    );
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it("prefers severities in the project's file to user settings", async () => {
    const uri = await file('team/train.py', searchCode);
    await vscode.window.showTextDocument(uri);
    await found(uri);
    await file('team/pyproject.toml', '[tool.green-ml.severity]\ngrid-search = "information"\n');
    await waitFor('the tier of the file', () =>
      ours(uri).some(({ severity }) => severity === vscode.DiagnosticSeverity.Information),
    );
    const settings = vscode.workspace.getConfiguration('greenML.lint', uri);
    await settings.update('severity', { 'grid-search': 'hint' }, vscode.ConfigurationTarget.Global);
    await settings.update('ignore', ['P16'], vscode.ConfigurationTarget.Global);
    await cleared(uri);
    await settings.update('ignore', undefined, vscode.ConfigurationTarget.Global);
    const [diagnostic] = await found(uri);
    assert.equal(diagnostic?.severity, vscode.DiagnosticSeverity.Information);
    await settings.update('severity', undefined, vscode.ConfigurationTarget.Global);
  });

  it('removes its diagnostics when it is turned off', async () => {
    const uri = await file('off.py', searchCode);
    await vscode.window.showTextDocument(uri);
    await found(uri);
    const settings = vscode.workspace.getConfiguration('greenML.lint', uri);
    await settings.update('enable', false, vscode.ConfigurationTarget.Global);
    await cleared(uri);
    await settings.update('enable', undefined, vscode.ConfigurationTarget.Global);
    await found(uri);
  });
});
