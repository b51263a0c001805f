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

/** Whether a change affects a setting or a group of settings; without either, any of our settings. */
export function affectsSettings(
  event: ConfigurationChangeEvent,
  which: SettingKey | SettingGroup | null,
  scope?: ConfigurationScope,
): boolean {
  return event.affectsConfiguration(which === null ? settingsRoot : settingName(which), scope);
}

/** The current values of our settings for a folder or a document. */
export class Settings {
  private readonly configuration: WorkspaceConfiguration;

  constructor(scope?: ConfigurationScope | null) {
    this.configuration = workspace.getConfiguration(settingsRoot, scope);
  }

  /** The value of a setting. If it fails the check, the default, and a sentence about it is added to `problems`. */
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

  /** The unchecked value, for callers that check each part of it. */
  written(key: SettingKey): unknown {
    return this.configuration.get(key);
  }

  /** The value in the workspace's settings; undefined if there is none. */
  valueOfWorkspace(key: SettingKey): unknown {
    return this.configuration.inspect<unknown>(key)?.workspaceValue;
  }

  /** Whether the user, the workspace or the folder sets it. */
  isSet(key: SettingKey): boolean {
    const { globalValue } = this.configuration.inspect<unknown>(key) ?? {};
    return this.isSetByWorkspace(key) || (globalValue ?? null) !== null;
  }

  /** Whether the workspace or the folder sets it, and not only the user. */
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
