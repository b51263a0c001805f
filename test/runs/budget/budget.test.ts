import assert from 'node:assert/strict';
import { buildRecord } from '../../../src/runs/measuring/build-record';
import {
  budgetsFrom,
  budgetUse,
  BudgetWatch,
  formatBudget,
  parseBudget,
  sharedUse,
} from '../../../src/runs/budget/budget';
import { addInterval, emptyTotals } from '../../../src/runs/totals';
import { headerOf, intervalOf } from '../support';

function using(wattHours: number) {
  const totals = addInterval(emptyTotals, intervalOf({ at: 1, joules: wattHours * 3600 }));
  return buildRecord({ header: headerOf(), totals, gaps: [], end: null, lastAt: 1 }, 'running');
}

describe('runs/budget', () => {
  it('reads amounts of energy and emissions', () => {
    assert.deepEqual(parseBudget('5Wh'), { quantity: 'energy', wattHours: 5 });
    assert.deepEqual(parseBudget(' 0.2 kWh '), { quantity: 'energy', wattHours: 200 });
    assert.deepEqual(parseBudget('2g'), { quantity: 'emissions', grams: 2 });
    assert.deepEqual(parseBudget('.5kg'), { quantity: 'emissions', grams: 500 });
  });

  it('refuses what is no amount above zero with a unit', () => {
    for (const text of ['', '5', 'Wh', '-5Wh', '0g', '5 J', 'NaNWh', '1e3Wh', '5Wh2'])
      assert.equal(parseBudget(text), null, text);
  });

  it('reads amounts of time, and shows hours as they were written', () => {
    assert.deepEqual(parseBudget('72h'), { quantity: 'time', hours: 72 });
    assert.deepEqual(parseBudget('3 d'), { quantity: 'time', hours: 72 });
    assert.deepEqual(parseBudget('90min'), { quantity: 'time', hours: 1.5 });
    for (const [text, hours] of [
      ['30min', 0.5],
      ['30m', 0.5],
      ['1h30m', 1.5],
      ['1 h 30 min', 1.5],
      ['1d12h', 36],
      ['1w', 168],
      ['90s', 0.025],
      ['2 days', 48],
      ['1.5H', 1.5],
    ] as const) {
      assert.deepEqual(parseBudget(text), { quantity: 'time', hours }, text);
    }
    for (const text of [
      '30m1h',
      '1h 1h',
      '1h 5Wh',
      '5Wh 1h',
      '1h30',
      '0h 0m',
      '1 2h',
      'constructor',
      '1constructor',
      '5Wh 3Wh',
    ])
      assert.equal(parseBudget(text), null, text);
    assert.equal(formatBudget({ quantity: 'time', hours: 72 }), '72 h');
    assert.equal(formatBudget({ quantity: 'time', hours: 0.25 }), '15 min');
    assert.equal(budgetUse({ quantity: 'time', hours: 1 / 3600 }, using(50)), 1);
  });

  it('tells once at 80 % and once at 100 %, also when both come at the same time', () => {
    const watch = new BudgetWatch();
    assert.deepEqual(
      [0.79, null, 0.8, 0.9, 1, 1.2].map((use) => watch.check(use)),
      [null, null, 'near', null, 'reached', null],
    );
    assert.equal(new BudgetWatch().check(5), 'reached');
  });

  it('does not know the use while the figure is unknown', () => {
    assert.equal(budgetUse({ quantity: 'emissions', grams: 1 }, using(50)), null);
    assert.equal(sharedUse({ quantity: 'emissions', grams: 1 }, [using(50)], null), null);
  });

  it('adds up several runs, of one that began before the period the part by time', () => {
    const budget = { quantity: 'energy', wattHours: 10 } as const;
    const lasting = (from: number, to: number) => ({
      ...using(4),
      startedAt: new Date(from).toISOString(),
      endedAt: new Date(to).toISOString(),
    });
    assert.equal(sharedUse(budget, [lasting(0, 100), lasting(500, 900)], null), 0.8);
    assert.ok(Math.abs((sharedUse(budget, [lasting(0, 100), lasting(500, 900)], 600) ?? 0) - 0.3) < 1e-9);
    assert.equal(sharedUse(budget, [lasting(700, 900)], 600), 0.4);
  });

  it('shows a budget with its unit', () => {
    assert.equal(formatBudget({ quantity: 'energy', wattHours: 5000 }), '5 kWh');
    assert.equal(formatBudget({ quantity: 'emissions', grams: 2 }), '2 g CO₂e');
  });

  it('suggests round amounts from what one run used', () => {
    assert.deepEqual(budgetsFrom(0.028), ['0.1Wh', '0.5Wh']);
    assert.deepEqual(budgetsFrom(1), ['2Wh', '10Wh']);
    assert.deepEqual(budgetsFrom(240), ['500Wh', '5000Wh']);
    for (const used of [1e-9, 1e-4, 0.3, 7.7, 1234, 5e5])
      for (const amount of budgetsFrom(used)) {
        const budget = parseBudget(amount);
        assert.ok(budget?.quantity === 'energy' && budget.wattHours >= 1.99 * used, amount);
      }
  });
});
