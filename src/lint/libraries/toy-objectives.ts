import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf } from '../../python/signatures';
import { field } from '../../python/syntax';
import type { Value } from '../../python/values';
import { objectiveOf } from './optuna';

/** Calls that calculate with numbers, show or report them, or wait. */
const plain =
  /^(?:print|range|len|float|int|str|bool|dict|list|sum|min|max|abs|round|pow|zip|enumerate|format|get|append|items|sleep|time|report|should_prune|TrialPruned|suggest_\w+|math\.\w+|(?:np|numpy)\.(?:sin|cos|exp|log|sqrt|abs|power|mean|sum|random\.\w+)|random(?:\.\w+)?|uniform|randint|gauss|super|setup|__init__|open|write|read|close|os\.path\.join|json\.(?:dump|load)s?)$/;

/** What packs a function with what it needs: `tune.with_resources(train, {"cpu": 2})`. */
const wrappers = /(?:^|\.)with_(?:resources|parameters)$/;

/**
 * True if a search tries a function or class of the module that only calculates with its parameters, as introductions do:
 * `return config["x"] ** 2`. Trying all of them costs nothing.
 */
export function onlyCalculates(module: PythonModule, tried: Value): boolean {
  const call = module.callOf(tried);
  if (call !== null && wrappers.test(call.callee.text)) {
    const [wrapped] = argumentsOf(call.node);
    return wrapped !== undefined && wrapped.id !== call.node.id && onlyCalculates(module, module.evaluate(wrapped));
  }
  const objective = objectiveOf(module, tried);
  return (
    objective !== null &&
    objective.parts.every(
      (part) =>
        isWhole(part) &&
        part.descendantsOfType('call').every((each) => {
          const callee = field(each, 'function');
          const name = callee?.text ?? '';
          return (
            plain.test(name) ||
            (part.type === 'class_definition' && isOwnMethod(part, name)) ||
            (name.includes('.') && plain.test(name.slice(name.lastIndexOf('.') + 1))) ||
            (callee !== null && module.evaluate(callee).kind === 'definition')
          );
        }),
    )
  );
}

/** A function, or a class of Ray whose methods are all here. */
function isWhole(part: Node): boolean {
  if (part.type === 'function_definition') return true;
  const bases = part.type === 'class_definition' ? field(part, 'superclasses') : null;
  return bases !== null && /^\(\s*(?:\w+\.)*Trainable\s*\)$/.test(bases.text);
}

/** `self.score()` of a class that defines it. */
const isOwnMethod = (part: Node, name: string): boolean =>
  /^self\.\w+$/.test(name) &&
  part.descendantsOfType('function_definition').some((method) => `self.${field(method, 'name')?.text ?? ''}` === name);
