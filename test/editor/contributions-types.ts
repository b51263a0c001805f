// Only for the type checker: each line that is marked as an error must be one.
import type { ConfigurationTarget, Uri } from 'vscode';
import { commands, hiddenCommands } from '../../src/editor/contributions/commands';
import { commandUri, settingName } from '../../src/editor/contributions/links';
import { contextKeys } from '../../src/editor/contributions/surfaces';
import { executeCommand, registerCommand, setContext } from '../../src/editor/contributions/use-commands';
import { affectsSettings, anyText, Settings, trueOrFalse } from '../../src/editor/contributions/use-settings';

export async function argumentsOfCommands(folder: Uri): Promise<void> {
  await executeCommand(commands.openPractices, 16, folder);
  // @ts-expect-error A practice is identified by its number.
  await executeCommand(commands.openPractices, 'P16');
  // @ts-expect-error The command has no arguments.
  await executeCommand(commands.showLastRun, 1);
  // @ts-expect-error The rule is missing.
  commandUri(hiddenCommands.showPractice, 16);
  // Arguments that do not fit never reach the handler.
  registerCommand(commands.measureProcess, (pid: number | undefined) => pid);
  // @ts-expect-error The number is optional.
  registerCommand(commands.measureProcess, (pid: number) => pid);
}

export async function valuesOfSettings(settings: Settings, target: ConfigurationTarget): Promise<void> {
  const wanted: boolean = settings.read('lint.enable', trueOrFalse);
  // @ts-expect-error It is true or false.
  settings.read('lint.enable', anyText);
  // @ts-expect-error No setting has this name.
  settings.read('lint.enabled', trueOrFalse);
  // @ts-expect-error It is a number.
  await settings.write('pue', wanted, target);
  // @ts-expect-error It is "run" or "machine".
  await settings.write('meter.scope', 'window', target);
  // @ts-expect-error No setting has this name.
  settingName('budget.week');
  affectsSettings({ affectsConfiguration: () => true }, 'lint');
  // @ts-expect-error No group of settings has this name.
  affectsSettings({ affectsConfiguration: () => true }, 'linter');
}

export function valuesOfContextKeys(): void {
  setContext(contextKeys.historyGrouping, 'name');
  // @ts-expect-error There is no such grouping.
  setContext(contextKeys.historyGrouping, 'week');
}
