import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { gitOfRun } from '../../src/editor/capture/git-of-run';

interface Git {
  readonly exports: { getAPI(version: 1): { openRepository(uri: vscode.Uri): Promise<unknown> } };
}

describe('the git commit of a run in the editor', function () {
  this.timeout(60_000);
  let folder: string;
  let commit: string;
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { encoding: 'utf8' });

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'green-ml-git-of-run-')));
    git('init', '-q');
    await writeFile(join(folder, 'train.py'), '');
    git('add', '.');
    git('commit', '-q', '-m', 'x');
    commit = git('rev-parse', 'HEAD').trim();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('comes from git where VS Code has not opened the repository', async () => {
    assert.deepEqual(await gitOfRun(folder), { commit, dirty: false });
    assert.equal(await gitOfRun(tmpdir()), null);
  });

  it("comes from VS Code's Git extension, with what was saved a moment ago", async () => {
    const extension = vscode.extensions.getExtension<Git['exports']>('vscode.git');
    assert.ok(extension);
    await extension.activate();
    await extension.exports.getAPI(1).openRepository(vscode.Uri.file(folder));
    await writeFile(join(folder, 'notes.txt'), 'untracked');
    assert.deepEqual(await gitOfRun(folder), { commit, dirty: false });
    await writeFile(join(folder, 'train.py'), 'changed');
    assert.deepEqual(await gitOfRun(folder), { commit, dirty: true });
  });
});
