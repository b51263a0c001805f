import assert from 'node:assert/strict';
import fc from 'fast-check';
import { appendFile, chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../../src/runs/journal/journal';
import { headerOf, intervalOf } from '../support';

describe('runs/journal', () => {
  let folder: string;
  let journal: Journal;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-journal-'));
    journal = new Journal(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function record(id: string, joules: readonly number[], ended = true): Promise<void> {
    const writer = await journal.begin(id);
    await writer.append({ type: 'start', version: 1, ...headerOf({ id }) });
    for (const [index, each] of joules.entries()) {
      await writer.append({ type: 'sample', ...intervalOf({ at: 1000 * (index + 1), joules: each }) });
    }
    if (ended) await writer.end({ type: 'end', at: 1000 * joules.length, exitCode: 0, meterCpuSeconds: 0.1 });
    else await writer.close();
  }

  it('gives back what was written', async () => {
    await record('a', [3600, 7200]);
    const stored = await journal.read('a');
    assert.ok(stored);
    assert.equal(stored.record.status, 'completed');
    assert.equal(stored.record.energyWh.total, 3);
    assert.equal(stored.record.durationSeconds, 2);
    assert.equal(stored.record.averageWatts, 5400);
    assert.equal(stored.samples.length, 2);
  });

  it('says that nothing was recorded when there is no folder yet', async () => {
    assert.deepEqual(await new Journal(join(folder, 'missing')).list(), { runs: [], problems: [] });
    assert.equal(await new Journal(join(folder, 'missing')).latest(), null);
  });

  it('reads a run whose recorder was killed from what it had written, also with the last line cut short', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const writer = await journal.begin('cut');
    await writer.append({
      type: 'start',
      version: 1,
      ...headerOf({ id: 'cut', recorder: { pid: gone, version: '0' } }),
    });
    await writer.append({ type: 'sample', ...intervalOf({ at: 1000, joules: 3600 }) });
    await writer.close();
    await appendFile(journal.path('cut'), '{"type":"sample","at":2000,"seco');
    const stored = await journal.read('cut');
    assert.equal(stored?.record.status, 'interrupted');
    assert.equal(stored.record.energyWh.total, 1);
  });

  it('shows a run that goes on as running', async () => {
    await record('now', [3600], false);
    assert.equal((await journal.read('now'))?.record.status, 'running');
  });

  it('lists the good runs beside a damaged one, and says in one sentence what to do', async () => {
    await record('20260101T000000Z-good', [3600]);
    await writeFile(journal.path('20260101T000000Z-null'), '\u0000\u0000garbage\n[]\n"x"\n');
    await mkdir(journal.path('20260101T000000Z-folder'));
    const { runs, problems } = await journal.list();
    assert.deepEqual(
      runs.map(({ id }) => id),
      ['20260101T000000Z-good'],
    );
    assert.equal(problems.length, 2);
    for (const problem of problems) assert.match(problem, /delete the file|check its permissions/);
    assert.equal((await journal.latest())?.id, '20260101T000000Z-good');
  });

  it('shows the rest of a record with lines of wrong types, and says which lines it leaves out', async () => {
    await record('a', [3600, 7200]);
    const wrong = [
      '{"type":"sample","at":1,"seconds":"1","run":{},"machine":{},"gaps":[],"processes":1}',
      '{"type":"update","sources":[null]}',
      '{"type":"update","notes":"a text"}',
      '{"type":"progress","mark":{"epoch":1,"at":1,"metrics":{"loss":null}},"best":null}',
      '{"type":"end","at":"now"}',
      '{"type":"end","at":1e300,"exitCode":0,"meterCpuSeconds":0}',
      '{"type":"sample","at":1000,"seconds":1e999}',
    ];
    await appendFile(journal.path('a'), `${wrong.join('\n')}\n{"type":"of a newer version"}\n`);
    const stored = await journal.read('a');
    assert.equal(stored?.record.energyWh.total, 3);
    assert.deepEqual(stored.record.sources, []);
    const { runs, problems } = await journal.list();
    assert.equal(runs.length, 1);
    assert.deepEqual(problems, [
      `line 5 and 6 more of ${journal.path('a')} cannot be read and are left out of this run; the other figures stand.`,
    ]);
  });

  it('leaves out a sample whose figures contradict one another', async () => {
    await record('a', [3600]);
    const sample = intervalOf({ at: 3000, joules: 1 });
    const { run, machine } = sample;
    const wrong = [
      { ...sample, run: { ...run, total: 500, high: 500 } },
      { ...sample, run: { ...run, low: 50 } },
      { ...sample, run: { ...run, high: 0.1 } },
      { ...sample, machine: { ...machine, low: 900 } },
    ].map((each) => ({ type: 'sample', ...each }));
    const right = { type: 'sample', ...sample, machine: { ...machine, total: null, low: null, high: null } };
    await appendFile(journal.path('a'), `${[...wrong, right].map((line) => JSON.stringify(line)).join('\n')}\n`);
    const { runs, problems } = await journal.list();
    assert.equal(runs[0]?.energyWh.total, (3600 + 1) / 3600);
    assert.match(problems.join(), /^line \d+ and 3 more of .* are left out of this run/);
  });

  it('leaves out figures that no machine can have, so that no sum of a report becomes infinite', async () => {
    await record('a', [3600]);
    const sample = intervalOf({ at: 3000, joules: 1 });
    const energy = (joules: number) => ({
      ...sample,
      run: { ...sample.run, total: joules },
      machine: { ...sample.machine, total: joules },
    });
    const wrong: object[] = [
      { type: 'sample', ...energy(1e308) },
      { type: 'sample', ...energy(1e12) },
      { type: 'sample', ...sample, seconds: 1e300 },
      { type: 'sample', ...sample, processes: 1e300 },
      { type: 'sample', ...sample, at: -1 },
      { type: 'sample', ...sample, gaps: [{ component: 'cpu', reason: 'x', seconds: 1, atMostJoules: 1e300 }] },
      { type: 'update', pue: 1e9 },
      {
        type: 'update',
        intensity: {
          gramsPerKWh: 1e300,
          low: 0,
          high: 1e300,
          zone: null,
          year: null,
          source: '',
          basis: 'given',
          chosenBy: 'person',
        },
      },
      { type: 'end', at: 4e15, exitCode: 0, meterCpuSeconds: 1 },
      { type: 'end', at: 4000, exitCode: 0, meterCpuSeconds: 1e300 },
    ];
    await appendFile(journal.path('a'), `${wrong.map((line) => JSON.stringify(line)).join('\n')}\n`);
    const { runs, problems } = await journal.list();
    assert.equal(runs[0]?.energyWh.total, 1);
    assert.match(problems.join(), new RegExp(`and ${wrong.length - 1} more of .* are left out of this run`));
  });

  it('sums to something finite whatever number stands in a line', async () => {
    let next = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.double(),
        fc.constantFrom('seconds', 'at', 'processes', 'run', 'machine', 'pue'),
        async (value, place) => {
          const id = `n${(next += 1)}`;
          const sample = intervalOf({ at: 3000, joules: 1 });
          const change =
            place === 'run' || place === 'machine'
              ? { [place]: { ...sample[place], total: value, high: value } }
              : { [place]: value };
          const line = place === 'pue' ? { type: 'update', pue: value } : { type: 'sample', ...sample, ...change };
          await writeFile(
            await pathIn(id),
            `${JSON.stringify({ type: 'start', version: 1, ...headerOf({ id }) })}\n${JSON.stringify(line)}\n{"type":"end","at":9000,"exitCode":0,"meterCpuSeconds":0}\n`,
          );
          const stored = await journal.read(id);
          assert.ok(stored !== null);
          const { energyWh, machineWh, averageWatts, durationSeconds } = stored.record;
          for (const figure of [energyWh.total, energyWh.high, machineWh.total, averageWatts, durationSeconds])
            assert.ok(figure === null || (Number.isFinite(figure) && figure * 1e6 < 1e300), String(figure));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds the recorders of runs that began since, by their first lines', async () => {
    await record('20260101T000000Z-aaaaaa', [1]);
    await record('20260101T000005Z-bbbbbb', [1]);
    await record('20260101T000005Z-cccccc', [1]);
    await writeFile(await pathIn('20260101T000006Z-dddddd'), '');
    await writeFile(await pathIn('20260101T000007Z-eeeeee'), 'garbage');
    assert.deepEqual(
      (await journal.begunSince('20260101T000005Z-cccccc')).map(({ id, recorder }) => [id, recorder.pid]),
      [['20260101T000005Z-bbbbbb', process.pid]],
    );
    assert.deepEqual(await journal.begunSince('a name of ours'), []);
  });

  it('never takes a first line of wrong types for a run', async () => {
    const good: Record<string, unknown> = { type: 'start', version: 1, ...headerOf() };
    const wrong: Record<string, unknown>[] = [
      { sources: [null] },
      { sources: null },
      { notes: [3] },
      { pue: '1' },
      { name: null },
      { startedAt: 9e15 },
      { scope: 'all' },
      { recorder: null },
      { intensity: { gramsPerKWh: '400' } },
      { command: 'python3' },
      { missing: [{ component: 'cpu' }] },
    ];
    for (const [index, change] of wrong.entries())
      await writeFile(await pathIn(`w${index}`), `${JSON.stringify({ ...good, ...change })}\n`);
    const { runs, problems } = await journal.list();
    assert.deepEqual(runs, []);
    assert.equal(problems.length, wrong.length);
  });

  async function pathIn(id: string): Promise<string> {
    await mkdir(journal.folder, { recursive: true });
    return journal.path(id);
  }

  it('reads a copied file as a run of its own', async () => {
    await record('a', [3600]);
    await copyFile(journal.path('a'), journal.path('b'));
    assert.deepEqual(
      (await journal.list()).runs.map(({ id }) => id),
      ['a', 'b'],
    );
  });

  it('says nothing of a file that is still empty', async () => {
    await writeFile(await pathIn('empty'), '');
    assert.deepEqual(await journal.list(), { runs: [], problems: [] });
  });

  it('merges the samples of a long run while it goes on and when it ends, with the same energy', async function () {
    this.timeout(20_000);
    const joules = Array.from({ length: 9001 }, (_, index) => index % 7);
    await record('long', joules);
    const stored = await journal.read('long');
    assert.ok(stored && stored.samples.length <= 2000 && stored.samples.length > 1000);
    const sum = joules.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs((stored.record.energyWh.total ?? 0) * 3600 - sum) < 1e-6 * sum);
    assert.equal(stored.record.durationSeconds, 9001);
    assert.equal(stored.record.meter.samples, 9001);
    const lines = (await readFile(journal.path('long'), 'utf8')).split('\n');
    assert.ok(lines.length < 2010 && lines.at(-1) === '');
    assert.deepEqual(await journal.ids(), ['long'], 'no temporary file is left');
  });

  it('refuses a folder that cannot be written with an error that has a code', async () => {
    await writeFile(join(folder, 'file'), '');
    await chmod(join(folder, 'file'), 0o400);
    await assert.rejects(
      new Journal(join(folder, 'file')).begin('x'),
      (error: NodeJS.ErrnoException) => error.code === 'ENOTDIR',
    );
  });
});
