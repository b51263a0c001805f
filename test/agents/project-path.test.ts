import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { existingFolder, existingPath, possiblePath, shownPath } from '../../src/agents/project-path';
import { AgentError, type AgentWorld } from '../../src/agents/tool';

describe('agents/project-path', () => {
  let root: string;
  let world: AgentWorld;

  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'green-ml-paths-')));
    for (const folder of ['one', 'two', 'elsewhere']) await mkdir(join(root, folder));
    await writeFile(join(root, 'one', 'a.py'), '');
    await writeFile(join(root, 'two', 'b.py'), '');
    await writeFile(join(root, 'elsewhere', 'secret.py'), '');
    await symlink(join(root, 'elsewhere'), join(root, 'one', 'link'));
    await symlink(join(root, 'one'), join(root, 'alias'));
    world = {
      folders: [join(root, 'one'), join(root, 'two')],
      terminal: () => Promise.reject(new Error('not used')),
      whyNoCommands: null,
      signal: new AbortController().signal,
    };
  });
  after(() => rm(root, { recursive: true }));

  const refused = (text: RegExp) => (error: unknown) => error instanceof AgentError && text.test(error.message);

  it('finds files in all folders of the project', async () => {
    assert.deepEqual(await existingPath('a.py', world), { path: join(root, 'one', 'a.py'), folder: join(root, 'one') });
    assert.deepEqual(await existingPath('b.py', world), { path: join(root, 'two', 'b.py'), folder: join(root, 'two') });
    assert.equal((await existingPath('.', world)).path, join(root, 'one'));
    assert.equal((await existingPath(join(root, 'two', 'b.py'), world)).folder, join(root, 'two'));
    assert.equal(shownPath(join(root, 'two', 'b.py'), join(root, 'two')), 'b.py');
  });

  it('works where a folder of the project is itself behind a link', async () => {
    const linked = { ...world, folders: [join(root, 'alias')] };
    assert.equal((await existingPath('a.py', linked)).folder, join(root, 'alias'));
  });

  it('refuses what leads out of the project, by name or by a link', async () => {
    for (const path of [
      '../elsewhere/secret.py',
      join(root, 'elsewhere', 'secret.py'),
      'link/secret.py',
      'link',
      '/etc/passwd',
    ])
      await assert.rejects(existingPath(path, world), refused(/is outside the project/), path);
    for (const path of ['../new.py', 'link/new.py', 'link/deep/new.py', '/new.py'])
      await assert.rejects(possiblePath(path, world), refused(/is outside the project/), path);
    assert.equal((await possiblePath('deep/new.py', world)).path, join(root, 'one', 'deep', 'new.py'));
  });

  it('does not say whether a path outside exists', async () => {
    const message = async (path: string): Promise<string> =>
      existingPath(path, world).then(
        () => '',
        (error: unknown) => (error as Error).message.replace(path, ''),
      );
    assert.equal(await message('../elsewhere/secret.py'), await message('../elsewhere/absent.py'));
  });

  it('says what is wrong with other paths', async () => {
    await symlink('loop', join(root, 'one', 'loop'));
    await assert.rejects(existingPath('loop', world), refused(/^"loop" cannot be read \(ELOOP\)/));
    await assert.rejects(existingFolder('a.py', world), refused(/^"a\.py" is no folder/));
    assert.equal((await existingFolder('.', world)).path, join(root, 'one'));
    await assert.rejects(existingPath('absent.py', world), refused(/There is no "absent.py"/));
    await assert.rejects(existingPath('a\0b', world), refused(/character/));
    await assert.rejects(existingPath(' ', world), refused(/empty/));
  });
});
