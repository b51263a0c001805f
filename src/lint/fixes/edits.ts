import type { Node } from '../../python/parser';
import { argumentsOf, type BoundArguments } from '../../python/signatures';
import { field } from '../../python/syntax';
import type { Edit } from '../engine/rule';

export const replaceNode = (node: Node, text: string): Edit => ({ start: node.startIndex, end: node.endIndex, text });

export const insertAt = (offset: number, text: string): Edit => ({ start: offset, end: offset, text });

export const inOrder = (edits: readonly Edit[]): readonly Edit[] =>
  [...edits].sort((a, b) => a.start - b.start || a.end - b.end);

/** True if no two edits overlap, and no two insert at the same place. */
export function areApart(edits: readonly Edit[]): boolean {
  return inOrder(edits).every((edit, index, all) => {
    const next = all[index + 1];
    return next === undefined || (edit.end <= next.start && edit.start < next.start);
  });
}

/** Adds a keyword argument after the last argument of a call; null if the call has no argument list. */
export function addArgument(call: Node, text: string): Edit | null {
  const list = field(call, 'arguments');
  if (list?.type !== 'argument_list') return null;
  const last = argumentsOf(call).at(-1);
  if (last === undefined) return insertAt(list.startIndex + 1, text);
  // A generator expression without parentheses must be the only argument.
  return last.type === 'generator_expression' && !list.text.startsWith('((')
    ? null
    : insertAt(last.endIndex, `, ${text}`);
}

/** Changes the value of an argument, or adds the argument; null if it is unpacked from elsewhere. */
export function setArgument(call: Node, args: BoundArguments, name: string, value: string): Edit | null {
  const given = args.get(name);
  if (given === null) return addArgument(call, `${name}=${value}`);
  return given.node === null ? null : replaceNode(given.node, value);
}
