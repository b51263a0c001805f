import { commands, type Disposable } from 'vscode';
import { checkedArguments } from './arguments';
import type { Command, OwnCommand } from './commands';
import type { ContextKey } from './surfaces';

/** The arguments of a command as separate parameters of its handler. */
export type Checked<Args extends readonly unknown[]> = { readonly [Index in keyof Args]: Args[Index] };

/** Registers a handler. A call does nothing if a required argument is missing or does not fit. */
export function registerCommand<Args extends readonly unknown[]>(
  { id, takes }: OwnCommand<Args>,
  run: (...args: Checked<Args>) => unknown,
): Disposable {
  return commands.registerCommand(id, (...given: readonly unknown[]) => {
    const args = checkedArguments(takes, given);
    return args === null ? undefined : run(...args);
  });
}

export function executeCommand<Args extends readonly unknown[]>(
  { id }: Command<Args>,
  ...args: Args
): Thenable<unknown> {
  return commands.executeCommand(id, ...args);
}

/** The ids of all commands in this editor, including ours. */
export async function availableCommands(): Promise<ReadonlySet<string>> {
  return new Set(await commands.getCommands(true));
}

/** Sets a value for when-clauses. */
export function setContext<Value>({ id }: ContextKey<Value>, value: NoInfer<Value>): void {
  void commands.executeCommand('setContext', id, value);
}
