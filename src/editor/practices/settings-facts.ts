import { workspace, type Uri } from 'vscode';
import type { SettingsFacts } from '../../practices/facts';

/** The settings that speak for a practice. They are written by hand: what is not of the right type counts as not set. */
export function readSettingsFacts(folder: Uri): SettingsFacts {
  const configuration = workspace.getConfiguration('greenML', folder);
  const text = (key: string): string | null => {
    const value: unknown = configuration.get(key);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  const hours: unknown = configuration.get('budget.hours');
  return {
    location: text('location'),
    runBudget: text('budget.run'),
    projectBudget: text('budget.project'),
    longestHours: typeof hours === 'number' && hours > 0 ? hours : null,
  };
}
