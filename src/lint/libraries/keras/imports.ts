import type { PythonModule } from '../../../python/module';
import type { Edit } from '../../rule';

/** How to write a name of Keras in this module, and what must be imported for that. */
export interface KerasName {
  readonly text: string;
  readonly edits: readonly Edit[];
}

/**
 * @param part a module of Keras: `callbacks`
 * @param name what is wanted from it
 * @returns null if the module imports Keras in no way that can be followed
 */
export function kerasName(module: PythonModule, part: string, name: string): KerasName | null {
  const imports = [
    ...module.text.matchAll(
      /^(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+([^\s(#][^(\n#]*)|import[ \t]+([\w.]+)(?:[ \t]+as[ \t]+(\w+))?[ \t]*)$/gm,
    ),
  ];
  let package_: string | null = null;
  for (const match of imports) {
    const [whole, from, names, imported, alias] = match;
    const path = from ?? imported ?? '';
    if (!/^(?:tensorflow|keras|tf_keras)(?:\.|$)/.test(path)) continue;
    const keras = /^(tensorflow\.keras|keras|tf_keras)(?:\.|$)/.exec(path)?.[1] ?? null;
    // A line that goes on, or that holds another statement, cannot be added to.
    if (/[;\\]/.test(names ?? '')) continue;
    const listed = (names ?? '').split(',').map((each) => each.trim());
    if (keras !== null && path === `${keras}.${part}` && from !== undefined) {
      if (listed.includes(name) || listed.includes('*')) return { text: name, edits: [] };
      const end = match.index + whole.trimEnd().length;
      return { text: name, edits: [{ start: end, end, text: `, ${name}` }] };
    }
    if (from === 'tensorflow' && listed.includes('keras')) return { text: `keras.${part}.${name}`, edits: [] };
    if (imported === 'keras' && alias === undefined) return { text: `keras.${part}.${name}`, edits: [] };
    if (imported === 'tensorflow') return { text: `${alias ?? 'tensorflow'}.keras.${part}.${name}`, edits: [] };
    package_ ??= keras === null ? null : `${keras}@${match.index}`;
  }
  if (package_ === null) return null;
  const [keras = '', at = '0'] = package_.split('@');
  const start = Number(at);
  return { text: name, edits: [{ start, end: start, text: `from ${keras}.${part} import ${name}\n` }] };
}
