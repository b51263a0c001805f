import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { IntervalFill, RunInterval } from '../../src/runs/interval';
import { recordedGaps } from '../../src/runs/measuring/build-record';
import { thinSamples } from '../../src/runs/journal/journal-lines';
import {
  addFill,
  addInterval,
  emptyTotals,
  fillInterval,
  meanWatts,
  mergeIntervals,
  type RunTotals,
} from '../../src/runs/totals';
import { intervalOf } from './support';

const sum = (intervals: readonly RunInterval[]): RunTotals => intervals.reduce(addInterval, emptyTotals);

const anyInterval = fc
  .record({
    joules: fc.double({ min: 0, max: 1e6, noNaN: true }),
    seconds: fc.double({ min: 0.01, max: 10, noNaN: true }),
    known: fc.boolean(),
    lost: fc.boolean(),
  })
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
    const unknown: RunInterval = {
      ...first,
      run: { cpu: null, gpu: null, memory: null, total: null, low: null, high: null },
    };
    assert.equal(sum([unknown, unknown]).run.total, null);
    assert.equal(sum([unknown, first]).run.total, 10);
    assert.equal(sum([first, first]).machine.idle, 10);
  });

  it('does not know the idle part where it was not known all the time', () => {
    const first = intervalOf({ at: 1000, joules: 10 });
    const unknown: RunInterval = { ...first, machine: { ...first.machine, idle: null } };
    const silent: RunInterval = {
      ...first,
      machine: { cpu: null, gpu: null, memory: null, total: null, low: null, high: null, idle: null },
    };
    assert.equal(sum([first, unknown, first]).machine.idle, null);
    assert.equal(sum([unknown, first]).machine.idle, null);
    assert.equal(sum([silent, first, silent, first]).machine.idle, 10);
    assert.equal(sum(thinSamples([first, unknown, silent, first], 2)).machine.idle, null);
  });

  it('leaves a gap out of the value and widens the upper limit by what it can have held', () => {
    const lost: RunInterval = {
      ...intervalOf({ at: 1, joules: 0 }),
      gaps: [{ component: 'cpu', reason: 'counter reset', seconds: 1, atMostJoules: 50 }],
    };
    const totals = sum([intervalOf({ at: 1, joules: 10 }), lost]);
    assert.deepEqual([totals.run.total, totals.run.low, totals.run.high], [10, 5, 65]);
    assert.equal(totals.machine.high, 80);
  });

  it('widens the run alone where only its share is lost', () => {
    const whole = intervalOf({ at: 1, joules: 10 });
    const unknown = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };
    const lost: RunInterval = {
      ...whole,
      run: unknown,
      gaps: [{ component: 'cpu', reason: 'went back', seconds: 1, atMostJoules: 20, scope: 'run' }],
      unknownSeconds: { run: { cpu: 1 }, machine: {} },
    };
    const totals = sum([whole, lost]);
    assert.deepEqual([totals.run.total, totals.run.high, totals.machine.total, totals.machine.high], [10, 35, 40, 60]);
    assert.deepEqual([meanWatts(totals, 'run'), meanWatts(totals, 'machine')], [10, 20]);
  });

  it('leaves time whose energy is unknown out of the mean, each component its own', () => {
    const second = (cpu: number | null, gpu: number | null): RunInterval => {
      const total = cpu === null && gpu === null ? null : (cpu ?? 0) + (gpu ?? 0);
      const scope = { cpu, gpu, memory: 0, total, low: total, high: total };
      const unknown = { ...(cpu === null ? { cpu: 1 } : {}), ...(gpu === null ? { gpu: 1 } : {}) };
      return {
        at: 0,
        seconds: 1,
        run: scope,
        machine: { ...scope, idle: null },
        processes: 1,
        gaps: [],
        unknownSeconds: { run: unknown, machine: unknown },
      };
    };
    assert.equal(meanWatts(sum([second(20, 300), second(null, 300), second(null, 300), second(20, 300)]), 'run'), 320);
    assert.equal(meanWatts(sum([second(20, null), second(null, 300)]), 'run'), 320);
    assert.equal(
      meanWatts(sum(thinSamples([second(20, null), second(null, 300), second(20, 300), second(20, 300)], 2)), 'run'),
      320,
    );
    assert.equal(meanWatts(emptyTotals, 'run'), null);
    // Until a process of it is known, a run has no figure at all.
    const before: RunInterval = {
      ...intervalOf({ at: 1, joules: 10 }),
      run: { cpu: null, gpu: null, memory: null, total: null, low: null, high: null },
    };
    assert.equal(meanWatts(sum([before, before, intervalOf({ at: 2, joules: 10 })]), 'run'), 10);
  });

  it('gives the same sums however neighbours are merged', () => {
    fc.assert(
      fc.property(
        fc.array(anyInterval, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 60 }),
        (intervals, limit) => {
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
        },
      ),
    );
  });

  it('keeps the time of a gap when neighbours are merged', () => {
    const gap = { component: 'cpu', reason: 'the counter was reset', seconds: 1, atMostJoules: 5 } as const;
    const parts = [1, 2, 3, 4].map(
      (at): RunInterval => ({
        ...intervalOf({ at: 1000 * at, joules: 1 }),
        gaps: at % 2 ? [gap] : [],
      }),
    );
    const merged = parts.reduce(mergeIntervals);
    assert.deepEqual(recordedGaps(merged), parts.flatMap(recordedGaps));
  });

  it('has the same sums and the same mean whether an interval is filled in before or after its neighbours are merged', () => {
    const interval = fc.record({
      joules: fc.option(fc.integer({ min: 0, max: 50 }), { nil: null }),
      more: fc.option(fc.integer({ min: 0, max: 50 }), { nil: null }),
      gap: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(interval, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        (steps, limit) => {
          const unknown = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };
          const energy = (joules: number | null): RunInterval['run'] =>
            joules === null ? unknown : { cpu: joules, gpu: 0, memory: 0, total: joules, low: joules, high: joules };
          const intervals = steps.map(
            ({ joules }, index): RunInterval => ({
              ...intervalOf({ at: (index + 1) * 1000, joules: 100 }),
              run: energy(joules),
            }),
          );
          const fills = steps.flatMap(({ joules, more, gap }, index): IntervalFill[] =>
            more === null
              ? []
              : [
                  {
                    at: (index + 1) * 1000,
                    seconds: 1,
                    run: energy(more),
                    wasUnknown: joules === null,
                    gaps: [],
                    ...(gap && joules === null ? { unknownSeconds: { gpu: 1 } } : {}),
                  },
                ],
          );
          const live = fills.reduce(addFill, intervals.reduce(addInterval, emptyTotals));
          const merged = [...thinSamples(intervals, limit)];
          for (const fill of fills) {
            const index = merged.findIndex(({ at }) => at >= fill.at);
            merged[index] = fillInterval(merged[index]!, fill);
          }
          const stored = merged.reduce(addInterval, emptyTotals);
          assert.deepEqual([stored.run, stored.machine], [live.run, live.machine]);
          const [one, two] = [meanWatts(live, 'run'), meanWatts(stored, 'run')];
          assert.ok(one === two || Math.abs(one! - two!) < 1e-9, `${one} and ${two}`);
        },
      ),
      { numRuns: 500 },
    );
  });
});
