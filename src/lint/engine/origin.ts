import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { field } from '../../python/syntax';
import { assignmentsTo } from './assigned';

const deepest = 20;

/**
 * The qualified name of the library's function or class at the start of a chain: `datasets.load_dataset` for
 * `load_dataset(…)["train"].shuffle()`, also through a variable; null if it is not known.
 */
export function originOf(module: PythonModule, node: Node, depth = 0): string | null {
  if (depth > deepest) return null;
  if (node.type === 'subscript') return originOfField(module, node, 'value', depth);
  const call = module.callOf(module.evaluate(node));
  if (call !== null) return call.name ?? (call.receiver === null ? null : originOf(module, call.receiver, depth + 1));
  if (node.type === 'call') {
    const callee = field(node, 'function');
    return callee?.type === 'attribute' ? originOfField(module, callee, 'object', depth) : null;
  }
  // A name that holds a part of something: train = data["train"].
  const part =
    node.type === 'identifier' ? (assignmentsTo(module, node.text, node.startIndex).at(-1)?.value ?? null) : null;
  return part?.type === 'subscript' ? originOf(module, part, depth + 1) : null;
}

function originOfField(module: PythonModule, node: Node, name: string, depth: number): string | null {
  const inner = field(node, name);
  return inner === null ? null : originOf(module, inner, depth + 1);
}

/** True for a method of an object that a library made. */
export const isFrom = (module: PythonModule, { receiver }: Call, prefix: string): boolean =>
  receiver !== null && originOf(module, receiver)?.startsWith(prefix) === true;
