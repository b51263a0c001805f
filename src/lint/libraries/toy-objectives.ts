import type { PythonModule } from '../../python/module';
import { argumentsOf } from '../../python/signatures';
import { field } from '../../python/syntax';
import type { Value } from '../../python/values';
import { objectiveOf } from './optuna';

/** Calls that calculate with numbers, show or report them, or wait. */
const plain =
  /^(?:print|range|len|float|int|str|bool|dict|list|sum|min|max|abs|round|pow|zip|enumerate|format|get|append|items|sleep|time|report|should_prune|TrialPruned|suggest_\w+|math\.\w+|(?:np|numpy)\.(?:sin|cos|exp|log|sqrt|abs|power|mean|sum|random\.\w+)|random(?:\.\w+)?|uniform|randint|gauss)$/;

/** What packs a function with what it needs: `tune.with_resources(train, {"cpu": 2})`. */
const wrappers = /(?:^|\.)with_(?:resources|parameters)$/;

/**
 * True if a search tries a function of the module that only calculates with its parameters, as introductions do:
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
        part.type === 'function_definition' &&
        part.descendantsOfType('call').every((each) => {
          const callee = field(each, 'function');
          const name = callee?.text ?? '';
          return (
            plain.test(name) ||
            (name.includes('.') && plain.test(name.slice(name.lastIndexOf('.') + 1))) ||
            (callee !== null && module.evaluate(callee).kind === 'definition')
          );
        }),
    )
  );
}
