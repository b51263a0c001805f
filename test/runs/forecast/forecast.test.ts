import assert from 'node:assert/strict';
import fc from 'fast-check';
import { forecast } from '../../../src/runs/forecast/forecast';
import type { Lap } from '../../../src/runs/forecast/laps';
import { expectedRemaining } from '../../../src/runs/forecast/rest';
import { forecastDetail, forecastLabel, forecastText } from '../../../src/runs/insight';
import { addEvent, type RunProgress } from '../../../src/runs/progress/run-progress';
import { buildRecord } from '../../../src/runs/measuring/build-record';
import { addInterval, emptyTotals } from '../../../src/runs/totals';
import { headerOf, intervalOf } from '../support';

const laps = (...costs: number[]): Lap[] => costs.map((cost) => ({ units: 1, cost }));
const near = (actual: number | null | undefined, expected: number): void =>
  assert.ok(Math.abs((actual ?? NaN) - expected) < 1e-9 * Math.max(1, expected), `${actual} is not ${expected}`);

describe('runs/forecast of what remains', () => {
  it('is remaining × mean, rough until three are done', () => {
    assert.deepEqual(expectedRemaining([], 5), null);
    assert.deepEqual(expectedRemaining(laps(2), 5), { value: 10, low: null, high: null });
    assert.deepEqual(expectedRemaining(laps(2, 2), 5), { value: 10, low: null, high: null });
    const told = expectedRemaining(laps(2, 2, 2), 5)!;
    assert.equal(told.value, 10);
    // Three equal epochs do not say that the rest will be equal.
    assert.ok(
      told.low !== null && told.low < 9 && told.low > 7 && told.high !== null && told.high > 11 && told.high < 15,
      JSON.stringify(told),
    );
  });

  it('has a range that holds the mean of the last third, and grows with what is left', () => {
    const slower = expectedRemaining(laps(10, 10, 10, 10, 15, 15), 10)!;
    assert.ok(slower.high! > 150 && slower.low! < 117, JSON.stringify(slower));
    const share = (left: number): number => {
      const { low, high, value } = expectedRemaining(laps(9, 10, 11, 10, 9, 11), left)!;
      return (high! - low!) / value;
    };
    assert.ok(share(60) > share(6));
  });

  it('leaves out a first lap that took over 1.3 times the median of the rest', () => {
    near(expectedRemaining(laps(14, 10, 10, 10), 10)?.value, 100);
    near(expectedRemaining(laps(13, 10, 9, 11), 10)?.value, 107.5);
    near(expectedRemaining(laps(14, 10), 1)?.value, 10);
  });

  it('pulls in one odd lap, and takes those that come again for part of the work', () => {
    const odd = expectedRemaining(laps(10, 10.1, 9.9, 100, 10, 10), 10)?.value ?? 0;
    assert.ok(odd > 100 && odd < 105, String(odd));
    // Ten more after the eighth: the twelfth and the sixteenth are long.
    near(expectedRemaining(laps(10, 10, 10, 30, 10, 10, 10, 30), 10)?.value, 140);
    near(expectedRemaining(laps(10, 10, 10, 30, 10, 10, 10, 30), 12)?.value, 180);
  });

  it('knows that each fit begins slowly, and where in a fit the long epochs are', () => {
    const fold = (fit: number, count: number): Lap[] =>
      Array.from({ length: count }, (_, index) => ({
        units: 1,
        cost: index === 0 ? 25 : (index + 1) % 4 === 0 ? 20 : 10,
        end: index + 1,
        fit,
      }));
    // A fit of ten epochs: 25, and 10 each with 20 at the fourth and the eighth.
    near(expectedRemaining([...fold(1, 10), ...fold(2, 10)], 10, 0)?.value, 135);
    near(expectedRemaining([...fold(1, 10), ...fold(2, 3)], 7)?.value, 90);
    near(expectedRemaining([...fold(1, 10), ...fold(2, 4)], 6)?.value, 70);
  });

  it('takes one long epoch for chance, but reaches up to its coming again', () => {
    const { value, high } = expectedRemaining(laps(10, 10, 10, 10, 40, 10, 10), 13)!;
    assert.ok(value < 150 && high! > 130 + 3 * 30, `${value}, at most ${high}`);
  });

  it('has no range while nothing was counted, and is finite whatever comes', () => {
    assert.deepEqual(expectedRemaining(laps(0, 0, 0, 0), 5), { value: 0, low: null, high: null });
    const cost = fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(cost, { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 100_000 }),
        (costs, left) => {
          const { value, low, high } = expectedRemaining(laps(...costs), left)!;
          assert.ok(Number.isFinite(value) && value >= 0);
          if (low !== null && high !== null)
            assert.ok(Number.isFinite(high) && low >= 0 && low <= value && value <= high && high > 0);
        },
      ),
    );
  });

  it('weighs laps of several epochs by their length', () => {
    near(
      expectedRemaining(
        [
          { units: 1, cost: 10 },
          { units: 3, cost: 30 },
          { units: 0.5, cost: 5 },
          { units: 0, cost: 99 },
          { units: 1, cost: -5 },
        ],
        4,
      )?.value,
      40,
    );
  });

  describe('on loads that drift', () => {
    let seed = 42;
    const random = (): number => ((seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32) + 0.5) / 2 ** 32;
    const normal = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    const each = (count: number, cost: (index: number) => number): number[] =>
      Array.from({ length: count }, (_, index) => Math.max(0.1, cost(index)));
    /** How laps come, and in how many of 100 forecasts the range must hold what then came. */
    const loads: Readonly<Record<string, readonly [least: number, make: (count: number) => number[]]>> = {
      'the same with noise': [97, (count) => each(count, () => 10 + normal())],
      'a random walk': [
        93,
        (count) => {
          let level = 0;
          return each(count, () => 10 * Math.exp((level += 0.04 * normal())));
        },
      ],
      'slow waves': [
        93,
        (count) => {
          let level = 0.15 * normal();
          return each(count, () => 10 * (1 + (level = 0.9 * level + 0.065 * normal())));
        },
      ],
      'a ramp': [
        97,
        (count) => {
          const end = 0.6 + 0.9 * random();
          return each(count, (index) => 10 * (1 + ((end - 1) * index) / count) * (1 + 0.02 * normal()));
        },
      ],
      'a warm-up': [97, (count) => each(count, (index) => 10 * (1 + Math.exp(-index / 1.5)) * (1 + 0.03 * normal()))],
      'an evaluation every fifth epoch': [
        90,
        (count) => each(count, (index) => ((index + 1) % 5 === 0 ? 25 : 10) * (1 + 0.03 * normal())),
      ],
      'a neighbour that comes and goes': [
        83,
        (count) => {
          let busy = false;
          return each(count, () => {
            if (random() < 0.1) busy = !busy;
            return (busy ? 16 : 10) * (1 + 0.05 * normal());
          });
        },
      ],
      'a last epoch that takes half as much again': [
        90,
        (count) => each(count, (index) => (index === count - 1 ? 15 : 10) * (1 + 0.03 * normal())),
      ],
    };
    for (const [name, [least, make]] of Object.entries(loads)) {
      it(`holds what came: ${name}`, () => {
        let held = 0;
        let wide = 0;
        const trials = 2000;
        for (let trial = 0; trial < trials; trial++) {
          const count = 12 + Math.floor(random() * 50);
          const all = make(count);
          const done = Math.max(3, Math.floor(count * [0.15, 0.3, 0.5, 0.8][trial % 4]!));
          const { low, high } = expectedRemaining(laps(...all.slice(0, done)), count - done)!;
          const truth = all.slice(done).reduce((sum, cost) => sum + cost, 0);
          if (truth >= low! && truth <= high!) held += 1;
          wide += (high! - low!) / truth / trials;
        }
        assert.ok((100 * held) / trials >= least, `${(100 * held) / trials} of 100`);
        // A range that holds everything says nothing.
        assert.ok(wide < 2, `${wide} of the truth wide`);
      });
    }
  });

  it('scales with the unit of cost and never falls below zero', () => {
    const anyLaps = fc.array(
      fc.record({
        units: fc.double({ min: 0.01, max: 5, noNaN: true }),
        cost: fc.double({ min: 0, max: 1e4, noNaN: true }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(anyLaps, fc.double({ min: 0, max: 1000, noNaN: true }), (some, remaining) => {
        const expected = expectedRemaining(some, remaining)!;
        const scaled = expectedRemaining(
          some.map(({ units, cost }) => ({ units, cost: cost * 2 })),
          remaining,
        )!;
        assert.ok(expected.value >= 0);
        assert.ok(Math.abs(scaled.value - 2 * expected.value) <= 1e-6 * Math.max(1, scaled.value));
        if (expected.low === null || expected.high === null) return;
        assert.ok(
          0 <= expected.low &&
            expected.low <= expected.value * (1 + 1e-9) &&
            expected.value <= expected.high * (1 + 1e-9),
        );
      }),
    );
  });
});

describe('runs/forecast of a run', () => {
  /** A run at 36 kW: 10 Wh a second; `epochs` are the seconds at which each was done. */
  function runOf(epochs: readonly number[], of: number | null, now: number, start: number | null = 0) {
    const intensity = {
      gramsPerKWh: 400,
      low: 200,
      high: 800,
      zone: 'XX',
      year: 2025,
      source: 'a test',
      basis: 'lifecycle',
      chosenBy: 'person',
    } as const;
    const totals = addInterval(emptyTotals, intervalOf({ at: now * 1000, joules: 36_000 * now, seconds: now }));
    const record = buildRecord(
      { header: headerOf({ intensity }), totals, gaps: [], end: null, lastAt: now * 1000 },
      'running',
    );
    const marks = [
      ...(start === null ? [] : [[0, start] as const]),
      ...epochs.map((second, index) => [index + 1, second] as const),
    ];
    const progress = marks.reduce<RunProgress | null>(
      (all, [epoch, second]) =>
        addEvent(
          all,
          { unit: 'epoch', epoch, of, metrics: {}, at: second * 1000 },
          { at: second * 1000, seconds: second, wattHours: second * 10 },
        ),
      null,
    );
    return { record, progress: progress! };
  }

  it('tells time, energy and grams at the end, with the limits of epochs, sources and grid', () => {
    const { record, progress } = runOf([15, 25, 35, 45], 10, 50, 5);
    const told = forecast(record, progress)!;
    assert.equal(told.rough, false);
    assert.equal(told.seconds.value, 105);
    const { low, high } = told.seconds;
    assert.ok(low !== null && high !== null && low > 85 && low < 105 && high > 105 && high < 135, `${low} to ${high}`);
    assert.deepEqual(told.secondsLeft, { value: 55, low: low - 50, high: high - 50 });
    // 10 Wh a second. The sources' limits in the support file are ×0.5 and ×1.5, the grid's ×0.5 and ×2.
    near(told.wattHours?.value, 1050);
    near(told.wattHours?.low, 5 * low);
    near(told.wattHours?.high, 15 * high);
    near(told.grams?.value, 420);
    near(told.grams?.low, low);
    near(told.grams?.high, 12 * high);
  });

  it('is rough at first, and says nothing before an epoch is done or where no end is known', () => {
    const { record, progress } = runOf([20], 10, 21);
    assert.deepEqual(
      [forecast(record, progress)?.rough, forecast(record, progress)?.seconds],
      [true, { value: 200, low: null, high: null }],
    );
    assert.equal(forecast(record, runOf([], 10, 21).progress), null);
    assert.equal(forecast(record, runOf([20], null, 21).progress), null);
  });

  it('takes what came before the first epoch for no epoch', () => {
    // 20 s of imports and compiling with the first epoch in them, then 5 s an epoch.
    assert.equal(forecast(runOf([20], 10, 21, null).record, runOf([20], 10, 21, null).progress), null);
    const { record, progress } = runOf([20, 25], 10, 25, null);
    assert.equal(forecast(record, progress)?.seconds.value, 65);
  });

  it('never ends before now, and says nothing once the work takes longer than expected', () => {
    const late = runOf([10, 20, 30], 4, 41);
    const told = forecast(late.record, late.progress)!;
    assert.ok(
      told.secondsLeft.value > 0 && told.secondsLeft.high! > told.secondsLeft.value && told.secondsLeft.low === 0,
      JSON.stringify(told.secondsLeft),
    );
    assert.ok(told.wattHours!.value >= 410);
    const lost = runOf([10, 20, 30], 4, 70);
    assert.equal(forecast(lost.record, lost.progress), null);
    const rough = runOf([10], 2, 19);
    assert.equal(forecast(rough.record, rough.progress)?.secondsLeft.value, 1);
    assert.equal(forecast(rough.record, runOf([10], 2, 41).progress)?.rough, true);
    assert.equal(forecast(runOf([10], 2, 41).record, runOf([10], 2, 41).progress), null);
  });

  it('never ends before what is used, and never in no time, whenever it is asked', () => {
    const durations = fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        durations,
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 3000, noNaN: true }),
        (each, left, since) => {
          let at = 1;
          const epochs = each.map((seconds) => (at += seconds));
          const now = at + since;
          const { record, progress } = runOf(epochs, epochs.length + left, now, 1);
          const told = forecast(record, progress);
          if (told === null) return;
          const { seconds, secondsLeft, wattHours } = told;
          assert.ok(secondsLeft.value > 0 && Number.isFinite(seconds.value) && seconds.value > now);
          assert.ok(wattHours !== null && Number.isFinite(wattHours.value) && wattHours.value >= 10 * now * (1 - 1e-9));
          for (const { value, low, high } of [seconds, secondsLeft, wattHours]) {
            if (low !== null && high !== null)
              assert.ok(
                low <= value && value <= high && high > 0 && Number.isFinite(high),
                `${low} to ${high} around ${value}`,
              );
          }
          assert.doesNotMatch(forecastText(told), /\b0 s to 0 s|NaN|Infinity/);
        },
      ),
    );
  });

  it('has nothing to say once all is done, for the run may go on', () => {
    const { record, progress } = runOf([10, 20, 30, 40], 4, 41);
    assert.equal(forecast(record, progress), null);
  });

  describe('with several fits', () => {
    /** Folds of `epochs` epochs, `seconds` each, with 3 s between folds; the run is looked at after `done` epochs of the last. */
    function folds(fits: number, epochs: number, seconds: number, done: number) {
      let progress: RunProgress | null = null;
      let now = 4;
      const add = (epoch: number): void => {
        progress = addEvent(
          progress,
          { unit: 'epoch', epoch, of: epochs, metrics: {}, at: now * 1000 },
          { at: now * 1000, seconds: now, wattHours: now * 10 },
        );
      };
      for (let fit = 1; fit <= fits; fit++) {
        add(0);
        for (let epoch = 1; epoch <= (fit === fits ? done : epochs); epoch++) {
          now += seconds;
          add(epoch);
        }
        if (fit < fits) now += 3;
      }
      const totals = addInterval(emptyTotals, intervalOf({ at: now * 1000, joules: 36_000 * now, seconds: now }));
      return {
        record: buildRecord({ header: headerOf({}), totals, gaps: [], end: null, lastAt: now * 1000 }, 'running'),
        progress: progress!,
        now,
      };
    }

    it('is of this fit, says so, and is not there between two fits', () => {
      const { record, progress, now } = folds(1, 5, 1, 4);
      const told = forecast(record, progress)!;
      near(told.seconds.value, now + 1);
      assert.equal(forecastLabel(told), 'At the end of this fit');
      assert.equal(forecastDetail(told), 'epoch 5; anything after that is not included');
      const between = folds(1, 5, 1, 5);
      assert.equal(forecast(between.record, between.progress), null);
    });

    it('learns from the fits before, from the first moment of a fit', () => {
      const { record, progress, now } = folds(2, 5, 1, 0);
      const told = forecast(record, progress)!;
      near(told.secondsLeft.value, 5);
      assert.ok(!told.rough && told.secondsLeft.low! > 3 && told.secondsLeft.high! < 7);
      near(told.seconds.value, now + 5);
      assert.match(forecastDetail(told), /^epoch 5, after 1 earlier fit;/);
      const third = folds(3, 8, 2, 3);
      near(forecast(third.record, third.progress)?.secondsLeft.value, 10);
    });
  });
});
