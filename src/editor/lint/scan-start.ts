import type { Uri } from 'vscode';
import type { LintConfig } from '../../lint/engine/settings';
import { withSlashes } from '../../lint/files/files';
import { cacheVariables } from '../../system/own-directories';
import type { ScanStart } from './scan-protocol';

/**
 * Files for the threads that read a project. Most share one configuration, which is sent once.
 * @param found the configuration of each file
 * @param folder the folder that they are below
 */
export function scanStart(
  files: readonly Uri[],
  found: readonly LintConfig[],
  folder: Uri,
): Pick<ScanStart, 'env' | 'paths' | 'folder' | 'configs' | 'configOf'> {
  const configs: LintConfig[] = [];
  const indices = new Map<string, number>();
  const known = new Map<LintConfig, number>();
  const indexOf = (config: LintConfig): number => {
    const key = JSON.stringify(config);
    const index = indices.get(key) ?? configs.length;
    if (index === configs.length) {
      // A URI's path is not a path of the disk on Windows.
      const root = config.root === '' ? '' : withSlashes(folder.with({ path: config.root }).fsPath);
      configs.push({ ...config, root });
    }
    indices.set(key, index);
    known.set(config, index);
    return index;
  };
  return {
    env: cacheVariables(process.env),
    paths: files.map(({ fsPath }) => fsPath),
    folder: folder.fsPath,
    configs,
    configOf: found.map((config) => known.get(config) ?? indexOf(config)),
  };
}
