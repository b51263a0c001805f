import * as v from 'valibot';
import { mostGramsPerKWh, mostPue } from '../../place/limits';
import type { MeasuringKey } from '../../project/settings-file';
import { aboveZero, between, type Expectation } from '../../system/shapes';
import { parseBudget } from '../budget/budget';
import { scopeShape } from '../run';

/** No place in the tables has a longer name. */
const longestLocation = 100;

const budget = {
  shape: v.pipe(
    v.string(),
    v.check((text) => parseBudget(text) !== null),
  ),
  expected: 'an amount above zero with its unit',
  example: '"5Wh" or "72h"',
} satisfies Expectation<string>;

/** What the settings of runs may be, in a project's settings file and in the editor alike. */
export const settingValues = {
  location: {
    shape: v.pipe(
      v.string(),
      v.check((text) => text.trim() !== ''),
      v.maxLength(longestLocation),
    ),
    expected: 'a grid zone such as "DE" or a cloud region such as "aws:eu-north-1"',
  },
  'carbon-intensity': {
    shape: between(0, mostGramsPerKWh),
    expected: `a number of grams per kWh from 0 to ${mostGramsPerKWh}`,
    example: '350',
  },
  pue: { shape: between(1, mostPue), expected: `a number from 1 to ${mostPue}`, example: '1.2' },
  scope: { shape: scopeShape, expected: '"run" or "machine"' },
  budget,
  'budget-hours': { shape: aboveZero, expected: 'a number of hours above 0', example: '72' },
  'budget-day': budget,
  'budget-project': budget,
} as const satisfies Readonly<Record<MeasuringKey, Expectation>>;
