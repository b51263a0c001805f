import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf, bind } from '../../python/signatures';
import {
  contains,
  field,
  isComprehension,
  isField,
  isFunction,
  isLoop,
  isScope,
  mayEndProgram,
  parameterNames,
  partsOf,
  targetsOf,
  wholeName,
  withoutParentheses,
} from '../../python/syntax';
import { toInteger } from '../../python/values';

/** Something that repeats a call once for each item of a data set: a loop, a comprehension, `apply` or `map`. */
export interface DataLoop {
  readonly node: Node;
  /** Where the loop's header ends; null for anything but a `for` statement. */
  readonly iterable: Node | null;
  /** How often the call runs; null if the data set cannot be counted. */
  readonly rounds: number | null;
  /** The call that the loop repeats: the call asked for, or that of the function around it. */
  readonly call: Node;
}

/** A list of no more items than this is an example, not a data set. */
const fewItems = 20;
/** So many functions are followed from a call to the loop that repeats it. */
const mostFunctions = 2;
/** So many names are followed from a loop to where its data comes from. */
const mostNames = 6;
/** So many calls of a function are looked at for what they give it. */
const mostCalls = 10;
/** The cost of a look at the places of a name, relative to evaluating a node. */
const stepsOfAUse = 4;

/** Methods that hand each item to a function, one at a time. */
const perItem = /^(?:apply|progress_apply|parallel_apply|applymap|map|imap|imap_unordered|starmap|map_async)$/;

/** The loop over a data set that a call runs in, directly or through the functions around it; null if there is none. */
export function dataLoopAround(module: PythonModule, call: Node, functions = mostFunctions): DataLoop | null {
  const place = module.place(call);
  if (place === null) return null;
  let child = call;
  // Another loop inside that of the data makes more of each item, unless it only tries again.
  let isOnce = true;
  const counted = (loop: DataLoop | null): DataLoop | null =>
    loop === null || isOnce ? loop : { ...loop, rounds: null };
  for (const ancestor of place.ancestors) {
    if (isFunction(ancestor))
      return functions === 0 ? null : counted(loopOfFunction(module, ancestor, call, functions - 1));
    if (isScope(ancestor)) return null;
    const loop = repeats(ancestor, child) ? dataLoop(module, ancestor, call) : null;
    if (loop !== null) return counted(loop);
    if (isComprehension(ancestor) || (isLoop(ancestor) && child.type === 'block' && !canStop(ancestor))) isOnce = false;
    child = ancestor;
  }
  return null;
}

const repeats = (ancestor: Node, child: Node): boolean =>
  (ancestor.type === 'for_statement' && child.type === 'block' && isField(ancestor, 'body', child)) ||
  (isComprehension(ancestor) && isField(ancestor, 'body', child));

function dataLoop(module: PythonModule, loop: Node, call: Node): DataLoop | null {
  const clause = loop.type === 'for_statement' ? loop : partsOf(loop).find(({ type }) => type === 'for_in_clause');
  const iterable = clause === undefined ? null : field(clause, 'right');
  const target = clause === undefined ? null : field(clause, 'left');
  if (iterable === null || target === null) return null;
  const rounds = itemsOf(module, iterable);
  if (rounds === 'few' || !dependsOnRound(module, loop, target, call) || canStop(loop)) return null;
  return { node: loop, iterable: loop.type === 'for_statement' ? iterable : null, rounds, call };
}

/** True if what the call is given differs between rounds. */
function dependsOnRound(module: PythonModule, loop: Node, target: Node, call: Node): boolean {
  const bound = new Set([...targetsOf(target)].map(({ name }) => name.text));
  for (const assignment of loop.descendantsOfType(['assignment', 'for_statement', 'as_pattern'])) {
    const left = field(assignment, 'left');
    for (const { name } of left === null ? [] : targetsOf(left)) bound.add(name.text);
  }
  module.spend(bound.size * stepsOfAUse);
  const list = field(call, 'arguments');
  return list !== null && list.descendantsOfType('identifier').some(({ text }) => bound.has(text));
}

/** True if the loop's own body ends it: a search for the first good answer, or a demonstration of a few rounds. */
function canStop(loop: Node): boolean {
  if (mayEndProgram(loop)) return true;
  return loop.descendantsOfType(['break_statement', 'return_statement']).some((statement) => {
    for (let parent = statement.parent; parent !== null && parent.id !== loop.id; parent = parent.parent) {
      if (isScope(parent)) return false;
      const inner = parent.type === 'for_statement' || parent.type === 'while_statement';
      if (inner && statement.type === 'break_statement') return false;
    }
    return true;
  });
}

