import type { NameEvent } from '../../python/events';
import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { returnedExpressions } from '../../python/returns';
import { argumentsOf } from '../../python/signatures';
import { contains, field, partsOf } from '../../python/syntax';
import { stepsOfAUse } from '../engine/steps';

/** What a name holds where it stands: the right side of an assignment, or the `with` that binds it; null for anything else. */
export function lastGiven(module: PythonModule, name: Node): Node | null {
  const binding = lastBinding(module, name);
  if (binding === null) return null;
  const { change } = binding;
  if (change.kind === 'opaque') return withItemOf(binding.place.node);
  return change.kind === 'assign' && change.path?.length === 0 && !contains(change.value, name) ? change.value : null;
}

/** What a name held before it grew: the right side of the assignment before `rows += more`. */
export function firstGiven(module: PythonModule, name: Node): Node | null {
  const change = lastBinding(module, name, ({ change: { kind } }) => kind !== 'augment')?.change;
  return change?.kind === 'assign' && change.path?.length === 0 ? change.value : null;
}

/** The part of a tuple that a name is given: `texts` of `texts, labels = data["text"], data["label"]`, also where a function returns it. */
export function partGiven(module: PythonModule, name: Node): Node | null {
  const change = lastBinding(module, name)?.change;
  if (change?.kind !== 'assign' || change.path?.length !== 1 || contains(change.value, name)) return null;
  const [index] = change.path;
  const callee = change.value.type === 'call' ? field(change.value, 'function') : null;
  // Each data set gives two parts.
  if (/(?:^|\.)train_test_split$/.test(callee?.text ?? '') && index !== undefined)
    return argumentsOf(change.value)[Math.floor(index / 2)] ?? null;
  const made = callee === null ? null : module.evaluate(callee);
  const [given, another] =
    made === null ? [change.value] : made.kind === 'definition' ? returnedExpressions(made.node) : [];
  const isTuple = given?.type === 'expression_list' || given?.type === 'tuple' || given?.type === 'list';
  return isTuple && another === undefined && index !== undefined ? (partsOf(given)[index] ?? null) : null;
}

export function lastBinding(
  module: PythonModule,
  name: Node,
  counts: (event: NameEvent) => boolean = () => true,
): NameEvent | null {
  const place = module.place(name);
  const { names } = module.evaluator;
  for (const scope of place?.scopes ?? []) {
    module.spend(stepsOfAUse);
    const bindings = names.bindingsIn(scope, name.text).filter(counts);
    const isParameter = names.isParameter(scope, name.text);
    if (bindings.length === 0 && !isParameter) continue;
    // Within `rows = rows[:9]`, the name is still what it was before.
    const last = bindings
      .filter(({ place: { node }, change }) => node.startIndex < name.startIndex && !isWithin(name, change))
      .at(-1);
    // The variables of a module may be bound below the functions that use them.
    return last ?? (isParameter || scope.id === place?.scopes[0]?.id ? null : (bindings.at(-1) ?? null));
  }
  return null;
}

const isWithin = (name: Node, change: NameEvent['change']): boolean =>
  change.kind === 'assign' && contains(change.value, name);

function withItemOf(bound: Node): Node | null {
  const item = bound.parent?.parent?.parent ?? null;
  return item?.type === 'with_item' ? item : null;
}
