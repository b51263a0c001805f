import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { field, isField, partsOf } from '../../../python/syntax';
import { insertAt } from '../../fixes/edits';
import { meaningOf, type ImportedName } from '../../engine/imported-names';

/** A name that an import statement of the module brings. */
interface Imported {
  readonly statement: Node;
  /** What is imported: `keras.callbacks` of `from keras.callbacks import X`, `tensorflow` of `import tensorflow as tf`. */
  readonly path: string;
  /** The name in a `from … import`, `*` for all; null for `import path`. */
  readonly name: string | null;
  /** What the module calls it. */
  readonly alias: string;
  readonly clause: Node;
}

/**
 * How to write a name of Keras where a call stands, and what must be imported for that.
 * @param part a module of Keras: `callbacks`
 * @param name what is wanted from it
 * @returns null if the module imports Keras in no way that can be followed, or calls something else by that name
 */
export function kerasName(module: PythonModule, part: string, name: string, user: Node): ImportedName | null {
  const there = meaningOf(module, name, user);
  if (there.kind === 'library' && there.name === `keras.${part}.${name}`) return { text: name, edits: [] };
  const isFree = there.kind === 'free';
  const means = (alias: string, path: string): boolean => {
    const meaning = meaningOf(module, alias, user);
    return meaning.kind === 'library' && meaning.name === path;
  };
  let first: { readonly statement: Node; readonly keras: string } | null = null;
  for (const { statement, path, name: imported, alias, clause } of importsBefore(module, user)) {
    const keras = /^(tensorflow\.keras|keras|tf_keras)(?:\.|$)/.exec(path)?.[1] ?? null;
    if (imported !== null && path === `${keras ?? ''}.${part}` && isFree) {
      return { text: name, edits: imported === '*' ? [] : [insertAt(clause.endIndex, `, ${name}`)] };
    }
    const isKeras = imported === null ? path === keras : path === 'tensorflow' && imported === 'keras';
    if (isKeras && means(alias, 'keras')) return { text: `${alias}.${part}.${name}`, edits: [] };
    if (imported === null && path === 'tensorflow' && means(alias, 'tensorflow')) {
      return { text: `${alias}.keras.${part}.${name}`, edits: [] };
    }
    if (keras !== null && startsLine(module.text, statement)) first ??= { statement, keras };
  }
  if (first === null || !isFree) return null;
  return {
    text: name,
    edits: [insertAt(first.statement.startIndex, `from ${first.keras}.${part} import ${name}\n`)],
  };
}

/** What the module's own import statements bring, as far as they stand before a node. */
function* importsBefore(module: PythonModule, user: Node): Generator<Imported> {
  for (const statement of module.root.namedChildren) {
    if (statement.startIndex > user.startIndex) return;
    if (statement.type !== 'import_statement' && statement.type !== 'import_from_statement') continue;
    const from = field(statement, 'module_name');
    for (const clause of partsOf(statement)) {
      if (isField(statement, 'module_name', clause)) continue;
      if (clause.type === 'wildcard_import') {
        if (from !== null) yield { statement, path: written(from), name: '*', alias: '', clause };
        continue;
      }
      const what = clause.type === 'aliased_import' ? field(clause, 'name') : clause;
      if (what === null) continue;
      const alias = clause.type === 'aliased_import' ? (field(clause, 'alias')?.text ?? '') : written(what);
      const path = written(from ?? what);
      // `import keras.layers` binds `keras`.
      const bound = from === null && clause.type !== 'aliased_import' ? (path.split('.')[0] ?? path) : alias;
      yield { statement, path, name: from === null ? null : written(what), alias: bound, clause };
    }
  }
}

/** A dotted name without the blanks that Python allows in it. */
const written = (node: Node): string => node.text.replace(/[\s\\]+/g, '');

const startsLine = (text: string, { startIndex }: Node): boolean =>
  startIndex === 0 || /[\n\r]/.test(text.charAt(startIndex - 1));