/** The loop that repeats a function by calling it, or that is handed it. */
function loopOfFunction(module: PythonModule, definition: Node, call: Node, functions: number): DataLoop | null {
  if (definition.type === 'lambda') return handedTo(module, definition, call);
  const name = field(definition, 'name');
  if (name === null || parameterNames(definition).every((each) => each === 'self')) return null;
  for (const use of module.identifiers(name.text)) {
    module.spend(stepsOfAUse);
    if (use.id === name.id || contains(definition, use)) continue;
    const callee = wholeName(use);
    const caller = callee.parent;
    const starter = startedBy(callee);
    const loop =
      caller?.type === 'call' && isField(caller, 'function', callee)
        ? dataLoopAround(module, caller, functions)
        : starter !== null
          ? dataLoopAround(module, starter, functions)
          : handedTo(module, callee, callee);
    if (loop !== null) return loop;
  }
  return null;
}

/** `executor.submit(function, item)` for the function in it: a call of it, in another thread or process. */
function startedBy(handed: Node): Node | null {
  const taker = takerOf(handed);
  return taker?.callee.type === 'attribute' && /^(?:submit|apply_async|run_in_executor|to_thread)$/.test(taker.name)
    ? taker.call
    : null;
}

/** The call that takes an expression as an argument, with the last name of what is called. */
function takerOf(argument: Node): { readonly call: Node; readonly callee: Node; readonly name: string } | null {
  const call = argument.parent?.type === 'argument_list' ? argument.parent.parent : null;
  const callee = call?.type === 'call' ? field(call, 'function') : null;
  const name = callee?.type === 'attribute' ? field(callee, 'attribute')?.text : callee?.text;
  return call === null || callee === null || name === undefined ? null : { call, callee, name };
}

/** The call that hands each item of a data set to this function. */
function handedTo(module: PythonModule, mapped: Node, call: Node): DataLoop | null {
  const taker = takerOf(mapped);
  if (taker === null || !perItem.test(taker.name) || /\bbatched\s*=\s*True\b/.test(taker.call.text)) return null;
  const { call: caller, callee, name: method } = taker;
  const [first, second] = argumentsOf(caller);
  const receiver = callee.type === 'attribute' ? field(callee, 'object') : null;
  // `executor.map(function, items)` and `map(function, items)`, against `items.map(function)`.
  const items =
    first?.id === mapped.id && second !== undefined && second.type !== 'keyword_argument' ? second : receiver;
  if (items === null) return null;
  const rounds = itemsOf(module, items, method.includes('apply'));
  return rounds === 'few' ? null : { node: caller, iterable: null, rounds, call };
}

