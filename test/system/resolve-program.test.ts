import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import fc from 'fast-check';
import { resolveProgram, safeFolder } from '../../src/system/resolve-program';
import { skip } from '../support/skip';
import { cli } from '../cli/support';

function resolve(
  name: string,
  platform: NodeJS.Platform,
  env: Record<string, string>,
  cwd: string,
  files: readonly string[],
): string | null {
  return resolveProgram(name, {
    platform,
    env,
    cwd,
    isProgram: (path) => files.includes(path),
    realPath: (path) => path,
  });
}

describe('system/resolve-program', () => {
  it("finds Windows' own helpers in its folders, and others in PATH", () => {
    const system = 'C:\\Windows\\System32';
    const all = [
      `${system}\\typeperf.exe`,
      `${system}\\nvidia-smi.exe`,
      `${system}\\WindowsPowerShell\\v1.0\\powershell.exe`,
      'D:\\tools\\macmon.exe',
      'D:\\tools\\typeperf.exe',
    ];
    const env = { SystemRoot: 'C:\\Windows', Path: '"D:\\tools";C:\\Windows' };
    assert.equal(resolve('typeperf', 'win32', env, 'C:\\repo', all), `${system}\\typeperf.exe`);
    assert.equal(resolve('nvidia-smi', 'win32', env, 'C:\\repo', all), `${system}\\nvidia-smi.exe`);
    assert.equal(
      resolve('powershell.exe', 'win32', env, 'C:\\repo', all),
      `${system}\\WindowsPowerShell\\v1.0\\powershell.exe`,
    );
    assert.equal(resolve('macmon', 'win32', env, 'C:\\repo', all), 'D:\\tools\\macmon.exe');
    assert.equal(resolve('typeperf', 'win32', {}, 'C:\\repo', all), `${system}\\typeperf.exe`, 'without any variable');
    assert.equal(safeFolder({ platform: 'win32', env }), system);
  });

  it("finds the driver's tool in the folders of Windows and WSL, which are not in the PATH of services", () => {
    assert.equal(
      resolve('nvidia-smi', 'linux', { PATH: '/usr/bin' }, '/x', ['/usr/lib/wsl/lib/nvidia-smi']),
      '/usr/lib/wsl/lib/nvidia-smi',
    );
    const old = 'C:\\Program Files\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe';
    assert.equal(resolve('nvidia-smi', 'win32', { SystemRoot: 'C:\\Windows' }, 'C:\\repo', [old]), old);
    assert.equal(resolve('ps', 'linux', { PATH: '' }, '/x', ['/usr/lib/wsl/lib/ps']), null);
  });

  it('takes nothing from a project in the current folder, even from a subfolder in PATH', () => {
    const planted = ['/repo/node_modules/.bin/nvidia-smi', '/repo/bin/nvidia-smi', '/repo-tools/nvidia-smi'];
    const env = (PATH: string): Record<string, string> => ({ PATH, HOME: '/home/me' });
    assert.equal(resolve('nvidia-smi', 'linux', env('/repo/node_modules/.bin:/repo/bin'), '/repo', planted), null);
    assert.equal(resolve('nvidia-smi', 'linux', env('/repo-tools'), '/repo', planted), '/repo-tools/nvidia-smi');
    const windows = { PATH: 'C:\\Repo\\node_modules\\.bin', SystemRoot: 'C:\\Windows', USERPROFILE: 'C:\\Users\\me' };
    assert.equal(resolve('macmon', 'win32', windows, 'c:\\repo', ['C:\\Repo\\node_modules\\.bin\\macmon.exe']), null);
  });

  it('takes nothing from other open projects, and always finds tools of the system', () => {
    const planted = ['/work/repo/bin/nvidia-smi', '/usr/bin/nvidia-smi'];
    const found = (cwd: string, projects: readonly string[]): string | null =>
      resolveProgram('nvidia-smi', {
        platform: 'linux',
        env: { PATH: '/work/repo/bin:/usr/bin', HOME: '/home/me' },
        cwd,
        projects,
        isProgram: (path) => planted.includes(path),
        realPath: (path) => path,
      });
    assert.equal(found('/opt/editor', ['/work/other', '/work/repo']), '/usr/bin/nvidia-smi');
    assert.equal(found('/opt/editor', []), '/work/repo/bin/nvidia-smi');
    assert.equal(found('/usr', []), '/work/repo/bin/nvidia-smi');
    assert.equal(found('/usr', ['/work/repo', '/usr']), '/usr/bin/nvidia-smi');
  });

  it("finds a user's own tools from their home folder and above", () => {
    const own = '/home/me/.local/bin/nvidia-smi';
    for (const cwd of ['/home/me', '/home', '/']) {
      assert.equal(
        resolve('nvidia-smi', 'linux', { PATH: '/home/me/.local/bin', HOME: '/home/me' }, cwd, [own]),
        own,
        cwd,
      );
    }
  });

  it('takes nothing from the current folder, however it is written in PATH', () => {
    for (const name of ['nvidia-smi', 'typeperf', 'powershell.exe', 'macmon', 'ps']) {
      const bare = name.replace('.exe', '');
      for (const path of [
        '',
        '.',
        '.;',
        'bin',
        '..\\repo',
        'C:\\repo',
        'c:\\REPO\\',
        'C:',
        'C:bin',
        '\\repo',
        '"."',
        'C:\\x\\..\\repo',
      ]) {
        const planted = ['C:\\repo', 'C:\\repo\\bin', '.', '\\repo', 'C:bin', 'bin'].map(
          (folder) => `${folder}\\${bare}.exe`,
        );
        assert.equal(
          resolve(name, 'win32', { PATH: path, SystemRoot: 'C:\\Windows' }, 'C:\\repo', [...planted, `${bare}.exe`]),
          null,
          `${name} with PATH=${path}`,
        );
      }
      for (const path of [
        '',
        '.',
        ':',
        './bin',
        'bin:',
        '../repo',
        '/repo',
        '/repo/',
        '/x/../repo',
        '/bin2::/usr/bin2',
      ]) {
        assert.equal(
          resolve(name, 'linux', { PATH: path }, '/repo', [
            `/repo/${name}`,
            `/repo/bin/${name}`,
            name,
            `./${name}`,
            `./bin/${name}`,
            `bin/${name}`,
            `/repo/${name}`,
          ]),
          null,
          `${name} with PATH=${path}`,
        );
      }
    }
    assert.equal(resolve('ps', 'linux', { PATH: '/repo/tools' }, '/x', ['/repo/tools/ps', '/bin/ps']), '/bin/ps');
    assert.equal(
      resolve('nvidia-smi', 'linux', { PATH: '/opt/nvidia' }, '/x', ['/opt/nvidia/nvidia-smi', '/usr/bin/nvidia-smi']),
      '/opt/nvidia/nvidia-smi',
    );
    assert.equal(
      resolve('macmon', 'darwin', {}, '/x', ['/opt/homebrew/bin/macmon']),
      '/opt/homebrew/bin/macmon',
      'an editor that was started from the Dock does not have the PATH of a shell',
    );
    for (const name of ['./ps', '/repo/ps', 'a\\b', 'C:ps', ''])
      assert.equal(resolve(name, 'win32', {}, 'C:\\repo', [name, `${name}.exe`]), null);
  });

  it('returns only absolute paths, for any PATH', () => {
    const entry = fc.oneof(
      fc.constantFrom('.', '', '..', '/repo', '/usr/bin', 'C:\\repo', '\\\\server\\share', 'C:'),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.array(entry),
        fc.constantFrom<NodeJS.Platform>('linux', 'win32', 'darwin'),
        (entries, platform) => {
          const env = { PATH: entries.join(platform === 'win32' ? ';' : ':') };
          const cwd = platform === 'win32' ? 'C:\\repo' : '/repo';
          const seen: string[] = [];
          resolveProgram('nvidia-smi', {
            platform,
            env,
            cwd,
            realPath: (path) => path,
            isProgram: (path) => {
              seen.push(path);
              return false;
            },
          });
          for (const path of seen) {
            assert.match(path, platform === 'win32' ? /^([A-Za-z]:\\|\\\\)/ : /^\//);
            assert.notEqual(path.replace(/[/\\][^/\\]*$/, '').toLowerCase(), cwd.toLowerCase());
          }
        },
      ),
    );
  });

  it('starts no helper from the folder of a project', async function () {
    if (process.platform === 'win32') skip(this, 'the planted helpers are scripts with a shebang');
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-planted-'));
    try {
      await mkdir(join(folder, 'project', 'bin'), { recursive: true });
      await mkdir(join(folder, 'ran'));
      await symlink(join(folder, 'project'), join(folder, 'link'));
      for (const name of ['nvidia-smi', 'ps', 'macmon', 'cat', 'sh', 'lscpu']) {
        for (const place of ['project', 'project/bin']) {
          const path = join(folder, place, name);
          await writeFile(path, `#!/bin/sh\n: > "${join(folder, 'ran', name)}"\n`);
          await chmod(path, 0o755);
        }
      }
      for (const first of [
        '.',
        '',
        'bin',
        './bin',
        join(folder, 'project'),
        join(folder, 'link'),
        join(folder, 'link', 'bin'),
      ]) {
        const env = {
          ...process.env,
          PATH: `${first}${delimiter}${process.env['PATH'] ?? ''}`,
          XDG_STATE_HOME: join(folder, 'state'),
        };
        for (const args of [['sources'], ['run', '--no-record', '--', process.execPath, '-e', '0']]) {
          const { status, stderr } = spawnSync(process.execPath, [cli, ...args], {
            cwd: join(folder, 'project'),
            env,
            encoding: 'utf8',
          });
          assert.equal(status, 0, stderr);
        }
      }
      assert.deepEqual(await readdir(join(folder, 'ran')), []);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
