import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { returnedExpressions } from '../../python/returns';
import { argumentsOf } from '../../python/signatures';
import {
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
} from '../../python/syntax';
import { targetOf } from '../engine/uses';
import { itemsOf, limitOfBreak } from './counted-items';
import { lastGiven } from './last-given';
import { dependsOnRound } from './loop-flow';
import { placesOfFunction } from './own-functions';
import { fewItems } from './rows-kept';

/** Something that repeats a call once for each item of a data set: a loop, a comprehension, `apply` or `map`. */
export interface DataLoop {
  readonly node: Node;
  /** Where the loop's header ends; null for anything but a `for` statement. */
  readonly iterable: Node | null;
  /** How often the call runs; null if the data set cannot be counted. */
  readonly rounds: number | null;
  /** The call that the loop repeats: the call asked for, or that of the function around it. */
  readonly call: Node;
  /** The call asked for, and those of the functions around it, up to the one that the loop repeats. */
  readonly through: readonly Node[];
}

/** So many functions are followed from a call to the loop that repeats it. */
const mostFunctions = 2;

/** Methods that hand each item to a function, one at a time. */
const perItem =
  /^(?:apply|progress_apply|parallel_apply|applymap|map|imap|imap_unordered|starmap|map_async|starmap_async|thread_map|process_map)$/;

/** So many loops that call the same function are looked for. */
const mostLoops = 8;

/** The loops over data sets that a call runs in: a function may be called in several. */
export function dataLoopsAround(module: PythonModule, call: Node, functions = mostFunctions): readonly DataLoop[] {
  const found = new Map<number, DataLoop>();
  for (const loop of loopsAround(module, call, functions)) {
    if (!found.has(loop.node.id)) found.set(loop.node.id, loop);
    if (found.size === mostLoops) break;
  }
  return [...found.values()];
}

function* loopsAround(module: PythonModule, call: Node, functions: number): Generator<DataLoop, undefined> {
  const place = module.place(call);
  if (place === null) return;
  // A method that is handed to what calls it.
  if (call.type !== 'call') {
    const handed = handedTo(module, call, call);
    if (handed !== null) yield handed;
    return;
  }
  let child = call;
  // Another loop inside that of the data makes more of each item, unless it only tries again.
  let isOnce = true;
  const counted = (loop: DataLoop): DataLoop => (isOnce ? loop : { ...loop, rounds: null });
  for (const ancestor of place.ancestors) {
    if (isFunction(ancestor)) {
      if (functions === 0) return;
      for (const outer of loopsOfFunction(module, ancestor, call, functions - 1))
        yield { ...counted(outer), through: [call, ...outer.through] };
      return;
    }
    if (isScope(ancestor)) return;
    const loop = repeats(ancestor, child) ? dataLoop(module, ancestor, call) : null;
    if (loop !== null) {
      yield counted(loop);
      return;
    }
    if (isComprehension(ancestor) || (isLoop(ancestor) && child.type === 'block' && !canStop(module, ancestor)))
      isOnce = false;
    child = ancestor;
  }
}

const repeats = (ancestor: Node, child: Node): boolean =>
  (ancestor.type === 'for_statement' && child.type === 'block' && isField(ancestor, 'body', child)) ||
  (isComprehension(ancestor) && isField(ancestor, 'body', child));

function dataLoop(module: PythonModule, loop: Node, call: Node): DataLoop | null {
  const clause = loop.type === 'for_statement' ? loop : partsOf(loop).find(({ type }) => type === 'for_in_clause');
  const iterable = clause === undefined ? null : field(clause, 'right');
  const target = clause === undefined ? null : field(clause, 'left');
  if (iterable === null || target === null) return null;
  if (leftOut.test(iterable.text)) return null;
  const rounds = itemsOf(module, iterable);
  if (
    rounds === 'few' ||
    !dependsOnRound(module, loop, target, call) ||
    canStop(module, loop) ||
    isForFew(module, loop)
  )
    return null;
  if (endsInHelper(module, loop)) return null;
  // A limit that is not `None` leaves fewer.
  const isLimited = loop
    .descendantsOfType('break_statement')
    .some((each) => typeof limitOfBreak(module, each) === 'number');
  return {
    node: loop,
    iterable: loop.type === 'for_statement' ? iterable : null,
    rounds: isLimited ? null : rounds,
    call,
    through: [call],
  };
}

