import { posix } from 'node:path';
import type { ConfigurationScope, Uri } from 'vscode';
import { allSeverities, type Severity } from '../../lint/engine/rule';
import { defaultConfig, names, withTeamConfig, type LintConfig } from '../../lint/engine/settings';
import { settingsIn } from '../../project/nearest';
import { Settings, trueOrFalse } from '../contributions/use-settings';
import type { Log } from '../log';
import { readSettingsText } from '../project-file';

/** The configuration of each document: the team's file first, then the person's settings. */
export class EditorConfigs {
  private readonly byFolder = new Map<string, Promise<LintConfig | null>>();

  constructor(private readonly log: Log) {}

  /** A configuration file has changed somewhere. */
  forget(): void {
    this.byFolder.clear();
  }

  isEnabled(scope: ConfigurationScope): boolean {
    return new Settings(scope).read('lint.enable', trueOrFalse);
  }

  async of(uri: Uri): Promise<LintConfig> {
    const own = await this.settings(uri);
    if (uri.scheme === 'untitled') return own;
    const team = await this.nearest(uri.with({ path: parentOf(uri.path), query: '', fragment: '' }));
    return team === null ? own : withTeamConfig(team, own);
  }

  private async settings(scope: Uri): Promise<LintConfig> {
    const settings = new Settings(scope);
    const select = await knownIds(settings.written('lint.select'));
    const severity = settings.written('lint.severity');
    return {
      ...defaultConfig,
      select: select.length === 0 ? null : select,
      ignore: await knownIds(settings.written('lint.ignore')),
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
      if (found !== null) {
        const [{ configOf }, { allRules }] = await Promise.all([
          import('../../lint/files/config'),
          import('../../lint/rules'),
        ]);
        return configOf(found.table, found.path, folder.path.replace(/\/$/, ''), allRules);
      }
    } catch (error) {
      // The rest of the editor works on; the person reads the one sentence in the log.
      this.log.warn(error instanceof Error ? error.message : String(error));
      return null;
    }
    const parent = parentOf(folder.path);
    return parent === folder.path ? null : this.nearest(folder.with({ path: parent }));
  }
}

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/** The ids that name a rule; settings may be anything. */
async function knownIds(value: unknown): Promise<readonly string[]> {
  if (!Array.isArray(value) || value.length === 0) return [];
  const { allRules } = await import('../../lint/rules');
  return value.filter((id): id is string => typeof id === 'string' && allRules.some((rule) => names(id, rule)));
}

function isTier(entry: [string, unknown]): entry is [string, Severity | 'off'] {
  return [...allSeverities, 'off'].some((tier) => tier === entry[1]);
}
