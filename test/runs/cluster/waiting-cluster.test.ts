import assert from 'node:assert/strict';
import { TreeTracker } from '../../../src/processes/tree-tracker';
import type { ActiveRun } from '../../../src/runs/measuring/active-run';
import { Meter } from '../../../src/runs/measuring/meter';
import { openClusterSoon } from '../../../src/runs/cluster/waiting-cluster';
import { pause } from '../../../src/system/clock';
import type { HttpForms, HttpResult } from '../../../src/system/http';
import { FakeClock, settle } from '../../support/fake-clock';

/** A server with one GPU of 400 W, which answers when it is told to. */
class SlowServer implements HttpForms {
  questions = 0;
  /** How far its clock is ahead of ours, seconds. */
  ahead = 0;
  /** How long it takes to answer, seconds. */
  patience = 0;
  private problem: string | null = null;
  private readonly waiting: (() => void)[] = [];
  private isReady = false;

  constructor(private readonly clock: FakeClock) {}

  /** @param problem what Prometheus says is wrong with each question; null for nothing */
  answer(problem: string | null = null): Promise<void> {
    this.isReady = true;
    this.problem = problem;
    for (const each of this.waiting.splice(0)) each();
    return settle();
  }

  async post({ form }: Parameters<HttpForms['post']>[0]): Promise<HttpResult> {
    this.questions += 1;
    if (!this.isReady) await new Promise<void>((done) => void this.waiting.push(done));
    if (this.patience > 0) await pause(this.clock, this.patience * 1000);
    const now = this.clock.wallMilliseconds() / 1000 + this.ahead;
    const at = form['time'] === undefined ? now : Number(form['time']);
    const query = form['query'] ?? '';
    const seconds = (pattern: RegExp): number => Number(pattern.exec(query)?.[1] ?? 1000) / 1000;
    const [window, step] = [seconds(/\[(\d+)ms:/), seconds(/:(\d+)ms\]/)];
    const values: Readonly<Record<string, number>> = {
      ...{ series: 1, density: 20, energy: window * 400_000, samples: window / step, resets: 0, watts: 400_000 },
      ...{ devices: 1, first: at - window, last: at },
    };
    const result = [...query.matchAll(/green_ml_figure","(\w+) ([^"]*)"/g)].map(([, name = '', rest = '']) => ({
      metric: { green_ml_figure: `${name} ${rest}`, ...(rest === '0' ? { UUID: 'a', Hostname: 'n1' } : {}) },
      value: [at, String(values[name] ?? 0)],
    }));
    const body =
      this.problem === null
        ? { status: 'success', data: { resultType: 'vector', result } }
        : { status: 'error', errorType: 'bad_data', error: this.problem };
    return {
      kind: 'response',
      status: this.problem === null ? 200 : 400,
      ageMilliseconds: 0,
      body: JSON.stringify(body),
    };
  }
}

describe('runs/waiting-cluster', () => {
  let clock: FakeClock;
  let server: SlowServer;
  let said: string[];

  beforeEach(() => {
    clock = new FakeClock();
    server = new SlowServer(clock);
    said = [];
  });

  /** A run that has begun although nobody has answered. */
  async function begun(select = 'Hostname=n1'): Promise<ActiveRun> {
    const opening = openClusterSoon(
      {
        server: { url: 'http://prometheus.example:9090', token: null },
        sources: [{ preset: 'dcgm', select, query: null }],
        http: server,
        clock,
        ownCpuSeconds: () => 0,
      },
      (sentence) => said.push(sentence),
    );
    await clock.advance(1);
    const cluster = await opening;
    if ('kind' in cluster) throw new Error(cluster.sentence);
    const meter = new Meter({
      power: cluster.power,
      journal: null,
      clock,
      intervalMilliseconds: 5000,
      version: '1',
      onProblem: (problem) => assert.fail(problem),
    });
    return meter.start({
      ...{ name: 'train', kind: 'task', command: ['sbatch'], folder: null, intensity: null, pue: 1, notes: [] },
      scope: cluster.scope,
      cluster: cluster.recorded,
      tree: new TreeTracker(),
    });
  }

  /** Ends it; its last figures come after the next scrapes. */
  async function ended(active: ActiveRun): Promise<ReturnType<ActiveRun['record']>> {
    const finished = active.finish(0);
    await settle();
    for (let second = 0; second < 200; second += 1) await clock.advance(1);
    return finished;
  }

  it('does not wait for the server, and says so until it answers', async () => {
    const active = await begun();
    assert.equal(server.questions, 1);
    await clock.advance(60);
    const before = active.record();
    assert.equal(before.durationSeconds, 60);
    assert.deepEqual([before.machineWh.total, before.averageWatts, before.sources], [null, null, []]);
    assert.equal(before.gaps.at(-1)?.reason, 'Prometheus has not answered yet');
    assert.match(before.notes.join(), /^Prometheus had not answered when the run began/);
    await server.answer();
    await clock.advance(30);
    const during = active.record();
    assert.equal(during.durationSeconds, 90);
    assert.equal(Math.round(active.recentWatts() ?? 0), 400);
    assert.deepEqual(
      during.sources.map(({ component }) => component),
      ['gpu'],
    );
    assert.deepEqual(
      during.missing.map(({ component }) => component),
      ['cpu', 'memory'],
    );
    const joules = (during.machineWh.total ?? NaN) * 3600;
    assert.ok(joules > 400 * 20 && joules <= 400 * 30, String(joules));
    // The time before may have had as much.
    assert.ok((during.machineWh.high ?? 0) * 3600 >= 400 * 90);
  });

  it('has the energy of all of its time after the end', async () => {
    const active = await begun();
    await clock.advance(60);
    await server.answer();
    await clock.advance(30);
    const record = await ended(active);
    assert.equal(Math.round((record.machineWh.total ?? NaN) * 3600), 400 * 90);
    assert.equal(record.averageWatts, 400);
    assert.deepEqual(record.gaps, []);
    assert.doesNotMatch(record.notes.join(), /had not answered/);
    assert.match(record.notes.join(), /whole devices that the selector names/);
    assert.deepEqual(said, []);
  });

  it('has the energy of all of its time if the clock of this computer is set in between', async () => {
    for (const change of [-3600, 3600]) {
      [clock, said] = [new FakeClock(), []];
      server = new SlowServer(clock);
      await server.answer();
      const active = await begun();
      await clock.advance(60);
      clock.jumpWall(change);
      server.ahead = -change;
      await clock.advance(30);
      const record = await ended(active);
      assert.equal(Math.round((record.machineWh.total ?? NaN) * 3600), 400 * 90, `set by ${change} s`);
      assert.deepEqual([record.durationSeconds, record.averageWatts], [90, 400]);
    }
  });

  it('ends when it ends, however long the server takes for the last sample', async () => {
    await server.answer();
    const active = await begun();
    await clock.advance(90);
    server.patience = 9;
    const record = await ended(active);
    assert.equal(Math.round((record.machineWh.total ?? NaN) * 3600), 400 * 90);
    assert.deepEqual([record.durationSeconds, record.averageWatts], [90, 400]);
    assert.equal(Date.parse(record.endedAt) - Date.parse(record.startedAt), 90_000);
  });

  it('goes on while this computer sleeps', async () => {
    await server.answer();
    const active = await begun();
    await clock.advance(60);
    // The clock since the start stands still in sleep.
    clock.jumpWall(3600);
    await clock.advance(30);
    const record = await ended(active);
    assert.equal(Math.round((record.machineWh.total ?? NaN) * 3600), 400 * 3690);
    assert.deepEqual([record.durationSeconds, record.averageWatts], [3690, 400]);
  });

  it('has it also if the first answer comes after the end', async () => {
    const active = await begun();
    await clock.advance(60);
    const finished = active.finish(0);
    await settle();
    await clock.advance(10);
    await server.answer();
    for (let second = 0; second < 200; second += 1) await clock.advance(1);
    const record = await finished;
    assert.equal(Math.round((record.machineWh.total ?? NaN) * 3600), 400 * 60);
    assert.deepEqual(
      record.missing.map(({ component }) => component),
      ['cpu', 'memory'],
    );
  });

  it('says what is wrong once the server tells, and has no figures then', async () => {
    const active = await begun();
    await clock.advance(30);
    await server.answer('parse error');
    assert.deepEqual(said, ['Prometheus cannot read the query (parse error); correct the selector or query.']);
    const record = await ended(active);
    assert.equal(record.machineWh.total, null);
    assert.match(record.notes.join(' '), /could not be read after the end: Prometheus cannot read the query/);
    assert.equal(said.length, 1);
  });

  it('says at once what is wrong with a selector', async () => {
    await assert.rejects(begun('pod'), /lacks a condition/);
    assert.equal(server.questions, 0);
  });
});
