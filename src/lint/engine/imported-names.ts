import { canonicalName } from '../../python/canonical';
import type { NameEvent } from '../../python/events';
import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { field, isField, partsOf } from '../../python/syntax';
import { insertAt, replaceNode } from '../fixes/edits';
import type { Edit } from './rule';

/** How a module may write something that it must import first. */
export interface ImportedName {
  readonly text: string;
  readonly edits: readonly Edit[];
}

interface SiblingOptions {
  /** Whether `from package import *` brings it; it does by default. */
  readonly byStar?: boolean;
  /** Whether the callee goes, so that its import can go as well; it does by default. */
  readonly replaces?: boolean;
}

/** What a name stands for at one place of a module. */
type Meaning =
  /** Nothing that can be seen from there binds it. */
  | { readonly kind: 'free' }
  /** Something of a library, by its qualified name, with all that binds the name in its scope. */
  | { readonly kind: 'library'; readonly name: string; readonly bindings: readonly NameEvent[] }
  | { readonly kind: 'other' };

export function meaningOf(module: PythonModule, name: string, at: Node): Meaning {
  const place = module.place(at);
  if (place === null) return { kind: 'other' };
  const { names } = module.evaluator;
  for (const scope of place.scopes) {
    const bindings = names.bindingsIn(scope, name);
    if (bindings.length === 0 && !names.isParameter(scope, name)) continue;
    const value = names.valueOf(name, place);
    return value.kind === 'reference' ? { kind: 'library', name: value.name, bindings } : { kind: 'other' };
  }
  return { kind: 'free' };
}

/**
 * Gives a call another class or function of the same package, and imports that.
 * @returns null if it is not plain how
 */
export function renamedCallee(
  module: PythonModule,
  call: Call,
  name: string,
  options: SiblingOptions = {},
): readonly Edit[] | null {
  const found = siblingName(module, call, name, options);
  if (found === null) return null;
  return [...found.edits, replaceNode(call.callee, found.text)];
}

/** Another name of the package that the callee comes from, written in the way that the callee is. */
export function siblingName(
  module: PythonModule,
  { callee, name: qualified }: Call,
  name: string,
  options: SiblingOptions = {},
): ImportedName | null {
  const { byStar = true, replaces = true } = options;
  const wanted = `${packageOf(qualified ?? '')}.${name}`;
  if (callee.type === 'attribute') {
    const object = field(callee, 'object');
    // A module inside the package has names of its own.
    if (object === null || meansOther(module, object, wanted)) return null;
    return { text: `${object.text}.${name}`, edits: [] };
  }
  if (callee.type !== 'identifier') return null;
  const there = meaningOf(module, name, callee);
  if (there.kind === 'library' && there.name === canonicalName(wanted)) {
    return { text: name, edits: replaces ? withoutImport(module, callee) : [] };
  }
  if (there.kind !== 'free') return null;
  const from = meaningOf(module, callee.text, callee);
  if (from.kind === 'free') return byStar ? { text: name, edits: [] } : null;
  if (from.kind === 'other') return null;
  const clauses = from.bindings.map(clauseOf);
  const found = clauses.filter((clause) => clause !== null && importsFrom(clause, packageOf(qualified ?? '')));
  // Whichever of several imports is made, the other name must come with it.
  if (found.length === 0 || found.length < clauses.length) return null;
  const [only] = found;
  if (only && found.length === 1 && replaces && isUsedOnce(module, callee.text)) {
    return { text: name, edits: [replaceNode(only, name)] };
  }
  return {
    text: name,
    edits: found.flatMap((clause) => (clause === null ? [] : [insertAt(clause.endIndex, `, ${name}`)])),
  };
}

const packageOf = (qualified: string): string => qualified.slice(0, Math.max(0, qualified.lastIndexOf('.')));

function meansOther(module: PythonModule, object: Node, wanted: string): boolean {
  const value = module.evaluate(object);
  return value.kind !== 'reference' || value.name !== packageOf(wanted);
}

