import type { PlatformPath } from 'node:path';
import { parseSettings, type TomlTable } from './settings-file';

/** In one folder the first that speaks of us holds. */
export const settingsFileNames = ['pyproject.toml', 'green-ml.toml'] as const;

/** A file that speaks of us. */
export interface SettingsFile {
  readonly path: string;
  readonly folder: string;
  readonly table: TomlTable;
}

/** The text of a file; null where there is none. It throws a `ConfigError` where there is one that cannot be read. */
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
    // Most projects say nothing about us, and need no TOML parser then.
    if (text === null || (name === 'pyproject.toml' && !text.includes('green-ml'))) continue;
    const table = await parseSettings(text, path);
    if (table !== null) return { path, folder, table };
  }
  return null;
}

/**
 * The settings file that holds for a folder: the nearest one in it or above, for the linter and for the meter, in the
 * terminal and in the editor.
 *
 * @throws ConfigError where the nearest cannot be read
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
