import { formatEnergy, formatMass } from '../units/format';
import { countedEnergy } from './describe';
import type { RunRecord } from './record';

/** A limit for one run, on the scope that it counts. */
export type Budget =
  | { readonly quantity: 'energy'; readonly wattHours: number }
  | { readonly quantity: 'emissions'; readonly grams: number };

const unitFactors: Readonly<Record<string, { readonly quantity: Budget['quantity']; readonly factor: number }>> = {
  mwh: { quantity: 'energy', factor: 1e-3 },
  wh: { quantity: 'energy', factor: 1 },
  kwh: { quantity: 'energy', factor: 1e3 },
  mg: { quantity: 'emissions', factor: 1e-3 },
  g: { quantity: 'emissions', factor: 1 },
  kg: { quantity: 'emissions', factor: 1e3 },
};

/** Reads "5Wh", "0.2 kWh", "2g"; null when it is none of these or not above zero. */
export function parseBudget(text: string): Budget | null {
  const match = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*([a-z]+)\s*$/i.exec(text);
  const unit = unitFactors[match?.[2]?.toLowerCase() ?? ''];
  const amount = Number(match?.[1]);
  if (unit === undefined || !(amount > 0)) return null;
  const value = amount * unit.factor;
  return unit.quantity === 'energy' ? { quantity: 'energy', wattHours: value } : { quantity: 'emissions', grams: value };
}

/** The used part of a budget: 1 is all of it; null while the figure is unknown. */
export function budgetUse(budget: Budget, record: RunRecord): number | null {
  if (budget.quantity === 'energy') {
    const { total } = countedEnergy(record);
    return total === null ? null : total / budget.wattHours;
  }
  return record.emissionsGrams === null ? null : record.emissionsGrams.value / budget.grams;
}

export function formatBudget(budget: Budget): string {
  return budget.quantity === 'energy' ? formatEnergy(budget.wattHours) : `${formatMass(budget.grams)} CO2e`;
}

/** Tells once that a run comes near its budget (80 %) and once that it has reached it. */
export class BudgetWatch {
  private told: 'nothing' | 'near' | 'reached' = 'nothing';

  constructor(readonly budget: Budget) {}

  /** What is new to tell, or null. */
  check(record: RunRecord): 'near' | 'reached' | null {
    const use = budgetUse(this.budget, record);
    if (use === null || this.told === 'reached') return null;
    if (use >= 1) return (this.told = 'reached');
    if (use >= 0.8 && this.told === 'nothing') return (this.told = 'near');
    return null;
  }
}
