import type { PlatformPath } from 'node:path';
import { ConfigError, parseSettings, type TomlTable } from './settings-file';

/** If a folder has both, the first one with settings for Green ML is used. */
export const settingsFileNames = ['pyproject.toml', 'green-ml.toml'] as const;

/** A file with settings for Green ML. */
interface SettingsFile {
  readonly path: string;
  readonly folder: string;
  readonly table: TomlTable;
}

/** Returns the text of a file, or null if there is none. @throws ConfigError if the file cannot be read */
export type ReadSettingsText = (path: string) => Promise<string | null>;

type PathFunctions = Pick<PlatformPath, 'join' | 'dirname'>;

/** The settings file of one folder. @throws ConfigError */
export async function settingsIn(
  folder: string,
  read: ReadSettingsText,
  paths: PathFunctions,
): Promise<SettingsFile | null> {
  for (const name of settingsFileNames) {
    const path = paths.join(folder, name);
    const text = await read(path);
    // Most projects have no settings for us, and then the TOML parser need not be loaded.
    if (text === null || (name === 'pyproject.toml' && !text.includes('green-ml'))) continue;
    const table = await parseSettings(text, path);
    if (table !== null) return { path, folder, table };
  }
  return null;
}

/**
 * The settings file for a folder: the nearest one in the folder or above it. Linter and meter, terminal and editor all
 * use it.
 *
 * @throws ConfigError if the nearest file cannot be read
 */
export async function nearestSettings(
  start: string,
  read: ReadSettingsText,
  paths: PathFunctions,
): Promise<SettingsFile | null> {
  for (let folder = start; ; folder = paths.dirname(folder)) {
    const found = await settingsIn(folder, read, paths);
    if (found !== null || paths.dirname(folder) === folder) return found;
  }
}

/** The settings in the nearest file; null if there is none, or it cannot be used. */
export async function usableSettings(
  start: string,
  read: ReadSettingsText,
  paths: PathFunctions,
): Promise<TomlTable | null> {
  try {
    return (await nearestSettings(start, read, paths))?.table ?? null;
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}
