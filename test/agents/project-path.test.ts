import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, win32 } from 'node:path';
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

  describe('by the rules of Windows', () => {
    const project = 'C:\\Users\\me\\project';
    const existing = [
      'C:\\',
      'C:\\Users',
      project,
      `${project}\\src`,
      `${project}\\src\\a.py`,
      'C:\\Users\\me\\key.py',
      'D:\\other.py',
    ];
    /** What a test looked at. */
    let seen: string[] = [];
    const files = {
      realPath: (path: string): Promise<string> => {
        seen.push(path);
        // As Windows does, in the letters that the file has, without dots and spaces at the end, and of a short name the long one.
        const asked = path
          .replace(/\//g, '\\')
          .replace(/[. ]+$/, '')
          .replace(/PROJEC~1/i, 'project');
        const found = existing.find((each) => each.toLowerCase() === asked.toLowerCase());
        if (found === undefined) return Promise.reject(Object.assign(new Error('not there'), { code: 'ENOENT' }));
        return Promise.resolve(found);
      },
    };
    const folders = [project];
    const find = (named: string): Promise<{ path: string; folder: string }> =>
      existingPath(named, { folders }, files, win32);
    const place = (named: string): Promise<{ path: string; folder: string }> =>
      possiblePath(named, { folders }, files, win32);
    beforeEach(() => {
      seen = [];
    });

    it('finds a file however its path is written', async () => {
      const forms = ['src\\a.py', 'src/a.py', './src/../src/a.py', 'SRC\\A.PY', 'C:src\\a.py', `${project}\\src\\a.py`];
      forms.push(
        'c:\\users\\ME\\project\\src\\a.py',
        'C:/Users/me/project/src/a.py',
        'C:\\Users\\me\\PROJEC~1\\src\\a.py',
      );
      forms.push('\\Users\\me\\project\\src\\a.py');
      for (const named of forms) assert.equal((await find(named)).folder, project, named);
    });

    it('refuses other folders, drives, shares and devices', async () => {
      const outside = [
        '..\\key.py',
        '..\\..\\me\\key.py',
        'src\\..\\..\\key.py',
        'C:..\\key.py',
        '\\Users\\me\\key.py',
      ];
      outside.push('C:\\Users\\me\\key.py', 'c:/users/me/key.py', 'D:\\other.py', 'D:/other.py', '/Users/me/key.py');
      outside.push(
        'E:\\not there',
        `${project}-old\\a.py`,
        '\\\\host\\share\\a.py',
        '//host/share/a.py',
        '\\\\host@8080\\dav\\a.py',
      );
      outside.push(
        '\\\\?\\C:\\Users\\me\\key.py',
        '\\\\.\\C:\\Users\\me\\key.py',
        '\\\\.\\pipe\\docker_engine',
        '\\\\.\\PhysicalDrive0',
      );
      for (const named of outside) {
        await assert.rejects(find(named), refused(/is outside the project/), named);
        await assert.rejects(place(named), refused(/is outside the project/), named);
      }
    });

    it('looks at no share and no device', async () => {
      for (const named of [
        '\\\\host\\share\\a.py',
        '//host/share/a.py',
        '\\\\?\\UNC\\host\\share',
        '\\\\.\\pipe\\x',
        '\\/host/share',
      ]) {
        await assert.rejects(find(named), refused(/is outside the project/), named);
        await assert.rejects(place(named), refused(/is outside the project/), named);
      }
      assert.deepEqual(seen, []);
    });

    it('works for a project on a share', async () => {
      const share = { folders: ['\\\\host\\share\\project'] };
      const there = { realPath: (path: string) => Promise.resolve(path) };
      assert.equal((await existingPath('a.py', share, there, win32)).path, '\\\\host\\share\\project\\a.py');
      assert.equal(
        (await existingPath('\\\\HOST\\share\\project\\a.py', share, there, win32)).folder,
        share.folders[0],
      );
      for (const named of [
        '\\\\host\\other\\a.py',
        '\\\\host\\share\\a.py',
        '..\\a.py',
        '\\a.py',
        '\\\\third\\share\\project\\a.py',
      ])
        await assert.rejects(existingPath(named, share, there, win32), refused(/is outside the project/), named);
    });

    it('places new files in the project only', async () => {
      assert.equal((await place('src\\new\\b.py')).path, `${project}\\src\\new\\b.py`);
      assert.equal((await place('c:\\users\\me\\PROJECT\\b.py')).folder, project);
      await assert.rejects(place('C:\\Users\\me\\b.py'), refused(/is outside the project/));
    });
  });
});
