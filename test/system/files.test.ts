import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProblem, readRegularFile, readRegularTextNow, readSmallText, systemFiles } from '../../src/system/files';
import { openFiles } from '../support/open-files';
import { skip } from '../support/skip';

describe('system/files', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('reads a whole file, as text without a byte order mark', async () => {
    await writeFile(at('a'), '\ufeffé\r\n');
    assert.deepEqual(await readSmallText(at('a')), { kind: 'text', text: 'é\r\n' });
    assert.equal(readRegularTextNow(at('a')), 'é\r\n');
    await writeFile(at('empty'), '');
    assert.deepEqual(await readSmallText(at('empty')), { kind: 'text', text: '' });
    const large = Buffer.alloc(700_001, 'x');
    await writeFile(at('large'), large);
    assert.deepEqual(Buffer.from(await readRegularFile(at('large'))), large);
  });

  it('reads a file that it holds open as it is now, however long, until it is closed', async () => {
    const held = systemFiles.hold(at('a'));
    assert.throws(() => held.textNow(), { code: 'ENOENT' });
    for (const text of ['1.5 2\n', 'é'.repeat(50_000), '', '3\n']) {
      await writeFile(at('a'), text);
      assert.equal(held.textNow(), text);
    }
    // Another file takes its place, as programs replace files.
    await writeFile(at('b'), '4\n');
    await rename(at('b'), at('a'));
    assert.equal(held.textNow(), '4\n');
    await rm(at('a'));
    assert.throws(() => held.textNow(), { code: 'ENOENT' });
    held.close();
    held.close();
  });

  it('holds a file of /proc open until it is closed', function () {
    if (process.platform !== 'linux') skip(this, 'this system has no /proc');
    const opened = (): number => openFiles(/^\/proc\/uptime$/).length;
    const before = opened();
    const held = systemFiles.hold('/proc/uptime');
    assert.match(held.textNow(), /^\d+\.\d+ /);
    assert.equal(opened(), before + 1);
    assert.ok(Number.parseFloat(held.textNow()) > 0);
    assert.equal(opened(), before + 1);
    held.close();
    assert.equal(opened(), before);
  });

  it('distinguishes a file that does not exist from one that cannot be read', async () => {
    assert.deepEqual(await readSmallText(at('none')), { kind: 'absent' });
    await writeFile(at('a'), '');
    assert.deepEqual(await readSmallText(at('a/b')), { kind: 'absent' });
    await mkdir(at('folder'));
    assert.deepEqual(await readSmallText(at('folder')), {
      kind: 'unreadable',
      problem: 'It is a device, a pipe or a folder, not a regular file.',
    });
  });

  it('reads up to its limit and not beyond', async () => {
    await writeFile(at('a'), 'x'.repeat(1000));
    assert.equal((await readSmallText(at('a'), 1000)).kind, 'text');
    assert.deepEqual(await readSmallText(at('a'), 999), {
      kind: 'unreadable',
      problem: 'It is larger than 0.000999 MB, the limit.',
    });
    assert.throws(() => readRegularTextNow(at('a'), 999), /larger than/);
  });

  it('does not read devices or pipes, not even through links', async function () {
    if (process.platform === 'win32') skip(this, 'Windows has other devices');
    execFileSync('mkfifo', [at('pipe')]);
    await symlink('/dev/zero', at('zero'));
    await symlink('pipe', at('link'));
    for (const path of [at('pipe'), at('zero'), at('link'), '/dev/zero', '/dev/tty']) {
      assert.equal((await readSmallText(path)).kind, 'unreadable', path);
      assert.throws(() => readRegularTextNow(path), path);
    }
  });

  it('reads no more than its limit from a file that hides its size', async function () {
    if (process.platform !== 'linux') skip(this, 'only /proc has such files');
    assert.deepEqual(await readSmallText('/proc/self/maps', 100), {
      kind: 'unreadable',
      problem: 'It is larger than 0.0001 MB, the limit.',
    });
  });

  it('says why a file cannot be read without its path, which whoever says it knows', () => {
    const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });
    assert.equal(
      readProblem(failure('ENAMETOOLONG', "ENAMETOOLONG: name too long, scandir '/home/me/a, b'")),
      'It cannot be read (ENAMETOOLONG).',
    );
    assert.equal(readProblem(failure('EIO', "EIO: i/o error, open '/home/me/a, b'")), 'It cannot be read (EIO).');
  });
});
