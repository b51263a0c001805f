import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { contains, field, isField, isScope, partsOf, targetsOf } from '../../../python/syntax';
import { validationWords } from '../../libraries/sklearn/validation';
import type { LoopSetting } from './loops';

/** Names of what is learned from, and of what it is for. */
const dataNames =
  /(?:^|_)(?:data|datas?ets?|data_?frames?|dfs?|ds|corpus|corpora|tasks?|domains?|benchmarks?|subjects?|patients?|folds?)(?:_|\d|$)|^[Xx](?:_\w+)?$|^[Xx]s$/i;
/** Functions that get data. */
const loads =
  /(?:^|[._])(?:load|read|fetch)(?:_|$)|^(?:get|make|prepare|split|build)_\w*(?:data|xy)|data_?(?:set|loader|frame)|corpus/i;
/** So many variables are followed from a loop to the data. */
const mostNames = 2;
/** So many nodes are looked at above the use of a variable. */
const mostLevels = 8;

/**
 * True if a loop's variable chooses what is learned from. A table of methods by data sets is a comparison: no combination of
 * them is looked for. A number, such as the length of a window, may be a setting as well as a part of the data.
 */
export function choosesData(module: PythonModule, { key, variable, loop }: LoopSetting): boolean {
  if (dataNames.test(variable) || dataNames.test(lastWord(key))) return true;
  if (loop.numeric.includes(key)) return false;
  return uses(module, loop.node, variable)
    .filter(({ parent }) => key === variable || parent?.text === key)
    .some((use) => goesToData(module, loop.node, use, mostNames));
}

/** The last word of `settings["data"]` and `settings.data`. */
const lastWord = (key: string): string => key.match(/\w+/g)?.at(-1) ?? '';

const uses = (module: PythonModule, loop: Node, name: string): readonly Node[] =>
  module.identifiersBetween(name, loop.startIndex, loop.endIndex);

/** True if a value goes from its use into the data, also through variables. */
function goesToData(module: PythonModule, loop: Node, use: Node, names: number): boolean {
  module.spend(stepsOfALook);
  let child = use;
  for (let level = 0; level < mostLevels; level++) {
    const { parent } = child;
    if (parent === null || parent.id === loop.id || isScope(parent)) return false;
    if (parent.type === 'attribute' && isField(parent, 'attribute', child)) return false;
    if (parent.type === 'keyword_argument' && isField(parent, 'name', child)) return false;
    const isIndex = parent.type === 'subscript' && !isField(parent, 'value', child);
    if (isIndex && dataNames.test(field(parent, 'value')?.text ?? '')) return true;
    if (parent.type === 'call' && isField(parent, 'arguments', child) && takesData(parent, child, use)) return true;
    if (parent.type === 'assignment')
      return isField(parent, 'right', child) && becomesData(module, loop, parent, names);
    child = parent;
  }
  return false;
}

const stepsOfALook = 4;

/** True if what is assigned goes on into the data. */
function becomesData(module: PythonModule, loop: Node, assignment: Node, names: number): boolean {
  const left = field(assignment, 'left');
  if (left === null || names === 0) return false;
  return [...targetsOf(left)].some(
    ({ name }) =>
      dataNames.test(name.text) ||
      uses(module, loop, name.text).some((use) => use.id !== name.id && goesToData(module, loop, use, names - 1)),
  );
}

/** True if a call gets data by its arguments, or learns from the one that holds a value. */
function takesData(call: Node, list: Node, use: Node): boolean {
  const callee = field(call, 'function')?.text ?? '';
  if (loads.test(callee)) return true;
  const name = callee.slice(callee.lastIndexOf('.') + 1);
  // The first argument of a cross-validation is the model.
  const first = validationWords.includes(name) ? 1 : /^fit(?:_predict|_transform)?$/.test(name) ? 0 : null;
  if (first === null) return false;
  const index = partsOf(list).findIndex((part) => part.type !== 'keyword_argument' && contains(part, use));
  return index >= first && index < first + 2;
}
