import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ownFiles,
  ownFilesNow,
  promptFiles,
  replaceFile,
  replaceFileNow,
  type OpenedFile,
} from '../../src/system/own-files';
import { skip } from '../support/skip';

for (const [name, files] of Object.entries({ ownFiles, promptFiles })) {
  describe(`system/own-files: ${name}`, () => {
    let folder: string;
    let path: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'green-ml-own-'));
      path = join(folder, 'file');
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    const text = (): Promise<string> => readFile(path, 'utf8');

    it('appends to an open file, and truncates it', async () => {
      const file = await files.open(path, 'ax');
      await file.appendFile('one\n');
      await file.appendFile('zwölf\n');
      assert.equal(await text(), 'one\nzwölf\n');
      await file.truncate(4);
      await file.appendFile('two\n');
      await file.close();
      assert.equal(await text(), 'one\ntwo\n');
    });

    it('appends after text that another writer has appended in the meantime', async () => {
      const file = await files.open(path, 'a');
      await file.appendFile('one\n');
      await files.append(path, 'other\n');
      await file.appendFile('two\n');
      await file.close();
      assert.equal(await text(), 'one\nother\ntwo\n');
    });

    it('overwrites a file, and replaces one file with another', async () => {
      await files.write(path, 'old, and longer');
      const next = await files.open(`${path}.tmp`, 'w');
      await next.writeFile('new');
      await next.close();
      await files.rename(`${path}.tmp`, path);
      assert.equal(await text(), 'new');
      await replaceFile(files, path, async (draft) => {
        await draft.appendFile('in ');
        assert.equal(await text(), 'new');
        await draft.appendFile('parts');
      });
      assert.equal(await text(), 'in parts');
      const breaksOff = async (draft: OpenedFile): Promise<void> => {
        await draft.appendFile('lost');
        throw new Error('broken off');
      };
      await assert.rejects(replaceFile(files, path, breaksOff), /broken off/);
      assert.equal(await text(), 'in parts');
      assert.deepEqual(await readdir(folder), ['file']);
    });

    it('writes a text of many megabytes completely', async () => {
      const large = 'wide ä\n'.repeat(1_000_000);
      const file = await files.open(path, 'w');
      await file.writeFile(large);
      await file.close();
      assert.equal(await text(), large);
    });

    it('replaces a file completely, and leaves nothing behind if that fails', async () => {
      await files.write(path, 'old, and longer');
      await replaceFile(files, path, 'new');
      assert.equal(await text(), 'new');
      const rename = (): Promise<never> => Promise.reject(Object.assign(new Error('busy'), { code: 'EBUSY' }));
      await assert.rejects(replaceFile({ ...files, rename }, path, 'lost'), { code: 'EBUSY' });
      assert.equal(await text(), 'new');
      await replaceFile(files, path, async (draft) => {
        await draft.appendFile('in ');
        assert.equal(await text(), 'new');
        await draft.appendFile('parts');
      });
      assert.equal(await text(), 'in parts');
      const breaksOff = async (draft: OpenedFile): Promise<void> => {
        await draft.appendFile('lost');
        throw new Error('broken off');
      };
      await assert.rejects(replaceFile(files, path, breaksOff), /broken off/);
      assert.equal(await text(), 'in parts');
      assert.deepEqual(await readdir(folder), ['file']);
    });

    it("rejects with the system's error code", async () => {
      await files.write(path, '');
      await assert.rejects(files.open(path, 'ax'), { code: 'EEXIST' });
      await assert.rejects(files.write(join(path, 'below'), ''), { code: 'ENOTDIR' });
      await assert.rejects(files.append(join(folder, 'none', 'file'), ''), { code: 'ENOENT' });
      await assert.rejects(files.rename(join(folder, 'none'), path), { code: 'ENOENT' });
    });

    it('closing a file twice does not close another file', async () => {
      const first = await files.open(path, 'a');
      await first.close();
      const second = await files.open(`${path}2`, 'a');
      await first.close();
      await second.appendFile('still open');
      await second.close();
      assert.equal(await readFile(`${path}2`, 'utf8'), 'still open');
    });

    it('does not wait for somebody to read a pipe that stands where it appends', async function () {
      if (process.platform === 'win32') skip(this, 'Windows has no such pipes');
      execFileSync('mkfifo', [path]);
      await assert.rejects(files.append(path, 'text'));
    });

    it('only this user can read new files', async function () {
      if (process.platform === 'win32') skip(this, 'Windows has no such modes');
      await files.write(path, '');
      await (await files.open(`${path}2`, 'ax')).close();
      await files.append(`${path}3`, '');
      for (const each of [path, `${path}2`, `${path}3`]) assert.equal((await stat(each)).mode & 0o777, 0o600);
    });
  });
}

describe('system/own-files: replaceFileNow', () => {
  it('replaces a file at once, and leaves nothing beside it where that fails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-own-files-'));
    try {
      const path = join(folder, 'file');
      replaceFileNow(ownFilesNow, path, 'old');
      replaceFileNow(ownFilesNow, path, 'new');
      const rename = (): never => {
        throw Object.assign(new Error('busy'), { code: 'EBUSY' });
      };
      assert.throws(() => replaceFileNow({ ...ownFilesNow, rename }, path, 'lost'), { code: 'EBUSY' });
      assert.equal(await readFile(path, 'utf8'), 'new');
      assert.deepEqual(await readdir(folder), ['file']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
