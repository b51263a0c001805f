import path from 'node:path';
import { ConfigError } from '../project/settings-file';
import { readProjectSettings, type ProjectSettings } from '../runs/project-settings';
import { readSmallText } from '../system/files';
import type { Io } from './io';

/** The settings for runs in the settings file of the working directory. */
export function projectSettings({ cwd }: Pick<Io, 'cwd'>): Promise<ProjectSettings> {
  return readProjectSettings(cwd, readText, path);
}

async function readText(file: string): Promise<string | null> {
  const read = await readSmallText(file);
  if (read.kind === 'unreadable') throw new ConfigError(`${file} cannot be used. ${read.problem}`);
  return read.kind === 'text' ? read.text : null;
}