/** What an earlier run did not manage: a few, as a rule. */
const leftOut = /^(?:tqdm\()?(?:\w{1,40}_)?(?:missing|failed|failures|retries|skipped)(?:_\w{1,40})?\)?$/;

/**
 * True if the loop's own body ends it: a search for the first good answer, or a demonstration of a few rounds. A loop that ends
 * only at an error goes over all of its data.
 */
function canStop(module: PythonModule, loop: Node): boolean {
  if (mayEndProgram(loop) && partsOf(loop).some(endsProgram)) return true;
  return loop.descendantsOfType(['break_statement', 'return_statement', 'continue_statement']).some((statement) => {
    if (statement.type === 'continue_statement' ? !isAfterFewRounds(statement) : isAtLimit(module, statement))
      return false;
    for (let parent = statement.parent; parent !== null && parent.id !== loop.id; parent = parent.parent) {
      if (isScope(parent) || parent.type === 'except_clause') return false;
      const inner = parent.type === 'for_statement' || parent.type === 'while_statement';
      if (inner && statement.type !== 'return_statement') return false;
    }
    return true;
  });
}

/** True if a loop calls a function of the module that ends the program, as checks do at the first answer that is wrong. */
const endsInHelper = (module: PythonModule, loop: Node): boolean =>
  mayEndProgram(module.root) &&
  loop.descendantsOfType('call').some((call) => {
    const callee = field(call, 'function');
    if (callee?.type !== 'identifier') return false;
    const value = module.evaluate(callee);
    const last = value.kind === 'definition' ? partsOf(field(value.node, 'body') ?? value.node).at(-1) : undefined;
    return last !== undefined && last.type === 'expression_statement' && mayEndProgram(last);
  });

/** `if row["id"] not in skipped: continue`, where the few are written in the code. */
const isForFew = (module: PythonModule, loop: Node): boolean =>
  loop.text.includes(' not in ') &&
  loop.descendantsOfType('continue_statement').some((statement) => {
    const around = statement.parent?.parent;
    const condition = around?.type === 'if_statement' ? field(around, 'condition') : null;
    if (condition?.type !== 'comparison_operator' || !/\snot\s+in\s/.test(condition.text)) return false;
    const among = partsOf(condition).at(-1);
    const value = among === undefined ? null : module.evaluate(among);
    return value?.kind === 'sequence' && value.length <= fewItems;
  });

/** True if a part of a loop may end the program, other than at an error. */
const endsProgram = (part: Node): boolean =>
  part.type !== 'except_clause' &&
  mayEndProgram(part) &&
  (part.type === 'call' || partsOf(part).length === 0 || partsOf(part).some(endsProgram));

/** `if args.limit and count >= args.limit: break`: all of the data, or many, unless someone asks for less. */
function isAtLimit(module: PythonModule, statement: Node): boolean {
  const around = statement.parent?.parent;
  const limit = statement.type === 'break_statement' ? limitOfBreak(module, statement) : null;
  if (limit !== null) return limit === 'all' || limit > fewItems;
  const condition = around?.type === 'if_statement' ? (field(around, 'condition')?.text ?? '') : '';
  return limitOption.test(condition) && !/\d/.test(condition);
}

const limitOption =
  /\b(?:args|opts?|cfg|config|self|FLAGS)\.(?:debug|limit|(?:max|num|n)_\w{0,20}(?:samples|examples|items|instances|rows|records|questions|limit))\b/;

/** `if step >= 5: continue`: all rounds but the first few do nothing. */
function isAfterFewRounds(statement: Node): boolean {
  const condition = statement.parent?.parent;
  return (
    condition?.type === 'if_statement' &&
    /^\(? {0,3}\w{1,40} {0,3}>=? {0,3}\d{1,2} {0,3}\)?$/.test(field(condition, 'condition')?.text ?? '')
  );
}

