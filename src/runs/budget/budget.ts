import { formatDuration, formatEnergy, formatMass, toDecimals, toDigits } from '../../present/words';
import { countedOnce } from '../measuring/counted-once';
import { countedEnergy } from '../describe';
import type { Origin } from '../origin';
import type { RunRecord } from '../record';
import { localisable } from '../../present/l10n';

/** A limit that a run should not exceed, in the scope that the run counts. */
export type Budget =
  | { readonly quantity: 'energy'; readonly wattHours: number }
  | { readonly quantity: 'emissions'; readonly grams: number }
  | { readonly quantity: 'time'; readonly hours: number };

/** What a budget applies to: each run, all runs of a day, or all runs of a project. */
export const budgetPeriods = ['run', 'day', 'project'] as const;

export type BudgetPeriod = (typeof budgetPeriods)[number];

export interface PeriodBudget {
  readonly period: BudgetPeriod;
  readonly budget: Budget;
  /** Absent if the user set it with an option or a setting. */
  readonly from?: Origin;
  /** A limit of the machine, which nobody may raise. */
  readonly isLimit?: true;
}

/** A cap that many clusters and papers use: after three days, check whether a training should continue. */
export const usualCapHours = 72;

const unitFactors: Readonly<Record<string, { readonly quantity: Budget['quantity']; readonly factor: number }>> = {
  mwh: { quantity: 'energy', factor: 1e-3 },
  wh: { quantity: 'energy', factor: 1 },
  kwh: { quantity: 'energy', factor: 1e3 },
  mg: { quantity: 'emissions', factor: 1e-3 },
  g: { quantity: 'emissions', factor: 1 },
  kg: { quantity: 'emissions', factor: 1e3 },
  s: { quantity: 'time', factor: 1 / 3600 },
  sec: { quantity: 'time', factor: 1 / 3600 },
  m: { quantity: 'time', factor: 1 / 60 },
  min: { quantity: 'time', factor: 1 / 60 },
  mins: { quantity: 'time', factor: 1 / 60 },
  h: { quantity: 'time', factor: 1 },
  hr: { quantity: 'time', factor: 1 },
  hrs: { quantity: 'time', factor: 1 },
  d: { quantity: 'time', factor: 24 },
  day: { quantity: 'time', factor: 24 },
  days: { quantity: 'time', factor: 24 },
  w: { quantity: 'time', factor: 168 },
};

const amountPattern = /\s*(\d+(?:\.\d+)?|\.\d+)\s*([a-z]+)\s*/iy;

/** Examples of amounts, for messages. */
export const budgetExamples = localisable('5Wh, 0.2kWh, 2g, 30min, 1h30m or 72h');

/** Reads "5Wh", "0.2 kWh", "2g", "30min", "1d 12h"; null if it is none of these or not above zero. */
export function parseBudget(text: string): Budget | null {
  const amounts = amountsIn(text);
  const [unit] = amounts ?? [];
  if (amounts === null || unit === undefined) return null;
  // Only time may have several units, from the largest down, each once.
  const isOrdered = amounts.every(
    (each, index) => index === 0 || (each.quantity === 'time' && each.factor < (amounts[index - 1]?.factor ?? 0)),
  );
  const value = amounts.reduce((sum, { amount, factor }) => sum + amount * factor, 0);
  if (!isOrdered || unit.quantity !== (amounts.at(-1) ?? unit).quantity || !(value > 0) || !Number.isFinite(value))
    return null;
  if (unit.quantity === 'time') return { quantity: 'time', hours: value };
  return unit.quantity === 'energy'
    ? { quantity: 'energy', wattHours: value }
    : { quantity: 'emissions', grams: value };
}

/** As `parseBudget` reads it. */
export function writtenBudget(budget: Budget): string {
  switch (budget.quantity) {
    case 'energy':
      return `${budget.wattHours}Wh`;
    case 'emissions':
      return `${budget.grams}g`;
    case 'time':
      return `${budget.hours}h`;
  }
}

function amountsIn(
  text: string,
): { readonly quantity: Budget['quantity']; readonly factor: number; readonly amount: number }[] | null {
  const amounts: { quantity: Budget['quantity']; factor: number; amount: number }[] = [];
  let at = 0;
  while (at < text.length) {
    amountPattern.lastIndex = at;
    const match = amountPattern.exec(text);
    const name = match?.[2]?.toLowerCase() ?? '';
    const unit = Object.hasOwn(unitFactors, name) ? unitFactors[name] : undefined;
    if (match === null || unit === undefined || amounts.length > 4) return null;
    amounts.push({ ...unit, amount: Number(match[1]) });
    at += match[0].length;
  }
  return amounts;
}

/** Amounts of energy for a limit of each run, from what one run used: about twice and ten times that, in round numbers. */
export function budgetsFrom(wattHours: number): readonly string[] {
  return [2, 10].map((times) => {
    const amount = Math.max(wattHours * times, leastBudget);
    const power = 10 ** Math.floor(Math.log10(amount));
    const rounded = (roundSteps.find((step) => step * power >= amount * 0.999) ?? 10) * power;
    return `${toDigits(rounded, 1)}Wh`;
  });
}

const roundSteps = [1, 2, 5, 10] as const;
/** Watt-hours. */
const leastBudget = 0.001;

/** The used part of a budget: 1 is all of it; null while the figure is unknown. */
export function budgetUse(budget: Budget, record: RunRecord): number | null {
  switch (budget.quantity) {
    case 'energy': {
      const { total } = countedEnergy(record);
      return total === null ? null : total / budget.wattHours;
    }
    case 'emissions':
      return record.emissionsGrams === null ? null : record.emissionsGrams.value / budget.grams;
    case 'time':
      return record.durationSeconds / 3600 / budget.hours;
  }
}

export function formatBudget(budget: Budget): string {
  switch (budget.quantity) {
    case 'energy':
      return formatEnergy(budget.wattHours);
    case 'emissions':
      return `${formatMass(budget.grams)} CO₂e`;
    case 'time':
      // Show "72 h" as it was written, not as "3 d".
      return budget.hours >= 1 ? `${toDecimals(budget.hours, 2)} h` : formatDuration(budget.hours * 3600);
  }
}

/**
 * The part of a budget that several runs have used together. Energy that belongs to two of them counts once; runs
 * with unknown figures add nothing. Of a run that lies only partly in the period, the part by time counts. Null if all
 * are unknown.
 *
 * @param since beginning of the period, milliseconds since the epoch; null without one
 */
export function sharedUse(budget: Budget, records: readonly RunRecord[], since: number | null): number | null {
  let sum: number | null = null;
  for (const { record, energyShare, timeShare } of countedOnce(records, { since })) {
    const use = budgetUse(budget, record);
    if (use !== null) sum = (sum ?? 0) + use * (budget.quantity === 'time' ? timeShare : energyShare);
  }
  return sum;
}

/** The last midnight, local time, in milliseconds since the epoch. */
export function startOfDay(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Reports once that a budget is nearly used (80 %) and once that it is reached. */
export class BudgetWatch {
  private reported: 'nothing' | 'near' | 'reached' = 'nothing';

  /** A limit that the used part has newly passed, or null. */
  check(use: number | null): 'near' | 'reached' | null {
    if (use === null || this.reported === 'reached') return null;
    if (use >= 1) return (this.reported = 'reached');
    if (use >= 0.8 && this.reported === 'nothing') return (this.reported = 'near');
    return null;
  }
}
