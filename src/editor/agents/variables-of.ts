import { measuringKeys, type MeasuringKey } from '../../project/settings-file';
import { writtenBudget, type PeriodBudget } from '../../runs/budget/budget';
import type { Origin } from '../../runs/origin';
import type { CombinedSettings } from '../../runs/settings/layers';
import { variableOf } from '../../runs/settings/environment';

/** Environment variables of `green-ml`. Undefined removes one that the editor has inherited, which does not count in it. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The variables with the values that come from VS Code's settings. The command reads the files itself, with the same
 * precedence but for the user's settings, which are below the project's file: of those, only what counts is here.
 */
export function variablesOf({ place, scope, budgets }: Omit<CombinedSettings, 'exceeded' | 'watched'>): Variables {
  const { location, gramsPerKWh, pue } = place;
  // Whoever sets the location sets what belongs to it: variables with a location hide the intensity and PUE of files.
  const whole = isSetting(location?.from);
  const set = { location, 'carbon-intensity': gramsPerKWh, pue };
  const values: Partial<Record<MeasuringKey, string>> = {};
  for (const [key, each] of Object.entries(set))
    if (each !== null && (whole || isSetting(each.from))) values[key as keyof typeof set] = String(each.value);
  if (scope !== null && isSetting(scope.from)) values.scope = scope.value;
  const limits = {
    budget: budgets.run,
    'budget-hours': budgets.hours,
    'budget-day': budgets.day,
    'budget-project': budgets.project,
  };
  for (const [key, limit] of Object.entries(limits)) {
    const text = limit === undefined ? null : budgetText(key === 'budget-hours', limit);
    if (text !== null) values[key as keyof typeof limits] = text;
  }
  return Object.fromEntries(measuringKeys.map((key) => [variableOf(key), values[key]]));
}

const isSetting = (from: Origin | undefined): boolean => from?.by === 'setting';

/** Null if it is from a file, which the command reads too. */
function budgetText(inHours: boolean, { budget, from, isLimit }: PeriodBudget): string | null {
  if (isLimit === true || (from !== undefined && !isSetting(from))) return null;
  return inHours && budget.quantity === 'time' ? String(budget.hours) : writtenBudget(budget);
}
