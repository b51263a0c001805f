import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../src/runs/journal/journal';
import type { RunRecord } from '../../src/runs/record';
import { skip } from '../support/skip';
import { cli, greenMl } from './support';

describe('green-ml run --pid', function () {
  this.timeout(120_000);
  let folder: string;
  let child: ChildProcess | null = null;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-pid-'));
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    child = null;
    await rm(folder, { recursive: true, force: true });
  });

  const env = (): NodeJS.ProcessEnv => ({ XDG_STATE_HOME: join(folder, 'state') });
  const journal = (): Journal => new Journal(join(folder, 'state', 'green-ml'));

  /** A process that computes for some time. */
  function busy(milliseconds: number): number {
    const script = `const end = Date.now() + ${milliseconds}; while (Date.now() < end);`;
    child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    assert.ok(child.pid !== undefined);
    return child.pid;
  }

  it('measures a process until it ends, and says what it leaves out', async () => {
    const pid = busy(4000);
    const file = join(folder, 'run.json');
    const { code, stderr } = await greenMl(['run', '--pid', String(pid), '--json', file], env(), folder);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^⚡ [^\n]*\n$/);
    const record = JSON.parse(await readFile(file, 'utf8')) as RunRecord;
    assert.deepEqual([record.kind, record.exitCode, record.command?.[0]], ['manual', null, process.execPath]);
    assert.ok(record.durationSeconds > 0.5 && record.durationSeconds < 60, String(record.durationSeconds));
    assert.ok(record.processes.peak >= 1);
    if (process.platform === 'linux')
      assert.ok(record.notes.some((note) => /had run for .* what it used before is not included/.test(note)));
    assert.deepEqual(await journal().ids(), [record.id]);
  });

  it('ends with a record when it is asked to stop, and leaves the process alone', async function () {
    if (process.platform === 'win32') skip(this, 'Windows has no signals');
    const pid = busy(60_000);
    const meter = spawn(process.execPath, [cli, 'run', '--quiet', '--pid', String(pid)], {
      env: { ...process.env, ...env() },
      stdio: 'ignore',
    });
    while (
      (
        await journal()
          .ids()
          .catch(() => [])
      ).length === 0
    )
      await new Promise((done) => setTimeout(done, 50));
    meter.kill('SIGTERM');
    assert.deepEqual(await once(meter, 'exit'), [0, null]);
    const [id = ''] = await journal().ids();
    assert.equal((await journal().read(id))?.record.status, 'completed');
    assert.equal(child?.exitCode, null);
  });

  it('keeps no record of a process, or of a command, that ran for a shorter time', async () => {
    for (const args of [
      ['--pid', String(busy(3000))],
      ['--', process.execPath, '-e', '0'],
    ]) {
      const { code, stderr } = await greenMl(['run', '--quiet', '--min-duration', '60s', ...args], env(), folder);
      assert.deepEqual([code, stderr], [0, '']);
      assert.deepEqual(await journal().ids(), []);
    }
    const kept = await greenMl(['run', '--min-duration', '1ms', '--', process.execPath, '-e', '0'], env(), folder);
    assert.match(kept.stderr, /Write a time with its unit, such as 60s or 5min\./);
    await greenMl(['run', '--min-duration', '0.001s', '--', process.execPath, '-e', '0'], env(), folder);
    assert.equal((await journal().ids()).length, 1);
  });

  it('refuses what is no process in one sentence', async () => {
    for (const [args, message] of [
      [['--pid', '999999999'], 'process 999999999 does not exist; give the id of a running process.'],
      [['--pid', '1'], 'process 1 runs this command or is the system itself; give the id of another process.'],
      [['--pid', String(process.pid)], /runs this command or is the system itself/],
      [['--pid', 'x'], /argument 'x' is invalid\. Write the id of a running process\./],
      [['--pid', '5', '--', 'true'], 'give either a command or --pid, not both.'],
      [['--pid', '5', '--live'], '--pid cannot be used with --live; leave out one of them.'],
      [['--pid', '5', '--on-budget', 'interrupt'], /only looks on, so it interrupts no process/],
    ] as const) {
      const { code, stderr } = await greenMl(['run', ...args], env(), folder);
      assert.equal(code, 2, args.join(' '));
      if (typeof message === 'string') assert.equal(stderr, `green-ml: ${message}\n`);
      else assert.match(stderr, message);
    }
  });
});
