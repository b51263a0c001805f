import type { Node } from './parser';

/**
 * What is known of an expression without running it. Three-valued: a `Value` other than `unknownValue` is certain, and
 * `unknownValue` means that nothing may be concluded.
 */
export type Value =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'none' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: number; readonly integer: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | SequenceValue
  | DictValue
  /** An object of a library, by its qualified name: a module, class or function. */
  | { readonly kind: 'reference'; readonly name: string }
  /** A function, lambda or class that the module itself defines. */
  | { readonly kind: 'definition'; readonly node: Node }
  /** What a call of something that is not folded gives: an object made there. */
  | { readonly kind: 'instance'; readonly call: Node }
  /** An attribute of such an object. */
  | { readonly kind: 'member'; readonly of: Node; readonly name: string };

export interface SequenceValue {
  readonly kind: 'sequence';
  readonly type: 'list' | 'tuple' | 'set' | 'array' | 'iterator';
  readonly length: number;
  /** Null when only the length is known. */
  readonly items: readonly Value[] | null;
}

export interface DictValue {
  readonly kind: 'dict';
  readonly entries: readonly DictEntry[];
  /** True if there may be more entries than these. */
  readonly open: boolean;
}

export interface DictEntry {
  readonly key: Value;
  readonly value: Value;
}

/** Values of names that only hold within an expression: the variables of comprehensions. */
export type Bindings = ReadonlyMap<string, Value>;

/** Sequences longer than this keep their length only. */
export const itemsKept = 2000;

export const unknownValue: Value = { kind: 'unknown' };
export const noneValue: Value = { kind: 'none' };
export const trueValue: Value = { kind: 'boolean', value: true };
export const falseValue: Value = { kind: 'boolean', value: false };

export const booleanValue = (value: boolean): Value => (value ? trueValue : falseValue);
export const stringValue = (value: string): Value => ({ kind: 'string', value });
export const referenceTo = (name: string): Value => ({ kind: 'reference', name });

/** A number, or unknown where a JavaScript number would not be exact. */
export function numberValue(value: number, integer: boolean): Value {
  if (!Number.isFinite(value) || (integer && !Number.isSafeInteger(value))) return unknownValue;
  return { kind: 'number', value, integer };
}

export function sequenceOf(type: SequenceValue['type'], items: readonly Value[]): SequenceValue {
  return { kind: 'sequence', type, length: items.length, items: items.length <= itemsKept ? items : null };
}

export function sequenceOfLength(type: SequenceValue['type'], length: number): Value {
  return Number.isSafeInteger(length) && length >= 0 ? { kind: 'sequence', type, length, items: null } : unknownValue;
}

/** Truth as Python's `bool()` sees it; null if unknown. */
export function truth(value: Value): boolean | null {
  switch (value.kind) {
    case 'none':
      return false;
    case 'boolean':
      return value.value;
    case 'number':
      return value.value !== 0;
    case 'string':
      return value.value !== '';
    case 'sequence':
      // The truth of an array is an error, that of an iterator is always true.
      return value.type === 'array' || value.type === 'iterator' ? null : value.length > 0;
    case 'dict':
      return value.entries.length > 0 ? true : value.open ? null : false;
    case 'definition':
    case 'reference':
      return true;
    case 'instance':
    case 'member':
    case 'unknown':
      return null;
  }
}

/** Whether two values are certainly equal (true), certainly not (false), or neither is certain (null). */
export function equal(a: Value, b: Value): boolean | null {
  if (a.kind === 'unknown' || b.kind === 'unknown') return null;
  if (a.kind === 'instance' || b.kind === 'instance') {
    return a.kind === 'instance' && b.kind === 'instance' && a.call.id === b.call.id ? true : null;
  }
  if (a.kind === 'member' || b.kind === 'member') {
    return a.kind === 'member' && b.kind === 'member' && a.of.id === b.of.id && a.name === b.name ? true : null;
  }
  const left = asNumber(a);
  const right = asNumber(b);
  if (left !== null && right !== null) return left === right;
  if (a.kind === 'string' && b.kind === 'string') return a.value === b.value;
  if (a.kind === 'none' && b.kind === 'none') return true;
  if (a.kind === 'reference' && b.kind === 'reference') return a.name === b.name ? true : null;
  if (a.kind === 'definition' && b.kind === 'definition') return a.node.id === b.node.id;
  if (a.kind === 'sequence' && b.kind === 'sequence') return equalSequences(a, b);
  if (a.kind === 'dict' && b.kind === 'dict') return equalDicts(a, b);
  return a.kind === b.kind || a.kind === 'reference' || b.kind === 'reference' ? null : false;
}

