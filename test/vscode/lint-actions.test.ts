import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { cleared, found, openCells, ours, readFile, searchCode, writeFile } from './lint-support';
import { waitFor, workspaceFolder } from './support';

/** The actions of ours at a place, once there is one with this title. */
async function actionsAt(
  uri: vscode.Uri,
  range: vscode.Range,
  title: RegExp,
  kind?: vscode.CodeActionKind,
): Promise<readonly vscode.CodeAction[]> {
  return waitFor(`the action ${title.source}`, async () => {
    const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      range,
      kind?.value,
      100,
    );
    return all.some((action) => title.test(action.title)) && all;
  });
}

const titled = (actions: readonly vscode.CodeAction[], title: RegExp): vscode.CodeAction => {
  const action = actions.find((each) => title.test(each.title));
  assert.ok(action, title.source);
  return action;
};

async function apply(action: vscode.CodeAction): Promise<void> {
  if (action.edit !== undefined) assert.ok(await vscode.workspace.applyEdit(action.edit));
  const { command } = action;
  if (command !== undefined)
    await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
}

/** Chooses "Ignore …" in the menu, and where. */
async function ignore(uri: vscode.Uri, range: vscode.Range, reach: string): Promise<void> {
  const { command } = titled(await actionsAt(uri, range, /^Ignore grid-search…$/), /^Ignore grid-search…$/);
  assert.ok(command);
  await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]), reach);
}

const line = new vscode.Range(1, 12, 1, 12);

async function untitled(content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language: 'python', content });
  await vscode.window.showTextDocument(document);
  await found(document.uri);
  return document;
}

/** A line with two findings: a search, and its parallel workers, which are reported if somebody asks for it. */
async function withTwoFindings(check: (document: vscode.TextDocument) => Promise<void>): Promise<void> {
  const settings = vscode.workspace.getConfiguration('greenML');
  await settings.update('lint.select', ['grid-search', 'parallel-search'], vscode.ConfigurationTarget.Global);
  try {
    const document = await untitled(searchCode.replace('cv=5', 'cv=5, n_jobs=-1'));
    await waitFor('both findings', () => ours(document.uri).length >= 2);
    await check(document);
  } finally {
    await settings.update('lint.select', undefined, vscode.ConfigurationTarget.Global);
  }
}

const unused = 'x = 1  # green-ml: ignore[grid-search] why\n';

