import path, { dirname } from 'node:path';
import { ConfigError, configOf, readConfig } from '../../lint/files/config';
import { withSlashes } from '../../lint/files/files';
import type { Rule } from '../../lint/engine/rule';
import { defaultConfig, type LintConfig } from '../../lint/engine/settings';
import { settingsIn } from '../../project/nearest';
import { errorCode, smallFileBytes, UnreadableFileError } from '../../system/files';
import type { ProjectFiles } from '../../system/source-files';

/** Finds the configuration of each folder, and reads every file once. */
export class Configs {
  private readonly byFolder = new Map<string, Promise<LintConfig>>();

  constructor(
    private readonly files: ProjectFiles,
    private readonly rules: readonly Rule[],
  ) {}

  /** @throws ConfigError if the file cannot be read or used */
  async at(file: string): Promise<LintConfig> {
    const text = await this.read(file);
    if (text === null) throw new ConfigError(`There is no configuration file ${file}.`);
    return (await readConfig(text, file, withSlashes(dirname(file)), this.rules)) ?? defaultConfig;
  }

  /** The nearest configuration at or above a folder. @throws ConfigError */
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
    if (found !== null) return configOf(found.table, found.path, withSlashes(folder), this.rules);
    const parent = dirname(folder);
    return parent === folder ? defaultConfig : this.nearest(parent);
  }

  private async read(file: string): Promise<string | null> {
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
