import assert from 'node:assert/strict';
import { dayLabel, foldShort, groupByDay, groupByName } from '../../../src/editor/runs/history-groups';
import { newRunId, startOfRun } from '../../../src/runs/header';
import { buildRecord } from '../../../src/runs/measuring/build-record';
import type { RunRecord } from '../../../src/runs/record';
import { addInterval, emptyTotals } from '../../../src/runs/totals';
import { headerOf, intervalOf } from '../../runs/support';

const now = new Date(2026, 10, 21, 9, 30);

function idAt(...[day, hour]: readonly [day: number, hour: number]): string {
  return newRunId(new Date(2026, 10, day, hour).getTime());
}

const seconds = 1000;

function record(id: string, name: string, more: { readonly seconds?: number; readonly exitCode?: number } = {}) {
  const lasted = more.seconds ?? 600;
  const totals = addInterval(emptyTotals, intervalOf({ at: lasted * seconds, joules: 1, seconds: lasted }));
  const end = { at: lasted * seconds, exitCode: more.exitCode ?? 0, meterCpuSeconds: 0 };
  return buildRecord({ header: headerOf({ id, name }), totals, gaps: [], end, lastAt: 0 }, 'completed');
}

const idsOf = ({ records }: { readonly records: readonly { readonly id: string }[] }) => records.map(({ id }) => id);

describe('the groups of the history', () => {
  it('reads the start of a run from its id', () => {
    assert.equal(startOfRun(newRunId(Date.UTC(2026, 10, 21, 6, 30, 5)))?.toISOString(), '2026-11-21T06:30:05.000Z');
    assert.equal(startOfRun('notes'), null);
  });

  it('has a group for each local day, the newest day and run first', () => {
    const [early, late, before] = [idAt(21, 1), idAt(21, 8), idAt(20, 23)];
    const groups = groupByDay(
      [before, early, late].map((id) => record(id, 'a.py')),
      now,
    );
    assert.deepEqual(
      groups.map((group) => [group.label, idsOf(group)]),
      [
        ['Today', [late, early]],
        ['Yesterday', [before]],
      ],
    );
  });

  it('groups files with other names separately', () => {
    const [group, ...others] = groupByDay([record('notes', 'a.py')], now);
    assert.deepEqual([group?.key, group?.label, others], ['unknown', 'Unknown day', []]);
  });

  it('names days relative to today', () => {
    assert.equal(dayLabel(new Date(2026, 10, 19, 12), now), 'Thu 19 November');
    assert.equal(dayLabel(new Date(2025, 10, 19, 12), now), '19 November 2025');
    assert.equal(dayLabel(new Date(2026, 0, 1, 0), new Date(2026, 0, 2, 0)), 'Yesterday');
  });

  it('has a group for each name, in the order of its newest run', () => {
    const [a, b, c] = [idAt(19, 1), idAt(20, 1), idAt(21, 1)];
    const groups = groupByName([record(a, 'train.py'), record(b, 'search.py'), record(c, 'train.py')]);
    assert.deepEqual(
      groups.map((group) => [group.key, idsOf(group)]),
      [
        ['train.py', [c, a]],
        ['search.py', [b]],
      ],
    );
  });
});

describe('short runs in the history', () => {
  const long = record('a', 'train.py');
  const moments = ['b', 'c', 'd'].map((id) => record(id, 'train.py', { seconds: 2 }));
  const shortOf = (records: readonly RunRecord[], newest: string | null = null) =>
    foldShort(records, newest).short.map(({ id }) => id);

  it('share a row: over in a moment, or failed at once', () => {
    assert.deepEqual(shortOf([long, ...moments]), ['b', 'c', 'd']);
    const failed = record('e', 'train.py', { seconds: 20, exitCode: 1 });
    const worked = record('f', 'train.py', { seconds: 20 });
    assert.deepEqual(shortOf([long, ...moments, failed, worked]), ['b', 'c', 'd', 'e']);
  });

  it('are also those that are nothing beside a long training', () => {
    const tenHours = record('g', 'train.py', { seconds: 36_000 });
    const tries = ['h', 'i', 'j'].map((id) => record(id, 'train.py', { seconds: 30 }));
    assert.deepEqual(shortOf([tenHours, ...tries]), ['h', 'i', 'j']);
    assert.deepEqual(shortOf([long, ...tries]), []);
  });

  it('have rows of their own where they are few, all there is, new, or in progress', () => {
    assert.deepEqual(shortOf([long, ...moments.slice(1)]), []);
    assert.deepEqual(shortOf(moments), []);
    assert.deepEqual(shortOf([long, ...moments, record('k', 'train.py', { seconds: 2 })], 'k'), ['b', 'c', 'd']);
    const running = moments.map((each) => ({ ...each, status: 'running' as const }));
    assert.deepEqual(shortOf([long, ...running]), []);
  });
});
