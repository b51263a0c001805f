import assert from 'node:assert/strict';
import { variablesOf } from '../../../src/editor/agents/variables-of';
import type { PeriodBudget } from '../../../src/runs/budget/budget';
import type { Origin } from '../../../src/runs/origin';

const setting: Origin = { by: 'setting' };
const file: Origin = { by: 'project file', file: 'pyproject.toml' };
const nothing = { place: { location: null, gramsPerKWh: null, pue: null }, scope: null, budgets: {} } as const;

/** Without what is removed. */
const set = (settings: Parameters<typeof variablesOf>[0]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variablesOf(settings)).flatMap(([name, value = '']) => (value === '' ? [] : [[name, value]])),
  );

describe('editor/agents/variables-of', () => {
  it('removes every variable that the editor has inherited', () => {
    const variables = variablesOf(nothing);
    for (const name of [
      'LOCATION',
      'CARBON_INTENSITY',
      'PUE',
      'SCOPE',
      'BUDGET',
      'BUDGET_HOURS',
      'BUDGET_DAY',
      'BUDGET_PROJECT',
    ])
      assert.ok(`GREEN_ML_${name}` in variables, name);
    assert.deepEqual(set(nothing), {});
  });

  it('gives what is set in VS Code, and leaves to the command what is in files', () => {
    const place = {
      location: { value: 'DE', from: file },
      gramsPerKWh: { value: 300, from: file },
      pue: { value: 1.2, from: setting },
    };
    assert.deepEqual(set({ ...nothing, place, scope: { value: 'machine', from: setting } }), {
      GREEN_ML_PUE: '1.2',
      GREEN_ML_SCOPE: 'machine',
    });
    assert.deepEqual(set({ ...nothing, scope: { value: 'run', from: file } }), {});
  });

  it('gives with a location what belongs to it, wherever that is from', () => {
    const place = {
      location: { value: 'aws:eu-north-1', from: setting },
      gramsPerKWh: null,
      pue: { value: 1.1, from: file },
    };
    assert.deepEqual(set({ ...nothing, place }), { GREEN_ML_LOCATION: 'aws:eu-north-1', GREEN_ML_PUE: '1.1' });
  });

  it('writes budgets with their units, and none of a file or a limit of the machine', () => {
    const budget = (of: PeriodBudget['budget'], more: Partial<PeriodBudget> = {}): PeriodBudget => ({
      ...{ period: 'run', budget: of },
      ...more,
    });
    const energy = { quantity: 'energy', wattHours: 5 } as const;
    assert.deepEqual(
      set({
        ...nothing,
        budgets: {
          run: budget(energy),
          hours: budget({ quantity: 'time', hours: 72 }, { from: setting }),
          day: budget({ quantity: 'emissions', grams: 2.5 }, { from: setting }),
          project: budget(energy, { from: file }),
        },
      }),
      { GREEN_ML_BUDGET: '5Wh', GREEN_ML_BUDGET_HOURS: '72', GREEN_ML_BUDGET_DAY: '2.5g' },
    );
    assert.deepEqual(set({ ...nothing, budgets: { run: budget(energy, { isLimit: true }) } }), {});
    assert.deepEqual(set({ ...nothing, budgets: { day: budget({ quantity: 'time', hours: 3 }) } }), {
      GREEN_ML_BUDGET_DAY: '3h',
    });
  });
});
