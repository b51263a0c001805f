import assert from 'node:assert/strict';
import { IdleObserver } from '../../src/power/idle';
import type { MachineSample } from '../../src/power/sample';

/** A GPU that says how busy it was, beside a processor at rest. */
function gpu(watts: number, utilisation: number | null, seconds = 1): MachineSample {
  const { readings, ...rest } = sample(8, 0.01, seconds);
  const joules = watts * seconds;
  const source = { component: 'gpu', method: 'sensor', name: 'gpu', label: '', band: { low: 0.9, high: 1.1 } } as const;
  return {
    ...rest,
    readings: [
      ...readings,
      {
        source,
        outcome: { kind: 'energy', joules, low: joules * 0.9, high: joules * 1.1, idleJoules: null },
        users: null,
        utilisation,
      },
    ],
  };
}

function sample(watts: number, utilisation = 0.01, seconds = 1): MachineSample {
  const joules = watts * seconds;
  return {
    at: 0,
    seconds,
    readings: [
      {
        source: { component: 'cpu', method: 'counter', name: 'rapl', label: '', band: { low: 0.75, high: 1.25 } },
        outcome: { kind: 'energy', joules, low: joules * 0.75, high: joules * 1.25, idleJoules: null },
        users: null,
      },
      {
        source: { component: 'memory', method: 'model', name: 'memory-model', label: '', band: { low: 1, high: 1 } },
        outcome: { kind: 'energy', joules: 3, low: 3, high: 3, idleJoules: null },
        users: null,
      },
    ],
    load: { busyCpuSeconds: utilisation * 4, logicalCpus: 4, utilisation, memoryTotalBytes: null },
    gap: null,
    usages: [],
  };
}

