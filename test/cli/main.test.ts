import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '../../src/runs/record';
import { skip } from '../support/skip';
import { cli, greenMl } from './support';

describe('cli/main', function () {
  this.timeout(60_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-main-'));
    env = { XDG_STATE_HOME: join(folder, 'state') };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('says in one sentence what is wrong with a call, and where help is', async () => {
    const { code, stderr } = await greenMl(['runs', 'list', '--bogus'], env);
    assert.equal(code, 2);
    assert.equal(stderr, 'green-ml: unknown option \'--bogus\'; see "green-ml runs list --help".\n');
    const similar = await greenMl(['run', '--bugdet', '5Wh', '--', 'true'], env);
    assert.equal(
      similar.stderr,
      'green-ml: unknown option \'--bugdet\' (Did you mean --budget?); see "green-ml run --help".\n',
    );
    const amount = await greenMl(['run', '--pue', '0.99', '--', 'true'], env);
    assert.match(
      amount.stderr,
      /^green-ml: option '--pue <n>' argument '0\.99' is invalid\. Write a number of 1 or more\.\n$/,
    );
  });

  it('takes no empty path for the current folder, and no empty id for any run', async () => {
    for (const args of [
      ['lint', ''],
      ['lint', '.', ''],
      ['lint', '--fix', ''],
      ['lint', '--config', '', '.'],
      ['practices', ''],
      ['runs', 'report', '--folder', ''],
      ['runs', 'export', '--format', 'json', '--output', ''],
    ]) {
      const { code, stdout, stderr } = await greenMl(args, env, folder);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.equal(
        stderr,
        'green-ml: a path is empty; give a file or a folder, or "." for the current folder.\n',
        args.join(' '),
      );
    }
    await greenMl(['run', '--', 'true'], env);
    for (const args of [
      ['show', ''],
      ['delete', ''],
      ['compare', '', 'last'],
      ['statement', ''],
    ]) {
      const { code, stderr } = await greenMl(['runs', ...args], env);
      assert.deepEqual(
        [code, stderr],
        [2, 'green-ml: the id of the run is empty; see "green-ml runs list" for all ids.\n'],
        args.join(' '),
      );
    }
  });

  it('has help for every command, and a sentence where there is none', async () => {
    for (const args of [
      ['help', 'foo'],
      ['runs', 'help', 'foo'],
      ['help', 'lint', '--help'],
      ['help', 'runs'],
      ['runs', 'help', 'show'],
    ]) {
      const { code, stdout, stderr } = await greenMl(args, env);
      const isWrong = args.includes('foo');
      assert.equal(code, isWrong ? 2 : 0, args.join(' '));
      if (isWrong)
        assert.deepEqual(
          [stdout, stderr],
          [
            '',
            `green-ml: there is no command "foo"; see "green-ml${args[0] === 'runs' ? ' runs' : ''} --help" for all commands.\n`,
          ],
        );
      else assert.match(stdout, /^Usage: green-ml/);
    }
    const { stdout } = await greenMl(['--help'], env);
    const commands = [...stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}([a-z]+)/gm)].map(
      ([, name = '']) => name,
    );
    assert.ok(commands.length >= 9, stdout);
    for (const name of commands.filter((each) => each !== 'help')) {
      const help = await greenMl([name, '--help'], env);
      assert.deepEqual([help.code, help.stderr], [0, ''], name);
      assert.match(help.stdout, new RegExp(`^Usage: green-ml ${name} `), name);
    }
  });

  it('takes --no-color before and after the name of a command', async () => {
    for (const args of [
      ['--no-color', 'sources'],
      ['sources', '--no-color'],
      ['runs', 'list', '--no-color'],
      ['run', '--no-color', '--no-record', '--', 'true'],
    ]) {
      const { code, stderr } = await greenMl(args, env);
      assert.equal(code, 0, stderr);
    }
  });

  it('goes on measuring when nobody reads standard error any more', async () => {
    const child = spawn(
      process.execPath,
      [cli, 'run', '--json', join(folder, 'run.json'), '--', 'sh', '-c', 'sleep 0.3; exit 4'],
      {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    child.stderr.destroy();
    const code = await new Promise((resolve) => child.once('exit', resolve));
    assert.equal(code, 4);
    assert.equal((JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunRecord).exitCode, 4);
  });

  const shell = (line: string, ...args: string[]) =>
    spawnSync('bash', ['-c', line, process.execPath, cli, ...args], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });

  it('ends quietly when the reader of its output has left', () => {
    const { status, stderr } = shell('"$0" "$1" --help | true; exit ${PIPESTATUS[0]}');
    assert.deepEqual([status, stderr], [0, '']);
  });

  it('says when its output cannot be written', function () {
    if (!existsSync('/dev/full')) skip(this, 'there is no /dev/full on this system');
    const { status, stderr } = shell('"$0" "$1" --help > /dev/full');
    assert.deepEqual(
      [status, stderr],
      [2, 'green-ml: the output cannot be written (ENOSPC); write it to another place.\n'],
    );
  });

  it('says that its folder is gone', async () => {
    const gone = join(folder, 'gone');
    await mkdir(gone);
    const { status, stderr } = shell('cd "$2" && rmdir "$2" && "$0" "$1" run -- true', gone);
    assert.equal(status, 2);
    assert.equal(stderr, 'green-ml: the current folder no longer exists; change to another folder.\n');
  });
});
