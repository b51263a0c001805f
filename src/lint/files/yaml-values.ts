import type { Alias, Node, Scalar } from 'yaml';
import {
  dictOf,
  falseValue,
  noneValue,
  numberValue,
  sequenceOf,
  stringValue,
  trueValue,
  unknownValue,
  type Value,
} from '../../python/values';

const deepest = 20;
/** More nodes than this come from aliases that repeat each other. */
const mostNodes = 20_000;

/** A YAML document as a Python value; what is too deep or too large is unknown. */
export async function valueOf(root: Node): Promise<Value> {
  const { isAlias, isMap, isScalar, isSeq } = await import('yaml');
  const targets = await targetsIn(root);
  let nodes = 0;
  const read = (node: unknown, depth: number): Value => {
    if (depth > deepest || ++nodes > mostNodes) return unknownValue;
    if (isAlias(node)) return read(targets.get(node), depth + 1);
    if (isScalar(node)) return scalarValue(node);
    if (isSeq(node))
      return sequenceOf(
        'list',
        node.items.map((item) => read(item, depth + 1)),
      );
    if (isMap(node))
      return dictOf(
        node.items.map(({ key, value }) => ({
          key: read(key, depth + 1),
          value: value === null ? noneValue : read(value, depth + 1),
        })),
      );
    return unknownValue;
  };
  return read(root, 0);
}

/** What each alias stands for: the last node before it with its anchor. Found in one pass, as a file may hold thousands. */
async function targetsIn(root: Node): Promise<ReadonlyMap<Alias, Node>> {
  const { isAlias, isNode, isPair, isCollection } = await import('yaml');
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
      continue;
    }
    if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string') anchors.set(node.anchor, node);
    if (isPair(node)) open.push(node.value, node.key);
    else if (isCollection(node)) for (const item of [...node.items].reverse()) open.push(item);
  }
  return targets;
}

/** Where a key stands for the second time in one map; null if none does. */
export async function repeatedKey(root: unknown): Promise<number | null> {
  const { isCollection, isMap, isPair, isScalar } = await import('yaml');
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (isPair(node)) open.push(node.value, node.key);
    if (!isCollection(node)) continue;
    const keys = new Set<unknown>();
    for (const item of node.items) {
      open.push(item);
      if (!isMap(node) || !isPair(item) || !isScalar(item.key) || item.key.value === '<<') continue;
      if (keys.has(item.key.value)) return item.key.range?.[0] ?? 0;
      keys.add(item.key.value);
    }
  }
  return null;
}

function scalarValue({ value, source }: Scalar): Value {
  switch (typeof value) {
    case 'string':
      return stringValue(value);
    case 'number':
      return numberValue(value, !/[.e]/i.test(source ?? String(value)));
    case 'boolean':
      return value ? trueValue : falseValue;
    default:
      return value === null ? noneValue : unknownValue;
  }
}
