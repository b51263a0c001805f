import { ConfigurationTarget, l10n, window, workspace, type QuickPickItem } from 'vscode';
import {
  budgetExamples,
  budgetsFrom,
  formatBudget,
  parseBudget,
  usualCapHours,
  type BudgetPeriod,
  type PeriodBudget,
} from '../../runs/budget/budget';
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
import { localisable } from '../../present/l10n';

const periods: readonly { readonly period: BudgetPeriod; readonly label: string; readonly detail: string }[] = [
  {
    period: 'run',
    label: localisable('Each run'),
    detail: localisable('The same limit for every run of this project'),
  },
  {
    period: 'day',
    label: localisable('Each day'),
    detail: localisable('All runs of a day together, in all projects on this computer'),
  },
  {
    period: 'project',
    label: localisable('Project'),
    detail: localisable('All recorded runs of this project together'),
  },
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
  const title = l10n.t(commands.setBudget.title);
  const { budgets } = await effectiveSettings(currentFolder());
  const which = await window.showQuickPick(
    periods.map(({ period, label, detail }) => ({
      label: l10n.t(label),
      detail: l10n.t(detail),
      description: labelText(inForce(budgets[period])),
      period,
    })),
    {
      title,
      placeHolder: l10n.t('What should have a limit? The status bar warns at 80 %; a notification asks at 100 %.'),
    },
  );
  if (which === undefined) return null;
  const { period } = which;
  const amount = await window.showQuickPick(amountItems(period, lastRun), { title, placeHolder: l10n.t('How much?') });
  if (amount === undefined) return null;
  if (amount.value !== null) return { period, amount: amount.value };
  const typed = await window.showInputBox({
    title,
    prompt: l10n.t('Enter an amount of energy, emissions or time, such as {0}.', examples()),
    value: current(period) ?? '',
    validateInput: (text) =>
      parseBudget(text) === null ? l10n.t('Enter an amount above zero with a unit, such as {0}.', examples()) : null,
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
          return {
            label: budget === null ? value : formatBudget(budget),
            description: labelText(
              l10n.t(
                index === 0 ? 'about twice the last run ({0}, {1})' : 'about ten times the last run ({0}, {1})',
                lastRun?.name ?? '',
                formatEnergy(used),
              ),
            ),
            value,
          };
        });
  const items = presets[period].map((value): AmountItem => {
    const budget = parseBudget(value);
    const isCap = budget?.quantity === 'time' && budget.hours === usualCapHours;
    return {
      label: budget === null ? value : formatBudget(budget),
      description: isCap ? l10n.t('a common limit for run time') : '',
      value,
    };
  });
  return [
    ...suggested,
    ...items,
    { label: l10n.t('Another amount…'), value: null },
    ...(current(period) === null ? [] : [{ label: l10n.t('No limit'), value: '' }]),
  ];
}

function current(period: BudgetPeriod): string | null {
  const value = new Settings().written(`budget.${period}`);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

const examples = (): string => l10n.t(budgetExamples);

/** "5 Wh", or "5 Wh, set in pyproject.toml". */
function inForce(limit: PeriodBudget | undefined): string {
  if (limit === undefined) return l10n.t('no limit');
  const remark = originRemark(limit.from, l10n.t);
  return `${formatBudget(limit.budget)}${remark === null ? '' : `, ${remark}`}`;
}

/** The daily budget is a user setting; the others are workspace settings if a folder is open. */
async function write({ period, amount }: BudgetRequest): Promise<void> {
  const budget = parseBudget(amount);
  if (budget === null && amount.trim() !== '') {
    void notify.warning(
      l10n.t('"{0}" is not a budget. Use an amount above zero with a unit, such as {1}.', amount, examples()),
    );
    return;
  }
  const inWorkspace = period !== 'day' && workspace.workspaceFolders !== undefined;
  await new Settings().write(
    `budget.${period}`,
    budget === null ? undefined : amount.trim(),
    inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global,
  );
  const what = l10n.t(periods.find((each) => each.period === period)?.label ?? period);
  const limit = (await effectiveSettings(currentFolder())).budgets[period];
  if (limit?.isLimit === true)
    void notify.information(l10n.t('This machine has a limit of {0}, which a setting cannot raise.', inForce(limit)));
  else if (limit?.from?.by === 'project file')
    void notify.information(
      l10n.t('The budget is {0} of this project. This file overrides your user setting.', inForce(limit)),
    );
  else if (originRemark(limit?.from) !== null)
    void notify.information(l10n.t('The budget is now {0}, because no setting sets another one.', inForce(limit)));
  else notify.status(`${what}: ${budget === null ? l10n.t('no limit') : formatBudget(budget)}`);
}
