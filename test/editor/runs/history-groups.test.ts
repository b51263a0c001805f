import assert from 'node:assert/strict';
import { dayLabel, groupByDay, groupByName } from '../../../src/editor/runs/history-groups';
import { newRunId, startOfRun } from '../../../src/runs/header';
import { buildRecord } from '../../../src/runs/build-record';
import { emptyTotals } from '../../../src/runs/totals';
import { headerOf } from '../../runs/support';

const now = new Date(2026, 10, 21, 9, 30);

function idAt(...[day, hour]: readonly [day: number, hour: number]): string {
  return newRunId(new Date(2026, 10, day, hour).getTime());
}

function record(id: string, name: string) {
  return buildRecord(
    { header: headerOf({ id, name }), totals: emptyTotals, gaps: [], end: null, lastAt: 0 },
    'completed',
  );
}

describe('the groups of the history', () => {
  it('reads the start of a run from its id', () => {
    assert.equal(startOfRun(newRunId(Date.UTC(2026, 10, 21, 6, 30, 5)))?.toISOString(), '2026-11-21T06:30:05.000Z');
    assert.equal(startOfRun('notes'), null);
  });

  it('has a group for each local day, the newest day and run first', () => {
    const [early, late, before] = [idAt(21, 1), idAt(21, 8), idAt(20, 23)];
    const groups = groupByDay([before, early, late], now);
    assert.deepEqual(
      groups.map(({ label, ids }) => [label, ids]),
      [
        ['Today', [late, early]],
        ['Yesterday', [before]],
      ],
    );
  });

  it('groups files with other names separately', () => {
    assert.deepEqual(groupByDay(['notes'], now), [{ key: 'unknown', label: 'Unknown day', ids: ['notes'] }]);
  });

  it('names days relative to today', () => {
    assert.equal(dayLabel(new Date(2026, 10, 19, 12), now), 'Thursday 19 November');
    assert.equal(dayLabel(new Date(2025, 10, 19, 12), now), '19 November 2025');
    assert.equal(dayLabel(new Date(2026, 0, 1, 0), new Date(2026, 0, 2, 0)), 'Yesterday');
  });

  it('has a group for each name, in the order of its newest run', () => {
    const [a, b, c] = [idAt(19, 1), idAt(20, 1), idAt(21, 1)];
    const groups = groupByName([record(a, 'train.py'), record(b, 'search.py'), record(c, 'train.py')]);
    assert.deepEqual(groups, [
      { key: 'train.py', label: 'train.py', ids: [c, a] },
      { key: 'search.py', label: 'search.py', ids: [b] },
    ]);
  });
});
