import { usableSettings } from '../project/nearest';
import { settingsReport } from '../runs/settings/report';
import { settingsMarkdown } from '../runs/settings/text';
import { localTimeZone } from '../system/time-zone';
import { posix } from 'node:path';
import { workspace } from 'vscode';
import { prometheusUrl } from './capture/prometheus';
import { effectiveSettings } from './meter-settings';
import { currentFolder, readSettingsText } from './project-file';

/** The page of the settings that count in the current folder, and where each comes from. */
export async function effectiveSettingsPage(): Promise<string> {
  const folder = currentFolder();
  const settings = await effectiveSettings(folder);
  const url = prometheusUrl();
  return settingsMarkdown(
    await settingsReport({
      ...settings.sources,
      combined: settings,
      table:
        folder === null || !workspace.isTrusted
          ? null
          : await usableSettings(folder.path, (path) => readSettingsText(folder.with({ path })), posix),
      problems: settings.problems,
      timeZone: localTimeZone(),
      prometheus: url === null ? null : { url, from: { by: 'setting' } },
    }),
  );
}
