import { posix } from 'node:path';
import type { ConfigurationScope, Uri } from 'vscode';
import { configOf } from '../../lint/files/config';
import { allSeverities, type Severity } from '../../lint/engine/rule';
import { allRules } from '../../lint/rules';
import { defaultConfig, names, withTeamConfig, type LintConfig } from '../../lint/engine/settings';
import { settingsIn } from '../../project/nearest';
import { Settings, trueOrFalse } from '../contributions/use-settings';
import type { Log } from '../log';
import { readSettingsText } from '../project-file';

/** The configuration of each document: the project's file, then VS Code settings. */
export class EditorConfigs {
  private readonly byFolder = new Map<string, Promise<LintConfig | null>>();

  constructor(private readonly log: Log) {}

  /** Call this when a configuration file has changed. */
  forget(): void {
    this.byFolder.clear();
  }

  isEnabled(scope: ConfigurationScope): boolean {
    return new Settings(scope).read('lint.enable', trueOrFalse);
  }

  async of(uri: Uri): Promise<LintConfig> {
    const own = this.settings(uri);
    if (uri.scheme === 'untitled') return own;
    const team = await this.nearest(uri.with({ path: parentOf(uri.path), query: '', fragment: '' }));
    return team === null ? own : withTeamConfig(team, own);
  }

  private settings(scope: Uri): LintConfig {
    const settings = new Settings(scope);
    const select = knownIds(settings.written('lint.select'));
    const severity = settings.written('lint.severity');
    return {
      ...defaultConfig,
      select: select.length === 0 ? null : select,
      ignore: knownIds(settings.written('lint.ignore')),
      severity:
        typeof severity === 'object' && severity !== null
          ? Object.fromEntries(Object.entries(severity).filter(isTier))
          : {},
    };
  }

  private nearest(folder: Uri): Promise<LintConfig | null> {
    const key = folder.toString();
    let found = this.byFolder.get(key);
    if (found === undefined) {
      found = this.search(folder);
      this.byFolder.set(key, found);
    }
    return found;
  }

  private async search(folder: Uri): Promise<LintConfig | null> {
    try {
      const found = await settingsIn(folder.path, (path) => readSettingsText(folder.with({ path })), posix);
      if (found !== null) return configOf(found.table, found.path, folder.path.replace(/\/$/, ''), allRules);
    } catch (error) {
      // Linting goes on without the file; the log says what is wrong with it.
      this.log.warn(error instanceof Error ? error.message : String(error));
      return null;
    }
    const parent = parentOf(folder.path);
    return parent === folder.path ? null : this.nearest(folder.with({ path: parent }));
  }
}

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/** The ids of known rules; settings can contain anything. */
function knownIds(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((id): id is string => typeof id === 'string' && allRules.some((rule) => names(id, rule)));
}

function isTier(entry: [string, unknown]): entry is [string, Severity | 'off'] {
  return [...allSeverities, 'off'].some((tier) => tier === entry[1]);
}
