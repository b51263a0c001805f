import { commands, type Disposable } from 'vscode';
import { checkedArguments } from './arguments';
import type { Command, OwnCommand } from './commands';
import type { ContextKey } from './surfaces';

/** The arguments of a command, one parameter each for the types of its handler. */
export type Checked<Args extends readonly unknown[]> = { readonly [Index in keyof Args]: Args[Index] };

/** A call with arguments that do not fit what the command takes, and that it cannot do without, does nothing. */
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

/** The ids of the commands that this editor has, ours included. */
export async function availableCommands(): Promise<ReadonlySet<string>> {
  return new Set(await commands.getCommands(true));
}

/** Sets what when-clauses see. */
export function setContext<Value>({ id }: ContextKey<Value>, value: NoInfer<Value>): void {
  void commands.executeCommand('setContext', id, value);
}
