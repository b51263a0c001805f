import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { field, isField, partsOf, withoutParentheses } from '../../../python/syntax';

/** Switches that decide whether PyTorch records what gradients need (torch 2). */
const switches = /\b(?:no_grad|inference_mode|set_grad_enabled|enable_grad|_disable_grad|disable_grad)\b/;

/** True if a `with` statement around a node or a decorator of its functions may switch gradients off. */
export function mayBeWithoutGradients(module: PythonModule, node: Node): boolean {
  return (module.place(node)?.ancestors ?? []).some((ancestor) => {
    if (ancestor.type === 'with_statement')
      return switches.test(
        ancestor.text.slice(0, (field(ancestor, 'body')?.startIndex ?? ancestor.endIndex) - ancestor.startIndex),
      );
    return (
      ancestor.type === 'decorated_definition' &&
      partsOf(ancestor).some(({ type, text }) => type === 'decorator' && switches.test(text))
    );
  });
}

/** Methods of a tensor whose result keeps its history. */
export const keepHistory =
  /^(?:mean|sum|cpu|cuda|clone|to|float|double|half|squeeze|unsqueeze|view|reshape|flatten|abs|sqrt|neg|mul|div|add|sub)$/;

/** The variables and attributes whose history the value of an expression has: `loss` in `loss / steps`, none in `loss.item()`. */
export function* tensorsIn(expression: Node): Generator<Node> {
  const node = withoutParentheses(expression);
  switch (node.type) {
    case 'identifier':
      yield node;
      return;
    case 'attribute':
      if (isPath(node)) yield node;
      return;
    case 'binary_operator':
      for (const name of ['left', 'right']) {
        const side = field(node, name);
        if (side !== null) yield* tensorsIn(side);
      }
      return;
    case 'unary_operator': {
      const operand = field(node, 'argument');
      if (operand !== null) yield* tensorsIn(operand);
      return;
    }
    case 'call': {
      const callee = field(node, 'function');
      const method = callee?.type === 'attribute' ? field(callee, 'attribute')?.text : undefined;
      const object = callee === null ? null : field(callee, 'object');
      if (method !== undefined && object !== null && keepHistory.test(method)) yield* tensorsIn(object);
      return;
    }
    default:
  }
}

/** True for `self.loss` and `state.loss`, not for tensors without history: `loss.data`, `loss.grad`. */
export function isPath(attribute: Node): boolean {
  const name = field(attribute, 'attribute')?.text ?? '';
  if (/^(?:data|grad|shape|T)$/.test(name)) return false;
  const object = field(attribute, 'object');
  return object?.type === 'identifier' || (object?.type === 'attribute' && isPath(object));
}

/** The outermost expression that a tensor flows into with its history, and that still is one tensor. */
export function flowOf(node: Node): Node {
  let whole = node;
  for (;;) {
    const { parent } = whole;
    // From `loss` over `loss.mean` to `loss.mean()`.
    const next = parent?.type === 'attribute' && parent.parent?.type === 'call' ? parent.parent : parent;
    if (next === null || ![...tensorsIn(next)].some(({ id }) => id === node.id)) return whole;
    whole = next;
  }
}

/** The statement that takes a value, if `value` is all of its right side. */
export function takerOf(value: Node): { readonly statement: Node; readonly target: Node } | null {
  const statement = value.parent;
  if (statement?.type !== 'assignment' && statement?.type !== 'augmented_assignment') return null;
  const target = field(statement, 'left');
  return target !== null && isField(statement, 'right', value) ? { statement, target } : null;
}

/** A statement that switches gradients off for all that follows. */
export const switchedOffForAll =
  /^[ \t]*(?:torch\.)?(?:autograd\.)?(?:set_grad_enabled\s*\(|grad_mode\b|no_grad\(\)\.__enter__)/m;

/** What shows that code may want gradients. */
export const wantsGradients =
  /backward|enable_grad|requires_grad|autograd|\bgrad\b|\.grad\b|set_grad_enabled|retain_graph|GradCAM|saliency|attack/i;

/** What shows that code may want gradients, or has already switched them off. */
export const aboutGradients =
  /backward|enable_grad|requires_grad|autograd|\bgrad\b|\.grad\b|no_grad|inference_mode|set_grad_enabled|volatile|retain_graph|GradCAM|saliency|attack/i;
