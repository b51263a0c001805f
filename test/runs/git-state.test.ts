import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lookAtGit } from '../../src/runs/git-state';
import type { GitState } from '../../src/runs/record';
import { readRegularText } from '../../src/system/files';
import { systemPrograms } from '../../src/system/spawn';
import { FakePrograms } from '../support/fake-programs';

const identity = ['-c', 'user.name=A', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false'];

describe('the git commit of a run', function () {
  this.timeout(60_000);
  let folder: string;
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
  const put = (path: string, text: string): void => writeFileSync(join(folder, path), text);
  const look = (where = folder): Promise<GitState | null> =>
    lookAtGit(where, { readText: readRegularText, programs: systemPrograms }).state;
  const read = (where = folder): Promise<GitState | null> =>
    lookAtGit(where, { readText: readRegularText, programs: null }).state;
  const commit = (): string => {
    git('add', '.');
    git('commit', '-q', '-m', 'x', '--no-verify');
    return git('rev-parse', 'HEAD');
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'green-ml-git-'));
    git('init', '-q');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is that of the repository around the folder, with whether tracked files were changed', async () => {
    put('train.py', 'x');
    const first = commit();
    mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
    assert.deepEqual(await look(join(folder, 'deep', 'er')), { commit: first, dirty: false });
    put('notes.txt', 'git does not track this');
    assert.deepEqual(await look(), { commit: first, dirty: false });
    put('train.py', 'y');
    assert.deepEqual(await look(), { commit: first, dirty: true });
    git('add', 'train.py');
    assert.deepEqual(await look(), { commit: first, dirty: true });
  });

  it('is read from the files alone: loose, packed, detached, in a linked worktree', async () => {
    put('train.py', 'x');
    const hash = commit();
    const known = { commit: hash, dirty: null };
    assert.deepEqual(await read(), known);
    git('pack-refs', '--all');
    assert.equal(existsSync(join(folder, '.git', 'refs', 'heads', git('branch', '--show-current'))), false);
    assert.deepEqual(await read(), known);
    const linked = join(folder, 'linked');
    git('worktree', 'add', '-q', linked, '-b', 'other/branch');
    assert.deepEqual(await read(linked), known);
    assert.deepEqual(await look(linked), { commit: hash, dirty: false });
    git('checkout', '-q', '--detach');
    assert.deepEqual(await read(), known);
  });

  it('is unknown before the first commit, and nothing outside a repository', async () => {
    assert.deepEqual(await look(), { commit: null, dirty: false });
    rmSync(join(folder, '.git'), { recursive: true });
    assert.equal(await look(), null);
    put('.git', 'gitdir: //other-machine/share');
    assert.equal(await look(), null);
    for (const head of ['ref: refs/../../secret\n', 'ref: refs/heads/main', 'hello', 'ref: refs/heads/a\n']) {
      rmSync(join(folder, '.git'), { recursive: true });
      mkdirSync(join(folder, '.git', 'refs', 'heads'), { recursive: true });
      put('.git/HEAD', head);
      put('.git/refs/heads/a', 'ref: refs/heads/a\n');
      assert.deepEqual(await read(), { commit: null, dirty: null }, head);
    }
  });

  it('says nothing of changes where git is missing, refuses, or takes too long', async () => {
    put('train.py', 'x');
    const known = { commit: commit(), dirty: null };
    const missing = { readText: readRegularText, programs: new FakePrograms() };
    assert.deepEqual(await lookAtGit(folder, missing).state, known);
    const slow = new FakePrograms();
    slow.installed.add('git');
    const asked = lookAtGit(folder, { readText: readRegularText, programs: slow });
    asked.stop();
    assert.deepEqual(await asked.state, known);
    assert.ok(slow.started.every(({ stopped }) => stopped));
    // An extension that this git does not know.
    git('config', 'core.repositoryformatversion', '1');
    git('config', 'extensions.fromTheFuture', 'true');
    assert.deepEqual(await look(), known);
  });

  it('says nothing of changes where git looks at another repository', async () => {
    put('train.py', 'x');
    const hash = commit();
    const other = new FakePrograms();
    other.installed.add('git');
    const asked = lookAtGit(folder, { readText: readRegularText, programs: other });
    other.started[0]?.end('exit 1');
    while (other.started.length < 2) await new Promise(setImmediate);
    other.started[1]?.line(`# branch.oid ${'1'.repeat(40)}`);
    other.started[1]?.end(null);
    assert.deepEqual(await asked.state, { commit: hash, dirty: null });
  });

  describe('in a hostile repository', () => {
    const ran = (): boolean => existsSync(join(folder, 'ran'));
    const evil = (): string => `touch ${join(folder, 'ran')}; cat`;
    /** The file looks changed by its time alone, so that git has to read it. */
    const touch = (): void => utimesSync(join(folder, 'train.py'), 1, 1);

    it('runs no filter, no hook and no monitor', async () => {
      put('train.py', 'x');
      put('.gitattributes', '*.py filter=evil\n');
      const hash = commit();
      git('config', 'filter.evil.clean', evil());
      git('config', 'filter.evil.required', 'true');
      git('config', 'core.fsmonitor', evil());
      git('config', 'core.hooksPath', join(folder, 'hooks'));
      mkdirSync(join(folder, 'hooks'));
      writeFileSync(join(folder, 'hooks', 'post-index-change'), `#!/bin/sh\n${evil()}\n`, { mode: 0o755 });
      touch();
      assert.deepEqual(await look(), { commit: hash, dirty: false });
      assert.equal(ran(), false);
      // The filter might make the same of it.
      put('train.py', 'y');
      assert.deepEqual(await look(), { commit: hash, dirty: null });
      rmSync(join(folder, 'train.py'));
      assert.deepEqual(await look(), { commit: hash, dirty: true });
      assert.equal(ran(), false);
      // Git itself would have run it.
      put('train.py', 'z');
      git('-c', 'core.fsmonitor=false', 'status');
      assert.equal(ran(), true);
    });

    it('runs no filter from an included file, with a process, or with a name that git reads in another way', async () => {
      put('train.py', 'x');
      put('.gitattributes', '*.py filter=a\n');
      const hash = commit();
      put('more', `[filter "a"]\n  process = ${evil()}\n`);
      git('config', 'include.path', '../more');
      touch();
      assert.equal((await look())?.commit, hash);
      assert.equal(ran(), false);
      put('more', `[filter "a=b"]\n  clean = ${evil()}\n`);
      put('.gitattributes', '*.py filter=a=b\n');
      touch();
      assert.deepEqual(await look(), { commit: hash, dirty: null });
      assert.equal(ran(), false);
    });

    it('fetches nothing and runs nothing in submodules', async () => {
      put('train.py', 'x');
      const hash = commit();
      const module = join(folder, 'module');
      execFileSync('git', ['init', '-q', module]);
      writeFileSync(join(module, 'train.py'), 'x');
      writeFileSync(join(module, '.gitattributes'), '*.py filter=evil\n');
      for (const args of [
        ['add', '.'],
        ['commit', '-q', '-m', 'x'],
        ['config', 'filter.evil.clean', evil()],
      ])
        execFileSync('git', ['-C', module, ...identity, ...args]);
      git('add', 'module');
      utimesSync(join(module, 'train.py'), 1, 1);
      assert.deepEqual(await look(), { commit: hash, dirty: true });
      assert.equal(ran(), false);
      // An object is missing, and the remote would run a program to fetch it.
      const tree = git('rev-parse', 'HEAD^{tree}');
      git('config', 'core.repositoryformatversion', '1');
      git('config', 'extensions.partialClone', 'origin');
      git('config', 'remote.origin.promisor', 'true');
      git('config', 'remote.origin.url', `ext::sh -c touch% ${join(folder, 'ran')}`);
      git('config', 'protocol.ext.allow', 'always');
      const object = join(folder, '.git', 'objects', tree.slice(0, 2), tree.slice(2));
      renameSync(object, join(folder, 'moved'));
      assert.equal((await look())?.commit, hash);
      assert.equal(ran(), false);
    });
  });
});
