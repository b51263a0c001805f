import type { Node } from './parser';

/** Deeper code than this is not looked into: people do not write it, and each step up costs more than the last. */
const deepest = 100;

/** The ancestors of a node, nearest first, up to the module; null if there are more than anyone writes. */
export function ancestorsOf(node: Node): readonly Node[] | null {
  const ancestors: Node[] = [];
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (ancestors.length >= deepest) return null;
    ancestors.push(parent);
  }
  return ancestors;
}

/** Named children without comments and backslashes at the end of a line, which the grammar allows everywhere. */
export function partsOf(node: Node): readonly Node[] {
  const children = node.namedChildren;
  return children.some(isExtra) ? children.filter((child) => !isExtra(child)) : children;
}

/** Comments, and backslashes at the end of a line. */
const isExtra = ({ type }: Node): boolean => type === 'comment' || type === 'line_continuation';

export function field(node: Node, name: string): Node | null {
  return node.childForFieldName(name);
}

/** True if `child` is the field `name` of `parent`. */
export function isField(parent: Node, name: string, child: Node): boolean {
  return parent.childForFieldName(name)?.id === child.id;
}

export function contains(outer: Node, inner: Node): boolean {
  return outer.startIndex <= inner.startIndex && inner.endIndex <= outer.endIndex;
}

/** What an identifier names: the attribute whose last part it is, or itself. */
export function wholeName(identifier: Node): Node {
  const { parent } = identifier;
  return parent?.type === 'attribute' && isField(parent, 'attribute', identifier) ? parent : identifier;
}

/** The expression without the parentheses around it. */
export function withoutParentheses(node: Node): Node {
  let inner = node;
  while (inner.type === 'parenthesized_expression') {
    const [only] = partsOf(inner);
    if (only === undefined) break;
    inner = only;
  }
  return inner;
}

/** Calls that end the program. */
const exits = /(?<![\w.])(?:sys\.exit|os\._exit|exit|quit)\(/;

export const mayEndProgram = (node: Node): boolean => exits.test(node.text);

export const isLoop = (node: Node): boolean => node.type === 'for_statement' || node.type === 'while_statement';

export const isComprehension = (node: Node): boolean =>
  node.type === 'list_comprehension' ||
  node.type === 'set_comprehension' ||
  node.type === 'dictionary_comprehension' ||
  node.type === 'generator_expression';

export const isFunction = (node: Node): boolean => node.type === 'function_definition' || node.type === 'lambda';

/** A node whose names are its own. Comprehensions have their names too, but only those of their `for` clauses. */
export const isScope = (node: Node): boolean =>
  isFunction(node) || node.type === 'class_definition' || node.type === 'module';

/** The identifiers that an assignment target, a `for` target or a pattern binds, with the way to each through nested tuples. */
export function* targetsOf(
  pattern: Node,
  path: readonly number[] = [],
): Generator<{ name: Node; path: readonly number[] | null }> {
  switch (pattern.type) {
    case 'identifier':
      yield { name: pattern, path };
      break;
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
    case 'tuple':
    case 'list':
    case 'expression_list': {
      const parts = partsOf(pattern);
      const starred = parts.findIndex((part) => part.type.startsWith('list_splat'));
      for (const [index, part] of parts.entries()) {
        // Behind a starred target the position is not known from the left.
        const known = starred === -1 || index < starred;
        if (path.length > 8) return;
        for (const target of targetsOf(part, [...path, index])) {
          yield known ? target : { name: target.name, path: null };
        }
      }
      break;
    }
    case 'list_splat_pattern':
    case 'list_splat':
    case 'parenthesized_expression':
    case 'as_pattern_target': {
      const [inner] = partsOf(pattern);
      if (inner === undefined) break;
      for (const target of targetsOf(inner, path)) {
        yield pattern.type.startsWith('list_splat') ? { name: target.name, path: null } : target;
      }
      break;
    }
    default:
  }
}

/** The names of a function's parameters. */
export function parameterNames(functionNode: Node): readonly string[] {
  const parameters = field(functionNode, 'parameters');
  if (parameters === null) return [];
  const names: string[] = [];
  for (const parameter of partsOf(parameters)) {
    const name = field(parameter, 'name') ?? firstIdentifier(parameter);
    if (name !== null) names.push(name.text);
  }
  return names;
}

function firstIdentifier(node: Node): Node | null {
  if (node.type === 'identifier') return node;
  for (const part of partsOf(node)) {
    if (part.type === 'identifier') return part;
    if (part.type.endsWith('splat_pattern')) return firstIdentifier(part);
  }
  return null;
}
