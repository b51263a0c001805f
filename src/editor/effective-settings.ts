import { nearestSettings } from '../project/nearest';
import { ConfigError, type TomlTable } from '../project/settings-file';
import { settingsReport } from '../runs/settings/report';
import { settingsMarkdown } from '../runs/settings/text';
import { localTimeZone } from '../system/time-zone';
import { posix } from 'node:path';
import { workspace, type Uri } from 'vscode';
import { effectiveSettings } from './meter-settings';
import { currentFolder, readSettingsText } from './project-file';

/** The page of the settings that count in the current folder, and where each comes from. */
export async function effectiveSettingsPage(): Promise<string> {
  const folder = currentFolder();
  const settings = await effectiveSettings(folder);
  return settingsMarkdown(
    await settingsReport({
      ...settings.sources,
      combined: settings,
      table: folder === null || !workspace.isTrusted ? null : await tableOf(folder),
      problems: settings.problems,
      timeZone: localTimeZone(),
    }),
  );
}

/** The table of the project's file; null if there is none, or it cannot be used. */
async function tableOf(folder: Uri): Promise<TomlTable | null> {
  try {
    const read = (path: string): Promise<string | null> => readSettingsText(folder.with({ path }));
    return (await nearestSettings(folder.path, read, posix))?.table ?? null;
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}
