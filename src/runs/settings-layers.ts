import type { PeriodBudget } from './budget';
import type { Origin } from './origin';
import type { PlaceChoice } from './place';

/** What one source (options, a file, settings) says of the place of runs; null where it says nothing. */
export interface PlaceLayer {
  readonly location: string | null;
  readonly gramsPerKWh: number | null;
  readonly pue: number | null;
  readonly from: Origin;
}

/** The budgets that one source sets, by what they are for; `hours` is the cap on the time of each run beside `run`. */
export type BudgetLayer = Readonly<Partial<Record<'run' | 'hours' | 'day' | 'project', PeriodBudget>>>;

/**
 * The place by several sources, the one that counts most first. Carbon intensity and PUE belong to a place: where a
 * source names a location, what those behind it say of another place's intensity and PUE is not taken.
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

/** Each budget by the first source that sets it. */
export function combineBudgets(layers: readonly BudgetLayer[]): BudgetLayer {
  return Object.assign({}, ...[...layers].reverse()) as BudgetLayer;
}

export function budgetsIn(layer: BudgetLayer): readonly PeriodBudget[] {
  return budgetOrder.flatMap((name) => layer[name] ?? []);
}
