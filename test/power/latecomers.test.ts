import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { spread } from '../../src/power/spread';
import { TreeTracker } from '../../src/processes/tree-tracker';
import type { ActiveRun } from '../../src/runs/measuring/active-run';
import { Journal } from '../../src/runs/journal/journal';
import { PowerSeries } from '../../src/runs/power-series';
import { joulesToWattHours } from '../../src/units/convert';
import { cpus, joulesPerCpuSecond, TimedWorld } from '../support/timed-world';

const options = {
  kind: 'debug',
  command: null,
  folder: null,
  scope: 'run',
  intensity: null,
  pue: 1,
  notes: [],
} as const;
const tick = 0.01 * joulesPerCpuSecond;

function begin(
  world: TimedWorld,
  root?: { readonly pid: number; readonly countFrom: 'start' | 'now' },
): Promise<ActiveRun> {
  return world.meter.start({
    ...options,
    name: 'train.py',
    tree: new TreeTracker(),
    ...(root === undefined ? {} : { root }),
  });
}

function joulesOf(run: ActiveRun): { readonly low: number; readonly total: number; readonly high: number } {
  const { low, total, high } = run.record().energyWh;
  const joules = (wattHours: number | null): number => (wattHours ?? NaN) / joulesToWattHours(1);
  return { low: joules(low), total: joules(total), high: joules(high) };
}

