import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import manifest from '../../package.json';
import { Actions, ways } from '../../src/editor/practices/actions';
import { EditorConfigs } from '../../src/editor/lint/editor-configs';
import { LintClient } from '../../src/editor/lint/lint-client';
import type { FileLinter, ProjectLinter } from '../../src/editor/lint/folder-lint';
import { Log } from '../../src/editor/log';
import { CodeScan } from '../../src/editor/practices/code-scan';
import { FolderPractices } from '../../src/editor/practices/folder-practices';
import { PracticesPage } from '../../src/editor/practices/practices-page';
import { practices } from '../../src/practices/table';
import type { PageState, ToHost, ToPage } from '../../src/webview/practices/protocol';
import { systemClock } from '../../src/system/clock';
import { waitFor, watchedFolder, workspaceFolder } from './support';

const activate = (): Thenable<unknown> => vscode.extensions.getExtension('green-ml.green-ml')!.activate();

const tabs = (): string[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));

async function folderWith(name: string, files: Readonly<Record<string, string>>): Promise<vscode.Uri> {
  const folder = await watchedFolder(vscode.Uri.joinPath(workspaceFolder().uri, 'practices', name));
  for (const [path, text] of Object.entries(files))
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, path), new TextEncoder().encode(text));
  return folder;
}

/** Counts what it is asked; `answer` is what it finds in each file. */
class CountingLinter implements FileLinter {
  linted = 0;
  lintedSinceChange = 0;
  configChanges = 0;

  constructor(
    private readonly answer: () => ReturnType<FileLinter['lint']> = () =>
      Promise.resolve({ findings: [], notice: null }),
  ) {}

  lint(): ReturnType<FileLinter['lint']> {
    this.linted += 1;
    this.lintedSinceChange += 1;
    return this.answer();
  }

  configChanged(): void {
    this.configChanges += 1;
    this.lintedSinceChange = 0;
  }
}

describe('the buttons of the practices', () => {
  before(activate);
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('run commands that exist', async () => {
    const actions = await Actions.find();
    const own = new Set([...manifest.contributes.commands.map(({ command }) => command), 'greenML.runs.history.focus']);
    const known = new Set(await vscode.commands.getCommands(true));
    for (const practice of practices) {
      const buttons = actions.of(practice.number);
      assert.deepEqual(
        buttons.map(({ id }) => id),
        practice.actions,
        practice.title,
      );
      for (const { command } of buttons) {
        assert.ok(known.has(command), command);
        assert.ok(!command.startsWith('greenML.') || own.has(command), `${command} is contributed`);
      }
    }
    // A way that no editor has would never be offered.
    for (const [id, candidates] of Object.entries(ways)) {
      for (const { command } of candidates) assert.ok(known.has(command), `${command} of ${id}`);
    }
  });

  it('ask for a budget, and change nothing if dismissed', async () => {
    const before = vscode.workspace.getConfiguration('greenML').inspect('budget.run');
    const asking = Actions.find().then((actions) => actions.run(2, 'set-budget'));
    // It ends only because its list is closed, which may still have to open.
    const closing = setInterval(() => void vscode.commands.executeCommand('workbench.action.closeQuickOpen'), 100);
    await asking.finally(() => clearInterval(closing));
    assert.deepEqual(vscode.workspace.getConfiguration('greenML').inspect('budget.run'), before);
  });

  it('do nothing for a practice without them', async () => {
    await (await Actions.find()).run(16, 'set-budget');
    assert.deepEqual(tabs(), []);
  });
});

