import * as v from 'valibot';
import {
  workspace,
  type ConfigurationChangeEvent,
  type ConfigurationScope,
  type ConfigurationTarget,
  type WorkspaceConfiguration,
} from 'vscode';
import type { Expectation } from '../../system/shapes';
import { settingName, settingsRoot } from './links';
import type { SettingGroup, SettingKey, SettingValue } from './settings';

export const anyText: Expectation<string> = { shape: v.string(), expected: 'a text' };
export const trueOrFalse: Expectation<boolean> = { shape: v.boolean(), expected: 'true or false' };

/** Whether a change concerns a setting, all settings of a group, or, without either, any of ours. */
export function affectsSettings(
  event: ConfigurationChangeEvent,
  which: SettingKey | SettingGroup | null,
  scope?: ConfigurationScope,
): boolean {
  return event.affectsConfiguration(which === null ? settingsRoot : settingName(which), scope);
}

/** Our settings as they hold now, for a folder or a document. */
export class Settings {
  private readonly configuration: WorkspaceConfiguration;

  constructor(scope?: ConfigurationScope | null) {
    this.configuration = workspace.getConfiguration(settingsRoot, scope);
  }

  /** The value of a setting; its default where what is written fails the check, and then a sentence in `problems` says so. */
  read<Key extends SettingKey>(
    key: Key,
    { shape, expected }: Expectation<SettingValue<Key>>,
    problems: string[] = [],
  ): SettingValue<Key> {
    const value = this.written(key);
    if (v.is(shape, value)) return value;
    if (value !== undefined && value !== null)
      problems.push(
        `The setting ${settingName(key)} is ${JSON.stringify(value)}; it must be ${expected}, so it is not used.`,
      );
    const fallback = this.configuration.inspect<SettingValue<Key>>(key)?.defaultValue;
    if (fallback === undefined) throw new Error(`${settingName(key)} has no default in package.json`);
    return fallback;
  }

  /** What is written, unchecked: for a value of which each part is checked. */
  written(key: SettingKey): unknown {
    return this.configuration.get(key);
  }

  /** What the settings of the workspace hold; undefined where they hold nothing. */
  valueOfWorkspace(key: SettingKey): unknown {
    return this.configuration.inspect<unknown>(key)?.workspaceValue;
  }

  /** Whether the workspace or the folder sets it, rather than the person alone. */
  isSetByWorkspace(key: SettingKey): boolean {
    const { workspaceFolderValue, workspaceValue } = this.configuration.inspect<unknown>(key) ?? {};
    return (workspaceFolderValue ?? workspaceValue ?? null) !== null;
  }

  async write<Key extends SettingKey>(
    key: Key,
    value: SettingValue<Key> | undefined,
    target: ConfigurationTarget,
  ): Promise<void> {
    await this.configuration.update(key, value, target);
  }
}
