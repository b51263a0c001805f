import { ConfigurationTarget, window, workspace, type QuickPickItem } from 'vscode';
import {
  budgetExamples,
  formatBudget,
  parseBudget,
  usualCapHours,
  type BudgetPeriod,
  type PeriodBudget,
} from '../../runs/budget';
import { labelText } from '../../present/plain-text';
import { commands } from '../contributions/commands';
import { Settings } from '../contributions/use-settings';
import { notify } from '../notify';
import { currentFolder } from '../project-file';
import { effectiveSettings } from '../meter-settings';

const periods: readonly { readonly period: BudgetPeriod; readonly label: string; readonly detail: string }[] = [
  { period: 'run', label: 'Each run', detail: 'Every run of this project has the same limit.' },
  { period: 'day', label: 'A day', detail: 'All runs of a day together, of every project on this computer.' },
  { period: 'project', label: 'The project', detail: 'All recorded runs of this project together.' },
];

const presets: Readonly<Record<BudgetPeriod, readonly string[]>> = {
  run: [`${usualCapHours}h`, '100Wh', '1kWh', '10kWh', '500g'],
  day: ['500Wh', '2kWh', '10kWh', '1kg', '8h'],
  project: ['10kWh', '100kWh', '10kg', '100kg', '500h'],
};

/** What another command or a test may say at once. */
export interface BudgetRequest {
  readonly period: BudgetPeriod;
  /** Empty: no limit any more. */
  readonly amount: string;
}

/** The command "Set a Budget": asks for what and how much, and writes it into the settings. */
export async function setBudget(given: unknown): Promise<void> {
  const request = isRequest(given) ? given : await ask();
  if (request !== null) await write(request);
}

async function ask(): Promise<BudgetRequest | null> {
  const { title } = commands.setBudget;
  const { limits } = await effectiveSettings(currentFolder());
  const which = await window.showQuickPick(
    periods.map(({ period, label, detail }) => ({
      label,
      detail,
      description: labelText(inForce(limits[period])),
      period,
    })),
    { title, placeHolder: 'A limit for what? At 80 % the status bar tells, at 100 % you are asked.' },
  );
  if (which === undefined) return null;
  const { period } = which;
  const amount = await window.showQuickPick(amountItems(period), { title, placeHolder: 'How much?' });
  if (amount === undefined) return null;
  if (amount.value !== null) return { period, amount: amount.value };
  const typed = await window.showInputBox({
    title,
    prompt: `An amount of energy, emissions or time, such as ${budgetExamples}`,
    value: current(period) ?? '',
    validateInput: (text) =>
      parseBudget(text) === null ? `Write an amount above zero with its unit, such as ${budgetExamples}.` : null,
  });
  return typed === undefined ? null : { period, amount: typed.trim() };
}

interface AmountItem extends QuickPickItem {
  /** Null: the person will write it. */
  readonly value: string | null;
}

function amountItems(period: BudgetPeriod): AmountItem[] {
  const items = presets[period].map((value): AmountItem => {
    const budget = parseBudget(value);
    const isCap = budget?.quantity === 'time' && budget.hours === usualCapHours;
    return {
      label: budget === null ? value : formatBudget(budget),
      description: isCap ? 'the usual cap on run time' : '',
      value,
    };
  });
  return [
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
  return `${formatBudget(limit.budget)}${limit.file === undefined ? '' : `, set in ${limit.file}`}`;
}

/** A day's budget is this person's; the others are the project's, where one is open. */
async function write({ period, amount }: BudgetRequest): Promise<void> {
  const budget = parseBudget(amount);
  if (budget === null && amount.trim() !== '') {
    void notify.warning(
      `"${amount}" is no budget; write an amount above zero with its unit, such as ${budgetExamples}.`,
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
  const limit = (await effectiveSettings(currentFolder())).limits[period];
  if (limit?.file === undefined)
    notify.status(budget === null ? `${what}: no limit` : `${what}: ${formatBudget(budget)}`);
  else
    void notify.information(
      `This budget is ${inForce(limit)} of this project, which counts more than your own setting.`,
    );
}

function isRequest(value: unknown): value is BudgetRequest {
  return (
    typeof value === 'object' &&
    value !== null &&
    'period' in value &&
    'amount' in value &&
    typeof value.amount === 'string' &&
    periods.some(({ period }) => period === value.period)
  );
}