/** The loops that repeat a function by calling it, or that are handed it. */
function* loopsOfFunction(
  module: PythonModule,
  definition: Node,
  call: Node,
  functions: number,
): Generator<DataLoop, undefined> {
  if (definition.type === 'lambda') {
    const handed = handedTo(module, definition, call);
    if (handed !== null) yield handed;
    return;
  }
  if (parameterNames(definition).every((each) => each === 'self')) return;
  for (const callee of placesOfFunction(module, definition)) {
    const caller = callee.parent;
    const called =
      caller?.type === 'call' && isField(caller, 'function', callee)
        ? caller
        : (remoteCall(callee) ?? startedBy(preparedBy(callee)));
    if (called !== null) {
      yield* loopsAround(module, called, functions);
      continue;
    }
    const handed = handedTo(module, callee, callee) ?? handedByName(module, callee);
    if (handed !== null) yield handed;
    for (const chosen of callsByKey(module, callee)) yield* loopsAround(module, chosen, functions);
  }
  yield* loopsOfMade(module, definition, call);
}

/** The same for what a function makes and returns: `frame["text"].apply(make_embed(model))`. */
function* loopsOfMade(module: PythonModule, definition: Node, call: Node): Generator<DataLoop, undefined> {
  const maker = module.place(definition)?.scopes.find(({ id }) => id !== definition.id);
  const name = field(definition, 'name')?.text;
  if (maker?.type !== 'function_definition' || name === undefined) return;
  if (!returnedExpressions(maker).some((each) => each.type === 'identifier' && each.text === name)) return;
  for (const callee of placesOfFunction(module, maker)) {
    const made = callee.parent?.type === 'call' && isField(callee.parent, 'function', callee) ? callee.parent : null;
    const handed = made === null ? null : handedTo(module, made, call);
    if (handed !== null) yield handed;
  }
}

/** The calls of a function that a dictionary holds: `judges[name](prompt)` after `judges = {"gpt": ask_gpt}`. */
function callsByKey(module: PythonModule, named: Node): readonly Node[] {
  const pair = named.parent?.type === 'pair' && isField(named.parent, 'value', named) ? named.parent : null;
  const dictionary = pair?.parent?.type === 'dictionary' ? pair.parent : null;
  const target = dictionary === null ? null : targetOf(dictionary);
  if (target?.type !== 'identifier') return [];
  return module.identifiers(target.text).flatMap((use) => {
    const entry = use.parent;
    const isEntry = entry?.type === 'subscript' && isField(entry, 'value', use);
    const call = isEntry ? entry.parent : null;
    return call?.type === 'call' && isField(call, 'function', entry ?? call) ? [call] : [];
  });
}

/**
 * True for a loop over what an earlier run has not done: `[text for text in texts if text not in done]`, also under a name. How
 * many are left is not known.
 */
export function isOverRest(module: PythonModule, { iterable }: DataLoop): boolean {
  let node = iterable;
  for (let depth = 0; node !== null && depth < 4; depth++) {
    if (node.type === 'call') {
      const [first] = argumentsOf(node);
      node = /^(?:enumerate|list|sorted|tqdm(?:\.\w+)*|track)$/.test(field(node, 'function')?.text ?? '')
        ? (first ?? null)
        : null;
    } else if (node.type === 'identifier') node = lastGiven(module, node);
    else break;
  }
  if (node === null || !isComprehension(node)) return false;
  const condition = partsOf(node).find(({ type }) => type === 'if_clause');
  return condition !== undefined && leavesOutDone.test(condition.text);
}

const leavesOutDone =
  /\bnot in (?:\w{1,40}[._])?(?:have|has|had|done|seen|existing|processed|completed?|cached?|finished|already|scored|known|labell?ed|answered|evaluated|skip)(?:_\w{1,40})?\b/;

/** `function.remote(item)`: Ray calls it in another process. */
function remoteCall(callee: Node): Node | null {
  const method = callee.parent;
  if (method?.type !== 'attribute' || field(method, 'attribute')?.text !== 'remote') return null;
  return method.parent?.type === 'call' && isField(method.parent, 'function', method) ? method.parent : null;
}

