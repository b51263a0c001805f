import { editorCommands, type AnyCommand, type Command } from './commands';
import type { SettingGroup, SettingKey } from './settings';

/** The prefix of all our settings. */
export const settingsRoot = 'greenML';

/** The full name of a setting, or of a group of settings with a common prefix. */
export function settingName(key: SettingKey | SettingGroup): string {
  return `${settingsRoot}.${key}`;
}

/** The address of a link that runs a command. */
export function commandUri<Args extends readonly unknown[]>({ id }: Command<Args>, ...args: Args): string {
  return args.length === 0 ? `command:${id}` : `command:${id}?${encodeURIComponent(JSON.stringify(args))}`;
}

/** The address of a link that opens the settings editor with a setting or a group. */
export function settingsUri(key: SettingKey | SettingGroup): string {
  return `command:${editorCommands.openSettings.id}?${encodeURIComponent(JSON.stringify(settingName(key)))}`;
}

/** The command that a CodeLens, a quick fix or an item of a tree runs. */
interface CommandInvocation {
  readonly command: string;
  readonly title: string;
  readonly arguments: unknown[];
}

export function invocation<Args extends readonly unknown[]>(
  title: string,
  { id }: Command<Args>,
  ...args: Args
): CommandInvocation {
  return { command: id, title, arguments: [...args] };
}

/** For `isTrusted` of a Markdown text: its links can run only these commands. */
export function trusting(...commands: readonly AnyCommand[]): { readonly enabledCommands: string[] } {
  return { enabledCommands: commands.map(({ id }) => id) };
}
