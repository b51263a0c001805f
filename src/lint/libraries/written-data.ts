import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf } from '../../python/signatures';
import { contains, field, partsOf, targetsOf, withoutParentheses } from '../../python/syntax';
import { valuesGiven } from './given-numbers';
import { lastBinding } from './last-given';
import { readsData, toyPoints } from './made-up-data';

/** So many names, calls and parameters are followed from data to the numbers that they are made of. */
const mostSteps = 16;

/**
 * True if all that data are made of is written in the code: lists of numbers, ranges and points that a function draws, also
 * packed, cut and scaled, by a function of the module, by another name, or as the argument of every call. Each epoch on them takes a
 * blink, and there is nothing to validate on.
 */
export const isWrittenData = (module: PythonModule, data: Node): boolean => isWritten(module, data, mostSteps) === true;

/** True for data that are written; null for what is no data at all, such as a number or a text; false for all else. */
function isWritten(module: PythonModule, data: Node, steps: number): boolean | null {
  module.spend(1);
  if (steps === 0) return false;
  const inner = (each: Node | null): boolean | null => (each === null ? false : isWritten(module, each, steps - 1));
  const node = withoutParentheses(data);
  switch (node.type) {
    case 'integer':
    case 'float':
    case 'string':
    case 'none':
    case 'true':
    case 'false':
    case 'slice':
      return null;
    case 'list':
    case 'tuple':
    case 'expression_list':
      return ofParts(partsOf(node).map((each) => (isItem(each) ? true : inner(each))));
    case 'dictionary':
      return ofParts(partsOf(node).map((each) => inner(field(each, 'value'))));
    case 'unary_operator':
    case 'keyword_argument':
      return inner(field(node, node.type === 'keyword_argument' ? 'value' : 'argument'));
    case 'binary_operator':
      return ofParts([inner(field(node, 'left')), inner(field(node, 'right'))]);
    case 'subscript':
      return inner(field(node, 'value'));
    case 'attribute':
      // np.float32 says how data are packed.
      return module.evaluate(node).kind === 'reference' ? null : inner(field(node, 'object'));
    case 'call':
      return ofCall(module, node, inner);
    case 'list_comprehension':
    case 'generator_expression':
      return ofComprehension(node, inner);
    case 'identifier':
      return ofName(module, node, steps);
    default:
      return false;
  }
}

const isItem = (node: Node): boolean =>
  /^(?:integer|float|string|concatenated_string)$/.test(node.type) ||
  (node.type === 'unary_operator' && /^-\s?[\d.]+$/.test(node.text));

/** True if one part is written data and the others are that or no data. */
const ofParts = (parts: readonly (boolean | null)[]): boolean | null =>
  parts.includes(false) ? false : parts.includes(true) ? true : null;

/** What a comprehension goes over, and all that it names besides. */
function ofComprehension(node: Node, inner: (node: Node | null) => boolean | null): boolean | null {
  const body = field(node, 'body');
  const loops = partsOf(node).filter(({ type }) => type === 'for_in_clause');
  if (body === null || body.descendantsOfType(['call']).some(({ text }) => !/^(?:len|int|float|round)\(/.test(text)))
    return false;
  const bound = new Set(
    loops.flatMap((loop) => [...targetsOf(field(loop, 'left') ?? loop)].map(({ name }) => name.text)),
  );
  const named = [body, ...body.descendantsOfType(['identifier'])].filter(
    ({ type, text }) => type === 'identifier' && !bound.has(text) && !/^(?:len|int|float|round)$/.test(text),
  );
  return ofParts([...loops.map((loop) => inner(field(loop, 'right'))), ...named.map(inner)]);
}

const packs =
  /^(?:array|asarray|constant|tensor|FloatTensor|Tensor|convert_to_tensor|from_numpy|[hvd]stack|stack|column_stack|concatenate|reshape|expand_dims|astype|squeeze|flatten|ravel|transpose|to_categorical|fit_transform|transform|normalize|DataFrame|Series|list|float|train_test_split|append|copy|to_numpy|sort|sorted|get_dummies|pad_sequences|texts_to_sequences)$/;
const draws = /^(?:arange|linspace|range|rand|randn|randint|uniform|normal|random|sin|cos|exp|sqrt)$/;

function ofCall(module: PythonModule, call: Node, inner: (node: Node | null) => boolean | null): boolean | null {
  const callee = field(call, 'function');
  if (callee === null) return false;
  const name = callee.text.split('.').at(-1) ?? '';
  if (/^(?:len|int)$/.test(name)) return null;
  if (toyPoints.test(`${name}(`)) return true;
  const made = module.evaluate(callee);
  const isOwn = made.kind === 'definition';
  if (
    isOwn ? readsData.test(made.node.text) || /\bopen\(/.test(made.node.text) : !packs.test(name) && !draws.test(name)
  )
    return false;
  const object = !isOwn && made.kind !== 'reference' && callee.type === 'attribute' ? field(callee, 'object') : null;
  // Of scaler.fit_transform(x) the argument counts, of x.reshape(…) the object.
  const isScaler = object !== null && /transform$|^texts_to/.test(name);
  const given = argumentsOf(call).map((each) => inner(each));
  const parts = object === null || isScaler ? given : [inner(object)];
  const found = ofParts(parts);
  return found === null && draws.test(name) ? true : found;
}

/** What a name was last given, alone or in a list of names; each argument of the calls for a parameter. */
function ofName(module: PythonModule, name: Node, steps: number): boolean | null {
  const change = lastBinding(module, name)?.change;
  if (change !== undefined)
    return change.kind === 'assign' && !contains(change.value, name)
      ? isWritten(module, change.value, steps - 1)
      : false;
  return ofParts(
    valuesGiven(module, name).map((each) =>
      each === null || each.node === null ? false : isWritten(module, each.node, steps - 1),
    ),
  );
}
