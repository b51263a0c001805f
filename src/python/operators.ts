import {
  booleanValue,
  dictOf,
  entryOf,
  equal,
  mergeDicts,
  numberValue,
  sequenceOf,
  sequenceOfLength,
  stringValue,
  toInteger,
  toNumber,
  unknownValue,
  type SequenceValue,
  type Value,
} from './values';

/** `left operator right`, as Python computes it; unknown where that is not certain. */
export function operate(operator: string, left: Value, right: Value): Value {
  if (left.kind === 'sequence' && left.type === 'array') return arrayResult(left, right);
  if (right.kind === 'sequence' && right.type === 'array') return arrayResult(right, left);
  if (left.kind === 'number' && right.kind === 'number') {
    return arithmetic(operator, left.value, right.value, left.integer && right.integer);
  }
  if (operator === '+') return concatenate(left, right);
  if (operator === '*') {
    if (left.kind === 'sequence' || left.kind === 'string') return repeat(left, right);
    if (right.kind === 'sequence' || right.kind === 'string') return repeat(right, left);
  }
  if (operator === '|' && left.kind === 'dict' && right.kind === 'dict') return mergeDicts(left, right);
  return unknownValue;
}

/** Arrays compute by element, so the length stays; broadcasting over other lengths is not followed. */
function arrayResult(array: SequenceValue, other: Value): Value {
  if (other.kind === 'number') return sequenceOfLength('array', array.length);
  return other.kind === 'sequence' && other.length === array.length
    ? sequenceOfLength('array', array.length)
    : unknownValue;
}

function arithmetic(operator: string, a: number, b: number, integers: boolean): Value {
  switch (operator) {
    case '+':
      return numberValue(a + b, integers);
    case '-':
      return numberValue(a - b, integers);
    case '*':
      return numberValue(a * b, integers);
    case '/':
      return b === 0 ? unknownValue : numberValue(a / b, false);
    case '//':
      return b === 0 ? unknownValue : numberValue(Math.floor(a / b), integers);
    case '%':
      return b === 0 ? unknownValue : numberValue(a - b * Math.floor(a / b), integers);
    case '**':
      return numberValue(a ** b, integers && b >= 0);
    case '<<':
      return integers && b >= 0 && b < 53 ? numberValue(a * 2 ** b, true) : unknownValue;
    case '>>':
      return integers && b >= 0 && b < 53 ? numberValue(Math.floor(a / 2 ** b), true) : unknownValue;
    default:
      return unknownValue;
  }
}

function concatenate(left: Value, right: Value): Value {
  if (left.kind === 'string' && right.kind === 'string') return stringValue(left.value + right.value);
  if (left.kind !== 'sequence' || right.kind !== 'sequence' || left.type !== right.type) return unknownValue;
  if (left.type !== 'list' && left.type !== 'tuple') return unknownValue;
  return left.items !== null && right.items !== null
    ? sequenceOf(left.type, [...left.items, ...right.items])
    : sequenceOfLength(left.type, left.length + right.length);
}

function repeat(value: Value, times: Value): Value {
  const count = toInteger(times);
  if (count === null) return unknownValue;
  const repeats = Math.max(0, count);
  if (value.kind === 'string')
    return value.value.length * repeats <= 10_000 ? stringValue(value.value.repeat(repeats)) : unknownValue;
  if (value.kind !== 'sequence' || (value.type !== 'list' && value.type !== 'tuple')) return unknownValue;
  const length = value.length * repeats;
  return value.items !== null && length <= 1000
    ? sequenceOf(value.type, Array.from({ length: repeats }, () => value.items ?? []).flat())
    : sequenceOfLength(value.type, length);
}