describe('power/latecomers', () => {
  it('fills in the 2.4 s that a program worked before the debugger named it', async () => {
    const world = new TimedWorld([{ pid: 7, from: 0, until: 99, cores: 1 }]);
    const run = await begin(world);
    await world.goTo(2.4);
    assert.equal(run.record().energyWh.total, null, 'nobody knows yet');
    run.addProcess(7);
    await world.goTo(6);
    const { low, total, high } = joulesOf(run);
    assert.ok(Math.abs(total - 60) < tick, `${total} of 60 J`);
    assert.ok(low <= 60 + 1e-6 && high >= 60 - 1e-6);
    const record = run.record();
    assert.deepEqual(record.gaps, []);
    assert.ok(Math.abs(record.averageWatts! - 10) < 0.1, `${record.averageWatts} W`);
    for (const { run: power, machine } of run.power.points)
      assert.ok(Math.abs(power.total! - 10) < 0.1 && power.total! <= machine.total!, 'second by second');
  });

  it('fills them in beside the work of others, and at once when the program is looked at at once', async () => {
    for (const others of [0.3, 3, 7]) {
      const world = new TimedWorld([
        { pid: 3, from: -50, until: 99, cores: others },
        { pid: 7, from: 0.5, until: 99, cores: 1 },
      ]);
      const run = await begin(world);
      await world.goTo(2.2);
      run.addProcess(7);
      await run.measureNow();
      const { low, total, high } = joulesOf(run);
      assert.ok(Math.abs(total - 17) < tick, `${total} of 17 J beside ${others} cores`);
      assert.ok(low <= 17 + 1e-6 && high >= 17 - 1e-6);
    }
  });

  it('knows that a program which began later had done nothing before', async () => {
    const world = new TimedWorld([{ pid: 7, from: 2.3, until: 99, cores: 1 }]);
    const run = await begin(world);
    await world.goTo(2.5);
    run.addProcess(7);
    await world.goTo(4.3);
    await run.measureNow();
    assert.ok(Math.abs(joulesOf(run).total - 20) < tick);
    assert.deepEqual(run.record().gaps, []);
    assert.ok(
      Math.abs(run.record().averageWatts! - 20 / 4.3) < 0.05,
      'the mean is over all of the time, for all of it is known',
    );
  });

  it('names what a program did before the measurement began, and leaves it to the upper limit', async () => {
    const world = new TimedWorld([{ pid: 7, from: 0, until: 99, cores: 1 }]);
    await world.goTo(3);
    const run = await begin(world);
    await world.goTo(4.5);
    run.addProcess(7);
    await run.measureNow();
    const { total, high } = joulesOf(run);
    assert.ok(Math.abs(total - 15) < tick, `${total} of 15 J`);
    assert.ok(high >= 45 - 1e-6, `${high}`);
    const [gap, ...more] = run.record().gaps;
    assert.deepEqual(
      [gap?.reason, gap?.component, gap?.scope, more.length],
      ['its process was already working before the measurement began', 'cpu', 'run', 0],
    );
    assert.ok(Math.abs(gap!.seconds - 3) < 0.01);
  });

  it('does the same for a task, whose process is known when the measurement begins', async () => {
    const world = new TimedWorld([
      { pid: 7, from: 0, until: 99, cores: 1 },
      { pid: 8, parent: 7, from: 1, until: 99, cores: 2 },
    ]);
    await world.goTo(2);
    const run = await begin(world, { pid: 7, countFrom: 'start' });
    await world.goTo(4);
    await run.measureNow();
    const { total, high } = joulesOf(run);
    assert.ok(Math.abs(total - 60) < tick, `${total} of 60 J`);
    assert.ok(high >= 60 + 40 - 1e-6, `${high}`);
    assert.deepEqual(
      run.record().gaps.map(({ reason, component }) => [reason, component]),
      [['its process was already working before the measurement began', 'cpu']],
    );
  });

  it('takes of a process that is older than the run what it has used since, where somebody looked', async () => {
    const world = new TimedWorld([
      { pid: 7, from: -100, until: 99, cores: 1 },
      { pid: 8, parent: 7, from: -50, until: 99, cores: 1 },
    ]);
    const run = await begin(world);
    await world.goTo(2.4);
    run.addProcess(7, { countFrom: 'now', cpuSecondsBefore: 150 });
    await run.measureNow();
    assert.ok(Math.abs(joulesOf(run).total - 48) < 2 * tick);
    await world.goTo(5);
    assert.ok(Math.abs(joulesOf(run).total - 100) < 2 * tick);
    assert.deepEqual(run.record().gaps, []);
  });

  it('loses nothing of one that is known from the beginning, nor of what is below it', async () => {
    const world = new TimedWorld([
      { pid: 7, from: -100, until: 99, cores: 1 },
      { pid: 8, parent: 7, from: -50, until: 99, cores: 2 },
    ]);
    const run = await begin(world, { pid: 7, countFrom: 'now' });
    await world.goTo(3);
    assert.ok(Math.abs(joulesOf(run).total - 90) < tick, `${joulesOf(run).total}`);
    assert.deepEqual(run.record().gaps, []);
  });

  it('names the time of an attached process of which nobody knows what it used before', async () => {
    const world = new TimedWorld([{ pid: 7, from: -100, until: 99, cores: 1 }]);
    const run = await begin(world);
    await world.goTo(1.4);
    run.addProcess(7, 'now');
    await run.measureNow();
    await world.goTo(5);
    const { total, high } = joulesOf(run);
    assert.ok(Math.abs(total - 36) < tick, `${total}`);
    assert.ok(high >= 50 - 1e-6, `${high}`);
    const { gaps, averageWatts } = run.record();
    assert.ok(
      gaps.every(
        ({ reason, component, scope }) =>
          reason === 'the process of this run was not known yet' && component === 'cpu' && scope === 'run',
      ),
      JSON.stringify(gaps),
    );
    assert.ok(Math.abs(gaps.reduce((sum, { seconds }) => sum + seconds, 0) - 1.4) < 0.01);
    assert.ok(Math.abs(averageWatts! - 10) < 0.1, `the mean leaves it out: ${averageWatts}`);
  });

  it('counts the commands of a shell that began before the meter, and not what the shell did before', async () => {
    const world = new TimedWorld([
      { pid: 7, from: -100, until: 99, cores: 0.5 },
      { pid: 8, parent: 7, from: -90, until: 99, cores: 2 },
      { pid: 9, parent: 7, from: 0, until: 99, cores: 1 },
    ]);
    await world.goTo(0.5);
    const run = await world.meter.start({
      ...options,
      name: 'x',
      tree: new TreeTracker(),
      root: { pid: 7, countFrom: 'now', startedWithRun: ({ startTime }) => startTime >= 0 },
    });
    await world.goTo(2.5);
    await run.measureNow();
    assert.ok(Math.abs(joulesOf(run).total - 70) < 2 * tick, `${joulesOf(run).total} of 70`);
    assert.ok(joulesOf(run).high >= 75 - 1e-6);
    assert.deepEqual(
      run.record().gaps.map(({ reason }) => reason),
      ['its process was already working before the measurement began'],
    );
  });

  it('counts a program to its end, by the account of the launcher that waited for it', async () => {
    for (const withOthers of [false, true]) {
      const world = new TimedWorld([
        { pid: 6, from: -1, until: 99, cores: 0.1 },
        { pid: 7, parent: 6, from: 0, until: 3.8, cores: 1 },
        ...(withOthers ? [{ pid: 8, parent: 6, from: 1, until: 3.6, cores: 1 }] : []),
      ]);
      const run = await begin(world);
      await world.goTo(0.7);
      run.addProcess(7);
      await run.measureNow();
      await world.goTo(3.9);
      await run.measureNow();
      const { total } = joulesOf(run);
      // Another child of the launcher makes it unclear whose the time is: then none of it counts.
      assert.ok(Math.abs(total - (withOthers ? 30 : 38)) < tick, `${total}`);
    }
  });

  it('does not take for nothing what a program did that had ended before anybody saw it', async () => {
    const world = new TimedWorld([{ pid: 7, from: 0.2, until: 0.6, cores: 1 }]);
    const run = await begin(world);
    await world.goTo(0.9);
    run.addProcess(7);
    await world.goTo(3);
    const { total, high } = joulesOf(run);
    assert.ok(total === 0 && high >= 4 - 1e-6, `${total} to ${high}`);
    assert.deepEqual(
      [...new Set(run.record().gaps.map(({ reason }) => reason))],
      ['the process of this run ended before it could be read'],
    );
  });

  it('writes it all down: the journal gives back the same record and the same power over time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'green-ml-latecomers-'));
    try {
      const journal = new Journal(folder);
      const world = new TimedWorld([{ pid: 7, from: -2, until: 99, cores: 1 }], journal);
      world.gpuUsers = () => null;
      const run = await begin(world);
      await world.goTo(2.4);
      run.addProcess(7);
      await world.goTo(5);
      const record = await run.finish(0);
      assert.ok(record.gaps.length >= 3, 'work before the start, and a GPU in two intervals');
      const stored = await journal.read(run.id);
      assert.ok(stored !== null);
      assert.deepEqual(stored.record, record);
      assert.equal(stored.problem, null);
      assert.deepEqual(PowerSeries.of(stored.samples).points, run.power.points);
      const sum = stored.samples.reduce((joules, { run: { total } }) => joules + (total ?? 0), 0);
      assert.ok(Math.abs(sum * joulesToWattHours(1) - record.energyWh.total!) < 1e-9);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('says of a run whose service worked as long as it waited that the machine was busy, by name or by load', async () => {
    const play = async (
      command: readonly string[] | null,
      kind: 'terminal' | 'command',
      service: { readonly from: number; readonly until: number },
    ): Promise<readonly string[]> => {
      const world = new TimedWorld([
        { pid: 9, ...service, cores: 2 },
        { pid: 7, from: 0, until: 4, cores: 0.001 },
      ]);
      const run = await world.meter.start({
        ...options,
        kind,
        command,
        name: 'x',
        tree: new TreeTracker(),
        root: { pid: 7, countFrom: 'start' },
      });
      await world.goTo(4);
      const finished = run.finish(0);
      const over = { yet: false };
      void finished.then(() => (over.yet = true));
      while (!over.yet) await world.clock.advance(0.05);
      return (await finished).notes;
    };
    const busy =
      /^This run used (?:<0\.01|0\.\d+) mWh of the .* of the machine\. Other processes were busy for exactly as long as it ran/;
    assert.match((await play(['python3', 'client.py'], 'command', { from: 0.2, until: 3.99 })).join(), busy);
    assert.match((await play(['python client.py'], 'terminal', { from: 0.2, until: 3.99 })).join(), busy);
    assert.deepEqual(await play(['sleep', '4'], 'command', { from: -9, until: 99 }), []);
    assert.deepEqual(await play(['sleep 4'], 'terminal', { from: 2, until: 99 }), []);
    const [named, ...more] = await play(['docker run image python train.py'], 'terminal', { from: 0.2, until: 3.99 });
    assert.match(named ?? '', /hands its work to the Docker daemon.*greenML\.meter\.scope/);
    assert.deepEqual(more, [], 'once is enough');
  });

  it('gives GPU energy of that time only to whom the driver named', async () => {
    const world = new TimedWorld([{ pid: 7, from: 0, until: 99, cores: 1 }]);
    world.gpuUsers = () =>
      new Map([
        [7, 0.5],
        [9, 0.5],
      ]);
    const run = await begin(world);
    await world.goTo(2);
    run.addProcess(7);
    await world.goTo(3);
    assert.ok(Math.abs(run.record().energyWh.gpu! / joulesToWattHours(1) - 150) < 1e-6);
    const silent = new TimedWorld([{ pid: 7, from: 0, until: 99, cores: 1 }]);
    silent.gpuUsers = () => null;
    const dark = await begin(silent);
    await silent.goTo(2.4);
    dark.addProcess(7);
    await dark.measureNow();
    await silent.goTo(3.4);
    await dark.measureNow();
    const { gpu, high } = dark.record().energyWh;
    assert.ok(
      Math.abs(gpu! / joulesToWattHours(1) - 140) < 1e-6,
      'from the moment on at which it is known, it is the only run',
    );
    assert.ok(high! / joulesToWattHours(1) >= 340 + 34 - 1e-6);
    assert.deepEqual(
      [...new Set(dark.record().gaps.map(({ component, reason }) => `${component}: ${reason}`))],
      ['gpu: the GPU does not report who used it before the process of this run was known'],
    );
  });

  const process = fc.record({
    from: fc.integer({ min: 0, max: 40 }).map((tenths) => tenths / 10),
    cores: fc.integer({ min: 1, max: 20 }).map((tenths) => tenths / 10),
    named: fc.integer({ min: 0, max: 30 }).map((tenths) => tenths / 10),
  });

  it('never gives all runs together more than the machine used, in no second and over all, whenever they are named', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(process, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 2 }),
        async (runs, others) => {
          const world = new TimedWorld([
            ...runs.map(({ from, cores }, index) => ({ pid: index + 10, from, until: 99, cores })),
            { pid: 5, from: -9, until: 99, cores: others },
          ]);
          const active = await Promise.all(runs.map(() => begin(world)));
          const events = runs
            .map(({ from, named }, index) => ({ at: from + named, index }))
            .sort((a, b) => a.at - b.at);
          for (const { at, index } of events) {
            await world.goTo(at);
            active[index]!.addProcess(index + 10);
            if (index % 2 === 0) await active[index]!.measureNow();
          }
          await world.goTo(8.5);
          await active[0]!.measureNow();
          const points = active.map(({ power }) => power.points);
          for (const { at, machine } of points[0]!.filter(({ seconds }) => seconds > 1e-6)) {
            const sum = points.reduce(
              (total, each) => total + (each.find((point) => point.at === at && point.seconds > 1e-6)?.run.total ?? 0),
              0,
            );
            assert.ok(sum <= machine.total! - 5 + 1e-6, `${sum} of ${machine.total} W`);
          }
          const total = active.reduce((sum, run) => sum + joulesOf(run).total, 0);
          assert.ok(total <= world.machineJoules() + 1e-6);
          const truth = runs.reduce(
            (sum, { from, cores }) => sum + cores * Math.max(0, 8.5 - from) * joulesPerCpuSecond,
            0,
          );
          assert.ok(total >= truth - 0.1 * runs.length * joulesPerCpuSecond, `${total} of ${truth}`);
          for (const [index, run] of active.entries()) {
            const { low, high } = joulesOf(run);
            const own = world.used(world.processes[index]!) * joulesPerCpuSecond;
            assert.ok(low <= own + tick && own <= high + tick, `${own} in ${low} to ${high}`);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('power/spread', () => {
  const rooms = fc.array(fc.record({ free: fc.double({ min: 0, max: cpus, noNaN: true }) }), {
    minLength: 1,
    maxLength: 6,
  });
  const anyWork = fc.record({
    cpuSeconds: fc.double({ min: 0, max: 30, noNaN: true }),
    overlaps: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
    cpus: fc.constant(cpus),
  });

  it('gives no room more than it has and no work more than it is, and leaves nothing over where there is room', () => {
    fc.assert(
      fc.property(rooms, fc.array(anyWork, { minLength: 1, maxLength: 4 }), (spaces, works) => {
        const own = works.map((work) => ({ ...work, overlaps: work.overlaps.slice(0, spaces.length) }));
        const given = spread(spaces, own);
        for (const [room, { free }] of spaces.entries())
          assert.ok(given.reduce((sum, row) => sum + row[room]!, 0) <= free + 1e-9);
        for (const [work, row] of given.entries()) {
          const { cpuSeconds, overlaps } = own[work]!;
          assert.ok(row.reduce((sum, each) => sum + each, 0) <= cpuSeconds + 1e-9);
          for (const [room, seconds] of row.entries())
            assert.ok(seconds >= 0 && seconds <= overlaps[room]! * cpus + 1e-9);
        }
        if (own.length > 1) return;
        const room = spaces.reduce((sum, { free }, index) => sum + Math.min(free, own[0]!.overlaps[index]! * cpus), 0);
        assert.ok(Math.abs(given[0]!.reduce((sum, each) => sum + each, 0) - Math.min(room, own[0]!.cpuSeconds)) < 1e-6);
      }),
      { numRuns: 2000 },
    );
  });

  it('treats two that want the same alike, whichever comes first', () => {
    const work = { cpuSeconds: 3, overlaps: [1, 1], cpus };
    const [one, two] = spread([{ free: 1 }, { free: 2 }], [work, work]);
    assert.deepEqual(one, two);
    assert.ok(Math.abs(one!.reduce((sum, each) => sum + each, 0) - 1.5) < 1e-9);
  });
});
