import assert from 'node:assert/strict';
import { chmod, chown, lchown, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { greenMl } from '../cli/support';
import { belongsToAnotherUser } from '../../src/system/folders';
import { skip } from '../support/skip';

describe('a folder that is meant for one person', () => {
  let shared: string;

  beforeEach(async () => {
    // Like `/tmp`: every user can make folders in it.
    shared = await mkdtemp(join(tmpdir(), 'green-ml-shared-'));
    await chmod(shared, 0o1777);
  });
  afterEach(() => rm(shared, { recursive: true, force: true }));

  it('belongs to them if they made it, or if it does not exist yet', async () => {
    await mkdir(join(shared, 'green-ml'));
    assert.equal(belongsToAnotherUser(join(shared, 'green-ml')), false);
    assert.equal(belongsToAnotherUser(join(shared, 'missing')), false);
    assert.equal(belongsToAnotherUser(tmpdir()), false, 'a folder of root is as safe as the system');
  });

  it('does not belong to them if another user made it, or a link to it', async function () {
    if (process.getuid?.() !== 0) skip(this, 'only root can make folders for other users');
    await mkdir(join(shared, 'green-ml'));
    await chown(join(shared, 'green-ml'), 12_345, 12_345);
    assert.equal(belongsToAnotherUser(join(shared, 'green-ml')), true);
    await mkdir(join(shared, 'own'));
    await symlink('own', join(shared, 'link'));
    await lchown(join(shared, 'link'), 12_345, 12_345);
    assert.equal(belongsToAnotherUser(join(shared, 'link')), true);
    // The home of another user, in which root works.
    await chmod(shared, 0o755);
    assert.equal(belongsToAnotherUser(join(shared, 'green-ml')), false);
  });

  it('is not used for records if it belongs to another user, and the run is still measured', async function () {
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
