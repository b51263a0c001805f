import path, { dirname } from 'node:path';
import type { Rule } from '../../lint/engine/rule';
import { ConfigError } from '../../project/settings-file';
import { withSlashes } from '../../lint/files/files';
import { defaultConfig, type LintConfig } from '../../lint/engine/settings';
import { settingsIn } from '../../project/nearest';
import { requirementsIn } from '../../project/requirements';
import { errorCode, smallFileBytes, UnreadableFileError } from '../../system/files';
import type { SourceFiles } from '../../system/source-files';

/** Finds the configuration of each folder, and reads every file once. */
export class Configs {
  private readonly byFolder = new Map<string, Promise<LintConfig>>();

  constructor(private readonly files: Pick<SourceFiles, 'readBytes' | 'isAbsentNow'>) {}

  /** @throws ConfigError if the file cannot be read or used */
  async at(file: string): Promise<LintConfig> {
    const text = await this.read(file);
    if (text === null) throw new ConfigError(`There is no configuration file ${file}.`);
    const [{ readConfig }, rules] = await reader();
    return (await readConfig(text, file, withSlashes(dirname(file)), rules)) ?? defaultConfig;
  }

  /** The nearest configuration at or above a folder, or that of the repository by default. @throws ConfigError */
  nearest(folder: string): Promise<LintConfig> {
    let found = this.byFolder.get(folder);
    if (found === undefined) {
      found = this.search(folder);
      this.byFolder.set(folder, found);
    }
    return found;
  }

  private async search(folder: string): Promise<LintConfig> {
    const found = await settingsIn(folder, (file) => this.read(file), path);
    const requirements = await requirementsIn(folder, (file) => this.read(file).catch(() => null), path);
    if (found !== null) {
      const [{ configOf }, rules] = await reader();
      const config = configOf(found.table, found.path, withSlashes(folder), rules);
      return requirements === null ? config : { ...config, requirements };
    }
    const parent = dirname(folder);
    const above = parent === folder ? defaultConfig : await this.nearest(parent);
    const isRepository = !this.files.isAbsentNow(path.join(folder, '.git'));
    if (isRepository && above.root === '')
      return { ...above, root: withSlashes(folder), requirements: requirements ?? {} };
    return requirements === null ? above : { ...above, requirements };
  }

  private async read(file: string): Promise<string | null> {
    // Most folders of a project have no settings.
    if (this.files.isAbsentNow(file)) return null;
    try {
      return Buffer.from(await this.files.readBytes(file, smallFileBytes))
        .toString('utf8')
        .replace(/^\ufeff/, '');
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
      if (error instanceof UnreadableFileError)
        throw new ConfigError(`${file} cannot be used as a configuration. ${error.message}`);
      throw new ConfigError(`${file} cannot be read: check its permissions.`);
    }
  }
}

/** Most folders have no settings, so the rules are loaded only for those that do. */
async function reader(): Promise<readonly [typeof import('../../lint/files/config'), readonly Rule[]]> {
  const [config, { allRules }] = await Promise.all([import('../../lint/files/config'), import('../../lint/rules')]);
  return [config, allRules];
}
