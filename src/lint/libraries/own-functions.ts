import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { returnedExpressions } from '../../python/returns';
import { argumentsOf } from '../../python/signatures';
import { contains, field, isFunction, partsOf, wholeName, withoutParentheses } from '../../python/syntax';
import type { Value } from '../../python/values';
import { originOf } from '../engine/origin';
import { stepsOfAUse } from '../engine/steps';

/**
 * The places outside a function where it is named, as it is written there: `answer`, or `self.answer` for a method. Other
 * things with that name do not count: `subprocess.run` for a function `run`, or a variable of another function.
 */
export function* placesOfFunction(module: PythonModule, definition: Node): Generator<Node> {
  const name = field(definition, 'name');
  const home = module.place(definition)?.scopes.find(({ id }) => id !== definition.id);
  if (name === null || home === undefined) return;
  if (name.text === '__call__' && home.type === 'class_definition') yield* callsOfObjects(module, home);
  for (const use of module.identifiers(name.text)) {
    module.spend(stepsOfAUse);
    if (contains(definition, use) || isOfLater(module, definition, home, use)) continue;
    const callee = wholeName(use);
    const isSame = home.type === 'class_definition' ? isMethodOf(module, home, callee) : callee.id === use.id;
    if (isSame && (home.type === 'class_definition' || isOwnedBy(module, home, use))) yield callee;
  }
}

/** True if a name means a function that is defined anew, as cells of notebooks do, after this one. */
function isOfLater(module: PythonModule, definition: Node, home: Node, use: Node): boolean {
  if (home.type === 'class_definition') return false;
  const later = module.identifiersBetween(use.text, definition.endIndex, home.endIndex).filter(({ parent, id }) => {
    if (parent?.type !== 'function_definition' || field(parent, 'name')?.id !== id) return false;
    return parent.parent?.id === definition.parent?.id;
  });
  const [next] = later;
  if (next === undefined) return false;
  // A function that uses it runs later than it is written.
  return module.place(use)?.scopes[0]?.id !== home.id || use.startIndex > next.startIndex;
}

/** Where an object of a class is called by its name: `ask(prompt)` after `ask = Asker(model)`. */
function* callsOfObjects(module: PythonModule, owner: Node): Generator<Node> {
  for (const { node } of module.callsOfOwn(field(owner, 'name')?.text ?? '')) {
    const assignment = node.parent;
    const target = assignment?.type === 'assignment' ? field(assignment, 'left') : null;
    if (target?.type !== 'identifier') continue;
    for (const use of module.identifiers(target.text)) {
      module.spend(stepsOfAUse);
      const value = use.parent?.type === 'call' && use.id !== target.id ? module.evaluate(use) : null;
      if (value !== null && module.callOf(value)?.node.id === node.id) yield use;
    }
  }
}

/** True if an attribute may be a method of a class: of `self` in it, or of an object that no library is known to have made. */
function isMethodOf(module: PythonModule, owner: Node, callee: Node): boolean {
  const object = callee.type === 'attribute' ? field(callee, 'object') : null;
  if (object === null) return false;
  if (object.text === 'self' || object.text === 'cls') return contains(owner, callee);
  return module.evaluate(object).kind !== 'reference' && originOf(module, object) === null;
}

/** True if a name means what a scope binds: no scope between them binds it. */
function isOwnedBy(module: PythonModule, home: Node, use: Node): boolean {
  const { names } = module.evaluator;
  const owner = module
    .place(use)
    ?.scopes.find((scope) => names.bindingsIn(scope, use.text).length > 0 || names.isParameter(scope, use.text));
  return owner?.id === home.id;
}

/** So many steps lead from an expression to the functions that it stands for. */
const mostSteps = 4;

/**
 * The functions of the module that an expression stands for: one that is named, each that a name is given in branches or in
 * cells of a notebook, a method, what `partial` fills in, what a function of the module makes, an object that can be called.
 * None if one of them is not known.
 */
export function functionsOf(module: PythonModule, written: Node, steps = mostSteps): readonly Node[] {
  if (steps === 0) return [];
  module.spend(stepsOfAUse);
  const node = withoutParentheses(written);
  const inner = (each: Node | null | undefined): readonly Node[] =>
    each === null || each === undefined ? [] : functionsOf(module, each, steps - 1);
  const held = ofValue(module.evaluate(node), node, inner);
  if (held.length > 0) return held;
  switch (node.type) {
    case 'identifier': {
      const place = module.place(node);
      const values = place === null ? [] : module.evaluator.names.valuesOf(node.text, place);
      return inAll(values.map((value) => ofValue(value, node, inner)));
    }
    case 'attribute':
      return methodOf(module, node);
    case 'conditional_expression': {
      const [one, , other] = partsOf(node);
      return inAll([inner(one), inner(other)]);
    }
    case 'call': {
      const callee = field(node, 'function');
      if (callee === null) return [];
      if (/^(?:functools\.)?partial$/.test(callee.text)) return inner(argumentsOf(node)[0]);
      const made = module.evaluate(callee);
      if (made.kind === 'definition' && made.node.type === 'class_definition') return calledObject(module, made.node);
      return inAll(inner(callee).map((factory) => inAll(returnedExpressions(factory).map(inner))));
    }
    default:
      return [];
  }
}

/** All of them, unless one is not known. */
const inAll = (groups: readonly (readonly Node[])[]): readonly Node[] =>
  groups.every(({ length }) => length > 0) ? groups.flat() : [];

/** The functions of a value: one that is defined, or what a call that is not `written` made. */
function ofValue(value: Value, written: Node, inner: (call: Node) => readonly Node[]): readonly Node[] {
  if (value.kind === 'definition') return isFunction(value.node) ? [value.node] : [];
  return value.kind === 'instance' && value.call.id !== written.id ? inner(value.call) : [];
}

/** The one method that `self.prepare` or `object.prepare` may mean. */
function methodOf(module: PythonModule, node: Node): readonly Node[] {
  const found = methodsCalled(module, node);
  return found.length === 1 ? found : [];
}

/** The methods of the module's classes that an attribute may mean. */
export const methodsCalled = (module: PythonModule, node: Node): readonly Node[] =>
  module.identifiers(field(node, 'attribute')?.text ?? '').flatMap((identifier) => {
    const definition = identifier.parent;
    const owner = definition?.type === 'function_definition' ? module.place(definition)?.scopes[0] : undefined;
    return definition !== null && owner?.type === 'class_definition' && isMethodOf(module, owner, node)
      ? [definition]
      : [];
  });

/** What a call of an object of this class runs. */
const calledObject = (module: PythonModule, owner: Node): readonly Node[] =>
  module
    .identifiersBetween('__call__', owner.startIndex, owner.endIndex)
    .flatMap(({ parent }) => (parent?.type === 'function_definition' ? [parent] : []));
