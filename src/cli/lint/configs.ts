import path, { dirname } from 'node:path';
import type { Rule } from '../../lint/engine/rule';
import { ConfigError } from '../../project/settings-file';
import { withSlashes } from '../../lint/files/files';
import { defaultConfig, type LintConfig } from '../../lint/engine/settings';
import { settingsIn } from '../../project/nearest';
import { NearestRequirements } from '../../project/nearest-requirements';
import type { Requirements } from '../../project/requirements';
import { errorCode, smallFileBytes, UnreadableFileError } from '../../system/files';
import type { SourceFiles } from '../../system/source-files';

/** Finds the configuration of each folder, and reads every file once. */
export class Configs {
  private readonly byFolder = new Map<string, Promise<LintConfig>>();
  private readonly requirements: NearestRequirements;
  private readonly complete = new WeakMap<LintConfig, Map<Requirements, LintConfig>>();

  constructor(private readonly files: Pick<SourceFiles, 'readBytes' | 'isAbsentNow'>) {
    this.requirements = new NearestRequirements(
      {
        read: (file, limitBytes) => this.bytes(file, limitBytes).catch(() => null),
        exists: (file) => Promise.resolve(!this.files.isAbsentNow(file)),
      },
      path,
    );
  }

  /** @throws ConfigError if the file cannot be read or used */
  async at(file: string): Promise<LintConfig> {
    const text = await this.read(file);
    if (text === null) throw new ConfigError(`There is no configuration file ${file}.`);
    const [{ readConfig }, rules] = await reader();
    return (await readConfig(text, file, withSlashes(dirname(file)), rules)) ?? defaultConfig;
  }

  /** The nearest configuration at or above a folder, or that of the repository by default. @throws ConfigError */
  async nearest(folder: string): Promise<LintConfig> {
    return this.withRequirements(await this.settings(folder), folder);
  }

  /** A configuration for the files of a folder, whose project says which versions it uses. The same object for all of a project. */
  async withRequirements(config: LintConfig, folder: string): Promise<LintConfig> {
    const requirements = await this.requirements.of(folder);
    if (Object.keys(requirements).length === 0) return config;
    const known = this.complete.get(config) ?? new Map<Requirements, LintConfig>();
    this.complete.set(config, known);
    const complete = known.get(requirements) ?? { ...config, requirements };
    known.set(requirements, complete);
    return complete;
  }

  private settings(folder: string): Promise<LintConfig> {
    let found = this.byFolder.get(folder);
    if (found === undefined) {
      found = this.search(folder);
      this.byFolder.set(folder, found);
    }
    return found;
  }

  private async search(folder: string): Promise<LintConfig> {
    const found = await settingsIn(folder, (file) => this.read(file), path);
    if (found !== null) {
      const [{ configOf }, rules] = await reader();
      return configOf(found.table, found.path, withSlashes(folder), rules);
    }
    const parent = dirname(folder);
    const above = parent === folder ? defaultConfig : await this.settings(parent);
    const isRepository = !this.files.isAbsentNow(path.join(folder, '.git'));
    return isRepository && above.root === '' ? { ...above, root: withSlashes(folder) } : above;
  }

  private async read(file: string): Promise<string | null> {
    try {
      const bytes = await this.bytes(file, smallFileBytes);
      return bytes === null ? null : new TextDecoder().decode(bytes);
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
      if (error instanceof UnreadableFileError)
        throw new ConfigError(`${file} cannot be used as a configuration. ${error.message}`);
      throw new ConfigError(`${file} cannot be read: check its permissions.`);
    }
  }

  /** Null if there is no such file. */
  private async bytes(file: string, limitBytes: number): Promise<Uint8Array | null> {
    // Most folders of a project have no settings.
    return this.files.isAbsentNow(file) ? null : this.files.readBytes(file, limitBytes);
  }
}

/** Most folders have no settings, so the rules are loaded only for those that do. */
async function reader(): Promise<readonly [typeof import('../../lint/files/config'), readonly Rule[]]> {
  const [config, { allRules }] = await Promise.all([import('../../lint/files/config'), import('../../lint/rules')]);
  return [config, allRules];
}
