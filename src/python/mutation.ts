import { iterated, operate, subscript } from './operators';
import {
  entryOf,
  mergeDicts,
  sequenceOf,
  sequenceOfLength,
  toInteger,
  toText,
  unknownValue,
  withEntry,
  withoutEntry,
  type DictValue,
  type SequenceValue,
  type Value,
} from './values';

/** What a statement does to a list or dict in place, with its operands evaluated. */
type MutationEffect =
  | { readonly kind: 'set'; readonly value: Value }
  | { readonly kind: 'augment'; readonly operator: string; readonly value: Value }
  | { readonly kind: 'delete' }
  /** `keywords` is null if the arguments are not all known in number. */
  | { readonly kind: 'call'; readonly method: string; readonly positional: readonly Value[]; readonly keywords: Value };

/** The value after the effect took place at `keys` within it. */
export function mutate(value: Value, keys: readonly Value[], effect: MutationEffect): Value {
  const [key, ...inner] = keys;
  if (key === undefined) return effect.kind === 'call' ? called(value, effect) : unknownValue;
  if (inner.length === 0 && effect.kind === 'delete') return deleted(value, key);
  const before = value.kind === 'dict' ? (entryOf(value, key) ?? unknownValue) : subscript(value, key);
  let after: Value;
  if (inner.length > 0 || effect.kind === 'call') after = mutate(before, inner, effect);
  else if (effect.kind === 'set') after = effect.value;
  else after = effect.kind === 'augment' ? operate(effect.operator, before, effect.value) : unknownValue;
  return replaced(value, key, after);
}

function replaced(value: Value, key: Value, item: Value): Value {
  if (value.kind === 'dict') return withEntry(value, key, item);
  const index = toInteger(key);
  if (value.kind !== 'sequence' || value.items === null || index === null) return unknownValue;
  if (index < -value.length || index >= value.length) return unknownValue;
  const items = [...value.items];
  items[index < 0 ? index + value.length : index] = item;
  return sequenceOf(value.type, items);
}

function deleted(value: Value, key: Value): Value {
  if (value.kind === 'dict') return withoutEntry(value, key);
  const index = toInteger(key);
  if (value.kind !== 'sequence' || index === null || index < -value.length || index >= value.length)
    return unknownValue;
  return value.items === null
    ? sequenceOfLength(value.type, value.length - 1)
    : sequenceOf(value.type, without(value.items, index));
}

function called(value: Value, effect: MutationEffect & { kind: 'call' }): Value {
  if (value.kind === 'dict') return dictCalled(value, effect);
  return value.kind === 'sequence' ? listCalled(value, effect) : unknownValue;
}

function dictCalled(dict: DictValue, { method, positional, keywords }: MutationEffect & { kind: 'call' }): Value {
  if (keywords.kind !== 'dict') return unknownValue;
  const [first, second] = positional;
  switch (method) {
    case 'update': {
      if (first === undefined) return mergeDicts(dict, keywords);
      if (first.kind !== 'dict') return unknownValue;
      const merged = mergeDicts(dict, first);
      return merged.kind === 'dict' ? mergeDicts(merged, keywords) : unknownValue;
    }
    case 'pop':
      return first === undefined ? unknownValue : withoutEntry(dict, first);
    case 'setdefault': {
      if (first === undefined) return unknownValue;
      const present = entryOf(dict, first);
      return present === null
        ? withEntry(dict, first, second ?? { kind: 'none' })
        : present.kind === 'unknown'
          ? unknownValue
          : dict;
    }
    case 'clear':
      return { kind: 'dict', entries: [], open: false };
    default:
      return unknownValue;
  }
}

function listCalled(list: SequenceValue, { method, positional }: MutationEffect & { kind: 'call' }): Value {
  const [first, second] = positional;
  if (list.type !== 'list') return unknownValue;
  const ofLength = (length: number): Value => sequenceOfLength('list', length);
  switch (method) {
    case 'append':
      if (first === undefined) return unknownValue;
      return list.items === null ? ofLength(list.length + 1) : sequenceOf('list', [...list.items, first]);
    case 'extend': {
      const more = first === undefined ? null : iterated(first);
      if (more === null) return unknownValue;
      return list.items !== null && more.items !== null
        ? sequenceOf('list', [...list.items, ...more.items])
        : ofLength(list.length + more.length);
    }
    case 'insert': {
      const index = toInteger(first ?? unknownValue);
      if (second === undefined) return unknownValue;
      return list.items === null || index === null
        ? ofLength(list.length + 1)
        : sequenceOf('list', [...list.items.slice(0, index), second, ...list.items.slice(index)]);
    }
    case 'pop': {
      const index = first === undefined ? -1 : toInteger(first);
      if (list.length === 0) return unknownValue;
      return list.items === null || index === null
        ? ofLength(list.length - 1)
        : sequenceOf('list', without(list.items, index));
    }
    case 'remove':
      // Which of the items went is not followed, and it raises if there is none.
      return list.length > 0 && toText(first ?? unknownValue) !== null ? ofLength(list.length - 1) : unknownValue;
    case 'clear':
      return sequenceOf('list', []);
    case 'sort':
    case 'reverse':
      return ofLength(list.length);
    default:
      return unknownValue;
  }
}

const without = (items: readonly Value[], index: number): readonly Value[] => {
  const position = index < 0 ? index + items.length : index;
  return items.filter((_, each) => each !== position);
};
