import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPower } from '../../src/power/machine';
import { TreeTracker } from '../../src/processes/tree-tracker';
import { wattHoursOnce } from '../../src/runs/measuring/counted-once';
import { Journal } from '../../src/runs/journal/journal';
import { Meter } from '../../src/runs/measuring/meter';
import type { RunRecord } from '../../src/runs/record';
import { systemClock } from '../../src/system/clock';
import { systemFiles } from '../../src/system/files';
import { skip } from '../support/skip';
import { cli, greenMl } from './support';

describe('cli/run inside run', function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-nested-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const green = (name: string, ...options: string[]): string[] => [
    process.execPath,
    cli,
    'run',
    '--quiet',
    '--name',
    name,
    ...options,
    '--',
  ];
  const busy = [process.execPath, '-e', 'for (const end = Date.now() + 700; Date.now() < end;);'];

  async function measure(
    command: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<ReadonlyMap<string, RunRecord>> {
    const [, , ...args] = command;
    const { code, stderr } = await greenMl(args, { XDG_STATE_HOME: folder, ...env }, folder);
    assert.equal(code, 0, stderr);
    return runs();
  }

  async function runs(): Promise<ReadonlyMap<string, RunRecord>> {
    const { runs: all, problems } = await new Journal(join(folder, 'green-ml')).list();
    assert.deepEqual(problems, []);
    return new Map(all.map((run) => [run.name, run]));
  }

  it('belongs to the outer run, and a sum and a statement count it once', async () => {
    const found = await measure([...green('outer'), ...green('inner'), ...busy]);
    const [outer, inner] = [found.get('outer')!, found.get('inner')!];
    assert.deepEqual([outer.parent, inner.parent], [null, outer.id]);
    assert.deepEqual(outer.children, [inner.id]);
    const [used, sum] = [outer.energyWh.total!, wattHoursOnce([...found.values()])!];
    // Clocks of two processes differ by a little at the ends.
    assert.ok(Math.abs(sum - used) < 0.02 * used, `${sum} of ${used}`);
    const { stdout } = await greenMl(['runs', 'statement'], { XDG_STATE_HOME: folder }, folder);
    assert.match(stdout, /2 runs of .* one of them overlaps with others and what they share is counted once/);
  });

  it('belongs to the nearest recorded run where the one between keeps no record', async () => {
    const found = await measure([...green('outer'), ...green('between', '--no-record'), ...green('inner'), ...busy]);
    assert.deepEqual([...found.keys()].sort(), ['inner', 'outer']);
    assert.equal(found.get('inner')!.parent, found.get('outer')!.id);
  });

  it('stands alone where the outer run keeps no record, or its mark is left from one that has ended', async () => {
    const alone = await measure([...green('outer', '--no-record'), ...green('alone'), ...busy]);
    assert.equal(alone.get('alone')!.parent, null);
    for (const mark of [alone.get('alone')!.id, '20200101T000000Z-abcdef', '../../etc/passwd', '']) {
      const found = await measure([...green('stale'), ...busy], {
        GREEN_ML_RUN_ID: mark,
        GREEN_ML_RUN_PARENTS: `${mark},x`,
      });
      assert.equal(found.get('stale')!.parent, null, mark);
    }
  });

  it('is found by an editor that measures the terminal or the session in which it was started', async () => {
    const power = await openPower({ files: systemFiles, clock: systemClock, platform: process.platform });
    try {
      const journal = new Journal(join(folder, 'green-ml'));
      const meter = new Meter({
        power,
        journal,
        clock: systemClock,
        intervalMilliseconds: 300,
        version: '0',
        onProblem: (sentence) => assert.fail(sentence),
      });
      const start = {
        name: 'terminal',
        kind: 'terminal',
        command: null,
        folder,
        scope: 'run',
        intensity: null,
        pue: 1,
        notes: [],
      } as const;
      const active = await meter.start({ ...start, tree: new TreeTracker() });
      // Another run of the same window, side by side: its recorder is the window's as well, and proves nothing.
      const beside = await meter.start({ ...start, name: 'beside', tree: new TreeTracker() });
      const [program, ...args] = [...green('inner'), ...busy];
      const child = spawn(program!, args, {
        cwd: folder,
        env: { ...process.env, XDG_STATE_HOME: folder },
        stdio: 'ignore',
      });
      active.addProcess(child.pid!);
      beside.addProcess(process.pid, 'now');
      await new Promise((done) => child.once('exit', done));
      await active.finish(0);
      const found = await runs();
      assert.equal(found.get('inner')!.parent, active.id);
      assert.deepEqual(found.get('terminal')!.children, [found.get('inner')!.id]);
      await beside.finish(0);
      assert.equal((await runs()).get('terminal')!.parent, null);
    } finally {
      power.dispose();
    }
  });

  it('is known by its processes where the environment says nothing', async function () {
    if (process.platform === 'win32') skip(this, 'there is no env and no sh to take the mark away');
    const found = await measure([...green('outer'), 'env', '-u', 'GREEN_ML_RUN_ID', ...green('one'), ...busy]);
    const sibling = await measure([
      ...green('make'),
      'sh',
      '-c',
      'unset GREEN_ML_RUN_ID; "$@"; "$@"',
      'sh',
      ...green('twice'),
      ...busy,
    ]);
    assert.equal(found.get('one')!.parent, found.get('outer')!.id);
    const { stdout } = await greenMl(
      ['runs', 'show', found.get('one')!.id, '--json'],
      { XDG_STATE_HOME: folder },
      folder,
    );
    assert.equal((JSON.parse(stdout) as RunRecord).parent, found.get('outer')!.id, 'its own record says so');
    assert.equal(sibling.get('make')!.children.length, 2);
    assert.equal(sibling.get('twice')!.parent, sibling.get('make')!.id);
  });
});
