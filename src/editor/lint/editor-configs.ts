import * as v from 'valibot';
import { posix } from 'node:path';
import { workspace, type ConfigurationScope, type Uri } from 'vscode';
import { defaultConfig, names, severityChoices, withTeamConfig, type LintConfig } from '../../lint/engine/settings';
import { settingsIn } from '../../project/nearest';
import { NearestRequirements } from '../../project/nearest-requirements';
import { items, orNull } from '../../system/shapes';
import { Settings, trueOrFalse } from '../contributions/use-settings';
import type { Log } from '../log';
import { readSettingsText } from '../project-file';
import { readWorkspaceFile } from '../workspace-file';

/** The configuration of each document: the project's file, then VS Code settings. */
export class EditorConfigs {
  private readonly byFolder = new Map<string, Promise<LintConfig | null>>();
  /** By scheme and authority. */
  private readonly requirements = new Map<string, NearestRequirements>();

  constructor(private readonly log: Log) {}

  /** Call this when a configuration file has changed. */
  forget(): void {
    this.byFolder.clear();
    this.requirements.clear();
  }

  isEnabled(scope: ConfigurationScope): boolean {
    return new Settings(scope).read('lint.enable', trueOrFalse);
  }

  async of(uri: Uri): Promise<LintConfig> {
    const own = await this.settings(uri);
    if (uri.scheme === 'untitled') return own;
    const root = workspace.getWorkspaceFolder(uri)?.uri.path.replace(/\/$/, '') ?? '';
    const folder = uri.with({ path: parentOf(uri.path), query: '', fragment: '' });
    const requirements = await this.requirementsAt(folder).of(folder.path);
    const team = await this.nearest(folder);
    const config = team === null ? own : withTeamConfig(team, own);
    return { ...config, root: config.root === '' ? root : config.root, requirements };
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

  private requirementsAt(place: Uri): NearestRequirements {
    const key = `${place.scheme}://${place.authority}`;
    const found =
      this.requirements.get(key) ??
      new NearestRequirements(
        {
          read: (path, limitBytes) =>
            Promise.resolve(readWorkspaceFile(place.with({ path }), limitBytes)).catch(() => null),
          exists: (path) =>
            Promise.resolve(workspace.fs.stat(place.with({ path }))).then(
              () => true,
              () => false,
            ),
        },
        posix,
      );
    this.requirements.set(key, found);
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
