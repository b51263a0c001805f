import { holds } from '../../python/kept-searches';
import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf, type BoundArguments } from '../../python/signatures';
import { field } from '../../python/syntax';
import { unknownValue, type Value } from '../../python/values';
import { usesOf } from './uses';

/** What a scikit-learn object is set to; null for what is left out, which has the library's default. */
type SettingReader = (name: string) => Value | null;

/** Modules that never set anything later, which are almost all, cost one look at their text. */
const setsLater =
  /\.set_params\(|\.(?:cv|refit|n_iter|param_grid|param_distributions|n_splits|n_repeats)[ \t]{0,9}=(?!=)/;

/**
 * The settings of an object as its constructor is given them, or as `object.set_params(cv=3)` and `object.cv = 3` change them
 * afterwards. What is changed twice, under a condition, or after the object was used, may be either: it is unknown.
 */
export function settingsAfter(module: PythonModule, call: Call, args: BoundArguments): SettingReader {
  const given: SettingReader = (name) => args.value(name);
  if (!holds(module.text, setsLater)) return given;
  const changes = laterChanges(module, call);
  if (changes === null) return () => unknownValue;
  return (name) => (changes.has(name) ? (changes.get(name) ?? unknownValue) : given(name));
}

/** Null if anything may be changed. */
function laterChanges(module: PythonModule, call: Call): ReadonlyMap<string, Value> | null {
  const { methods, changes } = usesOf(module, call);
  const found = new Map<string, Value>();
  const block = statementOf(call.node)?.parent;
  const used = Math.min(
    ...methods.filter(({ name }) => /^(?:fit|split)/.test(name)).map(({ call: each }) => each.startIndex),
  );
  const set = (name: string, value: Node | null, where: Node): void => {
    const isPlain =
      value !== null && !found.has(name) && where.startIndex < used && statementOf(where)?.parent?.id === block?.id;
    found.set(name, isPlain ? module.evaluate(value) : unknownValue);
  };
  for (const { name, value, where } of changes) set(name, value, where);
  for (const { name, call: setter } of methods) {
    if (name !== 'set_params') continue;
    for (const argument of argumentsOf(setter)) {
      if (argument.type !== 'keyword_argument') return null;
      set(field(argument, 'name')?.text ?? '', field(argument, 'value'), setter);
    }
  }
  return found;
}

function statementOf(node: Node): Node | null {
  let statement: Node | null = node;
  while (statement !== null && statement.parent?.type !== 'block' && statement.parent?.type !== 'module')
    statement = statement.parent;
  return statement;
}
