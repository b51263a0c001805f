import { dictFromPairs, iterated, operate } from './operators';
import {
  booleanValue,
  dictOf,
  distinct,
  entryOf,
  mergeDicts,
  noneValue,
  numberValue,
  sequenceOf,
  sequenceOfLength,
  stringValue,
  toInteger,
  toItems,
  toNumber,
  truth,
  unknownValue,
  type SequenceValue,
  type Value,
} from './values';

/** The arguments of a call that is folded: all of them, none unknown in number. */
export interface FoldedArguments {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
}

type Folded = (args: FoldedArguments) => Value;

/** The argument at a position or of a name; null if it is left out. */
function argument({ positional, keywords }: FoldedArguments, index: number, name: string): Value | null {
  return positional[index] ?? keywords.get(name) ?? null;
}

const converted =
  (type: SequenceValue['type']): Folded =>
  ({ positional: [value] }) => {
    if (value === undefined) return sequenceOf(type, []);
    const all = iterated(value);
    if (all === null) return unknownValue;
    return all.items === null ? sequenceOfLength(type, all.length) : sequenceOf(type, all.items);
  };

const asSet: Folded = ({ positional: [value] }) => {
  if (value === undefined) return sequenceOf('set', []);
  const items = distinct(iterated(value)?.items ?? [unknownValue, unknownValue]);
  return items === null ? unknownValue : sequenceOf('set', items);
};

/** Same number of items, in an order or with values that are not followed. */
const sameLength =
  (type: SequenceValue['type'] | 'same'): Folded =>
  ({ positional: [value] }) => {
    const all = value === undefined ? null : iterated(value);
    if (all === null || value === undefined) return unknownValue;
    return sequenceOfLength(
      type === 'same' && value.kind === 'sequence' ? value.type : type === 'same' ? 'list' : type,
      all.length,
    );
  };

function range({ positional, keywords }: FoldedArguments, type: 'list' | 'array'): Value {
  const numbers = [...positional, ...['start', 'stop', 'step'].flatMap((name) => keywords.get(name) ?? [])].map(
    toNumber,
  );
  const bounds = numbers.filter((number) => number !== null);
  if (bounds.length !== numbers.length || bounds.length === 0 || bounds.length > 3) return unknownValue;
  const [start, stop, step] =
    bounds.length === 1 ? [0, bounds[0] ?? 0, 1] : [bounds[0] ?? 0, bounds[1] ?? 0, bounds[2] ?? 1];
  const integers = bounds.every(Number.isInteger);
  if (step === 0 || (type === 'list' && !integers)) return unknownValue;
  // The same division in double precision that NumPy does, so that the same rounding decides on the last item.
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!integers || length > 2000) return sequenceOfLength(type, length);
  return sequenceOf(
    type,
    Array.from({ length }, (_, index) => numberValue(start + index * step, true)),
  );
}

/** `np.arange` also takes `dtype`, and its bounds by name. */
const arange: Folded = ({ positional, keywords }) => {
  const at = (index: number, name: string): Value | null => argument({ positional, keywords }, index, name);
  const start = at(0, 'start');
  const stop = at(1, 'stop');
  const step = at(2, 'step');
  if (positional.length > 3 || (stop === null && step !== null)) return unknownValue;
  // A single bound is the stop.
  const bounds = stop === null ? [start ?? unknownValue] : [start ?? numberValue(0, true), stop];
  return range({ positional: step === null ? bounds : [...bounds, step], keywords: new Map() }, 'array');
};

/** `linspace`, `logspace`, `geomspace`: `num` is 50 if left out. */
const spaced: Folded = (args) => {
  const returnsStep = args.keywords.get('retstep');
  if (returnsStep !== undefined && truth(returnsStep) !== false) return unknownValue;
  const number = argument(args, 2, 'num');
  // The ends may be arrays, and then so is every item: still `num` of them.
  const length = number === null ? 50 : toInteger(number);
  return length === null ? unknownValue : sequenceOfLength('array', length);
};

const sized =
  (index: number): Folded =>
  (args) => {
    const size = argument(args, index, 'size');
    const length = size === null ? null : (toInteger(size) ?? toInteger(toItems(size)?.[0] ?? unknownValue));
    return length === null ? unknownValue : sequenceOfLength('array', length);
  };

const filled: Folded = (args) => {
  const shape = argument(args, 0, 'shape') ?? unknownValue;
  const length = toInteger(shape) ?? toInteger(toItems(shape)?.[0] ?? unknownValue);
  return length === null ? unknownValue : sequenceOfLength('array', length);
};

const joined: Folded = ({ positional: [parts] }) => {
  const lengths = (parts === undefined ? null : toItems(parts))?.map((part) => iterated(part)?.length ?? null);
  if (lengths === undefined || lengths.includes(null)) return unknownValue;
  return sequenceOfLength(
    'array',
    lengths.reduce<number>((sum, length) => sum + (length ?? 0), 0),
  );
};

