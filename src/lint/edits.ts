import type { Call, PythonModule } from '../python/module';
import type { Node } from '../python/parser';
import { argumentsOf, type BoundArguments } from '../python/signatures';
import { field, isField } from '../python/syntax';
import type { Edit } from './rule';

export const replaceNode = (node: Node, text: string): Edit => ({ start: node.startIndex, end: node.endIndex, text });

export const insertAt = (offset: number, text: string): Edit => ({ start: offset, end: offset, text });

export const inOrder = (edits: readonly Edit[]): readonly Edit[] =>
  [...edits].sort((a, b) => a.start - b.start || a.end - b.end);

/** True if no two edits touch the same text, and no two insert at the same place. */
export function areApart(edits: readonly Edit[]): boolean {
  return inOrder(edits).every((edit, index, all) => {
    const next = all[index + 1];
    return next === undefined || (edit.end <= next.start && edit.start < next.start);
  });
}

/** Gives a call one more argument by name, behind the last one; null if it has no list of arguments to put it in. */
export function addArgument(call: Node, text: string): Edit | null {
  const list = field(call, 'arguments');
  if (list?.type !== 'argument_list') return null;
  const last = argumentsOf(call).at(-1);
  if (last === undefined) return insertAt(list.startIndex + 1, text);
  // A generator that stands alone may not have an argument beside it.
  return last.type === 'generator_expression' && !list.text.startsWith('((')
    ? null
    : insertAt(last.endIndex, `, ${text}`);
}

/** Changes the value of an argument where it is written, or adds the argument; null if it is unpacked from elsewhere. */
export function setArgument(call: Node, args: BoundArguments, name: string, value: string): Edit | null {
  const given = args.get(name);
  if (given === null) return addArgument(call, `${name}=${value}`);
  return given.node === null ? null : replaceNode(given.node, value);
}

/** How a module may write something that it must import first. */
export interface ImportedName {
  readonly text: string;
  readonly edits: readonly Edit[];
}

interface SiblingOptions {
  /** Whether `from package import *` brings it; it does unless told. */
  readonly byStar?: boolean;
  /** Whether the callee goes, so that its import can go as well; it does unless told. */
  readonly replaces?: boolean;
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
  { callee }: Call,
  name: string,
  options: SiblingOptions = {},
): ImportedName | null {
  const { byStar = true, replaces = true } = options;
  if (callee.type === 'attribute') {
    const object = field(callee, 'object');
    return object === null ? null : { text: `${object.text}.${name}`, edits: [] };
  }
  if (callee.type !== 'identifier') return null;
  if (module.identifiers(name).some(isImported)) return { text: name, edits: [] };
  const uses = module.identifiers(callee.text);
  const imported = uses.find(isImported) ?? null;
  const clause = imported?.parent ?? null;
  if (clause === null) return byStar && !uses.some(isAssigned) ? { text: name, edits: [] } : null;
  // All uses but the callee and the import.
  const others = uses.length - 2;
  const change = replaces && others <= 0 ? replaceNode(clause, name) : insertAt(clause.endIndex, `, ${name}`);
  return { text: name, edits: [change] };
}

/** True if the name stands in the list of a `from … import`, as itself or as an alias. */
function isImported(node: Node): boolean {
  const clause = node.parent;
  const statement = clause?.type === 'dotted_name' || clause?.type === 'aliased_import' ? clause.parent : null;
  return statement?.type === 'import_from_statement' && clause !== null && !isField(statement, 'module_name', clause);
}

const isAssigned = (node: Node): boolean => node.parent?.type === 'assignment' && isField(node.parent, 'left', node);

/**
 * Puts an import statement on a line of its own before the first import of a package; null where there is none that
 * has a line for itself.
 * @param before a part of the package's name as the module imports it: `sklearn`
 */
export function importBefore(module: PythonModule, before: string, statement: string): Edit | null {
  for (const node of module.identifiers(before)) {
    let found: Node | null = node;
    while (found !== null && !found.type.startsWith('import_')) found = found.parent;
    if (found === null) continue;
    const lineStart = module.text.lastIndexOf('\n', found.startIndex - 1) + 1;
    const indentation = module.text.slice(lineStart, found.startIndex);
    return indentation.trim() === '' ? insertAt(found.startIndex, `${statement}\n${indentation}`) : null;
  }
  return null;
}