describe('actions on findings', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  afterEach(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  it('rewrite a search, in an untitled document', async () => {
    const document = await untitled(searchCode);
    const actions = await actionsAt(document.uri, line, /RandomizedSearchCV/);
    const action = titled(actions, /^Use RandomizedSearchCV with n_iter=20$/);
    assert.equal(action.kind?.value, 'quickfix');
    assert.equal(action.isPreferred ?? false, false);
    titled(actions, /^Use HalvingRandomSearchCV$/);
    await apply(action);
    assert.equal(
      document.getText(),
      'from sklearn.model_selection import RandomizedSearchCV\nsearch = RandomizedSearchCV(model, {"C": range(72)}, n_iter=20, cv=5).fit(x)\n',
    );
    await cleared(document.uri);
  });

  it('are quick fixes, and refactorings in the Refactor menu', async () => {
    const document = await untitled(searchCode);
    const quick = await actionsAt(document.uri, line, /RandomizedSearchCV/, vscode.CodeActionKind.QuickFix);
    assert.equal(titled(quick, /^Use RandomizedSearchCV/).kind?.value, 'quickfix');
    const refactorings = await actionsAt(document.uri, line, /RandomizedSearchCV/, vscode.CodeActionKind.Refactor);
    assert.equal(titled(refactorings, /^Use RandomizedSearchCV/).kind?.value, 'refactor.rewrite.green-ml');
    assert.deepEqual(
      refactorings.filter(({ title }) => /Ignore/.test(title)),
      [],
    );
  });

  it('list fixes before "Ignore", which is there once for each finding', async () => {
    await withTwoFindings(async (document) => {
      const actions = (await actionsAt(document.uri, line, /RandomizedSearchCV/)).map(({ title }) => title);
      const own = actions.filter((title) => /^(?:Use|Ignore)/.test(title));
      const firstIgnore = own.findIndex((title) => title.startsWith('Ignore'));
      assert.ok(
        firstIgnore >= 2 && own.slice(0, firstIgnore).every((title) => title.startsWith('Use')),
        own.join('; '),
      );
      assert.deepEqual(own.slice(firstIgnore), ['Ignore grid-search…', 'Ignore parallel-search…']);
    });
  });

  it('fit the current text, however fast one types', async () => {
    const document = await untitled(searchCode);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# a new line\n');
    await vscode.workspace.applyEdit(edit);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      line.with(new vscode.Position(2, 12), new vscode.Position(2, 12)),
      undefined,
      100,
    );
    await apply(titled(actions, /^Use RandomizedSearchCV/));
    assert.match(
      document.getText(),
      /^# a new line\nfrom sklearn\.model_selection import RandomizedSearchCV\nsearch = RandomizedSearchCV\(/,
    );
  });

  it('also change the cell of the import', async () => {
    const [head = '', search = ''] = searchCode.split('\n');
    const notebook = await openCells(head, search);
    const { document } = notebook.cellAt(1);
    await found(document.uri);
    await apply(
      titled(
        await actionsAt(document.uri, new vscode.Range(0, 12, 0, 12), /^Use RandomizedSearchCV/),
        /^Use RandomizedSearchCV/,
      ),
    );
    assert.equal(notebook.cellAt(0).document.getText(), 'from sklearn.model_selection import RandomizedSearchCV');
    assert.match(document.getText(), /^search = RandomizedSearchCV\(/);
    await cleared(document.uri);
  });

  it('change the cells of a marimo notebook where they stand in its file', async () => {
    const [head = '', search = ''] = searchCode.split('\n');
    const text = `import marimo

app = marimo.App()


@app.cell
def _(GridSearchCV, model):
    ${search}
    return (search,)


@app.cell
def _():
    ${head}
    return (GridSearchCV,)
`;
    const document = await untitled(text);
    const [finding] = await found(document.uri);
    assert.equal(finding && document.getText(finding.range), 'GridSearchCV');
    await apply(
      titled(await actionsAt(document.uri, new vscode.Range(7, 20, 7, 20), /^Use Rand/), /^Use RandomizedSearchCV/),
    );
    const code = document.getText();
    assert.match(code, /^ {4}from sklearn\.model_selection import RandomizedSearchCV$/m);
    assert.match(code, /^ {4}search = RandomizedSearchCV\(model, \{"C": range\(72\)\}, n_iter=20, cv=5\)\.fit\(x\)$/m);
    await cleared(document.uri);
  });

  it('remove an unused suppression, alone or with all safe fixes', async () => {
    const document = await untitled(`${unused}${unused}`);
    const at = (row: number): vscode.Range => new vscode.Range(row, 10, row, 10);
    const removal = titled(await actionsAt(document.uri, at(0), /^Remove the unused suppression$/), /^Remove/);
    assert.equal(removal.kind?.value, 'quickfix');
    assert.equal(removal.isPreferred, true);
    await apply(removal);
    assert.equal(document.getText(), `x = 1\n${unused}`);
    const all = await actionsAt(document.uri, at(0), /^Apply all safe fixes/, vscode.CodeActionKind.SourceFixAll);
    const action = titled(all, /^Apply all safe fixes/);
    assert.equal(action.kind?.value, 'source.fixAll.green-ml');
    await apply(action);
    assert.equal(document.getText(), 'x = 1\nx = 1\n');
  });

  it('apply all safe fixes on save, if that is turned on', async () => {
    const uri = await writeFile('save.py', searchCode + unused);
    const settings = vscode.workspace.getConfiguration('editor', uri);
    await settings.update(
      'codeActionsOnSave',
      { 'source.fixAll.green-ml': 'explicit' },
      vscode.ConfigurationTarget.Global,
    );
    const editor = await vscode.window.showTextDocument(uri);
    await found(uri);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'import os\n'));
    await editor.document.save();
    await settings.update('codeActionsOnSave', undefined, vscode.ConfigurationTarget.Global);
    // What is not safe stays as it is.
    assert.equal(await readFile(uri), `import os\n${searchCode}x = 1\n`);
  });

  it('ignore a rule on its line, with a placeholder for the reason', async () => {
    const uri = await writeFile('line.py', searchCode);
    const { document } = await vscode.window.showTextDocument(uri);
    await found(uri);
    await ignore(uri, line, 'line');
    await waitFor('the comment', () =>
      document.lineAt(1).text.endsWith('cv=5).fit(x)  # green-ml: ignore[grid-search] why'),
    );
    await cleared(uri);
  });

  it('ignore a rule in a file, after what must come first', async () => {
    const uri = await writeFile('whole.py', `#!/usr/bin/env python\n${searchCode}`);
    const { document } = await vscode.window.showTextDocument(uri);
    await found(uri);
    await ignore(uri, new vscode.Range(2, 12, 2, 12), 'file');
    await waitFor('the comment', () => document.lineAt(1).text === '# green-ml: ignore-file[grid-search] why');
    assert.equal(document.lineAt(0).text, '#!/usr/bin/env python');
    await cleared(uri);
  });

  it('ignore a rule in a cell, after its magic, or in the notebook', async () => {
    const [head = '', search = ''] = searchCode.split('\n');
    const notebook = await openCells(head, `%%time\n${search}`, search);
    const [, second, third] = notebook.getCells();
    assert.ok(second && third);
    await found(second.document.uri);
    await ignore(second.document.uri, line, 'cell');
    await waitFor('the comment', () => second.document.lineAt(1).text === '# green-ml: ignore-cell[grid-search] why');
    await cleared(second.document.uri);
    assert.equal(ours(third.document.uri).length, 1);
  });

  it('ignore a rule in the project, in its pyproject.toml', async () => {
    const config = await writeFile('project/pyproject.toml', '[project]\nname = "x"\n');
    const uri = await writeFile('project/train.py', searchCode);
    await vscode.window.showTextDocument(uri);
    await found(uri);
    await ignore(uri, line, 'project');
    assert.equal(await readFile(config), '[project]\nname = "x"\n\n[tool.green-ml]\nignore = ["grid-search"]\n');
    await cleared(uri);
  });

  it('do not offer the project for a document outside all folders', async () => {
    const document = await untitled(searchCode);
    const before = document.getText();
    await ignore(document.uri, line, 'project');
    assert.equal(document.getText(), before);
  });

  it('create pyproject.toml if the project has none', async () => {
    const config = vscode.Uri.joinPath(workspaceFolder().uri, 'pyproject.toml');
    const uri = await writeFile('plain.py', searchCode);
    await vscode.window.showTextDocument(uri);
    await found(uri);
    const before = await readFile(config).catch(() => null);
    try {
      await ignore(uri, line, 'project');
      assert.match(await readFile(config), /\[tool\.green-ml\][^[]*ignore = \[.*"grid-search"/);
      await cleared(uri);
    } finally {
      if (before === null) await vscode.workspace.fs.delete(config);
      else await vscode.workspace.fs.writeFile(config, new TextEncoder().encode(before));
    }
  });

  /** What our hovers say at a place. */
  async function hoversAt(document: vscode.TextDocument, position: vscode.Position): Promise<readonly string[]> {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      position,
    );
    return hovers
      .flatMap(({ contents }) => contents.map((each) => (each instanceof vscode.MarkdownString ? each.value : '')))
      .filter((text) => text.includes('greenML.'));
  }

  it('say in a hover what to do, in one block, and no number twice', async () => {
    const document = await untitled(searchCode);
    const texts = await hoversAt(document, line.start);
    assert.equal(texts.length, 1);
    const [text = ''] = texts;
    for (const part of [
      'Use RandomizedSearchCV with n',
      'command:greenML.lint.fix',
      'Practice 16: Avoid grid search',
      'command:greenML.lint.showPractice',
      'command:greenML.lint.showRule',
    ])
      assert.ok(text.includes(part), text);
    // The sentence that VS Code shows has them.
    assert.doesNotMatch(text, /361|72 candidates|splits/);
  });

  it('have a block for each rule in a hover, with the sentence of a hint', async () => {
    await withTwoFindings(async (document) => {
      const hint = ours(document.uri).find(({ severity }) => severity === vscode.DiagnosticSeverity.Hint);
      const texts = await hoversAt(document, line.start);
      assert.equal(texts.length, 2);
      assert.ok(
        texts.every((text, index) => text.includes(`About ${['grid', 'parallel'][index] ?? ''}-search`)),
        texts.join(),
      );
      const words = (text: string): string => text.replace(/[\\\s]+/g, '');
      assert.ok(hint && words(texts[1] ?? '').startsWith(words(hint.message)), texts[1]);
    });
  });

  it('speak of a region once in a hover', async () => {
    const document = await untitled('import boto3\nboto3.client(\n    "sagemaker",\n    region_name="us-east-1",\n)\n');
    const texts = await hoversAt(document, new vscode.Position(3, 20));
    assert.equal(texts.length, 1);
    assert.match(texts[0] ?? '', /Compare the regions.*Practice 8/s);
  });

  it("open the page of a finding's rule as a preview", async () => {
    const document = await untitled(searchCode);
    const [diagnostic] = await found(document.uri);
    assert.ok(typeof diagnostic?.code === 'object');
    const { target } = diagnostic.code;
    assert.match(new TextDecoder().decode(await vscode.workspace.fs.readFile(target)), /^# grid-search\n/);
    await vscode.commands.executeCommand('vscode.open', target);
    const isPreview = ({ input }: vscode.Tab): boolean =>
      input instanceof vscode.TabInputCustom && input.uri.toString() === target.toString();
    await waitFor('the page', () => vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(isPreview)));
  });

  it('open the practice from a CodeLens', async () => {
    const document = await untitled(searchCode);
    const lens = await waitFor('the lens', async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        100,
      );
      return all.find(({ command }) => command?.command === 'greenML.lint.showPractice');
    });
    assert.deepEqual(lens.command?.arguments, [16, 'grid-search']);
    await vscode.commands.executeCommand('greenML.lint.showPractice', 16, 'grid-search');
    await waitFor('the practices', () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === 'Green ML Practices')),
    );
  });
});