const zip: Folded = ({ positional, keywords }) => {
  if (keywords.size > 0 || positional.length === 0) return unknownValue;
  const columns = positional.map((value) => iterated(value));
  const lengths = columns.map((column) => column?.length ?? null);
  if (lengths.includes(null)) return unknownValue;
  const length = Math.min(...lengths.map((each) => each ?? 0));
  if (columns.some((column) => !column?.items)) return sequenceOfLength('iterator', length);
  return sequenceOf(
    'iterator',
    Array.from({ length }, (_, row) =>
      sequenceOf(
        'tuple',
        columns.map((column) => column?.items?.[row] ?? unknownValue),
      ),
    ),
  );
};

const enumerate: Folded = (args) => {
  const all = iterated(args.positional[0] ?? unknownValue);
  const start = argument(args, 1, 'start');
  const first = start === null ? 0 : toInteger(start);
  if (all === null || first === null) return unknownValue;
  if (all.items === null) return sequenceOfLength('iterator', all.length);
  return sequenceOf(
    'iterator',
    all.items.map((item, index) => sequenceOf('tuple', [numberValue(first + index, true), item])),
  );
};

const product: Folded = ({ positional, keywords }) => {
  const repeat = keywords.get('repeat');
  const times = repeat === undefined ? 1 : toInteger(repeat);
  const lengths = positional.map((value) => iterated(value)?.length ?? null);
  if (times === null || lengths.includes(null)) return unknownValue;
  return sequenceOfLength('iterator', lengths.reduce<number>((all, length) => all * (length ?? 0), 1) ** times);
};

const dict: Folded = ({ positional, keywords }) => {
  const named = dictOf([...keywords].map(([name, value]) => ({ key: stringValue(name), value })));
  const [first] = positional;
  if (first === undefined) return named;
  const items = first.kind === 'dict' ? null : (iterated(first)?.items ?? null);
  const base = first.kind === 'dict' ? first : items === null ? unknownValue : dictFromPairs(items);
  return base.kind === 'dict' && named.kind === 'dict' ? mergeDicts(base, named) : unknownValue;
};

function extreme(choose: (...numbers: number[]) => number): Folded {
  return ({ positional, keywords }) => {
    if (keywords.size > 0) return unknownValue;
    const values = positional.length === 1 ? (iterated(positional[0] ?? unknownValue)?.items ?? null) : positional;
    const numbers = values?.map(toNumber) ?? [];
    if (values === null || numbers.length === 0 || numbers.includes(null)) return unknownValue;
    const chosen = choose(...numbers.map((number) => number ?? 0));
    return values.find((value) => toNumber(value) === chosen) ?? unknownValue;
  };
}

const sum: Folded = ({ positional: [value] }) =>
  (value === undefined ? null : iterated(value)?.items)?.reduce<Value>(
    (total, item) => operate('+', total, item),
    numberValue(0, true),
  ) ?? unknownValue;

const toInt: Folded = ({ positional: [value, base] }) => {
  if (value === undefined || base !== undefined) return unknownValue;
  if (value.kind === 'number') return numberValue(Math.trunc(value.value), true);
  return value.kind === 'string' && /^\s*[-+]?\d+\s*$/.test(value.value)
    ? numberValue(Number(value.value), true)
    : unknownValue;
};

const toFloat: Folded = ({ positional: [value] }) => {
  if (value?.kind === 'number') return numberValue(value.value, false);
  return value?.kind === 'string' && /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*$/.test(value.value)
    ? numberValue(Number(value.value), false)
    : unknownValue;
};

const toStr: Folded = ({ positional: [value] }) => stringOf(value ?? stringValue(''));

/** The text that `str()` gives; floats are left out, since their shortest form differs in details. */
export function stringOf(value: Value): Value {
  if (value.kind === 'string') return value;
  return value.kind === 'number' && value.integer ? stringValue(String(value.value)) : unknownValue;
}

const toBool: Folded = ({ positional: [value] }) => {
  const known = value === undefined ? false : truth(value);
  return known === null ? unknownValue : booleanValue(known);
};

const length: Folded = ({ positional: [value] }) => {
  const all = value === undefined || (value.kind === 'sequence' && value.type === 'iterator') ? null : iterated(value);
  return all === null ? unknownValue : numberValue(all.length, true);
};

const absolute: Folded = ({ positional: [value] }) =>
  value?.kind === 'number' ? numberValue(Math.abs(value.value), value.integer) : unknownValue;

const same: Folded = ({ positional: [value] }) => value ?? unknownValue;

const array: Folded = (args) =>
  converted('array')({ positional: args.positional.slice(0, 1), keywords: args.keywords });

/** Functions that NumPy applies to each element; one of their arguments is the array. */
const elementwise: Folded = ({ positional }) => {
  const arrays = positional.filter((value) => value.kind !== 'number');
  const [only] = arrays;
  return only?.kind === 'sequence' && arrays.length === 1 ? sequenceOfLength('array', only.length) : unknownValue;
};

