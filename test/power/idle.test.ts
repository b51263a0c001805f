import assert from 'node:assert/strict';
import { IdleObserver } from '../../src/power/idle';
import type { MachineSample } from '../../src/power/sample';

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

  it('takes no level from an interval that cannot be trusted', () => {
    const idle = new IdleObserver();
    assert.match(idle.takeBaseline({ ...sample(8), gap: { reason: 'the machine slept', seconds: 9 } }) ?? '', /slept/);
    assert.equal(idle.levels().size, 0);
  });
});
