import { formatBudget } from '../runs/budget/budget';
import type { BudgetLayer } from '../runs/settings/layers';
import type { SettingsFacts } from './facts';

/** Settings that support practices, from the editor or from the project's file. */
export function settingsFacts(location: string | null, { run, hours, project }: BudgetLayer): SettingsFacts {
  return {
    location,
    runBudget: run === undefined ? null : formatBudget(run.budget),
    projectBudget: project === undefined ? null : formatBudget(project.budget),
    longestHours: hours?.budget.quantity === 'time' ? hours.budget.hours : null,
  };
}
