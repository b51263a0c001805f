import assert from 'node:assert/strict';
import { buildRecord } from '../../src/runs/build-record';
import { BudgetWatch, formatBudget, parseBudget } from '../../src/runs/budget';
import { addInterval, emptyTotals } from '../../src/runs/totals';
import { headerOf, intervalOf } from './support';

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
    for (const text of ['', '5', 'Wh', '-5Wh', '0g', '5 J', 'NaNWh', '1e3Wh', '5Wh2']) assert.equal(parseBudget(text), null, text);
  });

  it('tells once at 80 % and once at 100 %, also when both come at the same time', () => {
    const watch = new BudgetWatch({ quantity: 'energy', wattHours: 10 });
    assert.deepEqual([7.9, 8, 9, 10, 12].map((used) => watch.check(using(used))), [null, 'near', null, 'reached', null]);
    assert.equal(new BudgetWatch({ quantity: 'energy', wattHours: 10 }).check(using(50)), 'reached');
  });

  it('says nothing while the figure is unknown', () => {
    assert.equal(new BudgetWatch({ quantity: 'emissions', grams: 1 }).check(using(50)), null);
  });

  it('shows a budget with its unit', () => {
    assert.equal(formatBudget({ quantity: 'energy', wattHours: 5000 }), '5 kWh');
    assert.equal(formatBudget({ quantity: 'emissions', grams: 2 }), '2 g CO2e');
  });
});
