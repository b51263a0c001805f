import type { PeriodBudget } from './budget';
import type { Origin } from './origin';
import type { PlaceChoice } from './place';

/** The location of runs according to one source (options, a file, settings); null for what it does not set. */
export interface PlaceLayer {
  readonly location: string | null;
  readonly gramsPerKWh: number | null;
  readonly pue: number | null;
  readonly from: Origin;
}

/** The budgets that one source sets, by period; `hours` is a cap on the time of each run in addition to `run`. */
export type BudgetLayer = Readonly<Partial<Record<'run' | 'hours' | 'day' | 'project', PeriodBudget>>>;

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
