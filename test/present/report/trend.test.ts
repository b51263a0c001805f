import assert from 'node:assert/strict';
import { summarise } from '../../../src/runs/summary';
import { trendText } from '../../../src/present/report/news';
import { trendOf, weekOf, weeksBetween } from '../../../src/present/report/trend';
import type { RunRecord } from '../../../src/runs/record';
import { runOf } from './support';

const counted = {
  component: 'cpu',
  method: 'counter',
  name: 'package-0',
  label: 'CPU',
  band: { low: 1, high: 1 },
} as const;

/** One run a week, of so many watt-hours. */
function weekly(wattHours: readonly number[], change: (run: RunRecord, week: number) => RunRecord = (run) => run) {
  const runs = wattHours.map((each, week) =>
    change(runOf({ day: 1 + week * 7, wattHours: each, header: { sources: [counted] } }), week),
  );
  return summarise(runs).counted;
}

describe('present/report/trend', () => {
  it('compares the newest weeks with as many before them', () => {
    const trend = trendOf(weekly([9, 10, 10, 10, 10, 5, 5, 5, 5]));
    assert.deepEqual([trend?.weeks, trend?.runs, trend?.side, trend?.ratio], [4, [4, 4], 'less', 0.5]);
    assert.equal(trendText(trend), 'The last 4 weeks used 50 % less than the 4 before, in 4 runs each.');
  });

  it('takes the weeks that there are, and says nothing about a young project', () => {
    const trend = trendOf(weekly([2, 2, 5]));
    assert.deepEqual([trend?.weeks, trend?.side], [1, 'more']);
    assert.equal(trendText(trend), 'The last week used 150 % more than the week before, in 1 run each.');
    assert.equal(trendOf(weekly([2, 2])), null);
    assert.equal(trendOf([]), null);
    assert.equal(trendText(null), null);
  });

  it('does not tell periods apart whose sources have other errors', () => {
    // Each has 0.5 to 1.5 times its energy as limits.
    const other = { ...counted, name: 'another-counter' };
    const trend = trendOf(weekly([2, 2, 3], (run, week) => (week === 2 ? { ...run, sources: [other] } : run)));
    assert.equal(trend?.side, 'cannot tell');
    assert.equal(trendText(trend), 'The last week and the week before cannot be told apart, in 1 run each.');
  });

  it('has nothing to say if the energy of one period is not known', () => {
    const unknown = weekly([2, 2, 3], (run, week) =>
      week === 2 ? run : { ...run, energyWh: { ...run.energyWh, total: null } },
    );
    assert.equal(trendOf(unknown), null);
  });

  it('begins weeks on Mondays and leaves none out', () => {
    assert.deepEqual([weekOf(new Date(2026, 10, 29)), weekOf(new Date(2026, 10, 30))], ['2026-11-23', '2026-11-30']);
    assert.deepEqual(weeksBetween('2026-12-21', '2027-01-11'), [
      '2026-12-21',
      '2026-12-28',
      '2027-01-04',
      '2027-01-11',
    ]);
    assert.deepEqual(weeksBetween('2026-12-21', '2026-12-21'), ['2026-12-21']);
  });
});
