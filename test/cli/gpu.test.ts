import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Availability } from '../../src/power/source';
import type { RunRecord } from '../../src/runs/record';
import { skip } from '../support/skip';
import { cli, greenMl } from './support';

/**
 * Keeps the stand-in's GPUs busy for some seconds: next to all that they draw is then drawn by the command. It rests
 * before, so that they are seen at rest also where the machine is too busy for a baseline.
 */
const train = [
  'python3',
  '-c',
  'import os, time; time.sleep(2.2); open(os.environ["FAKE_GPU_BUSY"], "w").close(); time.sleep(4); os.remove(os.environ["FAKE_GPU_BUSY"]); time.sleep(1.2)',
];
/** A number that no process can have: the largest there is, one more. */
const nobody = '4194305';

describe('cli: whose GPU it is', function () {
  this.timeout(60_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;

  before(function () {
    if (process.platform !== 'linux')
      skip(this, 'the stand-in for nvidia-smi is a script with a shebang, and /proc is read');
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-gpu-'));
    env = {
      XDG_STATE_HOME: join(folder, 'state'),
      // Nothing in the current folder is a helper program, so the commands run elsewhere.
      PATH: `${resolve('test/fixtures/nvidia')}:${process.env['PATH'] ?? ''}`,
      FAKE_GPU_BUSY: join(folder, 'busy'),
    };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function run(more: NodeJS.ProcessEnv, command: readonly string[] = train): Promise<RunRecord> {
    const path = join(folder, 'run.json');
    const { code, stderr } = await greenMl(['run', '--json', path, '--', ...command], { ...env, ...more }, folder);
    assert.equal(code, 0, stderr);
    return JSON.parse(await readFile(path, 'utf8')) as RunRecord;
  }

  const gpuOf = ({ energyWh, machineWh }: RunRecord): { run: number; machine: number } => {
    assert.ok(energyWh.gpu !== null && machineWh.gpu !== null);
    return { run: energyWh.gpu, machine: machineWh.gpu };
  };
  const shared = ({ sources }: RunRecord): (boolean | undefined)[] =>
    sources.filter(({ component }) => component === 'gpu').map((source) => source.shared);
  const isFirstNamespace = async (): Promise<boolean> => (await readlink('/proc/self/ns/pid')) === 'pid:[4026531836]';

  it('counts the device, marked shared, where the driver names a process that is not here', async () => {
    const record = await run({ FAKE_GPU_PID: nobody, CUDA_VISIBLE_DEVICES: '0' });
    const { run: own, machine } = gpuOf(record);
    // 280 W of the 650 W that both draw.
    assert.ok(own > 0.3 * machine && own < 0.6 * machine, `${own} of ${machine} Wh`);
    assert.equal(shared(record)[0], true);
  });

  it("counts nothing where the driver names another's process alone", async function () {
    if (!(await isFirstNamespace()))
      skip(this, "this is a container, where no number of the driver is proven to be another's");
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      const record = await run({ FAKE_GPU_PID: String(stranger.pid), CUDA_VISIBLE_DEVICES: '0' });
      const { run: own, machine } = gpuOf(record);
      // Until the driver has named its processes for the first time, nobody knows.
      assert.ok(own < 0.25 * machine, `${own} of ${machine} Wh`);
    } finally {
      stranger.kill();
    }
  });

  it('takes no number for a process of its own namespace in a real one', async function () {
    try {
      execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    } catch {
      skip(this, 'this user may not make a process namespace (unshare)');
    }
    const path = join(folder, 'run.json');
    // Number 1 is the meter itself in there, and quite another process for the driver.
    const inside = spawn(
      'unshare',
      ['--pid', '--fork', '--mount-proc', process.execPath, cli, 'run', '--json', path, '--', ...train],
      { cwd: folder, env: { ...process.env, ...env, FAKE_GPU_PID: '1', CUDA_VISIBLE_DEVICES: '0' }, stdio: 'ignore' },
    );
    await once(inside, 'close');
    const record = JSON.parse(await readFile(path, 'utf8')) as RunRecord;
    const { run: own, machine } = gpuOf(record);
    assert.ok(own > 0.3 * machine && own < 0.6 * machine, `${own} of ${machine} Wh`);
    assert.equal(shared(record)[0], true);
  });

  it('leaves the other GPU to others where the command may not use it', async () => {
    // With no process named, as in a container; the shell before it has no such variable.
    const both = gpuOf(await run({}));
    assert.ok(both.run > 0.8 * both.machine, `${both.run} of ${both.machine} Wh`);
    const shell = ['sh', '-c', `CUDA_VISIBLE_DEVICES=1 "$@"; exit $?`, 'sh', ...train];
    const second = gpuOf(await run({}, shell));
    assert.ok(
      second.run > 0.35 * second.machine && second.run < 0.7 * second.machine,
      `${second.run} of ${second.machine} Wh`,
    );
    const none = gpuOf(await run({ CUDA_VISIBLE_DEVICES: '' }));
    assert.ok(none.run < 0.05 * none.machine, `${none.run} of ${none.machine} Wh`);
  });

  it('lets a GPU join whose driver is slow to answer, with a gap before and no wait', async () => {
    const gate = join(folder, 'gate');
    const late = [
      'python3',
      '-c',
      'import os, time; time.sleep(2.5); open(os.environ["FAKE_GPU_GATE"], "w").close(); time.sleep(3)',
    ];
    const record = await run({ FAKE_GPU_GATE: gate }, late);
    assert.ok((record.machineWh.gpu ?? 0) > 0);
    assert.deepEqual(
      record.sources.filter(({ component }) => component === 'gpu').map(({ name }) => name.slice(0, 12)),
      ['GPU-00000000', 'GPU-00000001'],
    );
    assert.ok(record.gaps.some(({ component, reason }) => component === 'gpu' && /not answered yet/.test(reason)));
    assert.equal(
      record.missing.some(({ component }) => component === 'gpu'),
      false,
    );
  });

  it('says what to do where the driver does not work, in the record and in the list of sources', async () => {
    const record = await run({ FAKE_GPU_EXIT: '18' }, ['true']);
    assert.deepEqual([record.energyWh.gpu, record.machineWh.gpu], [null, null]);
    assert.match(record.missing.find(({ component }) => component === 'gpu')?.reason ?? '', /different versions/);
    const { stdout } = await greenMl(['sources', '--json'], { ...env, FAKE_GPU_EXIT: '18' }, folder);
    const { sources } = JSON.parse(stdout) as { sources: Availability[] };
    const row = sources.find(({ name }) => name === 'nvidia-smi');
    assert.equal(row?.available, false);
    assert.match(row.enable ?? '', /Restart/);
  });

  it('lists every kind of source that it looked for', async () => {
    const { stdout } = await greenMl(['sources', '--json'], { XDG_STATE_HOME: join(folder, 'state') });
    const { sources } = JSON.parse(stdout) as { sources: Availability[] };
    for (const component of ['cpu', 'memory', 'gpu', 'system'] as const)
      assert.ok(
        sources.some((each) => each.component === component),
        component,
      );
    for (const { available, reason } of sources) assert.ok(available || (reason ?? '') !== '');
  });
});
