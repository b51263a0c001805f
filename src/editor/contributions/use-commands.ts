import { commands, type Disposable } from 'vscode';
import type { Command } from './commands';
import type { ContextKey } from './surfaces';

/** Arguments as they arrive. Key bindings, links and other extensions may send anything, so a handler checks them. */
type Unchecked<Args extends readonly unknown[]> = { readonly [Index in keyof Args]: unknown };

export function registerCommand<Args extends readonly unknown[]>(
  { id }: Command<Args>,
  run: (...args: Unchecked<Args>) => unknown,
): Disposable {
  return commands.registerCommand(id, run);
}

export function executeCommand<Args extends readonly unknown[]>(
  { id }: Command<Args>,
  ...args: Args
): Thenable<unknown> {
  return commands.executeCommand(id, ...args);
}

/** The ids of the commands that this editor has, ours included. */
export async function availableCommands(): Promise<ReadonlySet<string>> {
  return new Set(await commands.getCommands(true));
}

/** Sets what when-clauses see. */
export function setContext<Value>({ id }: ContextKey<Value>, value: NoInfer<Value>): void {
  void commands.executeCommand('setContext', id, value);
}
