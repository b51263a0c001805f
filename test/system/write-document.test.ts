import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replacingProblem, replaceReadable, writeDocument } from '../../src/system/write-document';
import { skip } from '../support/skip';

const isRoot = process.getuid?.() === 0;

describe('system/write-document', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-write-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('creates a file, and leaves no other file behind', async () => {
    assert.equal(await writeDocument(at('new'), 'text'), null);
    assert.equal(await readFile(at('new'), 'utf8'), 'text');
    assert.deepEqual(await readdir(folder), ['new']);
  });

  it('replaces a file and keeps its permissions', async () => {
    await writeFile(at('old'), 'a much longer text than the new one');
    await chmod(at('old'), 0o640);
    const before = await stat(at('old'));
    assert.equal(await writeDocument(at('old'), 'new'), null);
    const after = await stat(at('old'));
    assert.equal(await readFile(at('old'), 'utf8'), 'new');
    assert.deepEqual([after.mode, after.uid, after.gid], [before.mode, before.uid, before.gid]);
    if (process.platform !== 'win32')
      assert.notEqual(after.ino, before.ino, 'a reader of the old file still has all of it');
    assert.deepEqual(await readdir(folder), ['old']);
  });

  it('says why it cannot write', async () => {
    assert.equal(await writeDocument(folder, 'x'), 'EISDIR');
    assert.equal(await writeDocument(at('missing/file'), 'x'), 'ENOENT');
    assert.deepEqual(await readdir(folder), []);
  });

  describe('on a POSIX system', () => {
    before(function () {
      if (process.platform === 'win32') skip(this, 'Windows has other devices, and links only for some people');
    });

    it('writes to the target of links, and keeps the links', async () => {
      await mkdir(at('data'));
      await writeFile(at('data/file'), 'old');
      await symlink('data/file', at('first'));
      await symlink('first', at('second'));
      assert.equal(await writeDocument(at('second'), 'new'), null);
      assert.equal(await readFile(at('data/file'), 'utf8'), 'new');
      assert.deepEqual([await readlink(at('second')), await readlink(at('first'))], ['first', 'data/file']);
      assert.ok((await lstat(at('data/file'))).isFile());

      await symlink('data/not-there-yet', at('ahead'));
      assert.equal(await writeDocument(at('ahead'), 'new'), null);
      assert.equal(await readlink(at('ahead')), 'data/not-there-yet');
      assert.equal(await readFile(at('data/not-there-yet'), 'utf8'), 'new');

      await symlink('circle', at('circle'));
      assert.equal(await writeDocument(at('circle'), 'new'), 'ELOOP');
    });

    it('writes under every name of a file', async () => {
      await writeFile(at('one'), 'old');
      await link(at('one'), at('two'));
      assert.equal(await writeDocument(at('one'), 'new'), null);
      assert.equal(await readFile(at('two'), 'utf8'), 'new');
    });

    it('writes into a pipe', async () => {
      execFileSync('mkfifo', [at('pipe')]);
      const reader = spawn('cat', [at('pipe')], { stdio: ['ignore', 'pipe', 'inherit'] });
      let read = '';
      reader.stdout.on('data', (chunk) => (read += String(chunk)));
      const closed = new Promise((done) => reader.once('close', done));
      const text = 'x'.repeat(300_000);
      assert.equal(await writeDocument(at('pipe'), text), null);
      await closed;
      assert.equal(read, text);
      assert.ok((await lstat(at('pipe'))).isFIFO());
    });

    it('keeps the null device a device', async () => {
      assert.equal(await writeDocument('/dev/null', 'x'), null);
      assert.ok((await lstat('/dev/null')).isCharacterDevice());
      await symlink('/dev/null', at('nothing'));
      assert.equal(await writeDocument(at('nothing'), 'x'), null);
      assert.equal(await readlink(at('nothing')), '/dev/null');
      assert.ok((await stat('/dev/null')).isCharacterDevice());
    });

    it('continues at the position of an open file of this process', async function () {
      if (process.platform !== 'linux') skip(this, 'only on Linux are the numbers of open files paths');
      const file = openSync(at('log'), 'w');
      writeSync(file, 'before ');
      assert.equal(await writeDocument(`/dev/fd/${file}`, 'middle '), null);
      assert.equal(await writeDocument(`/proc/self/fd/${file}`, 'after'), null);
      closeSync(file);
      assert.equal(await readFile(at('log'), 'utf8'), 'before middle after');
    });

    it('does not change a write-protected file', async function () {
      if (isRoot) skip(this, 'nothing is write-protected for root');
      await writeFile(at('protected'), 'old');
      await chmod(at('protected'), 0o444);
      assert.equal(await writeDocument(at('protected'), 'new'), 'EACCES');
      assert.equal(await readFile(at('protected'), 'utf8'), 'old');
    });

    it('keeps another user as the owner', async function () {
      if (!isRoot) skip(this, 'only root can give a file away');
      await writeFile(at('theirs'), 'old');
      await chown(at('theirs'), 12_345, 23_456);
      await chmod(at('theirs'), 0o604);
      assert.equal(await writeDocument(at('theirs'), 'new'), null);
      const { uid, gid, mode } = await stat(at('theirs'));
      assert.deepEqual([uid, gid, mode & 0o777], [12_345, 23_456, 0o604]);
      assert.equal(await readFile(at('theirs'), 'utf8'), 'new');
    });
  });

  describe('a file that others read while it is written', () => {
    it('is replaced as a whole, and everyone may read it', async function () {
      if (process.platform === 'win32') skip(this, 'Windows has no umask');
      const before = process.umask(0o077);
      try {
        assert.equal(await replaceReadable(at('a.prom'), 'one'), null);
        const reader = openSync(at('a.prom'), 'r');
        assert.equal(await replaceReadable(at('a.prom'), 'two'), null);
        assert.equal(readFileSync(reader, 'utf8'), 'one', 'who reads has the file as it was');
        closeSync(reader);
      } finally {
        process.umask(before);
      }
      assert.equal(await readFile(at('a.prom'), 'utf8'), 'two');
      assert.equal((await stat(at('a.prom'))).mode & 0o777, 0o644);
      assert.deepEqual(await readdir(folder), ['a.prom']);
    });

    it('replaces a link, not what it leads to', async function () {
      if (process.platform === 'win32') skip(this, 'links need special rights on Windows');
      await writeFile(at('other'), 'theirs');
      await symlink(at('other'), at('a.prom'));
      assert.equal(await replaceReadable(at('a.prom'), 'ours'), null);
      assert.equal(await readFile(at('other'), 'utf8'), 'theirs');
      assert.equal(await readFile(at('a.prom'), 'utf8'), 'ours');
    });

    it('says why it cannot be one', async () => {
      assert.equal(await replacingProblem(at('a.prom')), null);
      assert.equal(await replacingProblem(at('no/a.prom')), 'ENOENT');
      assert.equal(await replaceReadable(at('no/a.prom'), 'x'), 'ENOENT');
      await mkdir(at('b.prom'));
      assert.equal(await replacingProblem(at('b.prom')), 'EISDIR');
      assert.equal(await replaceReadable(at('b.prom'), 'x'), 'EISDIR');
      assert.deepEqual(await readdir(folder), ['b.prom'], 'no draft is left');
      if (process.platform !== 'win32') {
        execFileSync('mkfifo', [at('c.prom')]);
        assert.equal(await replacingProblem(at('c.prom')), 'EEXIST');
      }
    });
  });
});
