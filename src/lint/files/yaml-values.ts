import type { Document, Node, Scalar } from 'yaml';
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

/** A part of a YAML document as a Python value; what is too deep or too large is unknown. */
export async function valueOf(document: Document.Parsed, root: Node): Promise<Value> {
  const { isAlias, isMap, isScalar, isSeq } = await import('yaml');
  let nodes = 0;
  const read = (node: unknown, depth: number): Value => {
    if (depth > deepest || ++nodes > mostNodes) return unknownValue;
    if (isAlias(node)) return read(node.resolve(document), depth + 1);
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
