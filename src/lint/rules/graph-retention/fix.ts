import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { contains, field, isField, isLoop, partsOf } from '../../../python/syntax';
import type { Fix } from '../../engine/rule';
import { insertAt } from '../../fixes/edits';
import { isNumber, type Loss } from '../../libraries/torch/losses';
import type { Sums } from './sums';
import type { Total } from './totals';

/**
 * Adds `.item()` if the sum is only printed, and `.detach()` if it may have to stay a tensor. The first is safe if the loss is
 * certainly a tensor of one number, and nothing else in the sum has a history.
 */
export function withoutHistory(
  module: PythonModule,
  sums: Sums,
  { statement, target, added }: Total,
  { isScalar, isProven }: Loss,
): readonly Fix[] {
  const chain = chainOf(added);
  const isNumberAfterwards =
    target.type === 'identifier' &&
    sums.of(target).isOnlyRead &&
    (isScalar || /\.(?:mean|sum)\(\)/.test(chain.text.slice(added.text.length)));
  const method = isNumberAfterwards ? 'item' : 'detach';
  const safe =
    isNumberAfterwards &&
    isProven &&
    isAloneIn(module, statement, target, added) &&
    !isCompiled(module, statement) &&
    !/\bdef backward\(self\b/.test(module.text);
  return [{ title: `Use ${chain.text}.${method}()`, safe, edits: [insertAt(chain.endIndex, `.${method}()`)] }];
}

/**
 * True if the loss is certainly a tensor with history and never a number: not if only one branch of the round calls `backward`,
 * nor if the round also assigns a number to the name.
 */
export function isAlwaysATensor(
  module: PythonModule,
  sums: Sums,
  { statement, added }: Total,
  backward: Node,
): boolean {
  if (sums.hasOtherGradients || sums.isSetElsewhere(added)) return false;
  const around = module.place(backward)?.ancestors ?? [];
  const shared = around.findIndex((ancestor) => contains(ancestor, statement));
  if (
    around
      .slice(0, shared)
      .some(({ type }) => /^(?:if|for|while|match|try)_statement$|^(?:elif|else|except|case)_clause$/.test(type))
  )
    return false;
  const loop = module
    .repetitions(statement)
    .filter(({ node }) => isLoop(node))
    .at(-1)?.node;
  return sums.numbersIn(added).every((value) => loop !== undefined && !contains(loop, value));
}

/** `loss.mean().cpu()` for the `loss` in it: only tensors have these methods. */
function chainOf(node: Node): Node {
  let whole = node;
  while (
    whole.parent?.type === 'attribute' &&
    whole.parent.parent?.type === 'call' &&
    isField(whole.parent, 'object', whole)
  )
    whole = whole.parent.parent;
  return whole;
}

/** True if everything else in the sum is a number. */
function isAloneIn(module: PythonModule, statement: Node, target: Node, added: Node): boolean {
  const right = field(statement, 'right');
  if (right === null) return false;
  const inert = (node: Node): boolean => {
    if (contains(node, added)) {
      if (/^(?:call|attribute|identifier)$/.test(node.type))
        return chainOf(added).id === node.id || node.id === added.id;
      return partsOf(node).every(inert);
    }
    return node.text === target.text || isNumber(module, node);
  };
  return inert(right);
}

/** True in a compiled function, where a number has another type or ends the graph. */
const isCompiled = (module: PythonModule, node: Node): boolean =>
  (module.place(node)?.ancestors ?? []).some(
    (ancestor) =>
      ancestor.type === 'decorated_definition' &&
      partsOf(ancestor).some(({ type, text }) => type === 'decorator' && /jit|script|compile|trace/.test(text)),
  );
