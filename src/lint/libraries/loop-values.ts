import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf } from '../../python/signatures';
import { field, isField, isScope, targetsOf } from '../../python/syntax';
import { iterated } from '../../python/operators';
import { numberValue, toInteger, toText, unknownValue, type Value } from '../../python/values';
import { valuesGiven } from './given-numbers';
import { lastGiven } from './last-given';

/** More rounds than this are not looked at. */
const mostRounds = 50;

/** So many parts of containers, loops and parameters are followed. */
const mostSteps = 6;

/**
 * All that an expression may be: what it is in each round of the `for` around it (`model["grid"]` in `for name, model in
 * models.items()`, `grid` in `for model, grid in zip(models, grids)`), each part of a container that is taken by a key or an index
 * that only the run knows (`grids[name]`, `grids.get(name)`, `grids.pop(0)`), and what each call gives to a parameter. Null if
 * one of them is not known.
 */
export function possibleValues(module: PythonModule, written: Node, steps = mostSteps): readonly Value[] | null {
  module.spend(1);
  const value = module.evaluate(written);
  if (value.kind !== 'unknown') return [value];
  if (steps === 0) return null;
  switch (written.type) {
    case 'identifier':
      return (
        valuesInLoop(module, written, steps) ??
        shrinking(module, written) ??
        heldBy(module, written, steps) ??
        passedIn(module, written, steps)
      );
    case 'subscript': {
      const base = field(written, 'value');
      const part = field(written, 'subscript');
      return base === null || part === null ? null : partsOfAll(module, base, module.evaluate(part), steps);
    }
    case 'call': {
      const callee = field(written, 'function');
      const base = callee?.type === 'attribute' ? field(callee, 'object') : null;
      const [first, otherwise] = argumentsOf(written);
      if (base === null || !/\.(?:get|pop)$/.test(callee?.text ?? '')) return null;
      const key = first === undefined ? unknownValue : module.evaluate(first);
      const parts = partsOfAll(module, base, key, steps);
      return parts === null || otherwise === undefined ? parts : [...parts, module.evaluate(otherwise)];
    }
    default:
      return null;
  }
}

/** The part at a key of each container that an expression may be; all parts where the key is not known. */
function partsOfAll(module: PythonModule, base: Node, key: Value, steps: number): readonly Value[] | null {
  const containers = possibleValues(module, base, steps - 1);
  const isShrinking =
    base.type === 'identifier' &&
    module.evaluate(base).kind === 'unknown' &&
    valuesInLoop(module, base, steps) === null &&
    shrinking(module, base) !== null;
  const parts = (containers ?? []).map((container) => partsAt(container, isShrinking ? null : key));
  return containers === null || !parts.every((part) => part !== null) ? null : parts.flat();
}

function partsAt(container: Value, key: Value | null): readonly Value[] | null {
  if (container.kind === 'dict') {
    if (container.open) return null;
    const name = key === null ? null : toText(key);
    const entry = name === null ? null : entryOf(container, name);
    return name === null ? container.entries.map(({ value }) => value) : entry === null ? null : [entry];
  }
  if (container.kind !== 'sequence' || container.items === null) return null;
  const index = key === null ? null : toInteger(key);
  const item = index === null ? undefined : container.items.at(index);
  return index === null ? container.items : item === undefined ? null : [item];
}

const growing = /^(?:append|extend|insert|update|setdefault|add)$/;

/** What a list or a dictionary was before parts were taken out of it; null if others may have come in. */
function shrinking(module: PythonModule, name: Node): readonly Value[] | null {
  const given = onlyGiven(module, name);
  const value = given === null ? unknownValue : module.evaluate(given);
  if (value.kind !== 'sequence' && value.kind !== 'dict') return null;
  const grows = module.identifiers(name.text).some(({ parent }) => {
    if (parent?.type === 'attribute') return growing.test(field(parent, 'attribute')?.text ?? '');
    return parent?.type === 'subscript' && parent.parent !== null && isField(parent.parent, 'left', parent);
  });
  return grows ? null : [value];
}

/** All that the right side of the only assignment to a name may be. What is known there, but not of the name, was changed since. */
function heldBy(module: PythonModule, name: Node, steps: number): readonly Value[] | null {
  const given = onlyGiven(module, name);
  return given === null || module.evaluate(given).kind !== 'unknown' ? null : possibleValues(module, given, steps - 1);
}