describe('power/idle', () => {
  it('takes what a quiet machine draws before a run', () => {
    const idle = new IdleObserver();
    assert.equal(idle.takeBaseline(sample(8)), null);
    assert.deepEqual([...idle.levels()], [['rapl', { watts: 8, low: 6, high: 10, basis: 'baseline' }]]);
  });

  it('lowers it when the machine draws less later', () => {
    const idle = new IdleObserver();
    idle.takeBaseline(sample(8));
    idle.observe(sample(30, 0.9));
    assert.equal(idle.levels().get('rapl')?.watts, 8);
    idle.observe(sample(6));
    assert.deepEqual(idle.levels().get('rapl'), { watts: 6, low: 4.5, high: 7.5, basis: 'baseline' });
    idle.observe(sample(0.1, 0.01, 0.05));
    assert.equal(idle.levels().get('rapl')?.watts, 6, 'an instant is too short to tell');
  });

  it('says that a busy machine tells no idle power, and keeps to bounds', () => {
    const idle = new IdleObserver();
    assert.match(idle.takeBaseline(sample(40, 0.5)) ?? '', /50 % busy/);
    idle.observe(sample(40, 0.5));
    assert.deepEqual(idle.levels().get('rapl'), { watts: 20, low: 0, high: 50, basis: 'bound' });
  });

  it('takes a usual level where there is one, within the bounds', () => {
    const idle = new IdleObserver(new Map([['rapl', 15]]));
    idle.observe(sample(40));
    assert.deepEqual(idle.levels().get('rapl'), { watts: 15, low: 0, high: 50, basis: 'assumed' });
    idle.observe(sample(12));
    assert.deepEqual(idle.levels().get('rapl'), { watts: 12, low: 0, high: 15, basis: 'assumed' });
  });

  it('takes no GPU at work for one at rest, however quiet the processor is', () => {
    const idle = new IdleObserver();
    assert.match(
      idle.takeBaseline(gpu(300, 0.95)) ?? '',
      /^The idle power of the GPU is only estimated: it was 95 % busy before the run\.$/,
    );
    assert.equal(idle.levels().get('rapl')?.watts, 8, 'the processor was at rest');
    idle.observe(gpu(300, 0.95));
    const level = idle.levels().get('gpu');
    // Nobody knows, so the run's upper limit reaches to all, and its value leaves what such cards rest at.
    assert.deepEqual(
      [level?.basis, level?.low, Math.round(level?.high ?? 0), Math.round(level?.watts ?? 0)],
      ['assumed', 0, 330, 45],
    );
    assert.equal(idle.takeBaseline(gpu(25, 0)), null);
    assert.deepEqual(idle.levels().get('gpu'), { watts: 25, low: 22.5, high: 27.500000000000004, basis: 'baseline' });
  });

  it('takes a GPU for what it rested at on an earlier day where it is busy now', () => {
    const idle = new IdleObserver(new Map(), { gpu: { watts: 30, at: Date.UTC(2026, 10, 20) } });
    assert.match(idle.takeBaseline(gpu(280, 0.6)) ?? '', /is that of 2026-11-20: it was 60 % busy/);
    idle.observe(gpu(280, 0.6));
    assert.deepEqual([idle.levels().get('gpu')?.watts, idle.levels().get('gpu')?.basis], [30, 'calibrated']);
    assert.deepEqual(
      idle.measured().map(([name]) => name),
      ['rapl'],
    );
  });

  it('takes no part of the time for rest in which a busy GPU said nothing of itself', () => {
    const idle = new IdleObserver();
    assert.match(
      idle.takeBaseline([gpu(300, null), gpu(300, 0.95), gpu(300, null), gpu(300, null)]) ?? '',
      /it was 95 % busy/,
    );
    assert.deepEqual(
      idle.measured().map(([name]) => name),
      ['rapl'],
      'nor is it learned',
    );
  });

  it('leaves open that a card of which nobody knows was at work', () => {
    const idle = new IdleObserver();
    assert.equal(idle.takeBaseline(gpu(120, null)), null);
    assert.deepEqual([idle.levels().get('gpu')?.watts, idle.levels().get('gpu')?.low], [120, 0]);
  });

  it('takes the quiet parts of a baseline of which others were disturbed', () => {
    for (const watts of [
      [12, 12, 12, 50],
      [50, 12, 50, 50],
      [12, 50, 12, 50],
    ]) {
      const idle = new IdleObserver();
      assert.equal(idle.takeBaseline(watts.map((each) => sample(each, 0.01, 0.25))), null);
      const level = idle.levels().get('rapl');
      assert.equal(level?.watts, 12, watts.join());
      const mean = watts.reduce((sum, each) => sum + each, 0) / 4;
      assert.ok(level.high >= mean, 'and leaves open that the others were the rule');
      assert.equal(
        level.low > 0,
        watts.filter((each) => each === 12).length > 1,
        'one part alone is borne out by nothing',
      );
    }
    // What a processor at work draws is no rest, but a part of the time in which it did nothing is.
    const idle = new IdleObserver();
    assert.equal(idle.takeBaseline([sample(40, 0.6, 0.25), sample(9, 0.02, 0.25), sample(45, 0.7, 0.25)]), null);
    assert.equal(idle.levels().get('rapl')?.watts, 9);
  });

  it('holds a baseline against what was learned of the machine', () => {
    const learned = { rapl: { watts: 10, at: 5 } };
    const restless = new IdleObserver(new Map(), learned);
    restless.takeBaseline(sample(40));
    assert.deepEqual(restless.levels().get('rapl'), { watts: 10, low: 7.5, high: 50, basis: 'calibrated' });
    // It may be the new rule: then it is learned in a few runs.
    assert.deepEqual(restless.measured(), [['rapl', 17.5]]);
    const warmer = new IdleObserver(new Map(), learned);
    warmer.takeBaseline(sample(14));
    assert.deepEqual(warmer.levels().get('rapl'), { watts: 14, low: 7.5, high: 17.5, basis: 'baseline' });
    const usual = new IdleObserver(new Map(), learned);
    usual.takeBaseline(sample(9));
    assert.deepEqual(usual.measured(), [['rapl', 9]]);
  });

  it('takes no level from an interval that cannot be trusted', () => {
    const idle = new IdleObserver();
    assert.match(idle.takeBaseline({ ...sample(8), gap: { reason: 'the machine slept', seconds: 9 } }) ?? '', /slept/);
    assert.equal(idle.levels().size, 0);
  });
});
