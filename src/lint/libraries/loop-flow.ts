import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { contains, field, isComprehension, isField, partsOf, targetsOf, wholeName } from '../../python/syntax';

/** Values go from expressions into names. */
interface Flow {
  readonly targets: readonly string[];
  readonly source: Node;
  readonly names: ReadonlySet<string>;
  /** True if a value is kept at a place of its own: `frame.loc[row, "answer"] = …`, `cache[key] = …` */
  readonly isKept: boolean;
}

/** So often the statements of a loop are gone through: a value rarely passes through more names. */
const mostPasses = 8;
/** The cost of a statement, relative to evaluating a node. */
const stepsOfAFlow = 4;

/** Arguments that change how a model answers, not what it is asked. */
const options =
  /^(?:seed|seeds|random_state|rng|generator|temp|temps|temperature|temperatures|top_?[pk]|num_beams|max_new_tokens|max_tokens|max_length|repetition_penalty|sampling_params|generation_config|config|n)$/;
/** What gives another value at each call. */
const draws = /\b(?:random|rng|next|choice|choices|sample|pop|popleft|get_nowait|readline|input)\s*\(/;

/** True if what a call is asked differs between the rounds of a loop; how it answers does not count. */
export function dependsOnRound(module: PythonModule, loop: Node, target: Node, call: Node): boolean {
  const flows = flowsIn(module, loop);
  const feeding = feeds(module, flows, call);
  const bound = [...targetsOf(target)].map(({ name }) => name.text);
  return (
    bound.some((name) => feeding.has(name) && !options.test(name)) ||
    flows.some(({ targets, source }) => targets.some((each) => feeding.has(each)) && draws.test(source.text))
  );
}

/** True if a round is asked what came out of the one before: a running summary, a text that grows, the state of a game. */
export function isChain(module: PythonModule, loop: Node, call: Node): boolean {
  const body = field(loop, 'body');
  if (body === null || loop.type !== 'for_statement') return false;
  const flows = flowsIn(module, body).filter(({ isKept }) => !isKept);
  const anew = new Set([...targetsOf(field(loop, 'left') ?? loop)].map(({ name }) => name.text));
  const answers = new Set(flows.filter(({ source }) => contains(source, call)).flatMap(({ targets }) => targets));
  spread(module, answers, flows, ({ targets, names }, reached) =>
    [...names].some((name) => reached.has(name)) ? targets : [],
  );
  const feeding = feeds(module, flows, call);
  return [...answers].some((name) => feeding.has(name) && !anew.has(name) && isCarried(module, body, name));
}

/** All names that what a call is asked is made of. */
function feeds(module: PythonModule, flows: readonly Flow[], call: Node): ReadonlySet<string> {
  const given = field(call, 'arguments');
  const names = new Set(given === null ? [] : namesIn(given));
  spread(module, names, flows, (flow, reached) =>
    flow.targets.some((target) => reached.has(target)) ? [...flow.names] : [],
  );
  return names;
}

function spread(
  module: PythonModule,
  names: Set<string>,
  flows: readonly Flow[],
  more: (flow: Flow, reached: ReadonlySet<string>) => readonly string[],
): void {
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const before = names.size;
    module.spend(flows.length);
    for (const flow of flows) for (const name of more(flow, names)) names.add(name);
    if (names.size === before) return;
  }
}

function flowsIn(module: PythonModule, part: Node): readonly Flow[] {
  const kinds = [
    'assignment',
    'augmented_assignment',
    'named_expression',
    'for_statement',
    'for_in_clause',
    'as_pattern',
  ];
  const changes = part.descendantsOfType([...kinds, 'expression_statement']).filter(({ id }) => id !== part.id);
  module.spend(changes.length * stepsOfAFlow);
  return changes.flatMap((change) => {
    const flow = flowOf(module, change);
    return flow === null ? [] : [{ ...flow, names: new Set(namesIn(flow.source)) }];
  });
}

function flowOf(module: PythonModule, change: Node): Omit<Flow, 'names'> | null {
  if (change.type === 'expression_statement') {
    // `messages.append(answer)` changes messages.
    const [call] = partsOf(change);
    const callee = call?.type === 'call' ? field(call, 'function') : null;
    const given = call === undefined ? null : field(call, 'arguments');
    const object = callee?.type === 'attribute' ? field(callee, 'object') : null;
    const root = rootOf(object);
    if (object === null || root === null || given === null) return null;
    // `json.dump(answer, file)` changes no json.
    return module.evaluate(object).kind === 'reference' ? null : { targets: [root], source: given, isKept: false };
  }
  if (change.type === 'as_pattern') {
    const [value, target] = partsOf(change);
    return value === undefined || target === undefined
      ? null
      : { targets: written(target), source: value, isKept: false };
  }
  const target = field(change, 'left') ?? field(change, 'name');
  const source = field(change, 'right') ?? field(change, 'value');
  return target === null || source === null ? null : { targets: written(target), source, isKept: isItem(target) };
}

