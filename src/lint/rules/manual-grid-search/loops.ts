import type { PythonModule } from '../../../python/module';
import { iterated } from '../../../python/operators';
import type { Node } from '../../../python/parser';
import { argumentsOf } from '../../../python/signatures';
import { field, isComprehension, isField, isFunction, partsOf, targetsOf } from '../../../python/syntax';
import { toItems, unknownValue, type Value } from '../../../python/values';
import { gridSize } from '../../libraries/grids';

/** A loop, or one `for` of a comprehension, over settings. */
export interface SettingLoop {
  /** The `for` statement or the comprehension. */
  readonly node: Node;
  /** What it iterates over, as it is written. */
  readonly iterable: Node;
  /** Rounds; null if they are not known. */
  readonly length: number | null;
  /** True if it iterates over a grid: `itertools.product`, `ParameterGrid`. */
  readonly isGrid: boolean;
  /** Settings in one point of the grid; null if that is not known, or if it is no grid. */
  readonly settings: number | null;
  /** The variables that each take a setting. */
  readonly variables: readonly string[];
  /** Those of them that certainly take numbers. */
  readonly numeric: readonly string[];
}

/** Functions that pass on their items one by one. */
const passedOn = /^(?:tqdm|trange|progress_bar|track|list|tuple|sorted|iter|notebook_tqdm)$/;

/** The loops around a node within its function, innermost first. */
export function settingLoops(module: PythonModule, node: Node): readonly SettingLoop[] {
  return module.repetitions(node).flatMap(({ node: loop }) => {
    if (loop.type === 'while_statement') return [];
    const clauses = isComprehension(loop) ? partsOf(loop).filter(({ type }) => type === 'for_in_clause') : [loop];
    return clauses.reverse().flatMap((clause) => settingLoop(module, loop, clause) ?? []);
  });
}

function settingLoop(module: PythonModule, node: Node, clause: Node): SettingLoop | null {
  const left = field(clause, 'left');
  const iterable = field(clause, 'right');
  if (left === null || iterable === null) return null;
  const { inner, counted } = unwrapped(iterable);
  const grid = gridOf(module, inner);
  const targets = [...targetsOf(left)].filter(({ path }) => !counted || path?.[0] !== 0);
  const value = module.evaluate(inner);
  return {
    node,
    iterable,
    length: grid === null ? (iterated(value)?.length ?? null) : grid.length,
    isGrid: grid !== null,
    settings: grid?.settings ?? null,
    variables: targets.map(({ name }) => name.text),
    numeric: targets
      .filter(({ path }) => path !== null && areNumbers(value, counted ? path.slice(1) : path))
      .map(({ name }) => name.text),
  };
}

/** True if all items of a sequence, or these parts of them, are numbers. */
function areNumbers(sequence: Value, path: readonly number[]): boolean {
  const items = iterated(sequence)?.items ?? [];
  return items.length > 0 && items.every((item) => partOf(item, path)?.kind === 'number');
}

const partOf = (item: Value, path: readonly number[]): Value | null =>
  path.reduce<Value | null>((whole, index) => (whole === null ? null : (toItems(whole)?.[index] ?? null)), item);

/** The argument of `tqdm(…)`, `list(…)` and `enumerate(…)`. The first target of `enumerate` only counts. */
function unwrapped(iterable: Node): { readonly inner: Node; readonly counted: boolean } {
  let inner = iterable;
  let counted = false;
  while (inner.type === 'call') {
    const name = field(inner, 'function')?.text.split('.').at(-1) ?? '';
    const [first] = argumentsOf(inner);
    if (first === undefined || first.type === 'keyword_argument' || (name !== 'enumerate' && !passedOn.test(name)))
      break;
    counted ||= name === 'enumerate';
    inner = first;
  }
  return { inner, counted };
}

interface Grid {
  readonly length: number | null;
  readonly settings: number | null;
}

