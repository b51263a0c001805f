import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attribute, type Attribution, type ScopeEnergy } from '../../src/power/attribution';
import type { IdleLevel, IdleLevels } from '../../src/power/idle';
import type { MachineSample } from '../../src/power/sample';
import type { Component, Method, Outcome, SourceReading } from '../../src/power/source';
import type { TreeUsage } from '../../src/processes/tree';

const noGpu: ReadonlySet<Component> = new Set(['gpu']);
const gigabyte = 1e9;

function energy(joules: number, idleJoules: number | null = null): Outcome {
  return { kind: 'energy', joules, low: joules * 0.75, high: joules * 1.25, idleJoules };
}

function reading(
  component: Component,
  outcome: Outcome,
  users: SourceReading['users'] = null,
  method: Method = 'counter',
): SourceReading {
  return {
    source: { component, method, name: `${component}-source`, label: component, band: { low: 0.75, high: 1.25 } },
    outcome,
    users,
  };
}

function tree(cpuSeconds: number, residentBytes = 0, pids: readonly number[] = []): TreeUsage {
  return { cpuSeconds, residentBytes, processes: pids.length, pids };
}

function sample(
  readings: readonly SourceReading[],
  usages: readonly TreeUsage[],
  busyCpuSeconds = 4,
  seconds = 1,
): MachineSample {
  return {
    at: 0,
    seconds,
    readings,
    load: {
      busyCpuSeconds,
      logicalCpus: 8,
      utilisation: busyCpuSeconds / (8 * seconds),
      memoryTotalBytes: 16 * gigabyte,
    },
    gap: null,
    usages,
  };
}

const baseline = (watts: number): IdleLevel => ({ watts, low: watts, high: watts, basis: 'baseline' });
const idleCpu: IdleLevels = new Map([['cpu-source', baseline(10)]]);

function split(
  machine: MachineSample,
  usage: TreeUsage | null,
  idle: IdleLevels = new Map(),
  absent = noGpu,
): Attribution {
  return attribute({ sample: machine, usage, idle, absent });
}

