import {
  BudgetWatch,
  formatBudget,
  sharedUse,
  startOfDay,
  type Budget,
  type BudgetPeriod,
  type PeriodBudget,
} from './budget';
import { originRemark } from '../origin';
import type { RunRecord } from '../record';
import { english, localisable, type Translate } from '../../present/l10n';
import { formatShare } from '../../present/words';

/** The other runs of the day or of the project. */
export type OtherRuns = (period: 'day' | 'project') => readonly RunRecord[];

/** How much of one budget is used. */
export interface BudgetState extends PeriodBudget {
  /** The used part, 1 for all of it. */
  readonly use: number;
  /** Whether other runs had used all of it before this run used anything. */
  readonly usedByOthers: boolean;
}

export interface BudgetNotice extends BudgetState {
  readonly level: 'near' | 'reached';
}

/** Watches the budgets of one run. */
export class RunBudgets {
  private readonly watched: readonly { readonly limit: PeriodBudget; readonly watch: BudgetWatch }[];

  constructor(
    budgets: readonly PeriodBudget[],
    private readonly others: OtherRuns,
  ) {
    this.watched = budgets.map((limit) => ({ limit, watch: new BudgetWatch() }));
  }

  /** Whether there is none to watch. */
  get isEmpty(): boolean {
    return this.watched.length === 0;
  }

  /** New notices since the last call; each budget is reported once at 80 % and once at 100 %. */
  check(record: RunRecord, now: number): readonly BudgetNotice[] {
    return this.watched.flatMap(({ limit, watch }) => {
      const state = this.stateOf(limit, record, now);
      const level = watch.check(state?.use ?? null);
      return state === null || level === null ? [] : [{ ...state, level }];
    });
  }

  /** The budget with the largest used part; null if there is none or nothing is known. */
  tightest(record: RunRecord, now: number): BudgetState | null {
    const states = this.watched.flatMap(({ limit }) => this.stateOf(limit, record, now) ?? []);
    return states.reduce<BudgetState | null>(
      (most, each) => (most === null || each.use > most.use ? each : most),
      null,
    );
  }

  /** A budget of several runs that other runs have used up; null if there is none. */
  spentByOthers(now: number): PeriodBudget | null {
    for (const { limit } of this.watched)
      if (limit.period !== 'run' && this.useOfOthers(limit.period, limit.budget, now) >= 1) return limit;
    return null;
  }

  /** The limit on this run's own energy, which a chart of it can show; null without one. */
  get runEnergy(): Extract<Budget, { quantity: 'energy' }> | null {
    for (const { limit } of this.watched)
      if (limit.period === 'run' && limit.budget.quantity === 'energy') return limit.budget;
    return null;
  }

  private stateOf(limit: PeriodBudget, record: RunRecord, now: number): BudgetState | null {
    const { period, budget } = limit;
    if (period === 'run') {
      const use = sharedUse(budget, [record], null);
      return use === null ? null : { ...limit, use, usedByOthers: false };
    }
    const use = sharedUse(budget, [...this.others(period), record], beginningOf(period, now));
    return use === null ? null : { ...limit, use, usedByOthers: this.useOfOthers(period, budget, now) >= 1 };
  }

  private useOfOthers(period: 'day' | 'project', budget: Budget, now: number): number {
    return sharedUse(budget, this.others(period), beginningOf(period, now)) ?? 0;
  }
}

function beginningOf(period: 'day' | 'project', now: number): number | null {
  return period === 'day' ? startOfDay(now) : null;
}

export const budgetNames: Readonly<Record<BudgetPeriod, string>> = {
  run: 'budget',
  day: "the day's budget",
  project: "the project's budget",
};

/** "82 % of budget", "82 % of the day's budget": for the status bar. */
export function shareOfBudget({ period, use }: Pick<BudgetState, 'period' | 'use'>, t: Translate): string {
  const texts = localisable({
    run: '{0} of budget',
    day: "{0} of the day's budget",
    project: "{0} of the project's budget",
  });
  return t(texts[period], formatShare(use));
}

/** "train.py has used its budget of 5 Wh." */
export function budgetText(
  name: string,
  { level, usedByOthers, ...limit }: BudgetNotice,
  t: Translate = english,
): string {
  const { period } = limit;
  const amount = amountText(limit, t);
  if (period === 'run')
    return level === 'near'
      ? t('{0} has used 80 % of its budget of {1}.', name, amount)
      : t('{0} has used its budget of {1}.', name, amount);
  const isDay = period === 'day';
  if (usedByOthers)
    return t(
      isDay ? "Other runs have used the day's budget of {0}." : "Other runs have used the project's budget of {0}.",
      amount,
    );
  return level === 'near'
    ? t(
        isDay
          ? "With {0}, 80 % of the day's budget of {1} is used."
          : "With {0}, 80 % of the project's budget of {1} is used.",
        name,
        amount,
      )
    : t(
        isDay ? "With {0}, the day's budget of {1} is used up." : "With {0}, the project's budget of {1} is used up.",
        name,
        amount,
      );
}

/** "other runs have used the day's budget of 5 Wh" */
export function spentText(limit: PeriodBudget): string {
  return `other runs have used ${budgetNames[limit.period]} of ${amountText(limit)}`;
}

/** "5 Wh", "5 Wh (set in pyproject.toml)", "5 Wh (this machine's limit, set in /etc/green-ml/config.toml)" */
function amountText({ budget, from, isLimit }: PeriodBudget, t: Translate = english): string {
  const remarks = [isLimit === true ? t("this machine's limit") : null, originRemark(from, t)].filter(
    (each) => each !== null,
  );
  return `${formatBudget(budget)}${remarks.length === 0 ? '' : ` (${remarks.join(', ')})`}`;
}