/** `left operator right` for one comparison. */
export function compare(operator: string, left: Value, right: Value): Value {
  if (operator === '==' || operator === '!=' || operator === '<>') {
    if (isArray(left) || isArray(right)) return unknownValue;
    const same = equal(left, right);
    return same === null ? unknownValue : booleanValue(same === (operator === '=='));
  }
  if (operator === 'is' || operator === 'is not') {
    if (left.kind === 'unknown' || right.kind === 'unknown') return unknownValue;
    if (left.kind !== 'none' && right.kind !== 'none') return unknownValue;
    return booleanValue((left.kind === right.kind) === (operator === 'is'));
  }
  if (operator === 'in' || operator === 'not in') {
    const found = membership(left, right);
    return found === null ? unknownValue : booleanValue(found === (operator === 'in'));
  }
  const a = toNumber(left);
  const b = toNumber(right);
  if (a === null || b === null) return unknownValue;
  switch (operator) {
    case '<':
      return booleanValue(a < b);
    case '<=':
      return booleanValue(a <= b);
    case '>':
      return booleanValue(a > b);
    case '>=':
      return booleanValue(a >= b);
    default:
      return unknownValue;
  }
}

const isArray = (value: Value): boolean => value.kind === 'sequence' && value.type === 'array';

function membership(item: Value, container: Value): boolean | null {
  if (item.kind === 'unknown') return null;
  if (container.kind === 'dict') {
    const found = entryOf(container, item);
    return found === null ? false : container.entries.some(({ key }) => equal(key, item) === true) ? true : null;
  }
  if (container.kind === 'string' && item.kind === 'string') return container.value.includes(item.value);
  if (container.kind !== 'sequence' || container.items === null) return null;
  const answers = container.items.map((each) => equal(each, item));
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

/** `value[index]`. */
export function subscript(value: Value, index: Value): Value {
  if (value.kind === 'dict') return entryOf(value, index) ?? unknownValue;
  const position = toInteger(index);
  if (value.kind !== 'sequence' || position === null || value.items === null) return unknownValue;
  if (value.type === 'set' || value.type === 'iterator') return unknownValue;
  return value.items.at(position) ?? unknownValue;
}

/** `value[start:stop:step]`, with null for a bound that is left out. */
export function slice(value: Value, bounds: readonly (Value | null)[]): Value {
  if (value.kind !== 'sequence' || value.type === 'set' || value.type === 'iterator') return unknownValue;
  const numbers = bounds.map((bound) => (bound === null || bound.kind === 'none' ? null : (toInteger(bound) ?? NaN)));
  if (numbers.some((bound) => Number.isNaN(bound ?? 0))) return unknownValue;
  const { length } = value;
  const [start = null, stop = null, step = null] = numbers;
  const stride = step ?? 1;
  if (stride === 0) return unknownValue;
  const clamp = (bound: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, bound < 0 ? bound + length : bound));
  const from = stride > 0 ? clamp(start ?? 0, 0, length) : start === null ? length - 1 : clamp(start, -1, length - 1);
  const to = stride > 0 ? clamp(stop ?? length, 0, length) : stop === null ? -1 : clamp(stop, -1, length - 1);
  const count = Math.max(0, Math.ceil((to - from) / stride));
  const { items } = value;
  return items === null
    ? sequenceOfLength(value.type, count)
    : sequenceOf(
        value.type,
        Array.from({ length: count }, (_, index) => items[from + index * stride] ?? unknownValue),
      );
}

/** The items that iterating over a value gives, for `list()`, `for` and the like; null if their number is not known. */
export function iterated(value: Value): { readonly length: number; readonly items: readonly Value[] | null } | null {
  if (value.kind === 'sequence') return value;
  if (value.kind === 'dict' && !value.open)
    return { length: value.entries.length, items: value.entries.map(({ key }) => key) };
  if (value.kind === 'string') {
    const items = Array.from(value.value, stringValue);
    return { length: items.length, items };
  }
  return null;
}

/** The dict that a sequence of pairs makes. */
export function dictFromPairs(pairs: readonly Value[]): Value {
  const entries = [];
  for (const pair of pairs) {
    const [key, value, ...rest] = iterated(pair)?.items ?? [];
    if (key === undefined || value === undefined || rest.length > 0) return unknownValue;
    entries.push({ key, value });
  }
  return dictOf(entries);
}
