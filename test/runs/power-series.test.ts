import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunInterval } from '../../src/runs/interval';
import { PowerSeries } from '../../src/runs/power-series';
import { intervalOf } from './support';

const unknown = { cpu: null, gpu: null, memory: null, total: null, low: null, high: null };

function intervals(joules: readonly (number | null)[]): RunInterval[] {
  return joules.map((each, index) => {
    const interval = intervalOf({ at: (index + 1) * 1000, joules: each ?? 0 });
    return each === null ? { ...interval, run: unknown } : interval;
  });
}

describe('the power of a run over time', () => {
  it('is energy over time, stretch by stretch', () => {
    const series = PowerSeries.of([
      intervalOf({ at: 2000, joules: 30, seconds: 2 }),
      intervalOf({ at: 3000, joules: 5 }),
    ]);
    assert.deepEqual(
      series.points.map(({ at, run, machine, runJoules }) => [at, run.cpu, machine.total, runJoules]),
      [
        [2000, 15, 30, 30],
        [3000, 5, 10, 35],
      ],
    );
  });

  it('leaves unknown stretches unknown and goes on with the energy known so far', () => {
    const { points } = PowerSeries.of(intervals([10, null, 4]));
    assert.deepEqual(
      points.map(({ run }) => run.total),
      [10, null, 4],
    );
    assert.deepEqual(
      points.map(({ runJoules }) => runJoules),
      [10, 10, 14],
    );
  });

  it('stays small and exact however long the run', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 1, maxLength: 5000 }),
        (joules) => {
          const series = new PowerSeries();
          for (const interval of intervals(joules)) series.add(interval);
          const { points } = series;
          assert.ok(points.length <= 720);
          const energy = points.reduce((sum, { run, seconds }) => sum + (run.total ?? 0) * seconds, 0);
          const truth = joules.reduce((sum, each) => sum + each, 0);
          assert.ok(Math.abs(energy - truth) <= 1e-9 * (1 + truth), `${energy} is not ${truth}`);
          assert.ok(Math.abs((points.at(-1)?.runJoules ?? 0) - truth) <= 1e-9 * (1 + truth));
          assert.equal(
            points.reduce((sum, { seconds }) => sum + seconds, 0),
            joules.length,
          );
          assert.equal(points.at(-1)?.at, joules.length * 1000);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('changes earlier points only together with its resolution', () => {
    const series = new PowerSeries();
    let before = series.points.slice();
    let resolution = series.resolution;
    for (const interval of intervals(Array.from({ length: 4000 }, (_, index) => index % 90))) {
      series.add(interval);
      if (series.resolution === resolution)
        assert.deepEqual(series.points.slice(0, before.length - 1), before.slice(0, -1));
      before = series.points.slice();
      resolution = series.resolution;
    }
    assert.ok(resolution > 0);
  });

  it('does not take a lost second for one without power when it merges', () => {
    const series = PowerSeries.of(intervals(Array.from({ length: 1000 }, (_, index) => (index % 2 === 0 ? 40 : null))));
    for (const { run } of series.points) assert.equal(run.total, 40);
  });
});