/** `executor.submit(function, item)` for the function in it: a call of it, in another thread or process. */
function startedBy(handed: Node): Node | null {
  const taker = takerOf(handed);
  if (taker === null) return null;
  const { call, callee, name } = taker;
  // joblib: `delayed(function)(item)`
  if (name === 'delayed')
    return call.parent?.type === 'call' && isField(call.parent, 'function', call) ? call.parent : null;
  if (/^(?:Thread|Process)$/.test(name)) return handed.parent?.type === 'keyword_argument' ? call : null;
  return callee.type === 'attribute' && /^(?:submit|apply_async|run_in_executor|to_thread)$/.test(name) ? call : null;
}

/** The call that takes an expression as an argument, with the last name of what is called. */
function takerOf(argument: Node): { readonly call: Node; readonly callee: Node; readonly name: string } | null {
  const given = argument.parent?.type === 'keyword_argument' ? argument.parent : argument;
  const call = given.parent?.type === 'argument_list' ? given.parent.parent : null;
  const callee = call?.type === 'call' ? field(call, 'function') : null;
  const name = callee?.type === 'attribute' ? field(callee, 'attribute')?.text : callee?.text;
  return call === null || callee === null || name === undefined ? null : { call, callee, name };
}

/** The call that hands each item of a data set to this function. */
function handedTo(module: PythonModule, given: Node, call: Node): DataLoop | null {
  const mapped = preparedBy(given);
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
  return rounds === 'few' ? null : { node: caller, iterable: null, rounds, call, through: [call] };
}

/** The same for `prepared = partial(function, model=model)`, where `prepared` is handed on. */
function handedByName(module: PythonModule, callee: Node): DataLoop | null {
  const prepared = preparedBy(callee);
  const target = prepared === callee ? null : targetOf(prepared);
  if (target?.type !== 'identifier') return null;
  for (const use of module.identifiers(target.text)) {
    if (lastGiven(module, use)?.id !== prepared.id) continue;
    const loop = handedTo(module, use, callee);
    if (loop !== null) return loop;
  }
  return null;
}

/** `partial(function, model=model)` for the function in it: the same with fewer arguments. */
function preparedBy(handed: Node): Node {
  const taker = takerOf(handed);
  return taker?.name === 'partial' && argumentsOf(taker.call)[0]?.id === handed.id ? taker.call : handed;
}

/** The statements and expressions around a call, up to the loop that repeats it, also those of the functions between them. */
export const partsBetween = (module: PythonModule, loop: DataLoop): readonly Node[] =>
  loop.through.flatMap((call) => {
    const around = module.place(call)?.ancestors ?? [];
    const end = around.findIndex((each) => each.id === loop.node.id || isScope(each));
    return end === -1 ? around : around.slice(0, end);
  });

/** True if only some rounds make the call: every hundredth, the first few, or the fifth. */
export const isSometimes = (module: PythonModule, loop: DataLoop): boolean =>
  partsBetween(module, loop).some((part) => {
    const condition = part.type === 'if_statement' ? field(part, 'condition') : null;
    return condition !== null && (condition.text.includes('%') || someRounds.test(condition.text));
  });

const someRounds = /^\(? {0,3}\w{1,40} {0,3}(?:<=?|==) {0,3}\d{1,2}\b/;

/** True for a chat: its list of messages grows from round to round. */
export function isConversation(module: PythonModule, loop: DataLoop, call: Node): boolean {
  const scope = module.place(call)?.scopes[0];
  const parts = scope?.type === 'function_definition' ? [loop.node, scope] : [loop.node];
  return parts.some((part) => {
    const grown = new Set([...part.text.matchAll(grows)].map(([, name = '']) => name));
    const spoken = [...grown].filter((name) => talk.test(name) && !answers.test(name));
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

/** What is asked may hold these; a list of answers only grows. */
const answers = /(?:answer|result|response|output|prediction|reply|replie|score|embedding)s?$/i;
const talk = /messages|history|conversation|chat|dialog|turns|context/i;
const grows = /\b(\w{1,60})\s{0,9}(?:\.(?:append|extend)\s{0,9}\(|\+=)/g;
