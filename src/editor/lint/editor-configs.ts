import * as v from 'valibot';
import { posix } from 'node:path';
import { workspace, type ConfigurationScope, type Uri } from 'vscode';
import { defaultConfig, names, severityChoices, withTeamConfig, type LintConfig } from '../../lint/engine/settings';
import { settingsIn } from '../../project/nearest';
import { requirementsIn } from '../../project/requirements';
import { items, orNull } from '../../system/shapes';
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
    const own = await this.settings(uri);
    if (uri.scheme === 'untitled') return own;
    const root = workspace.getWorkspaceFolder(uri)?.uri.path.replace(/\/$/, '') ?? '';
    const team = await this.nearest(uri.with({ path: parentOf(uri.path), query: '', fragment: '' }));
    if (team === null) return { ...own, root };
    const both = withTeamConfig(team, own);
    return both.root === '' ? { ...both, root } : both;
  }

  private async settings(scope: Uri): Promise<LintConfig> {
    const settings = new Settings(scope);
    const select = await knownIds(settings.written('lint.select'));
    return {
      ...defaultConfig,
      select: select.length === 0 ? null : select,
      ignore: await knownIds(settings.written('lint.ignore')),
      severity: v.parse(severities, settings.written('lint.severity')),
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
    const isInside = workspace.getWorkspaceFolder(folder) !== undefined;
    const read = (path: string): Promise<string | null> => readSettingsText(folder.with({ path })).catch(() => null);
    const requirements = isInside ? await requirementsIn(folder.path, read, posix) : null;
    const found = await this.searchSettings(folder);
    return requirements === null ? found : { ...(found ?? defaultConfig), requirements };
  }

  private async searchSettings(folder: Uri): Promise<LintConfig | null> {
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
      // Linting goes on without the file; the log says what is wrong with it.
      this.log.warn(error instanceof Error ? error.message : String(error));
      return null;
    }
    const parent = parentOf(folder.path);
    return parent === folder.path ? null : this.nearest(folder.with({ path: parent }));
  }
}

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/** Settings can contain anything; what fits is used. */
const texts = items(v.string());
const severities = v.fallback(
  v.pipe(
    v.record(v.string(), orNull(v.picklist(severityChoices))),
    v.transform((all) =>
      Object.fromEntries(
        Object.entries(all).flatMap(([rule, choice]) => (choice === null ? [] : [[rule, choice] as const])),
      ),
    ),
  ),
  {},
);

/** The ids of known rules. */
async function knownIds(value: unknown): Promise<readonly string[]> {
  const ids = v.parse(texts, value);
  if (ids.length === 0) return [];
  const { allRules } = await import('../../lint/rules');
  return ids.filter((id) => allRules.some((rule) => names(id, rule)));
}