/** The right side of the only assignment to a name in its block: others may hold in another branch. */
function onlyGiven(module: PythonModule, name: Node): Node | null {
  const { names } = module.evaluator;
  const home = module.place(name)?.scopes.find((scope) => names.bindingsIn(scope, name.text).length > 0);
  const given = lastGiven(module, name);
  const blocks = new Set(
    (home === undefined ? [] : names.bindingsIn(home, name.text)).map(({ change }) =>
      change.kind === 'assign' ? (change.value.parent?.parent?.parent?.id ?? null) : null,
    ),
  );
  return blocks.size === 1 ? given : null;
}

/** What the calls of a function give to its parameter. */
function passedIn(module: PythonModule, name: Node, steps: number): readonly Value[] | null {
  const given = valuesGiven(module, name).map((each) =>
    each === null || each.node === null ? null : possibleValues(module, each.node, steps - 1),
  );
  return given.length === 0 || !given.every((each) => each !== null) ? null : given.flat();
}

/** What a name is in each round of the `for` around it; null if one of them is not known, or no loop gives it. */
function valuesInLoop(module: PythonModule, written: Node, steps: number): readonly Value[] | null {
  for (const ancestor of module.place(written)?.ancestors ?? []) {
    if (isScope(ancestor)) return null;
    const target = ancestor.type === 'for_statement' ? field(ancestor, 'left') : null;
    const iterable = ancestor.type === 'for_statement' ? field(ancestor, 'right') : null;
    if (target === null || iterable === null) continue;
    const found = [...targetsOf(target)].find(({ name }) => name.text === written.text);
    if (found === undefined) continue;
    const rounds = roundsOf(module, iterable, steps);
    if (rounds === null || found.path === null || rounds.length === 0 || rounds.length > mostRounds) return null;
    const { path } = found;
    return allKnown(rounds.map((value) => path.reduce<Value | null>(partOf, value)));
  }
  return null;
}

const allKnown = (values: readonly (Value | null)[]): readonly Value[] | null =>
  values.every((value) => value !== null) ? values : null;

const partOf = (value: Value | null, index: number): Value | null =>
  value?.kind === 'sequence' ? (value.items?.[index] ?? null) : null;

function entryOf(value: Value, key: string): Value | null {
  if (value.kind !== 'dict' || value.open) return null;
  return value.entries.find((entry) => toText(entry.key) === key)?.value ?? null;
}

const tuple = (items: readonly Value[]): Value => ({ kind: 'sequence', type: 'tuple', length: items.length, items });

/** The items of what a loop goes over, of each container that it may be. */
function roundsOf(module: PythonModule, iterable: Node, steps: number): readonly Value[] | null {
  const callee = iterable.type === 'call' ? field(iterable, 'function') : null;
  const method = callee?.type === 'attribute' ? field(callee, 'attribute')?.text : undefined;
  const object = callee?.type === 'attribute' ? field(callee, 'object') : null;
  const [first] = callee === null ? [] : argumentsOf(iterable);
  if (object !== null && (method === 'items' || method === 'values')) {
    const dicts = possibleValues(module, object, steps - 1)?.map((dict) =>
      dict.kind !== 'dict' || dict.open
        ? null
        : dict.entries.map(({ key, value }) => (method === 'items' ? tuple([key, value]) : value)),
    );
    return dicts?.every((each) => each !== null) === true ? dicts.flat() : null;
  }
  if (callee?.text === 'zip') {
    const columns = argumentsOf(iterable).map((each) => roundsOf(module, each, steps - 1));
    const length = Math.min(...columns.map((column) => column?.length ?? Infinity));
    if (!columns.some((column) => column !== null) || length > mostRounds) return null;
    return Array.from({ length }, (_, at) => tuple(columns.map((column) => column?.[at] ?? unknownValue)));
  }
  if (callee?.text === 'enumerate' && first !== undefined)
    return roundsOf(module, first, steps - 1)?.map((value, at) => tuple([numberValue(at, true), value])) ?? null;
  if (/^(?:list|sorted|reversed|tqdm|tuple)$/.test(callee?.text ?? '') && first !== undefined)
    return roundsOf(module, first, steps - 1);
  if (steps === 0) return null;
  const all = possibleValues(module, iterable, steps - 1)?.map((value) => iterated(value)?.items ?? null);
  return all?.every((each) => each !== null) === true ? all.flat() : null;
}
