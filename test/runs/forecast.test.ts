import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expectedRemaining, forecast, type Lap } from '../../src/runs/forecast';
import { addEvent, type RunProgress } from '../../src/runs/progress/run-progress';
import { buildRecord } from '../../src/runs/build-record';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { headerOf, intervalOf } from './support';

const laps = (...costs: number[]): Lap[] => costs.map((cost) => ({ units: 1, cost }));
const near = (actual: number | null | undefined, expected: number): void => assert.ok(Math.abs((actual ?? NaN) - expected) < 1e-9 * Math.max(1, expected), `${actual} is not ${expected}`);

describe('runs/forecast of what remains', () => {
  it('is remaining × mean, rough until three are done', () => {
    assert.deepEqual(expectedRemaining([], 5), null);
    assert.deepEqual(expectedRemaining(laps(2), 5), { value: 10, low: null, high: null });
    assert.deepEqual(expectedRemaining(laps(2, 2), 5), { value: 10, low: null, high: null });
    assert.deepEqual(expectedRemaining(laps(2, 2, 2), 5), { value: 10, low: 10, high: 10 });
  });

  it('has the prediction interval of Student\'s t', () => {
    // Mean 10, s = 1, n = 3, 2 to come: 20 ± 4.303 · √(2 + 4/3).
    const expected = expectedRemaining(laps(9, 10, 11), 2);
    near(expected?.value, 20);
    near(expected?.low, 20 - 4.303 * Math.sqrt(2 + 4 / 3));
    near(expected?.high, 20 + 4.303 * Math.sqrt(2 + 4 / 3));
  });

  it('leaves out a first lap that took over 1.3 times the median of the rest', () => {
    near(expectedRemaining(laps(14, 10, 10, 10), 10)?.value, 100);
    near(expectedRemaining(laps(13, 10, 9, 11), 10)?.value, 107.5);
    near(expectedRemaining(laps(14, 10), 1)?.value, 10);
  });

  it('pulls in one odd lap, and takes those that come again for part of the work', () => {
    const odd = expectedRemaining(laps(10, 10.1, 9.9, 100, 10, 10), 10)?.value ?? 0;
    assert.ok(odd > 100 && odd < 105, String(odd));
    near(expectedRemaining(laps(10, 10, 10, 30, 10, 10, 10, 30), 10)?.value, 150);
  });

  it('weighs laps of several epochs by their length', () => {
    near(expectedRemaining([{ units: 1, cost: 10 }, { units: 3, cost: 30 }, { units: 0.5, cost: 5 }, { units: 0, cost: 99 }, { units: 1, cost: -5 }], 4)?.value, 40);
  });

  it('holds the truth in 95 of 100 cases', () => {
    let seed = 42;
    const random = (): number => ((seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32) + 0.5) / 2 ** 32;
    const normal = (): number => 10 + Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    for (const [done, remaining] of [[4, 20], [12, 3], [40, 60]] as const) {
      let held = 0;
      const trials = 3000;
      for (let trial = 0; trial < trials; trial++) {
        const expected = expectedRemaining(laps(...Array.from({ length: done }, normal)), remaining);
        const truth = Array.from({ length: remaining }, normal).reduce((sum, cost) => sum + cost, 0);
        if (expected?.low !== null && expected?.high !== null && truth >= expected!.low && truth <= expected!.high) held += 1;
      }
      // Pulling in a lone outlier costs up to 2 points.
      assert.ok(held / trials > 0.925 && held / trials < 0.97, `${done} done: ${held / trials}`);
    }
  });

  it('scales with the unit of cost and never falls below zero', () => {
    const anyLaps = fc.array(fc.record({ units: fc.double({ min: 0.01, max: 5, noNaN: true }), cost: fc.double({ min: 0, max: 1e4, noNaN: true }) }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(anyLaps, fc.double({ min: 0, max: 1000, noNaN: true }), (some, remaining) => {
        const expected = expectedRemaining(some, remaining)!;
        const scaled = expectedRemaining(some.map(({ units, cost }) => ({ units, cost: cost * 2 })), remaining)!;
        assert.ok(expected.value >= 0);
        assert.ok(Math.abs(scaled.value - 2 * expected.value) <= 1e-6 * Math.max(1, scaled.value));
        if (expected.low === null || expected.high === null) return;
        assert.ok(0 <= expected.low && expected.low <= expected.value * (1 + 1e-9) && expected.value <= expected.high * (1 + 1e-9));
      }),
    );
  });
});

describe('runs/forecast of a run', () => {
  /** A run at 36 kW: 10 Wh a second; `epochs` are the seconds at which each was done. */
  function runOf(epochs: readonly number[], of: number | null, now: number, start: number | null = 0) {
    const intensity = { gramsPerKWh: 400, low: 200, high: 800, zone: 'XX', year: 2025, source: 'a test', basis: 'lifecycle', chosenBy: 'person' } as const;
    const totals = addInterval(emptyTotals, intervalOf({ at: now * 1000, joules: 36_000 * now, seconds: now }));
    const record = buildRecord({ header: headerOf({ intensity }), totals, gaps: [], end: null, lastAt: now * 1000 }, 'running');
    const marks = [...(start === null ? [] : [[0, start] as const]), ...epochs.map((second, index) => [index + 1, second] as const)];
    const progress = marks.reduce<RunProgress | null>(
      (all, [epoch, second]) => addEvent(all, { unit: 'epoch', epoch, of, metrics: {}, at: second * 1000 }, { at: second * 1000, seconds: second, wattHours: second * 10 }),
      null,
    );
    return { record, progress: progress! };
  }

  it('tells time, energy and grams at the end, with the limits of epochs, sources and grid', () => {
    const { record, progress } = runOf([15, 25, 35, 45], 10, 50, 5);
    const told = forecast(record, progress)!;
    assert.equal(told.rough, false);
    assert.deepEqual(told.seconds, { value: 105, low: 105, high: 105 });
    assert.deepEqual(told.secondsLeft, { value: 55, low: 55, high: 55 });
    // The sources' limits in the support file are ×0.5 and ×1.5, the grid's ×0.5 and ×2.
    assert.deepEqual(told.wattHours, { value: 1050, low: 525, high: 1575 });
    assert.deepEqual(told.grams, { value: 420, low: 105, high: 1260 });
  });

  it('is rough at first, and says nothing before an epoch is done or where no end is known', () => {
    const { record, progress } = runOf([20], 10, 21);
    assert.deepEqual([forecast(record, progress)?.rough, forecast(record, progress)?.seconds], [true, { value: 200, low: null, high: null }]);
    assert.equal(forecast(record, runOf([], 10, 21).progress), null);
    assert.equal(forecast(record, runOf([20], null, 21).progress), null);
  });

  it('counts from the start of the run where the first line tells of a first epoch that is done', () => {
    const { record, progress } = runOf([20], 10, 21, null);
    assert.equal(forecast(record, progress)?.seconds.value, 200);
  });

  it('never tells less than what is used already', () => {
    const { record, progress } = runOf([10, 20, 30], 4, 70);
    assert.equal(forecast(record, progress)?.seconds.value, 70);
    assert.equal(forecast(record, progress)?.secondsLeft.value, 0);
    assert.equal(forecast(record, progress)?.wattHours?.value, 700);
  });
});