describe('power/attribution', () => {
  it('gives a run its part of the busy CPU time in what lies above idle', () => {
    const usage = tree(1);
    const { run, machine } = split(sample([reading('cpu', energy(50))], [usage]), usage, idleCpu);
    assert.deepEqual(machine, { cpu: 50, gpu: 0, memory: null, total: 50, low: 37.5, high: 62.5, idle: 10 });
    assert.deepEqual(run, { cpu: 10, gpu: 0, memory: null, total: 10, low: 6.875, high: 13.125 });
  });

  it('gives nothing to a command that sleeps and all above idle to one that is alone', () => {
    const sleeping = tree(0);
    const alone = tree(4);
    const machine = sample([reading('cpu', energy(50))], [sleeping, alone]);
    assert.equal(split(machine, sleeping, idleCpu).run.cpu, 0);
    assert.equal(split(machine, alone, idleCpu).run.cpu, 40);
  });

  it('takes the idle part from a model that knows it, with the error of the model', () => {
    const usage = tree(4);
    const { run, machine } = split(sample([reading('cpu', energy(100, 20), null, 'model')], [usage]), usage);
    assert.equal(machine.idle, 20);
    assert.deepEqual([run.cpu, run.low, run.high], [80, 60, 100]);
  });

  it('says of a source that was never at rest only what bounds say, and no idle level', () => {
    const usage = tree(4);
    const { run, machine } = split(sample([reading('cpu', energy(50))], [usage]), usage);
    assert.equal(machine.idle, null);
    assert.deepEqual([run.low, run.cpu, run.high], [0, 25, 62.5]);
  });

  it('shares modelled memory by what the run holds; the rest is idle', () => {
    const usage = tree(0, 4 * gigabyte);
    const other = tree(0, 2 * gigabyte);
    const { run, machine } = split(sample([reading('memory', energy(16), null, 'model')], [usage, other]), usage);
    assert.equal(run.memory, 4);
    assert.equal(machine.memory, 16);
    assert.equal(machine.idle, 10);
  });

  it('gives a GPU to those who compute on it', () => {
    const mine = tree(0, 0, [7, 8]);
    const users = new Map([
      [7, 0.25],
      [9, 0.75],
    ]);
    const idle = new Map([['gpu-source', baseline(20)]]);
    const machine = sample([reading('gpu', energy(100), users)], [mine]);
    assert.equal(split(machine, mine, idle, new Set()).run.gpu, 20);
    const others = sample([reading('gpu', energy(100), new Map())], [mine]);
    assert.equal(split(others, mine, idle, new Set()).run.gpu, 0);
  });

  it('counts a GPU that names no users whole, shared by the runs in progress', () => {
    const [one, two] = [tree(1), tree(2)];
    const idle = new Map([['gpu-source', baseline(20)]]);
    const alone = sample([reading('gpu', energy(100))], [one]);
    assert.equal(split(alone, one, idle, new Set()).run.gpu, 80);
    const both = sample([reading('gpu', energy(100))], [one, two]);
    assert.equal(split(both, one, idle, new Set()).run.gpu, 40);
  });

  it('adds nothing to a figure of the whole machine, and takes the GPU out of it', () => {
    const usage = tree(1, 0, [7]);
    const idle = new Map([
      ['system-source', baseline(40)],
      ['gpu-source', baseline(10)],
    ]);
    const machine = sample([reading('system', energy(200)), reading('gpu', energy(70), new Map([[7, 0.5]]))], [usage]);
    const { run, machine: whole } = split(machine, usage, idle, new Set());
    assert.deepEqual([whole.total, whole.cpu, whole.memory, whole.gpu, whole.idle], [200, null, null, 70, 40]);
    // Above idle 160 J, of them 60 J the GPU's: half of these, and a quarter of the rest.
    assert.deepEqual([run.total, run.cpu, run.gpu], [30 + 25, null, 30]);
  });

  it('gives the runs no more than the whole machine had at most, where a GPU says far more than it', () => {
    // The GPU's idle level was never heard: its upper limit is 2.5 times its value.
    const usages = [tree(0, 0, [7]), tree(0, 0, [8])];
    const machine = sample(
      [
        reading('system', energy(8, 0)),
        reading(
          'gpu',
          energy(492),
          new Map([
            [7, 0.5],
            [8, 0.5],
          ]),
        ),
      ],
      usages,
      0,
    );
    const [one, two] = usages.map((usage) => split(machine, usage, new Map(), new Set()).run);
    assert.ok(one!.high! + two!.high! <= 10 + 1e-9, `${one!.high} and ${two!.high} of 10`);
    assert.ok(one!.low! <= one!.total! && one!.total! <= one!.high!);
  });

  it('keeps what is unknown unknown', () => {
    const usage = tree(1);
    const machine = sample([reading('cpu', { kind: 'unknown', reason: 'not supported' })], [usage]);
    const { run, machine: whole, missing } = split(machine, usage, idleCpu, new Set());
    const unknown: ScopeEnergy = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };
    assert.deepEqual(run, unknown);
    assert.deepEqual(whole, { ...unknown, idle: null });
    assert.deepEqual(missing, [{ component: 'cpu', reason: 'not supported' }]);
  });

  it('gives no share to a run whose processes are not known, or when the load is not', () => {
    const usage = tree(1);
    const machine = sample([reading('cpu', energy(50))], []);
    assert.equal(split(machine, null, idleCpu).run.total, null);
    assert.equal(split(machine, null, idleCpu).machine.total, 50);
    const blind = split({ ...machine, load: null, usages: [usage] }, usage, idleCpu);
    assert.equal(blind.run.cpu, null);
    assert.equal(blind.missing.length, 1);
  });

  it('makes a gap of a share that cannot be told, which the run may have had all of', () => {
    const usage = tree(1, 4 * gigabyte);
    const machine = sample([reading('cpu', energy(50)), reading('memory', energy(16), null, 'model')], [usage]);
    const bent = {
      ...machine,
      load: null,
      loadProblem: 'the CPU times of the machine decreased',
      memoryTotalBytes: 16 * gigabyte,
    };
    const { run, machine: whole, gaps, unknownSeconds, missing } = split(bent, usage, idleCpu);
    assert.deepEqual([run.cpu, run.memory, run.total, whole.total], [null, 4, 4, 66]);
    assert.deepEqual(gaps, [
      {
        component: 'cpu',
        reason: 'the CPU times of the machine decreased',
        seconds: 1,
        atMostJoules: 52.5,
        scope: 'run',
      },
    ]);
    assert.deepEqual(unknownSeconds, { run: { cpu: 1 }, machine: {} });
    assert.deepEqual(missing, []);
    const unseen = attribute({
      sample: machine,
      usage: null,
      usageProblem: 'no list of processes',
      idle: idleCpu,
      absent: noGpu,
    });
    assert.deepEqual(
      unseen.gaps.map(({ component, reason, scope: of }) => [component, reason, of]),
      [
        ['cpu', 'no list of processes', 'run'],
        ['memory', 'no list of processes', 'run'],
      ],
    );
  });

  it("leaves open what ticks may hide, what may be the run's and what its processes may share", () => {
    const usage: TreeUsage = {
      ...tree(0, 4 * gigabyte),
      cpuErrorSeconds: 0.02,
      possible: { cpuSeconds: 0.98, processes: [] },
      residentLimits: { low: gigabyte, high: 4 * gigabyte },
    };
    const { run } = split(sample([reading('cpu', energy(50))], [usage]), usage, idleCpu);
    assert.deepEqual([run.low, run.total], [0, 0]);
    assert.ok(Math.abs(run.high! - 52.5 / 4) < 1e-9, 'one of four busy seconds may be its own');
    const memory = split(sample([reading('memory', energy(16), null, 'model')], [usage]), usage).run;
    assert.deepEqual([memory.low, memory.total, memory.high], [0.75, 4, 5]);
  });

  it('passes gaps on: one by one, or one for an interval that is lost as a whole', () => {
    const readings = [
      reading('cpu', { kind: 'gap', reason: 'the counter was reset', atMostJoules: 30 }),
      reading('memory', { kind: 'gap', reason: 'x', atMostJoules: 4 }, null, 'model'),
      reading('gpu', { kind: 'gap', reason: 'y', atMostJoules: null }),
    ];
    const machine = sample(readings, []);
    assert.deepEqual(split(machine, null).gaps[0], {
      component: 'cpu',
      reason: 'the counter was reset',
      seconds: 1,
      atMostJoules: 30,
    });
    assert.equal(split(machine, null).gaps.length, 3);
    const lost = split({ ...machine, gap: { reason: 'the machine slept', seconds: 28800 } }, null);
    assert.deepEqual(lost.gaps, [{ component: null, reason: 'the machine slept', seconds: 28800, atMostJoules: 34 }]);
    assert.equal(lost.machine.total, null);
  });

  it('lets a GPU of unknown idle power take no more than the whole machine can have used', () => {
    const usage = tree(0, 0, [7]);
    const machine = sample([reading('gpu', energy(16)), reading('system', energy(8))], [usage]);
    const { run, machine: whole } = split(machine, usage, new Map([['system-source', baseline(0)]]));
    assert.ok(run.high! <= whole.high! * (1 + 1e-9), `${run.high} of ${whole.high}`);
    assert.ok(run.high! >= run.total!);
  });

  const joules = fc.double({ min: 0, max: 500, noNaN: true });
  const anyReading = fc
    .record({
      component: fc.constantFrom<Component>('cpu', 'memory', 'gpu', 'system'),
      joules,
      method: fc.constantFrom<Method>('counter', 'sensor', 'model'),
      idleShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
      users: fc.option(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.double({ min: 0, max: 0.2, noNaN: true })), {
          maxLength: 5,
        }),
        { nil: null },
      ),
    })
    .map(({ component, joules: value, method, idleShare, users }) =>
      reading(
        component,
        energy(value, idleShare === null ? null : value * idleShare),
        component === 'gpu' && users !== null ? new Map(users) : null,
        method,
      ),
    );
  const anyTree = fc
    .record({
      cpu: fc.double({ min: 0, max: 8, noNaN: true }),
      gigabytes: fc.double({ min: 0, max: 20, noNaN: true }),
      pids: fc.uniqueArray(fc.integer({ min: 1, max: 9 })),
    })
    .map(({ cpu, gigabytes, pids }) => tree(cpu, gigabytes * gigabyte, pids));
  const anyIdle = fc
    .array(fc.tuple(fc.constantFrom('cpu', 'memory', 'gpu', 'system'), fc.double({ min: 0, max: 300, noNaN: true })), {
      maxLength: 4,
    })
    .map((levels): IdleLevels => new Map(levels.map(([component, watts]) => [`${component}-source`, baseline(watts)])));

  it('never gives all runs together more than the machine used, nor more than it used above idle', () => {
    fc.assert(
      fc.property(
        fc.array(anyReading, { maxLength: 6 }),
        fc.array(anyTree, { maxLength: 4 }),
        anyIdle,
        fc.double({ min: 0, max: 8, noNaN: true }),
        (readings, trees, idle, busy) => {
          const machine = sample(readings, trees, busy);
          const runs = trees.map((usage) => split(machine, usage, idle));
          const whole = split(machine, null, idle).machine;
          for (const figure of ['cpu', 'gpu', 'memory', 'total', 'low', 'high'] as const) {
            const sum = runs.reduce((total, { run }) => total + (run[figure] ?? 0), 0);
            assert.ok(
              sum <= (whole[figure] ?? 0) * (1 + 1e-9) + 1e-9,
              `${figure}: ${sum} of ${whole[figure] ?? 'unknown'}`,
            );
          }
          for (const { run } of runs) {
            if (run.total !== null)
              assert.ok(run.low! <= run.total * (1 + 1e-9) + 1e-9 && run.total <= run.high! * (1 + 1e-9) + 1e-9);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('adds up the same however a steady interval is cut', () => {
    fc.assert(
      fc.property(
        joules,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (watts, share, cut) => {
          const part = (seconds: number): number => {
            const usage = tree(4 * share * seconds, 2 * gigabyte);
            const readings = [
              reading('cpu', energy(watts * seconds)),
              reading('memory', energy(6 * seconds), null, 'model'),
            ];
            return split(sample(readings, [usage], 4 * seconds, seconds), usage, idleCpu).run.total!;
          };
          assert.ok(Math.abs(part(cut) + part(1 - cut) - part(1)) < 1e-9);
        },
      ),
    );
  });

  it('never gives a run less for holding more memory or for using more CPU time', () => {
    fc.assert(
      fc.property(anyTree, anyTree, fc.double({ min: 0, max: 4, noNaN: true }), (usage, other, more) => {
        const total = (mine: TreeUsage): ScopeEnergy => {
          const readings = [reading('cpu', energy(80)), reading('memory', energy(6), null, 'model')];
          return split(sample(readings, [mine, other]), mine, idleCpu).run;
        };
        const before = total(usage);
        const after = total({
          ...usage,
          cpuSeconds: usage.cpuSeconds + more,
          residentBytes: usage.residentBytes + more * gigabyte,
        });
        assert.ok(after.cpu! >= before.cpu! - 1e-9 && after.memory! >= before.memory! - 1e-9);
      }),
    );
  });

  it('never turns what nobody knows into 0', () => {
    const dark = fc.constantFrom<Outcome>(
      { kind: 'unknown', reason: 'x' },
      { kind: 'gap', reason: 'y', atMostJoules: 3 },
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom<Component>('cpu', 'memory', 'gpu', 'system'), dark)),
        anyTree,
        (readings, usage) => {
          const machine = sample(
            readings.map(([component, outcome]) => reading(component, outcome)),
            [usage],
          );
          const { run, machine: whole } = split(machine, usage, new Map(), new Set());
          for (const value of Object.values<number | null>({
            ...run,
            ...whole,
            machineTotal: whole.total,
            runTotal: run.total,
          }))
            assert.equal(value, null);
        },
      ),
    );
  });
});
