import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { notify } from '../../src/editor/notify';
import { readWorkspaceText } from '../../src/editor/workspace-file';
import { skip } from '../support/skip';
import { found, searchCode } from './lint-support';
import { waitFor, workspaceFolder } from './support';

describe('a hostile workspace', function () {
  this.timeout(120_000);
  const folder = join(workspaceFolder().uri.fsPath, 'hostile');

  beforeEach(() => mkdir(folder, { recursive: true }));
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, force: true });
  });

  it('does not make Green ML read devices or pipes', async function () {
    if (process.platform === 'win32') skip(this, 'Windows has other devices');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await symlink('/dev/zero', join(folder, 'zero'));
    await symlink('pipe', join(folder, 'link'));
    await writeFile(join(folder, 'large'), ' '.repeat(1_000_001));
    await writeFile(join(folder, 'fine'), 'x');
    await symlink('fine', join(folder, 'to-fine'));
    const read = (name: string): Promise<string> => readWorkspaceText(vscode.Uri.file(join(folder, name)));
    for (const name of ['pipe', 'zero', 'link'])
      await assert.rejects(read(name), /It is a device, a pipe or a folder/, name);
    await assert.rejects(read('large'), /It is larger than 1 MB/);
    assert.deepEqual([await read('fine'), await read('to-fine')], ['x', 'x']);
  });

  it('is linted even if its configuration is an endless device', async function () {
    if (process.platform === 'win32') skip(this, 'Windows has other devices');
    await symlink('/dev/zero', join(folder, 'pyproject.toml'));
    execFileSync('mkfifo', [join(folder, 'green-ml.toml')]);
    await writeFile(join(folder, 'train.py'), searchCode);
    const uri = vscode.Uri.file(join(folder, 'train.py'));
    await vscode.window.showTextDocument(uri);
    assert.equal((await found(uri)).length, 1);
  });

  it('cannot block the extension host with a Terraform file', async () => {
    const path = join(folder, 'main.tf');
    await writeFile(path, `# ${'zone.zone-'.repeat(19_000)}\nregion = "us-east-1"\n`);
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    const lenses = await waitFor('a lens', async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        100,
      );
      const own = all.filter(({ command }) => command?.command === 'greenML.regions.recommend');
      return own.length > 0 && own;
    });
    assert.equal(lenses.length, 1);
    await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, new vscode.Position(0, 100));
  });

  it('cannot put a link into a notification with a file name', () => {
    const shown: string[] = [];
    const original = vscode.window.showWarningMessage;
    Object.assign(vscode.window, { showWarningMessage: (text: string) => Promise.resolve(void shown.push(text)) });
    try {
      void notify.warning('[Click](command:workbench.action.terminal.new).py has used its budget of 5 Wh.', 'Stop');
    } finally {
      Object.assign(vscode.window, { showWarningMessage: original });
    }
    assert.deepEqual(shown, ['[Click] (command:workbench.action.terminal.new).py has used its budget of 5 Wh.']);
  });
});
