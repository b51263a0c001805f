import { isAbsolute, join } from 'node:path';
import { invocationOf } from './command-words';

/** The Python script of a run and its arguments, from its command, else from its name; null if there is none. */
export function scriptOf({
  command,
  name,
  folder,
}: {
  readonly command: readonly string[] | null;
  readonly name: string;
  readonly folder: string | null;
}): { readonly path: string; readonly args: readonly string[] } | null {
  const [invocation] = command === null ? [] : invocationOf(command);
  const words = invocation === undefined ? [name] : [invocation.program, ...invocation.args];
  const module = words.indexOf('-m');
  const script = words.findIndex((word) => /\.pyw?$/.test(word));
  const isModule = module >= 0 && (script < 0 || module < script) && /^\w+(?:\.\w+)*$/.test(words[module + 1] ?? '');
  const path = isModule ? `${(words[module + 1] ?? '').split('.').join('/')}.py` : words[script];
  if (path === undefined || (!isAbsolute(path) && folder === null)) return null;
  return {
    path: isAbsolute(path) ? path : join(folder ?? '', path),
    args: words.slice((isModule ? module + 1 : script) + 1),
  };
}
