import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf, bind, signature } from '../../python/signatures';
import { field, partsOf } from '../../python/syntax';
import { toInteger, toNumber, toText } from '../../python/values';
import { valuesGiven } from './given-numbers';
import { lastGiven, partGiven } from './last-given';
import { limitOf } from './limits';

/** No more items than this are an example, not a data set. */
export const fewItems = 20;

/** So many names are followed from a data set to where it is cut: a frame, its split, a data set of it, a parameter. */
const mostNames = 10;

const byName = signature('*');
const readerParameters = signature('path, name, data_dir, data_files, split');

/**
 * The most examples that a data set or a data frame has, as far as the code before it tells; infinite if it does not. Options and
 * parameters count with their defaults.
 */
export function mostRowsOf(module: PythonModule, data: Node, names = mostNames): number {
  let most = Infinity;
  module.spend(1);
  for (let node: Node | null = data; node !== null; ) {
    if (node.type === 'identifier') return Math.min(most, names === 0 ? Infinity : ofName(module, node, names - 1));
    if (node.type === 'list') return Math.min(most, rowsWritten(node));
    if (node.type === 'list_comprehension') return Math.min(most, rowsMade(module, node, names));
    most = Math.min(most, endsOfRows(module, node));
    const made = dataOf(module, node, names);
    if (made !== null) return Math.min(most, mostRowsOf(module, made, names - 1));
    const callee: Node = field(node, 'function') ?? node;
    node = field(callee, 'object') ?? field(callee, 'value');
  }
  return most;
}

/** The most rows that one expression leaves by itself, whatever is before it: 10 for `frame.head(10)`; infinite if it does not say. */
export function endsOfRows(module: PythonModule, node: Node): number {
  const ends = node.type === 'call' ? endsOfCall(module, node) : node.type === 'subscript' ? endsOfSlice(node) : [];
  return Math.min(Infinity, ...ends.map((end) => countedUpTo(module, end)));
}

/** What a name was last given, the part of a split, or the most that a call gives to a parameter. */
function ofName(module: PythonModule, name: Node, names: number): number {
  const given = lastGiven(module, name);
  if (given !== null) return mostRowsOf(module, given, names);
  const part = partGiven(module, name);
  if (part !== null) return mostRowsOf(module, part, names) * shareOf(module, name, part);
  const passed = valuesGiven(module, name);
  const rows = passed.map((each) => {
    if (each === null || each.node === null) return Infinity;
    return each.value.kind === 'none' ? 0 : mostRowsOf(module, each.node, names);
  });
  // The default None alone is no data set.
  return Math.max(...rows) > 0 && rows.length > 0 ? Math.max(...rows) : Infinity;
}

/** The share of a data set in a name of `train, test = train_test_split(data, test_size=0.1)`. */
function shareOf(module: PythonModule, name: Node, data: Node): number {
  const call = data.parent?.type === 'argument_list' ? data.parent.parent : null;
  const targets = call === null ? null : field(call.parent ?? call, 'left');
  const index = (targets === null ? [] : partsOf(targets)).findIndex(({ text }) => text === name.text);
  if (call?.type !== 'call' || index % 2 === 0) return 1;
  const size = bind(call, byName, module.evaluator).get('test_size');
  const share = size === null ? usualTestShare : toNumber(size.value);
  return share !== null && share > 0 && share < 1 ? share : 1;
}

/** `test_size` of scikit-learn where neither size is given. */
const usualTestShare = 0.25;

