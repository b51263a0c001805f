import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { EditorConfigs } from '../../src/editor/lint/editor-configs';
import { FolderLint, type LintedUri, type ProjectLinter } from '../../src/editor/lint/folder-lint';
import { LintClient } from '../../src/editor/lint/lint-client';
import { Log } from '../../src/editor/log';
import { systemClock } from '../../src/system/clock';
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

  it('says once what near copies of a file say, and names them', async () => {
    const steps = (changed: number): string =>
      Array.from({ length: 40 }, (_, step) => `step_${step} = prepare(${step === changed ? 'other' : step})\n`).join(
        '',
      );
    const [original, ...copies] = [
      await writeFile('copies/a.py', steps(-1) + searchCode),
      await writeFile('copies/b.py', steps(3) + searchCode),
      await writeFile('copies/c.py', steps(30) + searchCode),
    ];
    await lintFolder(vscode.Uri.joinPath(workspaceFolder().uri, 'lint', 'copies'));
    const speaks = (uri: vscode.Uri): readonly string[] =>
      ours(uri).flatMap(({ relatedInformation = [] }) => relatedInformation.map(({ location }) => location.uri.path));
    const [first] = await waitFor('the one that speaks', () => {
      const speakers = [original, ...copies].filter((uri) => ours(uri).length > 0);
      const [only] = speakers;
      return speakers.length === 1 && only !== undefined && speaks(only).length === 2 ? speakers : null;
    });
    assert.ok(first !== undefined);
    // When it has nothing to say any more, a copy speaks for the other.
    await vscode.workspace.fs.writeFile(first, new TextEncoder().encode('x = 1\n'));
    await cleared(first);
    await waitFor('a copy to speak', () => {
      const speakers = [original, ...copies].filter((uri) => ours(uri).length > 0);
      const [only] = speakers;
      return speakers.length === 1 && only !== undefined && speaks(only).length === 1 ? only : null;
    });
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

  it('finds in threads and from the cache what it finds file by file, in odd files too', async function () {
    this.timeout(180_000);
    const odd: Readonly<Record<string, string | Uint8Array>> = {
      'train.py': searchCode,
      'plain.py': 'x = 1\n',
      'empty.py': '',
      'test_train.py': searchCode,
      'latin.py': Buffer.from(`# caf\u00e9\n${searchCode}`, 'latin1'),
      'declared.py': Buffer.from(`# -*- coding: latin-1 -*-\n# caf\u00e9\n${searchCode}`, 'latin1'),
      'utf16.py': Buffer.from(`\ufeff${searchCode}`, 'utf16le'),
      'mark.py': `\ufeff${searchCode}`,
      'null.py': `${searchCode}\0`,
      'returns.py': searchCode.replaceAll('\n', '\r'),
      'broken.py': `${searchCode}x = = [\n`,
      'long.py': searchCode + '#'.repeat(1_000_001),
      'huge.py': Buffer.alloc(64 * 1024 * 1024 + 1, '#'),
      'cut.py': `from sklearn.model_selection import GridSearchCV\ndef f(a):\n${Array.from({ length: 2000 }, (_, index) => `    if a:\n        g = {"C": [${index}]}\n`).join('')}    GridSearchCV(m, {"C": range(20)}).fit(x)\n${'    GridSearchCV(m, g).fit(x)\n'.repeat(1000)}`,
      'many.py': `from sklearn.model_selection import GridSearchCV\n${'GridSearchCV(m, {"C": range(72)}, cv=5).fit(x)\n'.repeat(1200)}`,
      'pointer.py': 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
      'pointer.ipynb': 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
      'book.ipynb': notebook('import os', searchCode),
      'broken.ipynb': '{"cells": [',
      'silenced.py': searchCode.replace(/\n$/, '  # green-ml: ignore[grid-search] known\n'),
      'unused.py': unused,
      'sweep.yaml':
        'method: grid\nparameters:\n  lr:\n    values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]\n  n:\n    values: [1, 2, 3, 4, 5, 6, 7, 8]\n',
      'other.yml': 'on: push\n',
      'off/pyproject.toml': '[tool.green-ml]\nignore = ["grid-search"]\n',
      'off/train.py': searchCode,
      'off/deeper/train.py': searchCode,
      'quiet/pyproject.toml': '[tool.green-ml.severity]\ngrid-search = "hint"\n',
      'quiet/train.py': searchCode,
      'parts/pyproject.toml': '[tool.green-ml.per-file-ignores]\n"sub/*" = ["grid-search"]\n',
      'parts/train.py': searchCode,
      'parts/sub/train.py': searchCode,
      'invalid/pyproject.toml': '[tool.green-ml]\nselect = 7\n',
      'invalid/train.py': searchCode,
    };
    const base = vscode.Uri.joinPath(workspaceFolder().uri, 'lint', 'odd');
    for (const [name, content] of Object.entries(odd))
      await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(base, name), Buffer.from(content));
    const files = Object.keys(odd)
      .filter((name) => !name.endsWith('.toml'))
      .map((name) => vscode.Uri.joinPath(base, name));
    files.push(vscode.Uri.joinPath(base, 'missing.py'), vscode.Uri.joinPath(base, 'off'));
    const { extensionUri } = vscode.extensions.getExtension('green-ml.green-ml')!;
    const productFolder = vscode.Uri.joinPath(extensionUri, 'dist').fsPath;
    const configs = new EditorConfigs(new Log());
    const client = new LintClient(productFolder, systemClock, (message) => assert.fail(message));
    const byFile: ProjectLinter = {
      productFolder,
      configsOf: () => Promise.resolve(null),
      configChanged: () => configs.forget(),
      lint: async (uri, source) =>
        client.lint({ key: uri.toString(), source, path: uri.path, config: await configs.of(uri) }),
    };
    const inThreads: ProjectLinter = {
      ...byFile,
      configsOf: (uris) => Promise.all(uris.map((uri) => configs.of(uri))),
      lint: () => Promise.reject(new Error('this file was not linted in the threads')),
    };
    const resultsOf = async (
      linter: ProjectLinter,
      rules: readonly string[] | null = null,
    ): Promise<ReadonlyMap<string, Omit<LintedUri, 'uri'>>> => {
      const all: LintedUri[] = [];
      const { token } = new vscode.CancellationTokenSource();
      await new FolderLint(linter, systemClock, rules).lintAll(base, files, token, (linted) => all.push(...linted));
      assert.equal(all.length, files.length, 'each file has one result');
      return new Map(all.map(({ uri, ...rest }) => [uri.path.slice(base.path.length + 1), rest]));
    };
    const expected = await resultsOf(byFile).finally(() => client.dispose());
    for (const state of ['cold', 'warm']) {
      const results = await resultsOf(inThreads);
      for (const [name, result] of expected) assert.deepEqual(results.get(name), result, `${name}, ${state}`);
    }
    const problemsIn = (name: string, results = expected): LintedUri['problems'] => {
      const result = results.get(name);
      assert.ok(result !== undefined, name);
      return result.problems;
    };
    const chosen = await resultsOf(inThreads, ['grid-search']);
    assert.deepEqual([problemsIn('unused.py', chosen).found, problemsIn('train.py', chosen).found], [0, 1]);
    for (const name of [
      'train.py',
      'declared.py',
      'mark.py',
      'returns.py',
      'broken.py',
      'book.ipynb',
      'sweep.yaml',
      'unused.py',
    ])
      assert.equal(problemsIn(name).found, 1, name);
    for (const name of [
      'latin.py',
      'utf16.py',
      'huge.py',
      'long.py',
      'broken.ipynb',
      'pointer.ipynb',
      'missing.py',
      'off/deeper/train.py',
      'parts/sub/train.py',
    ])
      assert.deepEqual(problemsIn(name), { findings: [], notices: [], found: 0, copy: null }, name);
    assert.match(problemsIn('cut.py').notices.join(), /too long or too involved/);
    assert.deepEqual([problemsIn('many.py').found, problemsIn('many.py').findings.length], [1200, 999]);
  });

  it('shows as many findings of a file as VS Code takes, says so, and shows those of all other files', async () => {
    const texts = Array.from({ length: 3 }, (_, index) => [`many_${index}.py`, 700] as const);
    const inside = vscode.Uri.joinPath(workspaceFolder().uri, 'lint', 'large');
    const line = 'GridSearchCV(m, {"C": range(72)}, cv=5).fit(x)\n';
    const uris: vscode.Uri[] = [];
    for (const [name, count] of [...texts, ['most.py', 1500] as const]) {
      const text = `from sklearn.model_selection import GridSearchCV\n${line.repeat(count)}`;
      uris.push(await writeFile(`large/${name}`, text));
    }
    await lintFolder(inside);
    await waitFor('the largest file', () => ours(uris[3]!).length === 1000);
    assert.deepEqual(
      uris.map((uri) => ours(uri).length),
      [700, 700, 700, 1000],
    );
    assert.match(ours(uris[3]!)[0]?.message ?? '', /^501 more findings in this file/);
  });
});
