import { ConfigurationTarget, window, workspace, type QuickPickItem } from 'vscode';
import {
  budgetExamples,
  budgetsFrom,
  formatBudget,
  parseBudget,
  usualCapHours,
  type BudgetPeriod,
  type PeriodBudget,
} from '../../runs/budget';
import { countedEnergy } from '../../runs/describe';
import { originRemark } from '../../runs/origin';
import type { RunRecord } from '../../runs/record';
import { formatEnergy } from '../../present/words';
import { labelText } from '../../present/plain-text';
import type { BudgetRequest } from '../contributions/arguments';
import { commands } from '../contributions/commands';
import { Settings } from '../contributions/use-settings';
import { notify } from '../notify';
import { currentFolder } from '../project-file';
import { effectiveSettings } from '../meter-settings';

const periods: readonly { readonly period: BudgetPeriod; readonly label: string; readonly detail: string }[] = [
  { period: 'run', label: 'Each run', detail: 'The same limit for every run of this project' },
  { period: 'day', label: 'Each day', detail: 'All runs of a day together, in all projects on this computer' },
  { period: 'project', label: 'Project', detail: 'All recorded runs of this project together' },
];

const presets: Readonly<Record<BudgetPeriod, readonly string[]>> = {
  run: [`${usualCapHours}h`, '100Wh', '1kWh', '10kWh', '500g'],
  day: ['500Wh', '2kWh', '10kWh', '1kg', '8h'],
  project: ['10kWh', '100kWh', '10kg', '100kg', '500h'],
};

/** The command "Set a Budget": asks for the period and the amount, and writes the setting. */
/** @param lastRun the last run of the project, whose energy tells which amounts make sense */
export async function setBudget(given: BudgetRequest | undefined, lastRun: RunRecord | null): Promise<void> {
  const request = given ?? (await ask(lastRun));
  if (request !== null) await write(request);
}

async function ask(lastRun: RunRecord | null): Promise<BudgetRequest | null> {
  const { title } = commands.setBudget;
  const { budgets } = await effectiveSettings(currentFolder());
  const which = await window.showQuickPick(
    periods.map(({ period, label, detail }) => ({
      label,
      detail,
      description: labelText(inForce(budgets[period])),
      period,
    })),
    { title, placeHolder: 'What should have a limit? The status bar warns at 80 %; a notification asks at 100 %.' },
  );
  if (which === undefined) return null;
  const { period } = which;
  const amount = await window.showQuickPick(amountItems(period, lastRun), { title, placeHolder: 'How much?' });
  if (amount === undefined) return null;
  if (amount.value !== null) return { period, amount: amount.value };
  const typed = await window.showInputBox({
    title,
    prompt: `Enter an amount of energy, emissions or time, such as ${budgetExamples}.`,
    value: current(period) ?? '',
    validateInput: (text) =>
      parseBudget(text) === null ? `Enter an amount above zero with a unit, such as ${budgetExamples}.` : null,
  });
  return typed === undefined ? null : { period, amount: typed.trim() };
}

interface AmountItem extends QuickPickItem {
  /** Null: the user types it. */
  readonly value: string | null;
}

function amountItems(period: BudgetPeriod, lastRun: RunRecord | null): AmountItem[] {
  const used = period === 'run' && lastRun !== null ? countedEnergy(lastRun).total : null;
  const suggested =
    used === null || used <= 0
      ? []
      : budgetsFrom(used).map((value, index): AmountItem => {
          const budget = parseBudget(value);
          const times = index === 0 ? 'twice' : 'ten times';
          return {
            label: budget === null ? value : formatBudget(budget),
            description: labelText(`about ${times} the last run (${lastRun?.name ?? ''}, ${formatEnergy(used)})`),
            value,
          };
        });
  const items = presets[period].map((value): AmountItem => {
    const budget = parseBudget(value);
    const isCap = budget?.quantity === 'time' && budget.hours === usualCapHours;
    return {
      label: budget === null ? value : formatBudget(budget),
      description: isCap ? 'a common limit for run time' : '',
      value,
    };
  });
  return [
    ...suggested,
    ...items,
    { label: 'Another amount…', value: null },
    ...(current(period) === null ? [] : [{ label: 'No limit', value: '' }]),
  ];
}

function current(period: BudgetPeriod): string | null {
  const value = new Settings().written(`budget.${period}`);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** "5 Wh", or "5 Wh, set in pyproject.toml". */
function inForce(limit: PeriodBudget | undefined): string {
  if (limit === undefined) return 'no limit';
  const remark = originRemark(limit.from);
  return `${formatBudget(limit.budget)}${remark === null ? '' : `, ${remark}`}`;
}

/** The daily budget is a user setting; the others are workspace settings if a folder is open. */
async function write({ period, amount }: BudgetRequest): Promise<void> {
  const budget = parseBudget(amount);
  if (budget === null && amount.trim() !== '') {
    void notify.warning(
      `"${amount}" is not a budget. Use an amount above zero with a unit, such as ${budgetExamples}.`,
    );
    return;
  }
  const inWorkspace = period !== 'day' && workspace.workspaceFolders !== undefined;
  await new Settings().write(
    `budget.${period}`,
    budget === null ? undefined : amount.trim(),
    inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global,
  );
  const what = periods.find((each) => each.period === period)?.label ?? period;
  const limit = (await effectiveSettings(currentFolder())).budgets[period];
  if (limit?.isLimit === true)
    void notify.information(`This machine has a limit of ${inForce(limit)}, which a setting cannot raise.`);
  else if (limit?.from?.by === 'project file')
    void notify.information(`The budget is ${inForce(limit)} of this project. This file overrides your user setting.`);
  else if (originRemark(limit?.from) !== null)
    void notify.information(`The budget is now ${inForce(limit)}, because no setting sets another one.`);
  else notify.status(budget === null ? `${what}: no limit` : `${what}: ${formatBudget(budget)}`);
}
