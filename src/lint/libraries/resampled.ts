import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { field, isField, partsOf } from '../../python/syntax';

/**
 * What copies rows, or makes new ones of them: the samplers of imbalanced-learn, `resample` of scikit-learn, functions that
 * augment. A generator that changes images while it reads them makes no copies.
 */
const copies =
  /\.(?:fit_resample|fit_sample)\s*\(|(?:\butils\.|(?<![\w.]))resample\s*\(|\b(?:oversample|upsample|augment)\w{0,30}\s*\(|\w_(?:augmented|smote|oversampled|upsampled)\b|\b(?:x|y|train|images?|imgs?)_aug\b|\baug(?:mented)?_\w/i;
/** An object that will resample, or change what a layer is given, holds no rows. */
const noRows = /\bkeras\.|\bSequential\s*\(|ImageDataGenerator|\.map\s*\(/;

/** So many names are followed from data to where they were copied. */
const mostNames = 12;

/**
 * True if data are made of rows that were copied before: whatever of them is split off for validation has copies among the rows that
 * are trained on, so that its loss falls to the last epoch.
 */
export function hasCopies(
  module: PythonModule,
  data: Node,
  before = data.startIndex,
  names = mostNames,
  seen = new Set<number>(),
): boolean {
  module.spend(1);
  // Many names may lead to the same data.
  if (seen.has(data.id)) return false;
  seen.add(data.id);
  if (copies.test(data.text) && !noRows.test(data.text)) return true;
  if (names === 0) return false;
  return namesIn(data).some((name) => {
    const given = lastGivenBefore(module, name, before);
    // Of a split only what it splits counts: X_train is no copy because y_train is balanced later.
    return given !== null && given.startIndex < before && hasCopies(module, given, given.startIndex, names - 1, seen);
  });
}

/** The names that data are made of, without functions, attributes and the names of arguments. */
const namesIn = (data: Node): readonly Node[] =>
  (data.type === 'identifier' ? [data] : data.descendantsOfType(['identifier'])).filter((name) => {
    const { parent } = name;
    if (parent === null || name.id === data.id) return true;
    if (parent.type === 'attribute' && !isField(parent, 'object', name)) return false;
    if (parent.type === 'keyword_argument' && isField(parent, 'name', name)) return false;
    return !(parent.type === 'call' && isField(parent, 'function', name));
  });

/** The right side of the last assignment to a name, alone or in a list of names, before an offset. */
function lastGivenBefore(module: PythonModule, { text: name }: Node, before: number): Node | null {
  const uses = module.identifiersBetween(name, 0, before);
  for (const use of [...uses].reverse()) {
    module.spend(1);
    let target = use;
    while (target.parent !== null && /^(?:pattern_list|tuple_pattern|list_pattern)$/.test(target.parent.type))
      target = target.parent;
    const assignment = target.parent;
    if (assignment?.type !== 'assignment' || !isField(assignment, 'left', target)) continue;
    const value = field(assignment, 'right');
    if (value === null) continue;
    return ownPart(target, use, value);
  }
  return null;
}

/** `b` for the second name of `x, y = a, b`; of a call, all of it. */
function ownPart(target: Node, use: Node, value: Node): Node {
  if (target.id === use.id || value.type !== 'expression_list') return value;
  const index = partsOf(target).findIndex(({ id }) => id === use.id);
  return partsOf(value)[index] ?? value;
}