describe('the code as evidence', () => {
  it("is read again when the linter's configuration changes", async () => {
    const folder = await folderWith('configured', { 'a.py': 'x = 1\n', 'b.py': 'y = EarlyStopping()\n' });
    const linter = new CountingLinter();
    const scan = new CodeScan(folder, linter);
    try {
      await scan.readAll();
      // The watcher may see the new files as well, and then they are linted twice.
      assert.ok(linter.linted >= 2);
      assert.deepEqual(
        scan.code.map(({ kind }) => kind),
        ['early-stopping'],
      );
      const config = vscode.Uri.joinPath(folder, 'pyproject.toml');
      await vscode.workspace.fs.writeFile(
        config,
        new TextEncoder().encode('[tool.green-ml]\nignore = ["grid-search"]\n'),
      );
      await waitFor('the files to be linted again', () => linter.configChanges > 0 && linter.lintedSinceChange >= 2);
      assert.deepEqual(
        scan.code.map(({ kind }) => kind),
        ['early-stopping'],
      );
    } finally {
      scan.dispose();
    }
  });

  it('is that of the file as it is now, though it was read slowly before', async () => {
    const folder = await folderWith('slow', { 'a.py': 'y = EarlyStopping()\n' });
    let finish = (): void => undefined;
    const slow = new Promise<void>((resolve) => (finish = resolve));
    const linter: CountingLinter = new CountingLinter(async () => {
      if (linter.linted === 1) await slow;
      return { findings: [], notice: null };
    });
    const scan = new CodeScan(folder, linter);
    try {
      const first = scan.readAll();
      await waitFor('the first reading', () => linter.linted === 1);
      await vscode.workspace.fs.writeFile(
        vscode.Uri.joinPath(folder, 'a.py'),
        new TextEncoder().encode('y = MedianPruner()\n'),
      );
      // The file's creation is told late, so that what was read last says more than how often it was read.
      const kinds = (): readonly string[] => scan.code.map(({ kind }) => kind);
      await waitFor('the changed file to be read', () => kinds().includes('pruner'));
      finish();
      await first;
      assert.deepEqual(kinds(), ['pruner']);
    } finally {
      scan.dispose();
    }
  });

  it('is read in another thread, and the second time from the cache, with the same result as file by file', async () => {
    const folder = await folderWith('scanned', {
      'a.py': 'from sklearn.model_selection import GridSearchCV\ns = GridSearchCV(m, {"C": range(72)}, cv=5).fit(x)\n',
      'b.py': 'b = MedianPruner()\n',
      'sub/n.ipynb': JSON.stringify({ cells: [{ cell_type: 'code', source: 'c = EarlyStopping()\n' }] }),
      'sub/bad.ipynb': '{',
      'empty.py': '',
    });
    const productFolder = vscode.Uri.joinPath(
      vscode.extensions.getExtension('green-ml.green-ml')!.extensionUri,
      'dist',
    ).fsPath;
    const configs = new EditorConfigs(new Log());
    const client = new LintClient(productFolder, systemClock, (message) => assert.fail(message));
    const byFile: FileLinter = {
      configChanged: () => configs.forget(),
      lint: async (uri, source) =>
        client.lint({ key: uri.path, source, path: uri.path, config: await configs.of(uri) }),
    };
    const inThread: ProjectLinter = {
      productFolder,
      configsOf: (uris) => Promise.all(uris.map((uri) => configs.of(uri))),
      configChanged: () => configs.forget(),
      lint: () => Promise.reject(new Error('this file was not read in the thread')),
    };
    const results: unknown[] = [];
    try {
      for (const linter of [byFile, inThread, inThread]) {
        const scan = new CodeScan(folder, linter);
        try {
          assert.deepEqual(await scan.readAll(), { complete: true });
          results.push({ code: scan.code, lint: scan.lint });
        } finally {
          scan.dispose();
        }
      }
    } finally {
      client.dispose();
    }
    assert.deepEqual(results[1], results[0]);
    assert.deepEqual(results[2], results[0]);
    assert.ok(JSON.stringify(results[0]).includes('361'));
  });

  it('forgets deleted files', async () => {
    const folder = await folderWith('shrinking', { 'a.py': 'a = EarlyStopping()\n', 'b.py': 'b = MedianPruner()\n' });
    const scan = new CodeScan(folder, new CountingLinter());
    try {
      await scan.readAll();
      assert.equal(scan.code.length, 2);
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder, 'b.py'));
      await scan.readAll();
      assert.deepEqual(
        scan.code.map(({ kind }) => kind),
        ['early-stopping'],
      );
    } finally {
      scan.dispose();
    }
  });
});

describe('the list of the practices', () => {
  before(activate);

  it('is shown before any evidence arrives', async () => {
    const waiting: ((found: null) => void)[] = [];
    let open = false;
    const linter = new CountingLinter(() =>
      open ? Promise.resolve(null) : new Promise((resolve) => waiting.push(resolve)),
    );
    const root = workspaceFolder().uri;
    await folderWith('slow', { 'model.py': 'x = 1\n' });
    const runs = { list: () => Promise.resolve([]), onDidChangeRuns: new vscode.EventEmitter<void>().event };
    const folder = new FolderPractices(root, runs, linter);
    const heard = new vscode.EventEmitter<ToHost>();
    const states: PageState[] = [];
    const told: string[] = [];
    const webview: vscode.Webview = {
      options: {},
      html: '',
      cspSource: 'test:',
      onDidReceiveMessage: heard.event,
      asWebviewUri: (uri) => uri,
      postMessage: (message: ToPage) => {
        told.push(message.type);
        if (message.type === 'state') states.push(message.state);
        return Promise.resolve(true);
      },
    };
    const code = { script: 'ownScript()', style: 'main{}' };
    const page = new PracticesPage(webview, 'editor', code, {
      clock: systemClock,
      practicesOf: () => folder,
      failed: (error) => assert.fail(String(error)),
    });
    try {
      const gathered = folder.refresh();
      heard.fire({ type: 'ready', folder: null });
      const first = await waitFor('the list', () => states[0]);
      // The list is part of the page, which has its code with it.
      assert.deepEqual(told.slice(0, 1), ['state']);
      const held = /<script type="application\/json" id="first-message">([^<]+)<\/script>/.exec(webview.html)?.[1];
      assert.equal((JSON.parse(held ?? '') as ToPage).type, 'content');
      assert.match(
        webview.html,
        /<style nonce="([^"]+)">main\{\}<\/style>[\s\S]*<script nonce="\1">ownScript\(\)<\/script>/,
      );
      assert.equal(first.practices.length, 17);
      await waitFor('the linter to be asked', () => linter.linted > 0);
      assert.equal(states.at(-1)?.gathering, true);
      open = true;
      for (const answer of waiting) answer(null);
      await gathered;
      await waitFor('the evidence', () => states.at(-1)?.gathering === false);
    } finally {
      page.dispose();
      folder.dispose();
    }
  });
});
