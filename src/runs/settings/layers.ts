import { formatBudget, type Budget, type PeriodBudget } from '../budget/budget';
import { originRemark, type Origin, type Sourced } from '../origin';
import type { PlaceChoice } from '../place';
import type { Scope } from '../record';
import { budgetNames } from '../budget/run-budgets';

/** The location of runs according to one source (options, a file, settings); null for what it does not set. */
export interface PlaceLayer {
  readonly location: string | null;
  readonly gramsPerKWh: number | null;
  readonly pue: number | null;
  readonly from: Origin;
}

/** The budgets that one source sets, by period; `hours` is a cap on the time of each run in addition to `run`. */
export type BudgetLayer = Readonly<Partial<Record<'run' | 'hours' | 'day' | 'project', PeriodBudget>>>;

/** All settings for runs that one source sets. */
export interface SettingsLayer extends PlaceLayer {
  readonly scope: Scope | null;
  readonly budgets: BudgetLayer;
}

/** The settings that count. */
export interface CombinedSettings extends BudgetsInForce {
  readonly place: PlaceChoice;
  /** Null if no source sets it. */
  readonly scope: Sourced<Scope> | null;
}

/** Budgets, none of which is above a limit of the machine. */
interface BudgetsInForce {
  readonly budgets: BudgetLayer;
  /** Those of `budgets`, and limits of the machine that apply beside them because they limit another quantity. */
  readonly watched: readonly PeriodBudget[];
  /** One sentence for each budget that is above a limit. */
  readonly exceeded: readonly string[];
}

/** @param layers the sources, highest precedence first */
export function combineSettings(layers: readonly SettingsLayer[], limits: BudgetLayer): CombinedSettings {
  const first = layers.find(({ scope }) => scope !== null);
  return {
    place: combinePlaces(layers),
    scope: first === undefined || first.scope === null ? null : { value: first.scope, from: first.from },
    ...withinLimits(combineBudgets(layers.map(({ budgets }) => budgets)), limits),
  };
}

/**
 * The location from several sources, highest precedence first. Carbon intensity and PUE belong to a location: if a
 * source sets a location, the intensity and PUE of later sources are ignored.
 */
export function combinePlaces(layers: readonly PlaceLayer[]): PlaceChoice {
  let choice: PlaceChoice = { location: null, gramsPerKWh: null, pue: null };
  for (const { location, gramsPerKWh, pue, from } of layers) {
    choice = {
      location: choice.location ?? (location === null ? null : { value: location, from }),
      gramsPerKWh: choice.gramsPerKWh ?? (gramsPerKWh === null ? null : { value: gramsPerKWh, from }),
      pue: choice.pue ?? (pue === null ? null : { value: pue, from }),
    };
    if (choice.location !== null) break;
  }
  return choice;
}

const budgetOrder = ['run', 'hours', 'day', 'project'] as const;

/** Each budget from the first source that sets it. */
export function combineBudgets(layers: readonly BudgetLayer[]): BudgetLayer {
  return Object.assign({}, ...[...layers].reverse()) as BudgetLayer;
}

export function budgetsIn(layer: BudgetLayer): readonly PeriodBudget[] {
  return budgetOrder.flatMap((name) => layer[name] ?? []);
}

/**
 * The lower one of each budget and the machine's limit for the same period and quantity, whoever set the budget. A
 * limit for which there is no budget is a budget itself.
 */
export function withinLimits(own: BudgetLayer, limits: BudgetLayer): BudgetsInForce {
  const budgets: { -readonly [Name in keyof BudgetLayer]: PeriodBudget } = { ...own };
  const beside: PeriodBudget[] = [];
  const exceeded: string[] = [];
  // Time can be limited by two keys.
  const lowest = budgetOrder.flatMap((name) => {
    const limit = limits[name];
    const isLower = (other: PeriodBudget): boolean =>
      limit !== undefined && isAlike(other, limit) && isBelow(other, limit);
    return limit === undefined || budgetsIn(limits).some(isLower) ? [] : [{ name, limit }];
  });
  // What is too high goes first, so that a limit of another quantity is not put beside a budget that is gone.
  for (const { limit } of lowest)
    for (const each of budgetOrder) {
      const budget = budgets[each];
      if (budget === undefined || !isAlike(budget, limit) || !isBelow(limit, budget)) continue;
      exceeded.push(exceededText(budget, limit));
      Reflect.deleteProperty(budgets, each);
    }
  for (const { name, limit } of lowest) {
    if ([...budgetsIn(budgets), ...beside].some((budget) => isAlike(budget, limit))) continue;
    if (budgets[name] === undefined) budgets[name] = limit;
    else beside.push(limit);
  }
  return { budgets, watched: [...budgetsIn(budgets), ...beside], exceeded };
}

function isAlike(a: PeriodBudget, b: PeriodBudget): boolean {
  return a.period === b.period && a.budget.quantity === b.budget.quantity;
}

function isBelow(a: PeriodBudget, b: PeriodBudget): boolean {
  return amountOf(a.budget) < amountOf(b.budget);
}

/** In the unit of its quantity. */
function amountOf(budget: Budget): number {
  switch (budget.quantity) {
    case 'energy':
      return budget.wattHours;
    case 'emissions':
      return budget.grams;
    case 'time':
      return budget.hours;
  }
}

/** "The day's budget of 9 kWh (set in pyproject.toml) is above the limit of this machine, 5 kWh (set in …), which applies." */
function exceededText({ period, budget, from }: PeriodBudget, limit: PeriodBudget): string {
  const whose = period === 'run' ? "The run's budget" : `T${budgetNames[period].slice(1)}`;
  const remark = (origin: Origin | undefined): string => {
    const text = originRemark(origin);
    return text === null ? '' : ` (${text})`;
  };
  return `${whose} of ${formatBudget(budget)}${remark(from)} is above this machine's limit of ${formatBudget(limit.budget)}${remark(limit.from)}, so the limit applies.`;
}