/** What imports a name, in the list of a `from … import`: itself, or `name as alias`. */
function clauseOf({ place, change }: NameEvent): Node | null {
  if (change.kind !== 'import') return null;
  const [clause, statement] = place.ancestors;
  return clause !== undefined && statement?.type === 'import_from_statement' ? clause : null;
}

/** True if a clause is taken from just this package, and from no module inside it, which may hold less. */
function importsFrom(clause: Node, packageName: string): boolean {
  const from = clause.parent === null ? null : field(clause.parent, 'module_name');
  const path = from?.text.replace(/\s+/g, '') ?? '';
  // Before scikit-learn 0.18 its searches had a module of their own.
  return (
    canonicalName(path) === packageName || (path === 'sklearn.grid_search' && packageName === 'sklearn.model_selection')
  );
}

/** True if a name has one use besides its import: `__all__` names it as well. */
function isUsedOnce(module: PythonModule, name: string): boolean {
  return module.identifiers(name).length <= 2 && ![`'${name}'`, `"${name}"`].some((text) => module.text.includes(text));
}

/**
 * Puts an import statement on a line of its own before the first import of a package that `user` can see; null where
 * there is none that has a line for itself.
 * @param before a part of the package's name as the module imports it: `sklearn`
 */
export function importBefore(module: PythonModule, before: string, statement: string, user: Node): Edit | null {
  const seen = new Set((module.place(user)?.scopes ?? []).map(({ id }) => id));
  for (const node of module.identifiers(before)) {
    let found: Node | null = node;
    while (found !== null && !found.type.startsWith('import_')) found = found.parent;
    if (found === null || !seen.has(module.place(found)?.scopes[0]?.id ?? -1)) continue;
    const lineStart = module.text.lastIndexOf('\n', found.startIndex - 1) + 1;
    const indentation = module.text.slice(lineStart, found.startIndex);
    return indentation.trim() === '' ? insertAt(found.startIndex, `${statement}\n${indentation}`) : null;
  }
  return null;
}

/** A name that a module imports for its user, as `importBefore` does; null also where the name has a meaning already. */
export function importedName(
  module: PythonModule,
  name: string,
  { from, before }: { readonly from: string; readonly before: string },
  user: Node,
): ImportedName | null {
  if (meaningOf(module, name, user).kind !== 'free') return null;
  const edit = importBefore(module, before, `from ${from} import ${name}`, user);
  return edit === null ? null : { text: name, edits: [edit] };
}

/**
 * Takes the import of a name away whose only use goes; nothing where it does not stand alone or among others, plainly.
 * @param user the use that goes
 */
export function withoutImport(module: PythonModule, user: Node): readonly Edit[] {
  if (user.type !== 'identifier' || !isUsedOnce(module, user.text)) return [];
  const meaning = meaningOf(module, user.text, user);
  const [binding, more] = meaning.kind === 'library' ? meaning.bindings : [];
  const clause = binding === undefined || more !== undefined ? null : clauseOf(binding);
  const statement = clause?.parent ?? null;
  if (clause === null || statement === null) return [];
  const all = partsOf(statement).filter((part) => !isField(statement, 'module_name', part));
  const index = all.findIndex(({ id }) => id === clause.id);
  const [before, next] = [all[index - 1], all[index + 1]];
  if (before === undefined && next === undefined) return withoutStatement(module.text, statement);
  const start = next === undefined && before !== undefined ? before.endIndex : clause.startIndex;
  const end = next === undefined ? clause.endIndex : next.startIndex;
  return /[#\\]/.test(module.text.slice(start, end)) ? [] : [{ start, end, text: '' }];
}

/** Takes a statement away with its line, if it has that for itself and is not all that its block holds. */
function withoutStatement(text: string, statement: Node): readonly Edit[] {
  const line = wholeLine(text, statement.startIndex, statement.endIndex);
  return line === null || (statement.parent?.namedChildCount ?? 0) < 2 ? [] : [line];
}

/** The edit that takes lines away of which nothing but this part is written; null if there is more on them. */
export function wholeLine(text: string, start: number, end: number): Edit | null {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end, end + 200));
  return rest === null || text.slice(lineStart, start).trim() !== ''
    ? null
    : { start: lineStart, end: end + rest[0].length, text: '' };
}
