import type { Uri } from 'vscode';
import type { SettingsFacts } from '../../practices/facts';
import { settingsFacts } from '../../practices/settings-facts';
import { effectiveSettings } from '../effective-settings';

/** The settings that speak for a practice: those that hold for the runs of the folder. */
export async function readSettingsFacts(folder: Uri): Promise<SettingsFacts> {
  const { place, limits } = await effectiveSettings(folder);
  return settingsFacts(place.location?.value.trim() ?? null, limits);
}
