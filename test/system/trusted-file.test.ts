import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemPrograms } from '../../src/system/spawn';
import { readTrustedText } from '../../src/system/trusted-file';
import { skip } from '../support/skip';

describe('a file that counts for all users', () => {
  let folder: string;
  let file: string;
  const own = process.getuid?.() ?? 0;
  const read = (owner = own): ReturnType<typeof readTrustedText> =>
    readTrustedText(file, { platform: process.platform, owner, programs: systemPrograms });
  const problem = async (owner = own): Promise<string> => {
    const found = await read(owner);
    assert.equal(found.kind, 'unreadable');
    return found.problem;
  };

  before(function () {
    if (process.platform === 'win32') skip(this, 'Windows has other owners');
  });
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'green-ml-trusted-')), 'green-ml');
    await mkdir(folder, { mode: 0o755 });
    file = join(folder, 'config.toml');
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

  it('is read if only its owner can change it', async () => {
    await writeFile(file, 'location = "DE"\r\n', { mode: 0o644 });
    assert.deepEqual(await read(), { kind: 'text', text: 'location = "DE"\r\n' });
    await rm(file);
    assert.deepEqual(await read(), { kind: 'absent' });
    await rm(folder, { recursive: true });
    assert.deepEqual(await read(), { kind: 'absent' });
  });

  it('may be a link to such a file, as in a container', async () => {
    await writeFile(join(folder, 'data'), 'pue = 1.2\n', { mode: 0o644 });
    await symlink('data', file);
    assert.deepEqual(await read(), { kind: 'text', text: 'pue = 1.2\n' });
  });

  it('does not count if another user owns it', async () => {
    await writeFile(file, '', { mode: 0o644 });
    assert.equal(await problem(own + 1), `It does not belong to user ${own + 1}.`);
    if (own !== 0) assert.equal(await problem(0), 'It does not belong to root.');
  });

  it('does not count if others can change it or replace it', async () => {
    for (const mode of [0o666, 0o664, 0o646]) {
      await writeFile(file, '');
      await chmod(file, mode);
      assert.equal(await problem(), 'It can be changed by other users: use chmod go-w.', mode.toString(8));
    }
    await chmod(file, 0o644);
    for (const mode of [0o777, 0o775, 0o1777]) {
      await chmod(folder, mode);
      assert.equal(await problem(), 'Its folder can be changed by other users: use chmod go-w.', mode.toString(8));
    }
  });

  it('is a small regular file, and holds nobody up', async () => {
    execFileSync('mkfifo', [file]);
    assert.match(await problem(), /a device, a pipe or a folder/);
    await rm(file);
    await symlink('/dev/zero', file);
    assert.match(await problem(), /a device, a pipe or a folder/);
    await rm(file);
    await mkdir(file);
    assert.match(await problem(), /a device, a pipe or a folder/);
    await rm(file, { recursive: true });
    await symlink(file, file);
    assert.match(await problem(), /a link that points back to itself/);
    await rm(file);
    await writeFile(file, 'x'.repeat(1_000_001), { mode: 0o644 });
    assert.equal(await problem(), 'It is larger than 1 MB, the limit.');
  });

  it('may be unreadable for us', async function () {
    if (own === 0) skip(this, 'root can read everything');
    await writeFile(file, '', { mode: 0o000 });
    assert.match(await problem(), /check its permissions/);
  });
});