function equalSequences(a: SequenceValue, b: SequenceValue): boolean | null {
  if (a.length !== b.length) return false;
  if (a.items === null || b.items === null) return null;
  let all: boolean | null = true;
  for (const [index, item] of a.items.entries()) {
    const same = equal(item, b.items[index] ?? unknownValue);
    if (same === false) return false;
    if (same === null) all = null;
  }
  return all;
}

function equalDicts(a: DictValue, b: DictValue): boolean | null {
  if (a.open || b.open) return null;
  if (a.entries.length !== b.entries.length) return false;
  let all: boolean | null = true;
  for (const { key, value } of a.entries) {
    const other = b.entries.find((entry) => equal(entry.key, key) === true);
    const same = other === undefined ? false : equal(value, other.value);
    if (same === false) return false;
    if (same === null) all = null;
  }
  return all;
}

function asNumber(value: Value): number | null {
  if (value.kind === 'number') return value.value;
  return value.kind === 'boolean' ? Number(value.value) : null;
}

/** The number of a known number, else null. Booleans are not taken for 0 and 1. */
export function toNumber(value: Value): number | null {
  return value.kind === 'number' ? value.value : null;
}

export function toInteger(value: Value): number | null {
  return value.kind === 'number' && value.integer ? value.value : null;
}

export function toText(value: Value): string | null {
  return value.kind === 'string' ? value.value : null;
}

/** The items of a sequence whose items are all kept, else null. */
export function toItems(value: Value): readonly Value[] | null {
  return value.kind === 'sequence' ? value.items : null;
}

/** Looks a key up; null means that it is certainly not there. */
export function entryOf(dict: DictValue, key: Value): Value | null {
  for (const entry of dict.entries) {
    const same = equal(entry.key, key);
    if (same === true) return entry.value;
    if (same === null) return unknownValue;
  }
  return dict.open ? unknownValue : null;
}

/** The value of a text key; null without it. */
export const entryNamed = (dict: DictValue, key: string): Value | null => entryOf(dict, stringValue(key));

/** The dict that these pairs make, the last of each key winning; unknown if two keys may be equal. */
export function dictOf(pairs: Iterable<DictEntry>, open = false): Value {
  const byKey = new Map<string, DictEntry>();
  for (const pair of pairs) {
    if (!isPlainKey(pair.key)) return unknownValue;
    byKey.set(keyText(pair.key), pair);
  }
  return { kind: 'dict', entries: [...byKey.values()], open };
}

/** The dict after `dict[key] = value`. A key that is not known makes every entry unsure. */
export function withEntry(dict: DictValue, key: Value, value: Value): Value {
  return dictOf([...dict.entries, { key, value }], dict.open);
}

export function withoutEntry(dict: DictValue, key: Value): Value {
  if (!isPlainKey(key)) return unknownValue;
  return { ...dict, entries: dict.entries.filter((entry) => equal(entry.key, key) !== true) };
}

/** `{**a, **b}`: the second wins. */
export function mergeDicts(a: DictValue, b: DictValue): Value {
  // An unknown rest of the second may have replaced entries of the first.
  const before = b.open ? a.entries.map(({ key }) => ({ key, value: unknownValue })) : a.entries;
  return dictOf([...before, ...b.entries], a.open || b.open);
}

/** Keys that are certainly equal or certainly not. */
function isPlainKey(key: Value): boolean {
  switch (key.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'none':
      return true;
    case 'sequence':
      return key.type === 'tuple' && key.items !== null && key.items.every(isPlainKey);
    default:
      return false;
  }
}

/** Drops repeated values, as `set()` does; null if two of them may be equal. */
export function distinct(items: readonly Value[]): readonly Value[] | null {
  const kept: Value[] = [];
  const seen = new Set<string>();
  for (const item of items) {
    if (!isPlainKey(item)) return items.length === 1 ? items : null;
    const key = keyText(item);
    if (!seen.has(key)) {
      seen.add(key);
      kept.push(item);
    }
  }
  return kept;
}

function keyText(key: Value): string {
  switch (key.kind) {
    case 'string':
      return JSON.stringify(key.value);
    case 'number':
      return String(key.value);
    case 'boolean':
      return String(Number(key.value));
    case 'sequence':
      return `(${(key.items ?? []).map(keyText).join()})`;
    default:
      return key.kind;
  }
}
