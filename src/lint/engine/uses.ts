import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { field, isField } from '../../python/syntax';

/** What a module does with an object that a call made. */
interface ObjectUses {
  /** Calls of its methods, in source order. */
  readonly methods: readonly { readonly name: string; readonly call: Node }[];
  /** Attributes of it that are set, in source order; the value is null where it is not an expression of its own. */
  readonly changes: readonly { readonly name: string; readonly value: Node | null; readonly where: Node }[];
  /** Calls that are given the object itself. */
  readonly passedTo: readonly Node[];
  /** True if it also goes where it cannot be followed: into a list, an attribute, a return, another name. */
  readonly escapes: boolean;
}

/** Follows the object that `call` makes through the variable or attribute that it is assigned to. */
export function usesOf(module: PythonModule, call: Call): ObjectUses {
  const uses: Uses = { methods: [], changes: [], passedTo: [], escapes: false };
  const target = targetOf(call.node);
  if (target === null) {
    follow(call.node, uses);
    return uses;
  }
  const name = target.type === 'attribute' ? field(target, 'attribute') : target;
  for (const node of name === null ? [] : module.identifiers(name.text)) {
    const whole = target.type === 'attribute' ? node.parent : node;
    if (whole === null || whole.type !== target.type || whole.id === target.id) continue;
    if (target.type === 'identifier' && node.parent?.type === 'attribute' && !isField(node.parent, 'object', node))
      continue;
    const value = module.evaluate(whole);
    if (value.kind === 'instance' && value.call.id === call.node.id) follow(whole, uses);
  }
  return uses;
}

interface Uses {
  readonly methods: { name: string; call: Node }[];
  readonly changes: { name: string; value: Node | null; where: Node }[];
  readonly passedTo: Node[];
  escapes: boolean;
}

/** The variable or attribute that takes the result of a call; null if it is used where it stands. */
export function targetOf(node: Node): Node | null {
  const parent = node.parent;
  if (parent?.type !== 'assignment' || !isField(parent, 'right', node)) return null;
  const left = field(parent, 'left');
  return left?.type === 'identifier' || left?.type === 'attribute' ? left : null;
}

function follow(node: Node, uses: Uses): void {
  const parent = node.parent;
  switch (parent?.type) {
    case 'attribute': {
      const call = parent.parent;
      const method = field(parent, 'attribute');
      if (call?.type === 'call' && isField(call, 'function', parent) && method !== null)
        uses.methods.push({ name: method.text, call });
      else if (call !== null && /assignment$/.test(call.type) && isField(call, 'left', parent) && method !== null) {
        uses.changes.push({
          name: method.text,
          value: call.type === 'assignment' ? field(call, 'right') : null,
          where: call,
        });
      }
      return;
    }
    case 'argument_list': {
      if (parent.parent?.type === 'call') uses.passedTo.push(parent.parent);
      return;
    }
    case 'keyword_argument': {
      const call = parent.parent?.parent;
      if (call?.type === 'call') uses.passedTo.push(call);
      return;
    }
    // A statement of its own, a comparison, an index: nothing is kept.
    case 'expression_statement':
    case 'comparison_operator':
    case 'interpolation':
    case 'subscript':
      return;
    default:
      uses.escapes = true;
  }
}

/** A method that is called on what a node gives. */
interface Chained {
  readonly method: string;
  readonly call: Node;
}

/** The call of a method on what a node gives. */
export function chained(node: Node): Chained | null {
  const attribute = node.parent;
  if (attribute?.type !== 'attribute' || !isField(attribute, 'object', node)) return null;
  const call = attribute.parent;
  return call?.type === 'call' && isField(call, 'function', attribute)
    ? { method: field(attribute, 'attribute')?.text ?? '', call }
    : null;
}

/** The calls of methods that follow each other on what a node gives: `to` and `eval` in `Net().to(device).eval()`. */
export function chainedCalls(node: Node): readonly Chained[] {
  const calls: Chained[] = [];
  for (let chain = chained(node); chain !== null; chain = chained(chain.call)) calls.push(chain);
  return calls;
}
