import assert from 'node:assert/strict';
import { chmod, chown, lchown, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { greenMl } from '../cli/support';
import { isOfAnother } from '../../src/system/folders';
import { skip } from '../support/skip';

describe('a folder that is meant for one person', () => {
  let shared: string;

  beforeEach(async () => {
    // As `/tmp` is: everybody can make a folder in it.
    shared = await mkdtemp(join(tmpdir(), 'green-ml-shared-'));
    await chmod(shared, 0o1777);
  });
  afterEach(() => rm(shared, { recursive: true, force: true }));

  it('is theirs where they have made it, or where it is not there yet', async () => {
    await mkdir(join(shared, 'green-ml'));
    assert.equal(isOfAnother(join(shared, 'green-ml')), false);
    assert.equal(isOfAnother(join(shared, 'missing')), false);
    assert.equal(isOfAnother(tmpdir()), false, 'what root has made is as safe as the system');
  });

  it('is not theirs where somebody else has made it, or a link to it', async function () {
    if (process.getuid?.() !== 0) skip(this, 'only root can make folders of others');
    await mkdir(join(shared, 'green-ml'));
    await chown(join(shared, 'green-ml'), 12_345, 12_345);
    assert.equal(isOfAnother(join(shared, 'green-ml')), true);
    await mkdir(join(shared, 'own'));
    await symlink('own', join(shared, 'link'));
    await lchown(join(shared, 'link'), 12_345, 12_345);
    assert.equal(isOfAnother(join(shared, 'link')), true);
    // The home of a person, in which root works.
    await chmod(shared, 0o755);
    assert.equal(isOfAnother(join(shared, 'green-ml')), false);
  });

  it('keeps no record where it is not theirs, and the measurement goes on', async function () {
    this.timeout(60_000);
    if (process.getuid?.() !== 0) skip(this, 'only root can make folders of others');
    await mkdir(join(shared, 'green-ml'));
    await chown(join(shared, 'green-ml'), 12_345, 12_345);
    const { code, stderr } = await greenMl(['run', '--', process.execPath, '-e', 'process.exit(3)'], {
      XDG_STATE_HOME: shared,
    });
    assert.equal(code, 3);
    assert.match(
      stderr,
      /^green-ml: .*green-ml belongs to another user, so no record is kept; set XDG_STATE_HOME to a folder of your own\.\n/,
    );
    const list = await greenMl(['runs', 'list'], { XDG_STATE_HOME: shared });
    assert.deepEqual([list.code, list.stdout], [2, '']);
  });
});
