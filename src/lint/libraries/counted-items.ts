import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { returnedExpressions } from '../../python/returns';
import { argumentsOf, bind, signature } from '../../python/signatures';
import { contains, field, isField, parameterNames, partsOf, wholeName, withoutParentheses } from '../../python/syntax';
import { toInteger } from '../../python/values';
import { valuesGiven } from './given-numbers';
import { firstGiven, lastBinding, lastGiven, partGiven } from './last-given';
import { limitOf } from './limits';
import { placesOfFunction } from './own-functions';
import { readsOwnFew, triesFew } from './own-samples';
import { countedUpTo, fewItems, mostRowsOf } from './rows-kept';
import { stepsOfAUse } from '../engine/steps';

/** So many names are followed from a loop to where its data comes from. */
const mostNames = 12;
/** So many calls of a function are looked at for what they give it. */
const mostCalls = 10;
/** So many functions are followed to the dictionary that they return. */
const mostFunctions = 2;

/** What is certainly, or by its making, a data set. */
const reads =
  /\b(?:read_(?:csv|json|jsonl|table|excel|parquet|pickle|lines)|load_dataset|load_from_disk|DictReader|csv\.reader|json\.loads?|pickle\.loads?|joblib\.load|readlines|splitlines|jsonlines\.open|split_documents|split_text|create_documents|load_jsonl|read_jsonl|load_json|(?:load|read|get)_\w{0,30}(?:data|data_?sets?|jsonl?|csv|tsv|questions|examples|samples|prompts|lines|queries|instructions)|open)\s*\(/;
/** What the name of a function of another module says: that it reads a part of a data set, or its records. */
const readsByName =
  /(?:^|\.)_?(?:load|read)_(?:\w{1,40}_)?(?:dev|test|val|valid|validation|eval|records|rows|testset|benchmark|corpus)(?:_(?:set|split|records|rows|items|file|data))?$/;
/** Arguments of such a function that limit what it reads. */
const limits = /^(?:limit|n|k|count|nrows|(?:max|num|n)_\w{1,40})$/;
/** `load_dataset("imdb", split="test[:5]")`, `read_csv(path, nrows=5)` */
const readsFew = /\[:\d{1,2}\]|\bnrows\s{0,9}=\s{0,9}\d{1,2}\b(?!\d|_)/;
const fewRows =
  /\.(?:head|tail|sample|nlargest|nsmallest|describe|value_counts|unique|columns|column_names|features|keys|take|items)\b/;
const progress =
  /^(?:tqdm(?:\.(?:auto\.|notebook\.)?(?:tqdm|notebook_tqdm))?|tqdm_notebook|track|progress_bar|alive_it)$/;
const wrappers = /^(?:enumerate|list|iter|reversed|sorted|tuple|(?:\w{1,40}\.){0,2}as_completed)$/;
const wholeMethods =
  /^(?:tolist|to_list|to_numpy|to_dict|copy|reset_index|set_index|fillna|shuffle|astype|iterrows|itertuples|iter_rows|sort|sort_values|sort_index|assign|rename|rename_columns?|remove_columns|cast_column|with_format|map|apply)$/;
/** Methods that may leave out some. */
const partMethods = /^(?:dropna|drop_duplicates|drop|query|filter)$/;

/**
 * How many items a loop runs over; null if they cannot be counted, and `few` if they are few or it is not certain that they
 * are many.
 * @param isMany true if the way of asking shows that there are many
 */
export function itemsOf(module: PythonModule, written: Node, isMany = false, depth = 0): number | null | 'few' {
  const node = withoutParentheses(written);
  if (depth > mostNames) return 'few';
  module.spend(1);
  const value = module.evaluate(node);
  if (value.kind === 'sequence') return value.length > fewItems ? value.length : 'few';
  if (value.kind === 'dict' || value.kind === 'string' || value.kind === 'number') return 'few';
  const next = (inner: Node | null | undefined, many = isMany): number | null | 'few' =>
    inner === null || inner === undefined ? 'few' : itemsOf(module, inner, many, depth + 1);
  switch (node.type) {
    case 'call':
      return itemsOfCall(module, node, next);
    case 'subscript':
      return itemsOfPart(module, node, next);
    case 'attribute':
      return fewRows.test(`.${field(node, 'attribute')?.text ?? ''}`) ? 'few' : next(field(node, 'object'));
    case 'list_comprehension':
    case 'set_comprehension':
    case 'dictionary_comprehension':
    case 'generator_expression': {
      if (isCutText(node)) return null;
      const source = partsOf(node).find(({ type }) => type === 'for_in_clause');
      const items = next(source === undefined ? null : field(source, 'right'));
      // A condition leaves out some, and another loop makes more.
      return partsOf(node).some(
        ({ type, id }) => type === 'if_clause' || (type === 'for_in_clause' && id !== source?.id),
      )
        ? unlessFew(items)
        : items;
    }
    case 'identifier':
      return itemsOfName(module, node, next, isMany);
    default:
      return 'few';
  }
}

/** `[text[at : at + 500] for at in range(0, len(text), 500)]`: the parts of a long text. */
function isCutText(list: Node): boolean {
  const body = field(list, 'body');
  const text = body?.type === 'subscript' && field(body, 'subscript')?.type === 'slice' ? field(body, 'value') : null;
  return text !== null && longText.test(text.text) && list.text.includes('len(');
}

const longText = /(?:^|[_.])(?:text|content|document|doc|page|article|book|transcript)$/i;

/** More or less than these: not counted any more. */
const unlessFew = (items: number | null | 'few'): null | 'few' => (items === 'few' ? 'few' : null);

type Next = (inner: Node | null | undefined, many?: boolean) => number | null | 'few';

function itemsOfCall(module: PythonModule, node: Node, next: Next): number | null | 'few' {
  const callee = field(node, 'function');
  const [first, second] = argumentsOf(node);
  if (callee === null) return 'few';
  if (progress.test(callee.text)) return next(first, true);
  if (wrappers.test(callee.text)) return next(first);
  if (callee.text === 'filter') return unlessFew(next(second));
  if (callee.text === 'map' && second !== undefined) return next(second);
  if (/^(?:random\.)?(?:sample|choices)$|^(?:np|numpy)\.random\.choice$/.test(callee.text))
    return itemsDrawn(module, node, next);
  if (callee.text === 'zip') {
    const one = next(first);
    return one === 'few' && second !== undefined && !isShortSlice(first) ? next(second) : one;
  }
  if (callee.text === 'range' || callee.text === 'trange') {
    if (argumentsOf(node).length > 2) return 'few';
    const limited = limitedData(module, second ?? first);
    return limited === null ? next(countedBy(module, second ?? first)) : unlessFew(next(countedBy(module, limited)));
  }
  if (callee.type === 'attribute') {
    const method = field(callee, 'attribute')?.text ?? '';
    const object = field(callee, 'object');
    const chosen = chosenRows(module, node, method);
    if (chosen !== null) {
      const items = chosen === 'all' ? next(object) : chosen.rows <= fewItems ? 'few' : next(object, true);
      return items === 'few' || chosen === 'all' ? items : chosen.isSure ? chosen.rows : null;
    }
    // What a file holds under its keys.
    if (
      /^(?:items|values)$/.test(method) &&
      object !== null &&
      (isFromFile(module, object) || isFilled(module, object, next))
    )
      return null;
    if (fewRows.test(`.${method}`)) return 'few';
    if (/^(?:iterrows|itertuples|iter_rows)$/.test(method)) return next(object, true);
    if (wholeMethods.test(method)) return next(object);
    if (partMethods.test(method)) return unlessFew(next(object));
    if (method === 'select') return itemsSelected(module, first, next(object));
  }
  if (splits.test(callee.text)) return itemsSplit(module, node, next);
  if (/\.loads$/.test(callee.text)) return isReadText(module, first) ? null : 'few';
  if (callee.text === 'json.load' && writesFew(module)) return 'few';
  if (frame.test(callee.text)) return itemsOfFrame(first, next);
  if (reads.test(`${callee.text}(`))
    return readsFew.test(node.text) || isCutInside(module, callee) || readsOwnFew(module, node) ? 'few' : null;
  if (readsByName.test(callee.text) && module.evaluate(callee).kind !== 'definition')
    return argumentsOf(node).some((each) => isLimitToFew(module, each)) ? 'few' : null;
  return itemsReturned(module, callee, next);
}

/** `limit=5`, and an option for it that is as little unless someone asks for more. */
const isLimitToFew = (module: PythonModule, argument: Node): boolean =>
  argument.type === 'keyword_argument' &&
  limits.test(field(argument, 'name')?.text ?? '') &&
  isFew(limitOf(module, field(argument, 'value') ?? argument));

/** True for a function of the module that stops reading after a few: `if number >= limit: break`. */
function isCutInside(module: PythonModule, callee: Node | null): boolean {
  const value = callee === null ? null : module.evaluate(callee);
  return (
    value?.kind === 'definition' &&
    value.node.type === 'function_definition' &&
    value.node.descendantsOfType('break_statement').some((each) => isFew(limitOfBreak(module, each)))
  );
}

/** After how many rounds `if number >= limit: break` ends a loop, also of `len(rows) == limit`; null if that is not known. */
export function limitOfBreak(module: PythonModule, statement: Node): number | 'all' | null {
  const around = statement.parent?.parent;
  const written = around?.type === 'if_statement' ? field(around, 'condition') : null;
  if (around === null || around === undefined || written === null) return null;
  const parts = conditionsIn(withoutParentheses(written));
  for (const part of parts) {
    const [count, limit] = part.type === 'comparison_operator' ? partsOf(part) : [];
    if (count === undefined || limit === undefined || !/\s{0,9}(?:>=?|==)\s{0,9}/.test(betweenOf(count, limit, part)))
      continue;
    if (!/^(?:\w{1,40}|len\(\w{1,40}\)|\w{1,40} ?\+ ?1)$/.test(withoutParentheses(count).text)) continue;
    const known = limitOf(module, limit);
    // `if limit and number >= limit`
    if (known === null && parts.some((each) => each.text === limit.text || each.text === `${limit.text} is not None`))
      return 'all';
    return known;
  }
  return null;
}

const betweenOf = (left: Node, right: Node, whole: Node): string =>
  whole.text.slice(left.endIndex - whole.startIndex, right.startIndex - whole.startIndex);

/** The conditions that `and` joins. */
const conditionsIn = (condition: Node): readonly Node[] =>
  condition.type === 'boolean_operator' && field(condition, 'operator')?.text === 'and'
    ? ['left', 'right'].flatMap((side) => conditionsIn(withoutParentheses(field(condition, side) ?? condition)))
    : [condition];

/** `data.train_test_split(test_size=0.1)` of Hugging Face, and that of scikit-learn: parts that are not counted. */
const splits = /(?:^|\.)train_test_split$/;

function itemsSplit(module: PythonModule, call: Node, next: Next): null | 'few' {
  const callee = field(call, 'function');
  const object = callee?.type === 'attribute' ? field(callee, 'object') : null;
  const args = bind(call, signature('test_size'), module.evaluator);
  // Of scikit-learn, the data comes first.
  const data = object === null || object.text === 'model_selection' ? argumentsOf(call)[0] : object;
  const size = args.value('test_size');
  const count = size === null ? null : toInteger(size);
  return count !== null && count > 0 && count <= fewItems ? 'few' : unlessFew(next(data));
}

/** A frame or a data set of what the code has already: `pd.DataFrame({"text": texts})`, `Dataset.from_list(rows)`. */
const frame = /\bDataFrame(?:\.from_(?:dict|records))?$|\bDataset\.from_(?:dict|list|pandas)$/;

/** As many as the longest of its columns; how many that are is not counted. */
function itemsOfFrame(made: Node | undefined, next: Next): null | 'few' {
  if (made?.type !== 'dictionary') return unlessFew(next(made));
  const columns = partsOf(made).flatMap((pair) => (pair.type === 'pair' ? (field(pair, 'value') ?? []) : []));
  return columns.some((column) => next(column, false) !== 'few') ? null : 'few';
}

/** `data.select(range(500))`; of a range that is not known it may be any part. */
function itemsSelected(
  module: PythonModule,
  indices: Node | undefined,
  items: number | null | 'few',
): number | null | 'few' {
  const value = indices === undefined ? null : module.evaluate(indices);
  if (value?.kind !== 'sequence') return isFewByLimit(module, indices) ? 'few' : unlessFew(items);
  return items === 'few' || value.length <= fewItems ? 'few' : value.length;
}

/** `range(count)` and `range(min(count, len(data)))`, where the option or parameter for the count is a few. */
function isFewByLimit(module: PythonModule, range: Node | undefined): boolean {
  const [only, another] =
    range?.type === 'call' && field(range, 'function')?.text === 'range' ? argumentsOf(range) : [];
  if (only === undefined || another !== undefined) return false;
  const isLeast = only.type === 'call' && field(only, 'function')?.text === 'min';
  return (isLeast ? argumentsOf(only) : [only]).some((each) => isFew(limitOf(module, each)));
}

const isFew = (limit: number | 'all' | null): boolean => typeof limit === 'number' && limit <= fewItems;

/** `random.sample(data, 500)` */
function itemsDrawn(module: PythonModule, node: Node, next: Next): number | null | 'few' {
  const args = bind(node, signature('population, k'), module.evaluator);
  const drawn = args.get('k') ?? args.get('size');
  const count = drawn === null ? null : toInteger(drawn.value);
  // random.sample(data, k=min(20, len(data)))
  const most = drawn?.node ? countedUpTo(module, drawn.node) : Infinity;
  if ((count ?? most) <= fewItems) return 'few';
  return next(args.get('population')?.node ?? argumentsOf(node)[0]) === 'few' ? 'few' : count;
}

/** True if a module writes a few items to a file, which it may read again: `json.dump(data[-4:], file)`, also under a name. */
const writesFew = (module: PythonModule): boolean =>
  module.identifiers('dump').some((identifier) => {
    const call = wholeName(identifier).parent;
    const [written] = call?.type === 'call' ? argumentsOf(call) : [];
    const given = written?.type === 'identifier' ? lastGiven(module, written) : written;
    return given?.type === 'subscript' && shortSlice.test(given.text);
  });

const shortSlice = /\[ {0,3}(?:-\d{1,2} {0,3}:|(?:0 {0,3})?: {0,3}\d{1,2}) {0,3}\]$/;

/**
 * How many rows `head(60)` and `sample(n=60)` leave, and `all` for `sample(frac=1)`; null if the call does not say so. The
 * default of an option is not sure: the command line may say otherwise.
 */
function chosenRows(
  module: PythonModule,
  call: Node,
  method: string,
): { readonly rows: number; readonly isSure: boolean } | 'all' | null {
  if (!/^(?:head|tail|sample)$/.test(method)) return null;
  const args = bind(call, signature('n'), module.evaluator);
  const share = args.value('frac');
  if (share !== null) return share.kind === 'number' && share.value === 1 ? 'all' : null;
  const given = args.get('n');
  const rows = given === null ? null : toInteger(given.value);
  if (rows !== null) return { rows, isSure: true };
  const limit = given?.node ? limitOf(module, given.node) : null;
  return typeof limit === 'number' ? { rows: limit, isSure: false } : limit;
}

/** True for what `json.load` reads, also under a name. */
function isFromFile(module: PythonModule, node: Node): boolean {
  const given = node.type === 'identifier' ? lastGiven(module, node) : node;
  return given?.type === 'call' && /\b(?:json|pickle)\.loads?$/.test(field(given, 'function')?.text ?? '');
}

/** True for a dictionary that is filled from a data set: `questions[row["id"]] = row["text"]` in a loop over one, also in a function. */
function isFilled(module: PythonModule, dict: Node, next: Next, functions = mostFunctions): boolean {
  const given = dict.type === 'identifier' ? lastGiven(module, dict) : dict;
  const callee = given?.type === 'call' ? field(given, 'function') : null;
  const made = callee === null || functions === 0 ? null : module.evaluate(callee);
  if (made?.kind === 'definition' && made.node.type === 'function_definition')
    return returnedExpressions(made.node).some((each) => isFilled(module, each, next, functions - 1));
  if (given === null || !/^(?:\{\s*\}|(?:\w+\.)?(?:dict|OrderedDict|defaultdict)\(\w*\))$/.test(given.text))
    return false;
  return module.identifiersBetween(dict.text, given.endIndex, dict.startIndex).some((use) => {
    module.spend(stepsOfAUse);
    let entry = use.parent;
    while (entry?.type === 'subscript' && entry.parent?.type === 'subscript') entry = entry.parent;
    const change = entry?.type === 'subscript' ? entry.parent : null;
    if (entry === null || change === null || !/assignment$/.test(change.type) || !isField(change, 'left', entry))
      return false;
    const loop = (module.place(use)?.ancestors ?? []).find(({ type }) => type === 'for_statement');
    return loop !== undefined && next(field(loop, 'right')) !== 'few';
  });
}

/** True for the text of a file, which may be long. The answer of a model or a service is not. */
function isReadText(module: PythonModule, text: Node | undefined): boolean {
  const given = text?.type === 'identifier' ? lastGiven(module, text) : text;
  return /\b(?:open|read\w{0,20}|line)\b/.test(given?.text ?? '');
}

/** What a function of the module returns is as much as each of the expressions that it returns; a data set of its own is much. */
function itemsReturned(module: PythonModule, callee: Node, next: Next): number | null | 'few' {
  const value = module.evaluate(callee);
  if (value.kind !== 'definition') return 'few';
  if (value.node.type === 'class_definition')
    return /\bDataset\b/.test(field(value.node, 'superclasses')?.text ?? '') ? null : 'few';
  const counts = returnedExpressions(value.node).map((each) => next(each));
  const [first] = counts;
  if (first === undefined || counts.includes('few')) return 'few';
  return counts.length === 1 ? first : null;
}

/** `items[0:5]`: what is zipped with it is no longer. */
const isShortSlice = (node: Node | undefined): boolean =>
  /\[ {0,3}\d{0,4} {0,3}: {0,3}\d{1,2} {0,3}\]$/.test(node?.text ?? '');

/** `len(data)` of `min(len(data), most)`, also under a name, unless the limit is a few. */
function limitedData(module: PythonModule, written: Node | undefined): Node | null {
  const count = written?.type === 'identifier' ? lastGiven(module, written) : written;
  if (count?.type !== 'call' || field(count, 'function')?.text !== 'min') return null;
  const given = argumentsOf(count);
  return given.some((each) => isFew(limitOf(module, each)))
    ? null
    : (given.find((each) => countedBy(module, each) !== null) ?? null);
}

/** What `len(data)` and `data.shape[0]` count, also under a name: `n = len(data)`. */
function countedBy(module: PythonModule, written: Node | undefined): Node | null {
  const count =
    written?.type === 'identifier'
      ? lastGiven(module, written)
      : written?.type === 'attribute'
        ? (lengthKept(module, written) ?? written)
        : written;
  if (count?.type === 'call') return field(count, 'function')?.text === 'len' ? (argumentsOf(count)[0] ?? null) : null;
  const shape = count?.type === 'subscript' && field(count, 'subscript')?.text === '0' ? field(count, 'value') : null;
  return shape?.type === 'attribute' && field(shape, 'attribute')?.text === 'shape' ? field(shape, 'object') : null;
}

/** `len(data)` of `args.stop = len(data)`: all of the data, unless the command line says less. */
function lengthKept(module: PythonModule, attribute: Node): Node | null {
  for (const identifier of module.identifiers(field(attribute, 'attribute')?.text ?? '')) {
    module.spend(stepsOfAUse);
    const target = identifier.parent;
    const assignment = target?.text === attribute.text ? target.parent : null;
    if (target === null || assignment?.type !== 'assignment' || !isField(assignment, 'left', target)) continue;
    const length = field(assignment, 'right');
    if (length?.type === 'call' && field(length, 'function')?.text === 'len') return length;
  }
  return null;
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
  // data[: args.limit]
  const limit = end === null && bounds.length === 1 ? limitOf(module, last) : null;
  if (limit !== null) return isFew(limit) ? 'few' : unlessFew(next(field(node, 'value')));
  if (end === null || start === null || end - start <= fewItems || next(field(node, 'value')) === 'few') return 'few';
  // `frame.loc[:100]` is by label, and has the last one too.
  const whole = field(node, 'value');
  return whole?.type === 'attribute' && field(whole, 'attribute')?.text === 'loc' ? null : end - start;
}

/** A name is as many as what it was last given, and with a progress bar as many as it may be. */
function itemsOfName(module: PythonModule, node: Node, next: Next, isMany: boolean): number | null | 'few' {
  const grows = lastBinding(module, node)?.change.kind === 'augment';
  const given = (grows ? firstGiven(module, node) : lastGiven(module, node)) ?? partGiven(module, node);
  const trial = given === null ? null : trialAround(module, given, node);
  const real =
    trial === null ? null : lastBinding(module, node, ({ place }) => place.node.startIndex < trial.startIndex);
  if (real?.change.kind === 'assign' && real.change.path?.length === 0) return next(real.change.value);
  if (given === null) return isMany ? (isGivenFew(module, node, next) ? 'few' : null) : itemsGiven(module, node, next);
  if (given.type === 'list' && partsOf(given).length === 0) return itemsAdded(module, node, given, next);
  if (grows) return unlessFew(next(given));
  if (emptyFrame.test(given.text)) return itemsOfColumns(module, node, given, next);
  if (given.type === 'with_item') return /\bopen\s*\(/.test(given.text) ? null : 'few';
  const items = next(given);
  if (items !== 'few') return items;
  return isMany && !isPlainlyFew(module, given) ? null : 'few';
}

/** What gives a name something else only where somebody tries a program: `if args.debug: rows = rows[:5]`. */
const trialAround = (module: PythonModule, given: Node, use: Node): Node | null =>
  (module.place(given)?.ancestors ?? []).find(
    (each) =>
      each.type === 'if_statement' &&
      !contains(each, use) &&
      field(each, 'alternative') === null &&
      tries.test(field(each, 'condition')?.text ?? ''),
  ) ?? null;

const tries = /debug|smoke|dry_?run|quick|demo|\btest(?:ing|_mode|_run)?$|^False$/i;

const emptyFrame = /^(?:\w{1,20}\.)?DataFrame\( {0,3}\)$/;

/** A frame that begins without columns is as long as those that it gets: `frame["text"] = data["text"]`. */
function itemsOfColumns(module: PythonModule, name: Node, made: Node, next: Next): null | 'few' {
  const isFilledBy = (use: Node): boolean => {
    module.spend(stepsOfAUse);
    const column = use.parent?.type === 'subscript' && isField(use.parent, 'value', use) ? use.parent : null;
    const assignment = column?.parent?.type === 'assignment' ? column.parent : null;
    return (
      column !== null &&
      assignment !== null &&
      isField(assignment, 'left', column) &&
      next(field(assignment, 'right'), false) !== 'few'
    );
  };
  return module.identifiersBetween(name.text, made.endIndex, name.startIndex).some(isFilledBy) ? null : 'few';
}

/** A list is as long as the loop that fills it, or as what is added to it. */
function itemsAdded(module: PythonModule, name: Node, list: Node, next: Next): null | 'few' {
  for (const use of module.identifiersBetween(name.text, list.endIndex, name.startIndex)) {
    module.spend(stepsOfAUse);
    const added = addedBy(use);
    if (added === null) continue;
    if (added.isList && next(added.value) !== 'few') return null;
    const loops = (module.place(use)?.ancestors ?? []).filter(
      ({ type, startIndex }) => type === 'for_statement' && startIndex > list.startIndex,
    );
    // A loop over a few things inside that of the data makes more of each item.
    if (loops.some((loop) => !endsSoon(module, loop) && next(field(loop, 'right')) !== 'few')) return null;
  }
  return 'few';
}

/** True for a loop that ends after a few rounds. */
const endsSoon = (module: PythonModule, loop: Node): boolean =>
  loop.descendantsOfType('break_statement').some((each) => isFew(limitOfBreak(module, each)));

/** What a use of a list adds to it: `rows.append(row)`, `rows.extend(more)`, `rows += more`; null for other uses. */
function addedBy(use: Node): { readonly value: Node | undefined; readonly isList: boolean } | null {
  const parent = use.parent;
  if (parent?.type === 'augmented_assignment')
    return isField(parent, 'left', use) ? { value: field(parent, 'right') ?? undefined, isList: true } : null;
  const call = parent?.type === 'attribute' && isField(parent, 'object', use) ? parent.parent : null;
  const method = parent === null ? undefined : field(parent, 'attribute')?.text;
  if (call?.type !== 'call' || (method !== 'append' && method !== 'extend')) return null;
  return { value: argumentsOf(call)[0], isList: method === 'extend' };
}

/** Parameters of these names hold a data set or a data frame. */
const dataSetName =
  /^(?:\w{1,40}_)?(?:data_?set|data_?frame|df)$|^data$|^(?:test|eval|val|valid|train|dev)_ds$|^(?:test|eval|val|train|dev)_(?:data|examples|samples|set)$/;

/** How many items the calls of a function pass to its parameter; if nothing calls it, the parameter's name decides. */
function itemsGiven(module: PythonModule, name: Node, next: Next): number | null | 'few' {
  const definition = (module.place(name)?.scopes ?? []).find(
    (scope) => scope.type === 'function_definition' && parameterNames(scope).includes(name.text),
  );
  const named = definition === undefined ? null : field(definition, 'name');
  if (definition === undefined || named === null) return 'few';
  let isCalled = false;
  const parameters = parameterNames(definition).filter((each) => each !== 'self');
  for (const callee of [...placesOfFunction(module, definition)].slice(0, mostCalls)) {
    // What is divided among processes is many.
    if (isDivided(callee)) return null;
    const call = callWith(callee);
    if (call === null) continue;
    isCalled = true;
    const items = next(
      bind(call, { positional: parameters, takesMorePositional: false }, module.evaluator).get(name.text)?.node,
    );
    // A call with a data set, another with another: how many there are is not known.
    if (items !== 'few') return null;
  }
  return !isCalled && dataSetName.test(name.text) && !triesFew(module) ? null : 'few';
}

/** True for a parameter that each call of its function gives what is plainly a few: `score(data[:3])`. */
function isGivenFew(module: PythonModule, name: Node, next: Next): boolean {
  const given = valuesGiven(module, name);
  const isFewIn = (each: Node): boolean => {
    const held = each.type === 'identifier' ? lastGiven(module, each) : each;
    return held !== null && isPlainlyFew(module, held) && next(held) === 'few';
  };
  return given.length > 0 && given.every((each) => each !== null && each.node !== null && isFewIn(each.node));
}

/** The call of a function where it is named, also in another process or on another machine: `answer.remote(prompts)` of Ray and Modal. */
function callWith(callee: Node): Node | null {
  const method = callee.parent?.type === 'attribute' && isField(callee.parent, 'object', callee) ? callee.parent : null;
  const called =
    method !== null && /^(?:remote|spawn|local)$/.test(field(method, 'attribute')?.text ?? '') ? method : callee;
  const call = called.parent;
  return call?.type === 'call' && isField(call, 'function', called) ? call : null;
}

/** True for a function that `pool.starmap` is given, whose arguments are parts of a data set. */
function isDivided(handed: Node): boolean {
  const call = handed.parent?.type === 'argument_list' ? handed.parent.parent : null;
  return call?.type === 'call' && /\.(?:starmap|starmap_async)$/.test(field(call, 'function')?.text ?? '');
}

function isPlainlyFew(module: PythonModule, given: Node): boolean {
  const value = module.evaluate(given);
  return (
    value.kind === 'sequence' ||
    value.kind === 'dict' ||
    fewRows.test(given.text) ||
    isCutInside(module, field(given, 'function')) ||
    mostRowsOf(module, given) <= fewItems ||
    readsOwnFew(module, given) ||
    /\[[^\]:]{0,40}:[^\]:]{0,40}\]/.test(given.text) ||
    /\bDataFrame\s*\(\s*[[{]/.test(given.text)
  );
}
