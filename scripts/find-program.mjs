// @ts-check
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The first of `names` that is an executable in PATH, or the path of one; null if none is.
 * @param {readonly string[]} names
 */
export function findProgram(names) {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of names) {
    const candidates = /[\\/]/.test(name)
      ? [name]
      : folders.flatMap((folder) => extensions.map((extension) => join(folder, name + extension)));
    const found = candidates.find(isExecutable);
    if (found !== undefined) return found;
  }
  return null;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