function gridOf(module: PythonModule, node: Node, depth = 0): Grid | null {
  if (depth > 4) return null;
  const { inner } = unwrapped(node);
  if (inner.type === 'call') {
    const callee = field(inner, 'function');
    const target = callee === null ? unknownValue : module.evaluate(callee);
    if (target.kind !== 'reference') return null;
    if (target.name === 'itertools.product')
      return { length: iterated(module.evaluate(inner))?.length ?? null, settings: factorsOf(inner) };
    return /^sklearn\.(?:model_selection|grid_search)\.ParameterGrid$/.test(target.name)
      ? parameterGrid(module, inner)
      : null;
  }
  // [dict(zip(names, values)) for values in product(…)]
  if (inner.type === 'list_comprehension') {
    const [clause, ...more] = partsOf(inner).filter(({ type }) => type === 'for_in_clause' || type === 'if_clause');
    const source = clause === undefined || more.length > 0 ? null : field(clause, 'right');
    return source === null ? null : gridOf(module, source, depth + 1);
  }
  const assigned = inner.type === 'identifier' ? assignedTo(module, inner) : null;
  return assigned === null ? null : gridOf(module, assigned, depth + 1);
}

function parameterGrid(module: PythonModule, call: Node): Grid {
  const [first] = argumentsOf(call);
  const value =
    first === undefined
      ? unknownValue
      : module.evaluate(first.type === 'keyword_argument' ? (field(first, 'value') ?? first) : first);
  return { length: gridSize(value), settings: value.kind === 'dict' && !value.open ? value.entries.length : null };
}

/** The lists that a product multiplies; null if they are unpacked. */
function factorsOf(product: Node): number | null {
  const given = argumentsOf(product);
  return given.every(({ type }) => type !== 'list_splat' && type !== 'dictionary_splat' && type !== 'keyword_argument')
    ? given.length
    : null;
}

/** The one expression that a name is bound to; null if there are others, or none. */
function assignedTo(module: PythonModule, identifier: Node): Node | null {
  for (const scope of module.place(identifier)?.scopes ?? []) {
    const bindings = module.evaluator.names.bindingsIn(scope, identifier.text);
    const [only, ...more] = bindings;
    if (only !== undefined)
      return more.length === 0 && only.change.kind === 'assign' && only.change.path?.length === 0
        ? only.change.value
        : null;
    if (isFunction(scope) && module.evaluator.names.isParameter(scope, identifier.text)) return null;
  }
  return null;
}

/** A setting that flows into an expression: a loop's variable, or a part of it. */
export interface LoopSetting {
  /** The variable, or the part of it: `settings["C"]`. */
  readonly key: string;
  readonly variable: string;
  readonly loop: SettingLoop;
}

/** The settings in an expression, also through a variable that the loop assigns. */
export function settingsIn(
  module: PythonModule,
  expression: Node,
  loops: readonly SettingLoop[],
  depth = 0,
): readonly LoopSetting[] {
  const outermost = loops.at(-1)?.node;
  const identifiers = expression.type === 'identifier' ? [expression] : expression.descendantsOfType('identifier');
  return identifiers.flatMap((identifier) => {
    const { parent } = identifier;
    if (parent === null || (parent.type === 'attribute' && isField(parent, 'attribute', identifier))) return [];
    if (parent.type === 'keyword_argument' && isField(parent, 'name', identifier)) return [];
    const loop = loops.find(({ variables }) => variables.includes(identifier.text));
    if (loop !== undefined) {
      // combination[0], parameters["C"], settings.C: each is a setting of its own.
      const isPart =
        loop.isGrid && (parent.type === 'subscript' || parent.type === 'attribute') && identifier.id !== expression.id;
      return [{ key: isPart ? parent.text : identifier.text, variable: identifier.text, loop }];
    }
    const assigned = depth < 2 && outermost !== undefined ? assignedTo(module, identifier) : null;
    if (
      assigned === null ||
      outermost === undefined ||
      assigned.startIndex < outermost.startIndex ||
      assigned.endIndex > outermost.endIndex
    )
      return [];
    return settingsIn(module, assigned, loops, depth + 1);
  });
}
