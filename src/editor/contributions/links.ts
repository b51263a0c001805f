import { editorCommands, type AnyCommand, type Command } from './commands';
import type { SettingGroup, SettingKey } from './settings';

/** What the names of all our settings begin with. */
export const settingsRoot = 'greenML';

/** The full name of a setting, or of the group of settings that begins so. */
export function settingName(key: SettingKey | SettingGroup): string {
  return `${settingsRoot}.${key}`;
}

/** The address of a link that runs a command. */
export function commandUri<Args extends readonly unknown[]>({ id }: Command<Args>, ...args: Args): string {
  return args.length === 0 ? `command:${id}` : `command:${id}?${encodeURIComponent(JSON.stringify(args))}`;
}

/** The address of a link that opens the settings editor at a setting or a group. */
export function settingsUri(key: SettingKey | SettingGroup): string {
  return `command:${editorCommands.openSettings.id}?${encodeURIComponent(JSON.stringify(settingName(key)))}`;
}

/** What a lens, a quick fix or a line of a tree runs. */
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

/** For `isTrusted` of a Markdown text: its links may run these commands and no others. */
export function trusting(...commands: readonly AnyCommand[]): { readonly enabledCommands: string[] } {
  return { enabledCommands: commands.map(({ id }) => id) };
}
