import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Budget, PeriodBudget } from '../../../src/runs/budget/budget';
import type { Origin } from '../../../src/runs/origin';
import { combineSettings, withinLimits, type BudgetLayer, type SettingsLayer } from '../../../src/runs/settings/layers';

const wh = (wattHours: number): Budget => ({ quantity: 'energy', wattHours });
const hours = (count: number): Budget => ({ quantity: 'time', hours: count });
const run = (budget: Budget, more: Partial<PeriodBudget> = {}): PeriodBudget => ({ period: 'run', budget, ...more });
const machine = { by: 'machine file', file: '/etc/green-ml/config.toml' } as const;
const limit = (budget: Budget): PeriodBudget => run(budget, { from: machine, isLimit: true });

describe('limits of a machine', () => {
  it('replace what is above them, whoever set it, with one sentence', () => {
    const { budgets, watched, exceeded } = withinLimits(
      { run: run(wh(9000), { from: { by: 'project file', file: 'pyproject.toml' } }) },
      { run: limit(wh(5000)) },
    );
    assert.deepEqual([budgets.run, watched], [limit(wh(5000)), [limit(wh(5000))]]);
    assert.deepEqual(exceeded, [
      "The run's budget of 9 kWh (set in pyproject.toml) is above this machine's limit of 5 kWh (set in /etc/green-ml/config.toml), so the limit applies.",
    ]);
  });

  it('leave what is below them, and apply where nothing is set', () => {
    assert.deepEqual(withinLimits({ run: run(wh(1)) }, { run: limit(wh(5)) }), {
      budgets: { run: run(wh(1)) },
      watched: [run(wh(1))],
      exceeded: [],
    });
    assert.deepEqual(withinLimits({}, { run: limit(wh(5)) }).watched, [limit(wh(5))]);
  });

  it('apply beside a budget in another quantity', () => {
    const { budgets, watched, exceeded } = withinLimits({ run: run(hours(10)) }, { run: limit(wh(5)) });
    assert.deepEqual([budgets.run, watched, exceeded], [run(hours(10)), [run(hours(10)), limit(wh(5))], []]);
  });

  it('hold for a time under either of its two keys', () => {
    const { watched, exceeded } = withinLimits({ run: run(hours(100)) }, { hours: limit(hours(72)) });
    assert.deepEqual([watched, exceeded.length], [[limit(hours(72))], 1]);
  });

  it('are shown as the budget where a budget in another quantity was too high', () => {
    const limits = { run: limit(wh(5)), hours: limit(hours(72)) };
    assert.deepEqual(withinLimits({ run: run(hours(100)) }, limits).budgets, limits);
  });
});

describe('the precedence of settings', () => {
  const part = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
  const budget: fc.Arbitrary<Budget> = fc.oneof(
    fc.integer({ min: 1, max: 9 }).map(wh),
    fc.integer({ min: 1, max: 9 }).map(hours),
    fc.integer({ min: 1, max: 9 }).map((grams): Budget => ({ quantity: 'emissions', grams })),
  );
  const budgets = (isLimit: boolean): fc.Arbitrary<BudgetLayer> => {
    const of = (period: PeriodBudget['period']): fc.Arbitrary<PeriodBudget> =>
      budget.map((each): PeriodBudget => ({ period, budget: each, ...(isLimit ? { isLimit: true } : {}) }));
    return fc.record(
      {
        run: of('run'),
        hours: fc.integer({ min: 1, max: 9 }).map((count) => run(hours(count), isLimit ? { isLimit: true } : {})),
        day: of('day'),
        project: of('project'),
      },
      { requiredKeys: [] },
    );
  };
  const origin: fc.Arbitrary<Origin> = fc.constantFrom<Origin>(
    { by: 'person' },
    { by: 'environment' },
    { by: 'project file', file: 'green-ml.toml' },
    { by: 'user file', file: '~/c' },
    machine,
  );
  const layer: fc.Arbitrary<SettingsLayer> = fc.record({
    location: part(fc.constantFrom('DE', 'FR')),
    gramsPerKWh: part(fc.integer({ min: 0, max: 900 })),
    pue: part(fc.integer({ min: 1, max: 3 })),
    scope: part(fc.constantFrom('run', 'machine')),
    budgets: budgets(false),
    from: origin,
  });
  const amount = (each: Budget): number => Object.values(each).find((value) => typeof value === 'number') ?? NaN;
  const isAlike = (a: PeriodBudget, b: PeriodBudget): boolean =>
    a.period === b.period && a.budget.quantity === b.budget.quantity;

  it('takes each setting from the first source that has it, with its origin', () => {
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 5 }), (layers) => {
        const { scope, place, budgets: used, exceeded } = combineSettings(layers, {});
        const first = layers.find((each) => each.scope !== null);
        assert.deepEqual(scope, first === undefined ? null : { value: first.scope, from: first.from });
        const here = layers.find((each) => each.location !== null);
        assert.deepEqual(place.location, here === undefined ? null : { value: here.location, from: here.from });
        for (const name of ['run', 'hours', 'day', 'project'] as const)
          assert.deepEqual(used[name], layers.find((each) => each.budgets[name] !== undefined)?.budgets[name]);
        assert.deepEqual(exceeded, []);
      }),
    );
  });

  it('never lets a budget be above a limit, and changes no other', () => {
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 4 }), budgets(true), (layers, limits) => {
        const own = Object.values(combineSettings(layers, {}).budgets);
        const { watched, exceeded } = combineSettings(layers, limits);
        for (const each of Object.values(limits)) {
          const alike = watched.filter((other) => isAlike(other, each));
          assert.ok(alike.length > 0 && alike.every((other) => amount(other.budget) <= amount(each.budget)));
        }
        const isAbove = (each: PeriodBudget): boolean =>
          Object.values(limits).some((other) => isAlike(other, each) && amount(each.budget) > amount(other.budget));
        for (const each of own) assert.equal(watched.includes(each), !isAbove(each));
        assert.equal(exceeded.length, own.filter(isAbove).length);
        for (const each of watched) assert.ok(own.includes(each) || Object.values(limits).includes(each));
      }),
    );
  });
});