/** What shows progress passes on its items (tqdm 4.67, rich 15). */
const shown: Folded = ({ positional: [value] }) => {
  const all = value === undefined ? null : iterated(value);
  if (all === null) return unknownValue;
  return all.items === null ? sequenceOfLength('iterator', all.length) : sequenceOf('iterator', all.items);
};
const shownRange: Folded = ({ positional }) =>
  shown({ positional: [range({ positional, keywords: new Map() }, 'list')], keywords: new Map() });

/** Functions whose results are computed here, by qualified name. */
export const foldedCalls: ReadonlyMap<string, Folded> = new Map<string, Folded>([
  ['builtins.range', (args) => range(args, 'list')],
  ['builtins.xrange', (args) => range(args, 'list')],
  ['builtins.len', length],
  ['builtins.list', converted('list')],
  ['builtins.tuple', converted('tuple')],
  ['builtins.set', asSet],
  ['builtins.frozenset', asSet],
  ['builtins.sorted', sameLength('list')],
  ['builtins.reversed', sameLength('iterator')],
  ['builtins.dict', dict],
  ['collections.OrderedDict', dict],
  ['builtins.zip', zip],
  ['builtins.enumerate', enumerate],
  ['builtins.sum', sum],
  ['builtins.min', extreme(Math.min)],
  ['builtins.max', extreme(Math.max)],
  ['builtins.abs', absolute],
  ['builtins.int', toInt],
  ['builtins.float', toFloat],
  ['builtins.str', toStr],
  ['builtins.bool', toBool],
  ...['tqdm', 'tqdm.auto', 'tqdm.notebook', 'tqdm.std', 'tqdm.rich', 'tqdm.autonotebook'].flatMap(
    (path): [string, Folded][] => [
      [`${path}.tqdm`, shown],
      [`${path}.trange`, shownRange],
    ],
  ),
  ['tqdm.tqdm_notebook', shown],
  ['rich.progress.track', shown],
  ['copy.copy', same],
  ['copy.deepcopy', same],
  ['itertools.product', product],
  ['numpy.arange', arange],
  ['numpy.linspace', spaced],
  ['numpy.logspace', spaced],
  ['numpy.geomspace', spaced],
  ['numpy.array', array],
  ['numpy.asarray', array],
  ['numpy.ones', filled],
  ['numpy.zeros', filled],
  ['numpy.concatenate', joined],
  ['numpy.hstack', joined],
  ['numpy.random.uniform', sized(2)],
  ['numpy.random.normal', sized(2)],
  ['numpy.random.lognormal', sized(2)],
  ['numpy.random.randint', sized(2)],
  ['numpy.random.rand', filled],
  ['numpy.random.randn', filled],
  ['numpy.random.permutation', sameLength('array')],
  ...[
    'exp',
    'log',
    'log2',
    'log10',
    'sqrt',
    'round',
    'around',
    'abs',
    'sort',
    'flip',
    'power',
    'float_power',
    'negative',
  ].map((name): [string, Folded] => [`numpy.${name}`, elementwise]),
]);

/** The result of a method of a known list, dict, string or array; unknown if it is not followed. */
export function foldMethod(receiver: Value, method: string, args: FoldedArguments): Value {
  switch (receiver.kind) {
    case 'dict':
      return dictMethod(receiver, method, args);
    case 'sequence':
      switch (method) {
        case 'tolist':
          return { ...receiver, type: 'list' };
        case 'copy':
          return receiver;
        case 'astype':
        case 'round':
          return sequenceOfLength('array', receiver.length);
        default:
          return unknownValue;
      }
    case 'string': {
      const [separator] = args.positional;
      if (method === 'split' && args.positional.length <= 1 && args.keywords.size === 0) {
        const text = receiver.value;
        if (separator === undefined)
          return sequenceOf(
            'list',
            text
              .split(/\s+/)
              .filter((word) => word !== '')
              .map(stringValue),
          );
        if (separator.kind === 'string' && separator.value !== '')
          return sequenceOf('list', text.split(separator.value).map(stringValue));
      }
      if (method === 'lower') return stringValue(receiver.value.toLowerCase());
      return method === 'upper' ? stringValue(receiver.value.toUpperCase()) : unknownValue;
    }
    default:
      return unknownValue;
  }
}

function dictMethod(dictionary: Value & { kind: 'dict' }, method: string, { positional }: FoldedArguments): Value {
  const { entries, open } = dictionary;
  switch (method) {
    case 'copy':
      return dictionary;
    case 'keys':
      return open
        ? unknownValue
        : sequenceOf(
            'iterator',
            entries.map(({ key }) => key),
          );
    case 'values':
      return open
        ? unknownValue
        : sequenceOf(
            'iterator',
            entries.map(({ value }) => value),
          );
    case 'items':
      return open
        ? unknownValue
        : sequenceOf(
            'iterator',
            entries.map(({ key, value }) => sequenceOf('tuple', [key, value])),
          );
    case 'get': {
      const [key, otherwise] = positional;
      return key === undefined ? unknownValue : (entryOf(dictionary, key) ?? otherwise ?? noneValue);
    }
    default:
      return unknownValue;
  }
}
