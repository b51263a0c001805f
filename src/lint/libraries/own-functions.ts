import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { contains, field, wholeName } from '../../python/syntax';
import { originOf } from '../engine/origin';

/** The cost of a look at the places of a name, relative to evaluating a node. */
const stepsOfAUse = 4;

/**
 * The places outside a function where it is named, as it is written there: `answer`, or `self.answer` for a method. Other
 * things with that name do not count: `subprocess.run` for a function `run`, or a variable of another function.
 */
export function* placesOfFunction(module: PythonModule, definition: Node): Generator<Node> {
  const name = field(definition, 'name');
  const home = module.place(definition)?.scopes.find(({ id }) => id !== definition.id);
  if (name === null || home === undefined) return;
  for (const use of module.identifiers(name.text)) {
    module.spend(stepsOfAUse);
    if (contains(definition, use)) continue;
    const callee = wholeName(use);
    const isSame = home.type === 'class_definition' ? isMethodOf(module, home, callee) : callee.id === use.id;
    if (isSame && (home.type === 'class_definition' || isOwnedBy(module, home, use))) yield callee;
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
