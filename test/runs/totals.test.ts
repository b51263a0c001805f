import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunInterval } from '../../src/runs/interval';
import { thinSamples } from '../../src/runs/journal-lines';
import { addInterval, emptyTotals, type RunTotals } from '../../src/runs/totals';
import { intervalOf } from './support';

const sum = (intervals: readonly RunInterval[]): RunTotals => intervals.reduce(addInterval, emptyTotals);

const anyInterval = fc
  .record({ joules: fc.double({ min: 0, max: 1e6, noNaN: true }), seconds: fc.double({ min: 0.01, max: 10, noNaN: true }), known: fc.boolean(), lost: fc.boolean() })
  .map(({ joules, seconds, known, lost }): RunInterval => {
    const interval = intervalOf({ at: 0, joules, seconds });
    return {
      ...interval,
      run: { ...interval.run, gpu: known ? joules : null },
      gaps: lost ? [{ component: 'cpu', reason: 'counter reset', seconds, atMostJoules: 3 * joules }] : [],
    };
  });

describe('runs/totals', () => {
  it('adds what is known and keeps what never was as unknown', () => {
    const first = intervalOf({ at: 1000, joules: 10 });
    const unknown: RunInterval = { ...first, run: { cpu: null, gpu: null, memory: null, total: null, low: null, high: null } };
    assert.equal(sum([unknown, unknown]).run.total, null);
    assert.equal(sum([unknown, first]).run.total, 10);
    assert.equal(sum([first, first]).machine.idle, 10);
  });

  it('does not know the idle part where it was not known all the time', () => {
    const first = intervalOf({ at: 1000, joules: 10 });
    const unknown: RunInterval = { ...first, machine: { ...first.machine, idle: null } };
    const silent: RunInterval = { ...first, machine: { cpu: null, gpu: null, memory: null, total: null, low: null, high: null, idle: null } };
    assert.equal(sum([first, unknown, first]).machine.idle, null);
    assert.equal(sum([unknown, first]).machine.idle, null);
    assert.equal(sum([silent, first, silent, first]).machine.idle, 10);
    assert.equal(sum(thinSamples([first, unknown, silent, first], 2)).machine.idle, null);
  });

  it('leaves a gap out of the value and widens the upper limit by what it can have held', () => {
    const lost: RunInterval = { ...intervalOf({ at: 1, joules: 0 }), gaps: [{ component: 'cpu', reason: 'counter reset', seconds: 1, atMostJoules: 50 }] };
    const totals = sum([intervalOf({ at: 1, joules: 10 }), lost]);
    assert.deepEqual([totals.run.total, totals.run.low, totals.run.high], [10, 5, 65]);
    assert.equal(totals.machine.high, 80);
  });

  it('gives the same sums however neighbours are merged', () => {
    fc.assert(
      fc.property(fc.array(anyInterval, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 60 }), (intervals, limit) => {
        const thinned = thinSamples(intervals, limit);
        assert.ok(thinned.length <= limit);
        const whole = sum(intervals);
        const merged = sum(thinned);
        assert.equal(merged.samples, whole.samples);
        for (const key of ['cpu', 'gpu', 'memory', 'total', 'low', 'high'] as const) {
          const [a, b] = [whole.run[key], merged.run[key]];
          if (a === null || b === null) assert.equal(a, b);
          else assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, a), `${key}: ${a} and ${b}`);
        }
      }),
    );
  });
});
