import type { PlatformPath } from 'node:path';
import { nearestSettings, type ReadSettingsText } from '../../project/nearest';
import { ConfigError } from '../../project/settings-file';
import { noSettings, settingsOfTable, type FileSettings } from './settings-file';

/** For folders without a settings file. */
export const noProjectSettings: FileSettings = noSettings({ by: 'project file', file: '' });

type RelativePathFunctions = Pick<PlatformPath, 'join' | 'dirname' | 'relative' | 'sep'>;

/**
 * The settings for runs in a folder, from the file that applies to it. Never throws because of the contents of a
 * file: a typo does not stop a measurement, but is reported.
 */
export async function readProjectSettings(
  folder: string,
  read: ReadSettingsText,
  paths: RelativePathFunctions,
): Promise<FileSettings> {
  try {
    const file = await nearestSettings(folder, read, paths);
    if (file === null) return noProjectSettings;
    const shown = paths.relative(folder, file.path).replaceAll(paths.sep, '/');
    return await settingsOfTable(file.table, file.path, { by: 'project file', file: shown });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ...noProjectSettings, problems: [`The project settings are not used: ${error.message}`] };
  }
}