/** What is certainly, or by its making, a data set. */
const reads =
  /\b(?:read_(?:csv|json|jsonl|table|excel|parquet|pickle|lines)|load_dataset|load_from_disk|DictReader|csv\.reader|json\.loads?|readlines|splitlines|jsonlines\.open|load_jsonl|read_jsonl|load_json|(?:load|read|get)_\w{0,30}(?:data|data_?sets?|jsonl?|csv|tsv|questions|examples|samples|prompts|lines|queries|instructions)|open)\s*\(/;
/** `load_dataset("imdb", split="test[:5]")`, `read_csv(path, nrows=5)` */
const readsFew = /\[:\d{1,2}\]|\bnrows\s{0,9}=\s{0,9}\d{1,2}\b(?!\d|_)/;
const fewRows =
  /\.(?:head|tail|sample|nlargest|nsmallest|describe|value_counts|unique|columns|column_names|features|keys|take|items)\b/;
const progress =
  /^(?:tqdm(?:\.(?:auto\.|notebook\.)?(?:tqdm|notebook_tqdm))?|tqdm_notebook|track|progress_bar|alive_it)$/;
const wrappers = /^(?:enumerate|list|iter|reversed|sorted|tuple)$/;
const wholeMethods =
  /^(?:tolist|to_list|to_numpy|to_dict|copy|reset_index|dropna|fillna|shuffle|astype|iterrows|itertuples|iter_rows)$/;

/**
 * How many items a loop runs over; null if they cannot be counted, and `few` if they are few or it is not certain that they
 * are many.
 * @param isMany true if the way of asking shows that there are many
 */
function itemsOf(module: PythonModule, written: Node, isMany = false, depth = 0): number | null | 'few' {
  const node = withoutParentheses(written);
  if (depth > mostNames) return 'few';
  const value = module.evaluate(node);
  if (value.kind === 'sequence') return value.length > fewItems ? value.length : 'few';
  if (value.kind === 'dict' || value.kind === 'string' || value.kind === 'number') return 'few';
  const next = (inner: Node | null | undefined, many = isMany): number | null | 'few' =>
    inner === null || inner === undefined ? 'few' : itemsOf(module, inner, many, depth + 1);
  switch (node.type) {
    case 'call':
      return itemsOfCall(node, next);
    case 'subscript':
      return itemsOfPart(module, node, next);
    case 'attribute':
      return fewRows.test(node.text) ? 'few' : next(field(node, 'object'));
    case 'list_comprehension':
    case 'generator_expression': {
      const source = partsOf(node).find(({ type }) => type === 'for_in_clause');
      return next(source === undefined ? null : field(source, 'right'));
    }
    case 'identifier':
      return itemsOfName(module, node, next, isMany);
    default:
      return 'few';
  }
}

type Next = (inner: Node | null | undefined, many?: boolean) => number | null | 'few';

function itemsOfCall(node: Node, next: Next): number | null | 'few' {
  const callee = field(node, 'function');
  const [first, second] = argumentsOf(node);
  if (callee === null) return 'few';
  if (progress.test(callee.text)) return next(first, true);
  if (wrappers.test(callee.text)) return next(first);
  if (callee.text === 'zip') {
    const one = next(first);
    return one === 'few' && second !== undefined && !isShortSlice(first) ? next(second) : one;
  }
  if (callee.text === 'range' || callee.text === 'trange') {
    return argumentsOf(node).length > 2 ? 'few' : next(countedBy(second ?? first));
  }
  if (callee.type === 'attribute') {
    const method = field(callee, 'attribute')?.text ?? '';
    const object = field(callee, 'object');
    if (fewRows.test(`.${method}`)) return 'few';
    if (/^(?:iterrows|itertuples|iter_rows)$/.test(method)) return next(object, true);
    if (wholeMethods.test(method)) return next(object);
  }
  return reads.test(`${callee.text}(`) && !readsFew.test(node.text) ? null : 'few';
}

/** `items[0:5]`: what is zipped with it is no longer. */
const isShortSlice = (node: Node | undefined): boolean =>
  /\[ {0,3}\d{0,4} {0,3}: {0,3}\d{1,2} {0,3}\]$/.test(node?.text ?? '');

/** What `len(data)` and `data.shape[0]` count. */
function countedBy(count: Node | undefined): Node | null {
  if (count?.type === 'call') return field(count, 'function')?.text === 'len' ? (argumentsOf(count)[0] ?? null) : null;
  const shape = count?.type === 'subscript' && field(count, 'subscript')?.text === '0' ? field(count, 'value') : null;
  return shape?.type === 'attribute' && field(shape, 'attribute')?.text === 'shape' ? field(shape, 'object') : null;
}

/** A column, a split, or a slice. */
function itemsOfPart(module: PythonModule, node: Node, next: Next): number | null | 'few' {
  const subscripts = node.childrenForFieldName('subscript');
  const slice = subscripts.find(({ type }) => type === 'slice');
  if (slice === undefined) return next(field(node, 'value'));
  const bounds = partsOf(slice);
  // lines[-5:], lines[::100]
  if (/^-\d{1,2}\s*:\s*$/.test(slice.text)) return 'few';
  if ((slice.text.match(/:/g) ?? []).length > 1) return next(field(node, 'value')) === 'few' ? 'few' : null;
  const last = /^\s*\S.*:\s*$/.test(slice.text) ? null : bounds.at(-1);
  if (last === null || last === undefined) return next(field(node, 'value'));
  const end = toInteger(module.evaluate(last));
  const start = bounds.length > 1 && bounds[0] !== undefined ? toInteger(module.evaluate(bounds[0])) : 0;
  return end === null || start === null || end - start <= fewItems
    ? 'few'
    : next(field(node, 'value')) === 'few'
      ? 'few'
      : end - start;
}

/** A name is as many as what it was last given, and with a progress bar as many as it may be. */
function itemsOfName(module: PythonModule, node: Node, next: Next, isMany: boolean): number | null | 'few' {
  const given = lastGiven(module, node);
  if (given === null) return isMany ? null : itemsGiven(module, node, next);
  if (given.type === 'list' && partsOf(given).length === 0) return itemsAppended(module, node, given, next);
  if (given.type === 'with_item') return /\bopen\s*\(/.test(given.text) ? null : 'few';
  const items = next(given);
  if (items !== 'few') return items;
  return isMany && !isPlainlyFew(module, given) ? null : 'few';
}

/** A list is as long as the loop that fills it. */
function itemsAppended(module: PythonModule, name: Node, list: Node, next: Next): number | null | 'few' {
  for (const use of module.identifiersBetween(name.text, list.endIndex, name.startIndex)) {
    module.spend(stepsOfAUse);
    const method = use.parent;
    if (method?.type !== 'attribute' || field(method, 'attribute')?.text !== 'append') continue;
    const loop = (module.place(use)?.ancestors ?? []).find(({ type }) => type === 'for_statement');
    const items = loop === undefined ? 'few' : next(field(loop, 'right'));
    if (items !== 'few') return null;
  }
  return 'few';
}

/** Parameters of these names hold a data set or a data frame. */
const dataSetName = /^(?:\w{1,40}_)?(?:data_?set|data_?frame|df)$/;

/** How many items the calls of a function pass to its parameter; if nothing calls it, the parameter's name decides. */
function itemsGiven(module: PythonModule, name: Node, next: Next): number | null | 'few' {
  const definition = (module.place(name)?.scopes ?? []).find(
    (scope) => scope.type === 'function_definition' && parameterNames(scope).includes(name.text),
  );
  const called = definition === undefined ? null : field(definition, 'name');
  if (definition === undefined || called === null) return 'few';
  let isCalled = false;
  const parameters = parameterNames(definition).filter((each) => each !== 'self');
  for (const use of module.identifiers(called.text).slice(0, mostCalls)) {
    module.spend(stepsOfAUse);
    const callee = wholeName(use);
    const call = callee.parent;
    if (call?.type !== 'call' || !isField(call, 'function', callee)) continue;
    isCalled = true;
    const items = next(
      bind(call, { positional: parameters, takesMorePositional: false }, module.evaluator).get(name.text)?.node,
    );
    // A call with a data set, another with another: how many there are is not known.
    if (items !== 'few') return null;
  }
  return !isCalled && dataSetName.test(name.text) ? null : 'few';
}

function isPlainlyFew(module: PythonModule, given: Node): boolean {
  const value = module.evaluate(given);
  return (
    value.kind === 'sequence' ||
    value.kind === 'dict' ||
    fewRows.test(given.text) ||
    /\[[^\]:]{0,40}:[^\]:]{0,40}\]/.test(given.text) ||
    /\bDataFrame\s*\(\s*[[{]/.test(given.text)
  );
}

/** The right side of the nearest assignment before a use in the same scope or outside, or the `with` that binds the name. */
function lastGiven(module: PythonModule, name: Node): Node | null {
  let nearest: Node | null = null;
  for (const identifier of module.identifiers(name.text)) {
    module.spend(stepsOfAUse);
    if (identifier.startIndex >= name.startIndex) break;
    const parent = identifier.parent;
    if (parent?.type === 'assignment' && field(parent, 'left')?.id === identifier.id) nearest = field(parent, 'right');
    else if (parent?.type === 'as_pattern_target') nearest = withItemOf(parent) ?? nearest;
    else if (parent !== null && /parameters$|^(?:typed|default|typed_default)_parameter$/.test(parent.type))
      nearest = null;
  }
  return nearest !== null && contains(nearest, name) ? null : nearest;
}

function withItemOf(target: Node): Node | null {
  const item = target.parent?.parent ?? null;
  return item?.type === 'with_item' ? item : null;
}

/** True for a chat: its list of messages grows from round to round. */
export function isConversation(module: PythonModule, loop: DataLoop, call: Node): boolean {
  const scope = module.place(call)?.scopes[0];
  const parts = scope?.type === 'function_definition' ? [loop.node, scope] : [loop.node];
  return parts.some((part) => {
    const grown = new Set([...part.text.matchAll(grows)].map(([, name = '']) => name));
    const spoken = [...grown].filter((name) => talk.test(name));
    if (spoken.length === 0) return false;
    const assignments = part.descendantsOfType('assignment');
    module.spend(assignments.length);
    const made = new Set(
      assignments.flatMap((assignment) => {
        const left = field(assignment, 'left');
        return left === null ? [] : [...targetsOf(left)].map(({ name }) => name.text);
      }),
    );
    return spoken.some((name) => !made.has(name));
  });
}

const talk = /messages|history|conversation|chat|dialog|turns|context/i;
const grows = /\b(\w{1,60})\s{0,9}(?:\.(?:append|extend)\s{0,9}\(|\+=)/g;
