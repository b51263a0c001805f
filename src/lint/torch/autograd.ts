import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf } from '../../python/signatures';
import { field, isField, isScope, partsOf, withoutParentheses } from '../../python/syntax';

/** Switches that keep PyTorch from recording what it would need for gradients. */
const SWITCHES = /\b(?:no_grad|inference_mode|set_grad_enabled|enable_grad|_disable_grad|disable_grad)\b/;

/** True if what is around a node, or decorates its functions, may switch gradients off or decides on them. */
export function mayBeWithoutGradients(module: PythonModule, node: Node): boolean {
  return (module.place(node)?.ancestors ?? []).some((ancestor) => {
    if (ancestor.type === 'with_statement') return SWITCHES.test(ancestor.text.slice(0, (field(ancestor, 'body')?.startIndex ?? ancestor.endIndex) - ancestor.startIndex));
    return ancestor.type === 'decorated_definition' && partsOf(ancestor).some(({ type, text }) => type === 'decorator' && SWITCHES.test(text));
  });
}

/** Methods of a tensor whose result has the tensor's history. */
const KEEP_HISTORY = /^(?:mean|sum|cpu|cuda|clone|to|float|double|half|squeeze|unsqueeze|view|reshape|flatten|abs|sqrt|neg|mul|div|add|sub)$/;

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
      if (method !== undefined && object !== null && KEEP_HISTORY.test(method)) yield* tensorsIn(object);
      return;
    }
    default:
  }
}

/** True for `self.loss` and `state.loss`, not for tensors without history: `loss.data`, `loss.grad`. */
function isPath(attribute: Node): boolean {
  const name = field(attribute, 'attribute')?.text ?? '';
  if (/^(?:data|grad|shape|T)$/.test(name)) return false;
  const object = field(attribute, 'object');
  return object?.type === 'identifier' || (object?.type === 'attribute' && isPath(object));
}

/** A step backwards through the graph of some tensors. */
export interface BackwardPass {
  readonly call: Call;
  /** The variables or attributes that it starts from, as they are written. */
  readonly from: readonly string[];
  /** True if it may want the graph once more, or a graph of the gradients. */
  readonly keepsGraph: boolean;
}

/** Objects whose `backward` takes the loss: Accelerate, Fabric, DeepSpeed. */
const TAKES_LOSS = /(?:accelerator|fabric|engine|strategy|manager)$/i;

export function backwardPasses(module: PythonModule): readonly BackwardPass[] {
  return module.calls(['backward', 'manual_backward']).flatMap((call) => {
    if (call.receiver === null) return [];
    const given = argumentsOf(call.node);
    const [first] = given;
    const takesLoss = first !== undefined && (call.callee.text.endsWith('.manual_backward') || TAKES_LOSS.test(call.receiver.text));
    const from = [...tensorsIn(takesLoss ? first : scaled(module, call.receiver))].map(({ text }) => text);
    const keepsGraph = given.some((part) => {
      const name = part.type === 'keyword_argument' ? (field(part, 'name')?.text ?? '') : '';
      return part.type === 'dictionary_splat' || ((name === 'retain_graph' || name === 'create_graph') && field(part, 'value')?.type !== 'false');
    });
    return [{ call, from, keepsGraph: keepsGraph || given.filter(({ type }) => type !== 'keyword_argument').length > 1 }];
  });
}

/** The loss behind what mixed precision scales: `scaler.scale(loss)`, and Apex's `with scale_loss(loss, optimizer) as scaled`. */
function scaled(module: PythonModule, receiver: Node): Node {
  const node = withoutParentheses(receiver);
  if (node.type === 'call' && field(node, 'function')?.text.endsWith('.scale') === true) return argumentsOf(node)[0] ?? node;
  if (node.type !== 'identifier') return node;
  for (const ancestor of module.place(node)?.ancestors ?? []) {
    if (isScope(ancestor)) break;
    if (ancestor.type !== 'with_statement') continue;
    for (const pattern of ancestor.descendantsOfType('as_pattern')) {
      const [value, target] = partsOf(pattern);
      if (target?.text === node.text && value?.type === 'call' && field(value, 'function')?.text.endsWith('scale_loss') === true) {
        return argumentsOf(value)[0] ?? node;
      }
    }
  }
  return node;
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
