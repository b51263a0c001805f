import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchers, pathEntry, type LauncherTarget } from '../../../src/editor/first-steps/launcher';
import { isThere } from '../../../src/system/folders';
import { removeLaunchers, writeLaunchers } from '../../../src/system/launcher-folder';

const windows: LauncherTarget = {
  platform: 'win32',
  program: 'C:\\Users\\Jürgen\\AppData\\Local\\Programs\\Microsoft VS Code\\Code.exe',
  isElectron: true,
  script: 'c:\\users\\jürgen\\.vscode\\extensions\\green-ml-1\\dist\\100%cli.js',
  env: { USERPROFILE: 'C:\\Users\\Jürgen' },
};

describe('the launchers of green-ml', () => {
  it('start the command with its arguments, from any folder', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = await mkdtemp(join(tmpdir(), "green-ml 'launcher' "));
    const bin = join(folder, 'new', 'bin');
    try {
      const script = join(folder, "it's a script.cjs");
      await writeFile(
        script,
        'console.log(JSON.stringify([process.env.ELECTRON_RUN_AS_NODE, process.argv.slice(2)]));',
      );
      for (const isElectron of [false, true]) {
        const target: LauncherTarget = {
          platform: process.platform,
          program: process.execPath,
          isElectron,
          script,
          env: {},
        };
        assert.equal(await writeLaunchers(bin, launchers(target)), null);
        assert.equal((await stat(join(bin, 'green-ml'))).mode & 0o111, 0o111);
        const { stdout }: { readonly stdout: string } = spawnSync('green-ml', ['run', 'two words', '$HOME', "'"], {
          env: { PATH: `/usr/bin:/bin${pathEntry(bin, process.platform)}` },
          cwd: tmpdir(),
          encoding: 'utf8',
        });
        const variable = isElectron ? '1' : null;
        assert.deepEqual(JSON.parse(stdout), [variable, ['run', 'two words', '$HOME', "'"]]);
      }
      await removeLaunchers(bin);
      await removeLaunchers(bin);
      assert.equal(isThere(bin), false);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('are made for all shells of Windows, and name no user in the letters of a code page', () => {
    const [shell, batch, ...more] = launchers(windows);
    assert.deepEqual([shell?.name, batch?.name, more], ['green-ml', 'green-ml.cmd', []]);
    const lines = (batch?.content ?? '').split('\r\n');
    assert.ok(lines.includes('set ELECTRON_RUN_AS_NODE=1'));
    assert.equal(
      lines.at(-2),
      '"%USERPROFILE%\\AppData\\Local\\Programs\\Microsoft VS Code\\Code.exe" ' +
        '"%USERPROFILE%\\.vscode\\extensions\\green-ml-1\\dist\\100%%cli.js" %*',
    );
    assert.doesNotMatch(batch?.content ?? '', /ü/);
  });

  it('are added behind what is on the PATH already', () => {
    assert.equal(pathEntry('/x/bin', 'linux'), ':/x/bin');
    assert.equal(pathEntry('C:\\x', 'win32'), ';C:\\x');
  });
});