/** True for `answers[at]`, `frame.loc[at, "answer"]` and `data["items"][at]["answer"]`, not for `state["text"]`. */
const isItem = (target: Node): boolean =>
  target.type === 'subscript' &&
  (target.childrenForFieldName('subscript').some(({ type }) => type !== 'string') ||
    isPartOfItem(field(target, 'value')));

/** True for `data[at]`: of a number that is written, as in `messages[0]`, each round may read the same. */
const isPartOfItem = (part: Node | null): boolean =>
  part?.type === 'subscript' &&
  (part.childrenForFieldName('subscript').some(({ type }) => type === 'identifier') ||
    isPartOfItem(field(part, 'value')));

/** The names that a target binds or changes. */
function written(target: Node): readonly string[] {
  const names = [...targetsOf(target)].map(({ name }) => name.text);
  const root = names.length === 0 ? rootOf(target) : null;
  return root === null ? names : [root];
}

/** `messages` of `messages[0]["content"]`, `self.history` of `self.history.turns`. */
function rootOf(node: Node | null): string | null {
  let root = node;
  while (root !== null && (root.type === 'attribute' || root.type === 'subscript')) {
    const inner: Node | null = field(root, root.type === 'attribute' ? 'object' : 'value');
    if (inner?.text === 'self') return root.text;
    root = inner;
  }
  return root?.type === 'identifier' ? root.text : null;
}

/** The names that an expression reads, without those of attributes and arguments, and those in options and `lambda`. */
function* namesIn(expression: Node): Generator<string> {
  for (const identifier of expression.descendantsOfType('identifier')) {
    const parent = identifier.parent;
    const isPart = parent?.type === 'attribute' && isField(parent, 'attribute', identifier);
    if (isPart || isAside(identifier, expression)) continue;
    if (parent?.type === 'keyword_argument' && isField(parent, 'name', identifier)) continue;
    yield identifier.text === 'self' && parent?.type === 'attribute' ? parent.text : identifier.text;
  }
}

function isAside(identifier: Node, expression: Node): boolean {
  for (let node: Node | null = identifier; node !== null && node.id !== expression.id; node = node.parent) {
    if (node.type === 'lambda') return true;
    if (node.type === 'keyword_argument' && options.test(field(node, 'name')?.text ?? '')) return true;
  }
  return false;
}

/** True if a name is read in the body of a loop before it is bound there. */
function isCarried(module: PythonModule, body: Node, name: string): boolean {
  const last = name.slice(name.lastIndexOf('.') + 1);
  const first = module
    .identifiersBetween(last, body.startIndex, body.endIndex)
    .find((identifier) => wholeName(identifier).text === name && !isOfComprehension(identifier, body));
  if (first === undefined) return false;
  const whole = wholeName(first);
  for (let node = whole.parent; node !== null && node.id !== body.id; node = node.parent) {
    const target = node.type === 'as_pattern' ? partsOf(node)[1] : (field(node, 'left') ?? field(node, 'name'));
    if (!/^(?:assignment|named_expression|for_statement|for_in_clause|as_pattern)$/.test(node.type)) continue;
    if (target === null || target === undefined || !contains(target, whole) || isPartOfTarget(target, whole))
      return true;
    const source = field(node, 'right') ?? field(node, 'value');
    return source !== null && [...namesIn(source)].includes(name);
  }
  return true;
}

/** True for a name that a comprehension around it binds. */
function isOfComprehension(identifier: Node, body: Node): boolean {
  for (let node = identifier.parent; node !== null && node.id !== body.id; node = node.parent) {
    if (!isComprehension(node)) continue;
    const clauses = partsOf(node).filter(({ type }) => type === 'for_in_clause');
    const bound = clauses.flatMap((clause) => [...targetsOf(field(clause, 'left') ?? clause)]);
    if (bound.some(({ name }) => name.text === identifier.text)) return true;
  }
  return false;
}

/** `name[0] = …` and `name.text = …` change what the name holds. */
const isPartOfTarget = (target: Node, name: Node): boolean =>
  target.id !== name.id && (name.parent?.type === 'subscript' || name.parent?.type === 'attribute');
