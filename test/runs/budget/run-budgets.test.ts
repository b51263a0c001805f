import assert from 'node:assert/strict';
import { buildRecord } from '../../../src/runs/measuring/build-record';
import { startOfDay } from '../../../src/runs/budget/budget';
import { OtherRunsWatch } from '../../../src/runs/measuring/other-runs';
import type { RunRecord } from '../../../src/runs/record';
import { budgetText, RunBudgets, spentText } from '../../../src/runs/budget/run-budgets';
import { addInterval, emptyTotals } from '../../../src/runs/totals';
import { headerOf, intervalOf } from '../support';

const noon = new Date(2026, 10, 21, 12).getTime();

/** A run of one hour that began at some hour of the day. */
function runOf(
  id: string,
  wattHours: number,
  hour = 10,
  folder = '/project',
  status: RunRecord['status'] = 'completed',
): RunRecord {
  const startedAt = startOfDay(noon) + hour * 3_600_000;
  const totals = addInterval(emptyTotals, intervalOf({ at: startedAt, joules: wattHours * 3600, seconds: 3600 }));
  return buildRecord(
    { header: headerOf({ id, folder, startedAt }), totals, gaps: [], end: null, lastAt: startedAt + 3_600_000 },
    status,
  );
}

describe('runs/run-budgets', () => {
  const ten = { quantity: 'energy', wattHours: 10 } as const;

  it('counts what others have used on budgets of several runs, and not on that of the run', () => {
    const budgets = new RunBudgets(
      [
        { period: 'run', budget: ten },
        { period: 'day', budget: ten },
      ],
      () => [runOf('other', 6)],
    );
    const news = [1, 2, 4, 9, 11].map((used) =>
      budgets.check(runOf('own', used), noon).map(({ period, level: each }) => `${period} ${each}`),
    );
    assert.deepEqual(news, [[], ['day near'], ['day reached'], ['run near'], ['run reached']]);
    assert.deepEqual(budgets.tightest(runOf('own', 2), noon), {
      period: 'day',
      budget: ten,
      use: 0.8,
      usedByOthers: false,
    });
  });

  it('says that others had used it, so that nobody interrupts a run that has done nothing yet', () => {
    const budgets = new RunBudgets([{ period: 'project', budget: ten }], () => [runOf('other', 12)]);
    const [news] = budgets.check(runOf('own', 0.1), noon);
    assert.ok(news?.usedByOthers);
    assert.equal(budgetText('train.py', news), "Other runs have used the project's budget of 10 Wh.");
    const spent = budgets.spentByOthers(noon);
    assert.ok(spent);
    assert.equal(spentText(spent), "other runs have used the project's budget of 10 Wh");
    assert.equal(
      new RunBudgets([{ period: 'run', budget: ten }], () => [runOf('other', 12)]).spentByOthers(noon),
      null,
    );
  });

  it('tells each budget in a sentence', () => {
    const text = (period: 'run' | 'day', level: 'near' | 'reached') =>
      budgetText('train.py', { period, budget: ten, use: 1, usedByOthers: false, level });
    assert.equal(text('run', 'near'), 'train.py has used 80 % of its budget of 10 Wh.');
    assert.equal(text('run', 'reached'), 'train.py has used its budget of 10 Wh.');
    assert.equal(text('day', 'near'), "With train.py, 80 % of the day's budget of 10 Wh is used.");
    assert.equal(text('day', 'reached'), "With train.py, the day's budget of 10 Wh is used up.");
  });
});

describe('runs/other-runs', () => {
  const all = [
    runOf('own', 1),
    runOf('today', 1),
    runOf('yesterday', 1, -20),
    runOf('below', 1, -30, '/project/search'),
    runOf('elsewhere', 1, 10, '/projects'),
  ];

  it('keeps in view the runs of the day and those of the project, without the own one', async () => {
    const watch = new OtherRunsWatch(
      () => 'own',
      '/project',
      () => Promise.resolve(all),
      (error) => assert.fail(String(error)),
    );
    assert.deepEqual(watch.of('day', noon), [], 'until they are read');
    await watch.refresh(noon);
    assert.deepEqual(
      watch.of('day', noon).map(({ id }) => id),
      ['today', 'elsewhere'],
    );
    assert.deepEqual(
      watch.of('project', noon).map(({ id }) => id),
      ['today', 'yesterday', 'below'],
    );
  });

  it('counts no run to the day that was recorded while the clock was ahead', async () => {
    const soon = runOf('seconds ahead', 1, 0, '/project');
    const ahead = runOf('years ahead', 1, 20 * 365 * 24, '/project');
    const watch = new OtherRunsWatch(
      () => null,
      '/project',
      () => Promise.resolve([soon, ahead]),
      (error) => assert.fail(String(error)),
    );
    const now = Date.parse(soon.startedAt) - 5000;
    await watch.refresh(now);
    const ids = (period: 'day' | 'project') => watch.of(period, now).map(({ id }) => id);
    assert.deepEqual(ids('day'), ['seconds ahead']);
    assert.deepEqual(ids('project'), ['seconds ahead', 'years ahead'], 'its energy was used all the same');
  });

  it('looks again after a while, not at every sample, and tells a failure', async () => {
    let reads = 0;
    const failures: unknown[] = [];
    const read = () => (++reads === 2 ? Promise.reject(new Error('gone')) : Promise.resolve(all));
    const watch = new OtherRunsWatch(
      () => null,
      null,
      read,
      (error) => failures.push(error),
    );
    await watch.refresh(noon);
    for (let second = 0; second <= 30; second++) watch.of('day', noon + second * 1000);
    assert.equal(reads, 1);
    watch.of('day', noon + 31_000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(reads, 2);
    assert.equal(failures.length, 1);
    assert.equal(watch.of('day', noon + 32_000).length, 3, 'what was known stays');
    assert.deepEqual(watch.of('project', noon), []);
  });
});