/** The data that a data set is made of: `frame` of `Dataset.from_pandas(frame)`, a split of a `DatasetDict`. */
function dataOf(module: PythonModule, node: Node, names: number): Node | null {
  if (names === 0) return null;
  if (node.type === 'call') {
    if (!/\bDataset\.from_(?:pandas|list)$/.test(field(node, 'function')?.text ?? '')) return null;
    const given = bind(node, byName, module.evaluator);
    return argumentsOf(node)[0] ?? given.get('df')?.node ?? given.get('mapping')?.node ?? null;
  }
  const key = node.type === 'subscript' ? toText(module.evaluate(field(node, 'subscript') ?? node)) : null;
  const whole = key === null ? null : field(node, 'value');
  const dict = whole?.type === 'identifier' ? lastGiven(module, whole) : whole;
  if (dict?.type !== 'call' || !/(?:^|\.)DatasetDict$/.test(field(dict, 'function')?.text ?? '')) return null;
  const [splits] = argumentsOf(dict);
  const pair = (splits?.type === 'dictionary' ? partsOf(splits) : []).find(
    (each) => each.type === 'pair' && toText(module.evaluate(field(each, 'key') ?? each)) === key,
  );
  return pair === undefined ? null : field(pair, 'value');
}

/** The examples of a list that is written out. */
const rowsWritten = (list: Node): number =>
  partsOf(list).every(({ type }) => type !== 'list_splat') ? partsOf(list).length : Infinity;

/** `[{"prompt": each} for each in prompts]` has no more than these. */
function rowsMade(module: PythonModule, list: Node, names: number): number {
  const clauses = partsOf(list).filter(({ type }) => type === 'for_in_clause');
  const [source] = clauses;
  const data = source === undefined || clauses.length > 1 ? null : field(source, 'right');
  return data === null || names === 0 ? Infinity : mostRowsOf(module, data, names - 1);
}

/** What says how many examples `select(range(500))`, `head(500)` and `load_dataset(…, split="train[:500]")` leave. */
function endsOfCall(module: PythonModule, call: Node): readonly Node[] {
  const name = field(call, 'function')?.text ?? '';
  const [first] = argumentsOf(call);
  // Dataset.from_list(rows[:500])
  if (first?.type === 'subscript' && /^slice$/.test(field(first, 'subscript')?.type ?? '')) return endsOfSlice(first);
  if (/\.(?:take|head|tail|sample|nlargest|nsmallest)$/.test(name)) {
    const count = first?.type === 'keyword_argument' ? undefined : first;
    const given = count ?? bind(call, byName, module.evaluator).get('n')?.node ?? null;
    return given === null ? [] : [given];
  }
  if (/\.select$/.test(name))
    return first?.type === 'call' && field(first, 'function')?.text === 'range' ? argumentsOf(first).slice(-1) : [];
  if (/\bread_(?:csv|json|table|excel)$/.test(name)) {
    const rows = bind(call, byName, module.evaluator).get('nrows')?.node ?? null;
    return rows === null ? [] : [rows];
  }
  const split = /\bload_dataset$/.test(name) ? bind(call, readerParameters, module.evaluator).get('split') : null;
  const node = split?.node ?? null;
  return node === null ? [] : [node];
}

/** `data[:500]`, `frame.iloc[0:500]` */
function endsOfSlice(node: Node): readonly Node[] {
  const part = field(node, 'subscript');
  if (part?.type !== 'slice') return [];
  return /^\s*:/.test(part.text)
    ? partsOf(part).slice(0, 1)
    : /^\s*\d{1,9}\s*:/.test(part.text)
      ? partsOf(part).slice(1, 2)
      : [];
}

/** The number that an expression is at most; infinite if it is not known. */
export function countedUpTo(module: PythonModule, end: Node): number {
  const value = module.evaluate(end);
  const inSplit = /\[:(\d{1,9})\]$/.exec(toText(value) ?? '')?.[1];
  if (inSplit !== undefined) return Number(inSplit);
  // The least of several: min(500, len(data))
  if (end.type === 'call' && field(end, 'function')?.text === 'min')
    return Math.min(...argumentsOf(end).map((each) => countedUpTo(module, each)));
  // From the end, all but a few: data[:-500]
  if ((toInteger(value) ?? 0) < 0) return Infinity;
  const limit = limitOf(module, end);
  return typeof limit === 'number' ? limit : Infinity;
}
