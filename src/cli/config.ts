import { Command } from 'commander';
import path, { resolve } from 'node:path';
import { usableSettings } from '../project/nearest';
import { combineSettings } from '../runs/settings/layers';
import { settingsReport, type ReportedSetting } from '../runs/settings/report';
import { settingsText } from '../runs/settings/text';
import { errorCode } from '../system/files';
import { localTimeZone } from '../system/time-zone';
import { CommandError, requirePath, type Io } from './io';
import { prometheusOf } from './prometheus-variable';
import { ownFilesOf, readSettingsText, sharedSettings } from './settings';
import { layerOfOptions, settingsOptions, type SettingsOptions } from './settings-options';

interface ConfigOptions extends SettingsOptions {
  readonly json?: boolean;
}

/** `green-ml config`: the settings that count in a folder, and where each comes from. */
export function configCommand(io: Io): Command {
  const command = new Command('config')
    .description('show the effective settings and where each comes from')
    .argument('[path]', 'the folder of a project (default: the working directory)')
    .option('--json', 'print JSON');
  for (const option of settingsOptions()) command.addOption(option);
  return command.action(async (folder: string | undefined, options: ConfigOptions) => {
    if (folder !== undefined) requirePath(folder);
    const cwd = resolve(io.cwd, folder ?? '.');
    await requireFolder(io, cwd);
    const settings = await sharedSettings({ ...io, cwd });
    const combined = combineSettings([layerOfOptions(options), ...settings.layers], settings.limits);
    const report = await settingsReport({
      ...settings,
      combined,
      table: await usableSettings(cwd, readSettingsText, path),
      files: ownFilesOf(io),
      problems: [...settings.problems, ...combined.exceeded],
      timeZone: localTimeZone(),
      prometheus: prometheusOf(io),
    });
    io.stdout.write(
      options.json === true
        ? `${JSON.stringify({ version: 1, folder: cwd, ...report, settings: values(report.settings), limits: values(report.limits) }, null, 2)}\n`
        : settingsText(report),
    );
  });
}

/** @throws CommandError */
async function requireFolder({ files }: Io, folder: string): Promise<void> {
  try {
    await files.list(folder);
  } catch (error) {
    throw new CommandError(
      `${folder} cannot be read (${errorCode(error) ?? String(error)}); give the folder of a project.`,
    );
  }
}

type Reported = Readonly<Partial<Record<string, ReportedSetting>>>;

/** Without the texts for people. */
function values(settings: Reported): Readonly<Record<string, Omit<ReportedSetting, 'shown'>>> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, setting]) => {
      if (setting === undefined) return [];
      const { shown: _shown, ...value } = setting;
      return [[key, value]];
    }),
  );
}
