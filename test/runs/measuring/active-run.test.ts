import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Attribution } from '../../../src/power/attribution';
import type { Sampler, Subscriber } from '../../../src/power/sampler';
import type { TreeTracker } from '../../../src/processes/tree-tracker';
import { ActiveRun } from '../../../src/runs/measuring/active-run';
import { Journal } from '../../../src/runs/journal/journal';
import { headerOf, intervalOf } from '../support';

/** A sampler that is moved by hand. */
class HandSampler implements Sampler {
  readonly active = true;
  subscriber: Subscriber | null = null;
  ended = false;

  subscribe(subscriber: Subscriber) {
    this.subscriber = subscriber;
    return Promise.resolve({ meterCpuSeconds: () => 0.25, end: () => void (this.ended = true) });
  }

  sample(): void {
    this.subscriber?.onSample(
      { at: 1000, seconds: 1, readings: [], load: null, gap: null, usages: [] },
      { cpuSeconds: 1, residentBytes: 0, processes: 3, pids: [] },
    );
  }

  sampleNow(): Promise<void> {
    this.sample();
    return Promise.resolve();
  }

  dispose(): void {}
}

describe('runs/active-run', () => {
  let folder: string;
  let sampler: HandSampler;
  let problems: string[];
  const roots: number[] = [];
  const tree = {
    addRoot: (pid: number) => void roots.push(pid),
    adoptMarked: () => undefined,
  } as unknown as TreeTracker;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-active-'));
    sampler = new HandSampler();
    problems = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const energy = ({ run, machine }: ReturnType<typeof intervalOf>): Attribution => ({
    run,
    machine,
    gaps: [],
    missing: [],
  });

  async function begin(directory = folder): Promise<ActiveRun> {
    const run = new ActiveRun((startedAt) => headerOf({ id: 'a', startedAt }), tree, {
      clock: { wallMilliseconds: () => 5000, monotonicSeconds: () => 0, after: () => () => undefined },
      journal: new Journal(directory),
      intervalMilliseconds: 1000,
      onProblem: (sentence) => problems.push(sentence),
      attribute: (_sample, usage) =>
        usage === null
          ? {
              ...energy(intervalOf({ at: 0, joules: 0 })),
              run: { cpu: null, gpu: null, memory: null, total: null, low: null, high: null },
            }
          : energy(intervalOf({ at: 0, joules: 3600 })),
    });
    await run.begin(sampler);
    return run;
  }

  it('leaves no record of a run that was given up before its first sample', async () => {
    const run = await begin();
    run.abandon();
    assert.equal(sampler.ended, true);
    assert.deepEqual(await new Journal(folder).ids(), []);
  });

  it('writes each sample as it comes, so that a kill loses only what was not yet sampled', async () => {
    const run = await begin();
    run.addProcess(42);
    sampler.sample();
    sampler.sample();
    const path = new Journal(folder).path('a');
    while ((await readFile(path, 'utf8').catch(() => '')).split('\n').length < 4)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal((await new Journal(folder).read('a'))?.record.energyWh.total, 2);
    await run.finish(0);
  });

  it('has a record that equals what the journal gives back', async () => {
    const run = await begin();
    run.addProcess(42);
    assert.ok(roots.includes(42));
    sampler.sample();
    const record = await run.finish(3);
    assert.equal(record.status, 'completed');
    assert.equal(record.exitCode, 3);
    assert.equal(record.energyWh.total, 2);
    assert.equal(record.processes.peak, 3);
    assert.equal(record.meter.cpuSeconds, 0.25);
    assert.deepEqual((await new Journal(folder).read('a'))?.record, record);
    assert.equal(await run.finish(4), record, 'a second end changes nothing');
  });

  it('knows nothing of the run before a process is known, and counts the machine only until one is', async () => {
    const run = await begin();
    sampler.sample();
    assert.equal(run.record().energyWh.total, null);
    run.countMachine('no process');
    assert.equal(run.record().scope, 'machine');
    assert.deepEqual(run.record().notes, ['no process']);
    assert.equal(run.recentWatts(), 0);
    run.addProcess(7);
    assert.equal(run.record().scope, 'run');
    assert.deepEqual(run.record().notes, []);
    sampler.sample();
    assert.equal(run.record().energyWh.total, 1);
    await run.finish(null);
  });

  it('keeps in the record a source that takes the place of another, and says once what may have left it', async () => {
    const run = await begin();
    run.addProcess(42);
    const source = {
      component: 'cpu',
      method: 'model',
      name: 'cpu-model',
      label: 'a model',
      band: { low: 0.5, high: 2 },
    } as const;
    const possible = { cpuSeconds: 0.15, processes: [{ pid: 9, name: 'python3' }] };
    for (let second = 0; second < 4; second++) {
      sampler.subscriber?.onSample(
        {
          at: 1000,
          seconds: 1,
          readings: [
            { source, outcome: { kind: 'energy', joules: 1, low: 1, high: 1, idleJoules: null }, users: null },
          ],
          load: null,
          gap: null,
          usages: [],
        },
        { cpuSeconds: 1, residentBytes: 0, processes: 3, pids: [], possible },
      );
    }
    const { sources, notes } = run.record();
    assert.deepEqual(
      sources.map(({ name }) => name),
      ['cpu-model'],
    );
    assert.deepEqual(notes, [
      'A detached process may belong to this run: python3 (9). Its energy is only included in the upper limit.',
    ]);
    await run.finish(0);
  });

  it('says once in one sentence that the record cannot be written, and goes on', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const run = await begin(file);
    run.addProcess(1);
    sampler.sample();
    sampler.sample();
    const record = await run.finish(0);
    assert.equal(record.energyWh.total, 3);
    assert.equal(problems.length, 1);
    assert.match(
      problems[0]!,
      /cannot be written to .*ENOTDIR.*\. The measurement continues\. Make the folder writable/,
    );
  });

  it('tells its listeners of each sample and stops when told', async () => {
    const run = await begin();
    let changes = 0;
    const stop = run.onChange(() => (changes += 1));
    sampler.sample();
    stop();
    sampler.sample();
    assert.equal(changes, 1);
    await run.finish(null);
  });

  it('keeps what its output told of its progress, with what had been used by then', async () => {
    const run = await begin();
    run.addProcess(42);
    sampler.sample();
    run.addProgress([{ unit: 'epoch', epoch: 1, of: 3, metrics: { val_loss: 0.5 }, at: 900 }]);
    // Energy is known with the next sample.
    assert.equal(run.record().progress, undefined);
    sampler.sample();
    assert.equal(run.record().progress?.done, 1);
    run.setResults({ accuracy: 0.9 });
    run.setResults({ accuracy: 0.9, f1: 0.8 });
    const record = await run.finish(0);
    assert.deepEqual(record.results, { accuracy: 0.9, f1: 0.8 });
    assert.deepEqual(record.progress, {
      unit: 'epoch',
      done: 1,
      total: 3,
      of: 3,
      fits: 1,
      metrics: { val_loss: 0.5 },
      metric: 'val_loss',
      best: { metric: 'val_loss', value: 0.5, epoch: 1, seconds: 2, energyWh: 2 },
    });
    const stored = await new Journal(folder).read('a');
    assert.deepEqual(stored?.record, record);
    assert.deepEqual(stored.progress?.marks, run.progress?.marks);
  });
});
