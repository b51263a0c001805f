import { InvalidArgumentError, Option } from 'commander';
import { budgetExamples, parseBudget, type Budget, type BudgetPeriod } from '../runs/budget/budget';
import type { Scope } from '../runs/record';
import type { BudgetLayer, SettingsLayer } from '../runs/settings/layers';
import { intensityOptions, placeOfOptions, type PlaceOptions } from './place';

/** The options that set what a settings file can set too. */
export interface SettingsOptions extends PlaceOptions {
  readonly scope?: Scope;
  readonly budget?: Budget;
  readonly budgetDay?: Budget;
  readonly budgetProject?: Budget;
}

/** The options for scope and budgets, and those of the place. */
export function settingsOptions(): Option[] {
  return [
    new Option(
      '--scope <scope>',
      "count the run's share or the whole machine (default: the scope in the settings, else run)",
    ).choices(['run', 'machine']),
    new Option('--budget <amount>', `a limit for this run, such as ${budgetExamples}`).argParser(budgetOption),
    new Option('--budget-day <amount>', 'a limit for all runs of one day').argParser(budgetOption),
    new Option('--budget-project <amount>', 'a limit for all runs in this folder and below it').argParser(budgetOption),
    ...intensityOptions(),
  ];
}

/** What the options set. */
export function layerOfOptions(options: SettingsOptions): SettingsLayer {
  const { scope, budget, budgetDay, budgetProject } = options;
  const limit = (period: BudgetPeriod, amount: Budget | undefined): BudgetLayer =>
    amount === undefined ? {} : { [period]: { period, budget: amount } };
  return {
    ...placeOfOptions(options),
    scope: scope ?? null,
    budgets: { ...limit('run', budget), ...limit('day', budgetDay), ...limit('project', budgetProject) },
  };
}

function budgetOption(text: string): Budget {
  const budget = parseBudget(text);
  if (budget === null)
    throw new InvalidArgumentError(`Write an amount above zero with its unit, such as ${budgetExamples}.`);
  return budget;
}
