import type { TextPoint } from '../../python/notebook';
import type { Node } from '../../python/parser';
import { field } from '../../python/syntax';

/** A place within one line. */
export interface Mark {
  readonly start: TextPoint;
  readonly end: TextPoint;
}

/** What an editor underlines of what was found: its name, or else its first line. Never more than one line. */
export function markOf(found: Node, last: Node = found): Mark {
  if (last !== found) return firstLine(found, last.endPosition);
  const node = nameOf(found);
  return firstLine(node, node.endPosition);
}

/** The name of what a node calls, defines or sets; the node itself if it has none. */
function nameOf(node: Node): Node {
  switch (node.type) {
    case 'await': {
      const inner = node.namedChildren.at(-1);
      return inner === undefined ? node : nameOf(inner);
    }
    case 'call': {
      const callee = field(node, 'function');
      return callee === null ? node : nameOf(callee);
    }
    case 'attribute':
      // Of a chain of calls only the last name says what was found.
      return isDotted(node) && isOnOneLine(node) ? node : (field(node, 'attribute') ?? node);
    case 'decorated_definition': {
      const definition = field(node, 'definition');
      return definition === null ? node : nameOf(definition);
    }
    case 'class_definition':
    case 'function_definition':
      return field(node, 'name') ?? node;
    case 'keyword_argument':
      return isOnOneLine(node) ? node : (field(node, 'name') ?? node);
    case 'assignment':
      return isOnOneLine(node) ? node : (field(node, 'left') ?? node);
    default:
      return node;
  }
}

/** True for `optuna.samplers.GridSampler`, false for `make(x).fit`. */
function isDotted(node: Node): boolean {
  const inner = field(node, 'object');
  return inner?.type === 'identifier' || (inner?.type === 'attribute' && isDotted(inner));
}

const isOnOneLine = ({ startPosition, endPosition }: Node): boolean => startPosition.row === endPosition.row;

/** From the start of a node to an end, or to the end of the first line if that comes before. */
function firstLine(node: Node, end: TextPoint): Mark {
  const start = node.startPosition;
  if (end.row === start.row) return { start, end };
  const [line = ''] = node.text.split(/\r?\n/, 1);
  return { start, end: { row: start.row, column: start.column + line.trimEnd().length } };
}
