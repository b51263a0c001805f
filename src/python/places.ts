import type { Node } from './parser';
import { ancestorsOf, isLoop, isScope } from './syntax';

/** Where a node stands in its module. */
export interface NodeContext {
  readonly node: Node;
  /** Nearest first, the module last. */
  readonly ancestors: readonly Node[];
  /** The functions, classes and the module whose names are looked up here, nearest first. */
  readonly scopes: readonly Node[];
}

/** The place of a node; null in code that is nested deeper than anyone writes. */
export function placeOf(node: Node): NodeContext | null {
  const ancestors = ancestorsOf(node);
  if (ancestors === null) return null;
  const scopes: Node[] = [];
  let child = node;
  for (const ancestor of ancestors) {
    // Names, decorators, base classes and default values of a definition belong to what is around it.
    if (isScope(ancestor) && (ancestor.type === 'module' || isBody(ancestor, child))) scopes.push(ancestor);
    child = ancestor;
  }
  // The module itself, and nodes that are not attached to anything.
  if (scopes.length === 0) scopes.push(child);
  return { node, ancestors, scopes };
}

function isBody(scope: Node, child: Node): boolean {
  return scope.type === 'lambda' ? child.type !== 'lambda_parameters' : child.type === 'block';
}

/** The nearest scope of a place. */
export function scopeOf(place: NodeContext): Node {
  return place.scopes[0] ?? place.node;
}

/** Whether what happens at one place has happened when another place is reached. */
type Relation =
  | { readonly kind: 'always' }
  /** Only if this branch was taken. `choice` is the one construct between them, if it is the only one. */
  | { readonly kind: 'maybe'; readonly choice: Choice | null }
  | { readonly kind: 'never' };

interface Choice {
  readonly statement: Node;
  readonly branch: Node;
}

const always: Relation = { kind: 'always' };
const never: Relation = { kind: 'never' };

const conditional = new Set([
  'if_statement',
  'for_statement',
  'while_statement',
  'try_statement',
  'match_statement',
  'conditional_expression',
  'boolean_operator',
  'list_comprehension',
  'set_comprehension',
  'dictionary_comprehension',
  'generator_expression',
]);

/**
 * How an event that stands before a use relates to it, by the branches of both.
 * Both must be in the same scope; loops that come round again are the caller's matter.
 */
export function relationOf(event: NodeContext, use: NodeContext): Relation {
  const around = new Set(use.ancestors.map(({ id }) => id));
  around.add(use.node.id);
  let child = event.node;
  let choice: Choice | null = null;
  let conditions = 0;
  for (const [level, ancestor] of [event.node, ...event.ancestors].entries()) {
    if (around.has(ancestor.id)) return meet(ancestor, child, use, conditions, choice);
    if (ancestor.type === 'block') {
      const loop = event.ancestors.slice(level).find(isLoop);
      if (leaves(ancestor, loop !== undefined && around.has(loop.id))) return never;
    }
    if (conditional.has(ancestor.type) && ancestor.id !== event.node.id && !runsAnyway(ancestor, child)) {
      conditions++;
      choice = { statement: ancestor, branch: child };
    }
    child = ancestor;
  }
  return never;
}

/** The relation where the ways of both join at `common`, which the event reaches through `child`. */
function meet(common: Node, child: Node, use: NodeContext, conditions: number, choice: Choice | null): Relation {
  const other = [use.node, ...use.ancestors].find((node, index, all) => all[index + 1]?.id === common.id);
  const maybe: Relation = { kind: 'maybe', choice: conditions === 1 ? choice : null };
  const inside: Relation = conditions === 0 ? always : maybe;
  if (other === undefined || common.id === child.id) return inside;
  const ways = `${child.type}>${other.type}`;
  switch (common.type) {
    case 'if_statement':
      return isBranch(child) && isBranch(other) && child.id !== other.id ? never : inside;
    case 'try_statement':
      if (ways === 'block>else_clause') return inside;
      if (child.type === 'except_clause' && other.type !== 'finally_clause') return never;
      return child.type === 'block' ? { kind: 'maybe', choice: null } : inside;
    case 'for_statement':
    case 'while_statement':
      return ways === 'block>else_clause' ? { kind: 'maybe', choice: null } : inside;
    case 'block':
      return ways === 'case_clause>case_clause' ? never : inside;
    default:
      return inside;
  }
}

const isBranch = (node: Node): boolean =>
  node.type === 'block' || node.type === 'elif_clause' || node.type === 'else_clause';

/** True if nothing that matters runs after this block: it returns, raises, or ends the round of a loop that matters. */
function leaves(block: Node, loopMatters: boolean): boolean {
  let last = block.lastNamedChild;
  while (last?.type === 'comment') last = last.previousNamedSibling;
  if (last === null) return false;
  if (last.type === 'return_statement' || last.type === 'raise_statement') return true;
  return loopMatters && (last.type === 'break_statement' || last.type === 'continue_statement');
}

/** `while True:` runs at least once, and so does a condition, an iterable or the first operand. */
function runsAnyway(construct: Node, child: Node): boolean {
  switch (construct.type) {
    case 'while_statement': {
      const condition = construct.childForFieldName('condition');
      return condition?.id === child.id || condition?.type === 'true' || condition?.text === '1';
    }
    case 'if_statement':
      return construct.childForFieldName('condition')?.id === child.id;
    case 'boolean_operator':
      return construct.childForFieldName('left')?.id === child.id;
    case 'try_statement':
      return child.type === 'finally_clause';
    default:
      return false;
  }
}

/** True if every way through this `if` either passes one of `branches` or leaves. */
export function coversAll(statement: Node, branches: ReadonlySet<number>): boolean {
  if (statement.type !== 'if_statement') return false;
  const ways = statement.namedChildren.filter(isBranch);
  if (!ways.some(({ type }) => type === 'else_clause')) return false;
  return ways.every((way) => {
    if (branches.has(way.id)) return true;
    const block = way.type === 'block' ? way : way.namedChildren.find(({ type }) => type === 'block');
    return block !== undefined && leaves(block, true);
  });
}

/** The loops that are around both places, within their scope, innermost first. */
export function sharedLoops(a: NodeContext, b: NodeContext): readonly Node[] {
  const scope = scopeOf(a);
  const others = new Set(b.ancestors.map(({ id }) => id));
  return a.ancestors.filter((node) => isLoop(node) && others.has(node.id) && node.startIndex >= scope.startIndex);
}
