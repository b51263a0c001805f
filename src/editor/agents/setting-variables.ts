import type { Uri } from 'vscode';
import { effectiveSettings } from '../meter-settings';
import { variablesOf, type Variables } from './variables-of';

/** The settings of VS Code that count in a folder, for a `green-ml` that reads the settings files itself. */
export async function settingVariables(folder: Uri | null): Promise<Variables> {
  return variablesOf(await effectiveSettings(folder));
}
