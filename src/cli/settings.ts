import path from 'node:path';
import { ConfigError } from '../project/settings-file';
import { environmentSettings } from '../runs/settings/environment';
import type { FileSettings } from '../runs/settings/settings-file';
import { ownSettingsFiles, readOwnSettings, type OwnSettings, type OwnSettingsFiles } from '../runs/settings/own-files';
import { inOrder } from '../runs/settings/precedence';
import { readProjectSettings } from '../runs/settings/project-file';
import { readSmallText } from '../system/files';
import type { Io } from './io';
import { homeOf } from './journal';

/** The settings for runs below the options of a command. */
export interface SharedSettings extends OwnSettings {
  readonly project: FileSettings;
  /** Environment, project, user and machine, highest precedence first. */
  readonly layers: readonly FileSettings[];
  readonly problems: readonly string[];
}

/** The settings that apply in the working directory. Never throws because of a file or a variable. */
export async function sharedSettings(io: Pick<Io, 'cwd' | 'env' | 'ownSettings'>): Promise<SharedSettings> {
  const [environment, project, own] = await Promise.all([
    environmentSettings(io.env),
    readProjectSettings(io.cwd, readSettingsText, path),
    readOwnSettings(ownFilesOf(io)),
  ]);
  const layers = inOrder<'terminal', FileSettings>('terminal', {
    option: null,
    environment,
    'project file': project,
    'user file': own.user,
    'machine file': own.machine,
  });
  return { ...own, project, layers, problems: layers.flatMap(({ problems }) => problems) };
}

/** Where the files of the user and the machine are. */
export function ownFilesOf({ env, ownSettings }: Pick<Io, 'env' | 'ownSettings'>): OwnSettingsFiles {
  return ownSettings ?? ownSettingsFiles({ platform: process.platform, env, home: homeOf(env) });
}

/** The text of a settings file; null if it does not exist. @throws ConfigError if it cannot be read */
export async function readSettingsText(file: string): Promise<string | null> {
  const read = await readSmallText(file);
  if (read.kind === 'unreadable') throw new ConfigError(`${file} cannot be used. ${read.problem}`);
  return read.kind === 'text' ? read.text : null;
}
