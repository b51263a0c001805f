import type { StepBudget } from './budget';
import type { Node } from './parser';
import { placeOf, type NodeContext } from './places';
import type { ReadText } from './standings';
import { field, isField, partsOf } from './syntax';

/** What happens to a name at one place of a module. */
export interface NameEvent {
  readonly place: NodeContext;
  /** The offset from which it holds. */
  readonly at: number;
  readonly change: Change;
}

type Change =
  /** Bound to an expression, or to the part of it at `path` where it is unpacked (null: a part that is not known). */
  | { readonly kind: 'assign'; readonly value: Node; readonly path: readonly number[] | null }
  | { readonly kind: 'import'; readonly path: string }
  | { readonly kind: 'define'; readonly node: Node }
  /** Bound to what only the run knows: a loop's target, `with … as`, `except … as`, a captured pattern. */
  | { readonly kind: 'opaque' }
  | { readonly kind: 'augment'; readonly operator: string; readonly value: Node }
  /** The object is changed in place, at `keys` within it. */
  | { readonly kind: 'mutate'; readonly keys: readonly Node[]; readonly operation: Mutation }
  /** `global name` or `nonlocal name`. */
  | { readonly kind: 'outer' };

export type Mutation =
  | { readonly kind: 'set'; readonly value: Node }
  | { readonly kind: 'augment'; readonly operator: string; readonly value: Node }
  | { readonly kind: 'delete' }
  | { readonly kind: 'call'; readonly method: string; readonly call: Node };

/** Methods of lists, dicts and sets that change them. */
const mutatingMethods = new Set([
  'append',
  'extend',
  'insert',
  'pop',
  'popitem',
  'remove',
  'clear',
  'update',
  'setdefault',
  'sort',
  'reverse',
  'add',
  'discard',
]);

export const isBinding = ({ change: { kind } }: NameEvent): boolean => kind !== 'mutate' && kind !== 'outer';

/** A line is looked at as far back as this: the whole of it may be long. */
const lookBack = 200;

const mutationAhead =
  /^\s*\.\s*(?:append|extend|insert|pop|popitem|remove|clear|update|setdefault|sort|reverse|add|discard)\s*\(/;
const subscriptChangeAhead =
  /^\s*\[[^\n]*\]\s*(?:[-+*/|&^%@]?=(?!=)|\.\s*(?:append|extend|insert|pop|popitem|remove|clear|update|setdefault|sort|reverse|add|discard)\s*\()/;
const bindingWordBefore = /\b(?:def|class|import|as|global|nonlocal|del|for|case)\s[^=(\n]*$/;

/** So many places of a name are passed over in the time of a step. */
const placesInAStep = 8;
/** What it costs to find the node at an offset and what stands around it, against the evaluation of a node. */
export const stepsOfANode = 8;

/**
 * Finds all that happens to a name, in source order. The text is asked first: of the places where a name stands
 * only few can bind or change it, and looking at a character costs a hundredth of looking at a node.
 */
export function eventsOf(name: string, { text, root, standings }: ReadText, budget: StepBudget): readonly NameEvent[] {
  const events: NameEvent[] = [];
  for (const start of standings(name)) {
    const end = start + name.length;
    budget.spend(1 / placesInAStep);
    if (!mayChange(text, start, end)) continue;
    budget.spend(stepsOfANode);
    const node = root.descendantForIndex(start, end);
    if (node?.type !== 'identifier' || node.startIndex !== start || node.endIndex !== end) continue;
    const event = eventAt(node);
    if (event !== null) events.push(event);
  }
  return events.sort((a, b) => a.at - b.at);
}

function mayChange(text: string, start: number, end: number): boolean {
  if (text.charAt(start - 1) === '.') return false;
  let next = end;
  while (text[next] === ' ' || text[next] === '\t') next++;
  const character = text[next] ?? '\n';
  switch (character) {
    case '=':
      return text[next + 1] !== '=';
    case ',':
    case ')':
    case ']':
    case ':':
      return true;
    case '.':
      if (mutationAhead.test(text.slice(next, next + 40))) return true;
      break;
    case '[':
      if (subscriptChangeAhead.test(text.slice(next, next + 400))) return true;
      break;
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '|':
    case '&':
    case '^':
    case '@':
    case '<':
    case '>':
      return /^(?:[-+*/%|&^@]|\*\*|\/\/|<<|>>)=/.test(text.slice(next, next + 3));
    default:
  }
  const before = text.slice(Math.max(0, start - lookBack), start);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const after = text.slice(next, next + 3);
  if (line.trim() === '') return /^(?:[\n\r#;\\]|as\b|in\b)/.test(after);
  // The last one of a list that goes over several lines: `from a import (b,\n    c, d\n)`.
  if (/[,(]\s*$/.test(line))
    return next >= text.length || /^(?:[\n\r#\\]|in\b)/.test(after) || bindingWordBefore.test(line);
  return bindingWordBefore.test(line);
}

function eventAt(identifier: Node): NameEvent | null {
  const place = placeOf(identifier);
  if (place === null) return null;
  const found = changeAt(place);
  return found === null ? null : { place, ...found };
}

function changeAt({ node, ancestors }: NodeContext): { at: number; change: Change } | null {
  // Up through nested targets: a, (b, c) = …
  let target = node;
  let path: readonly number[] | null = [];
  let level = 0;
  let parent = ancestors[level];
  while (parent !== undefined && isTargetList(parent)) {
    path = stepInto(parent, target, path);
    target = parent;
    parent = ancestors[++level];
  }
  if (parent === undefined) return null;
  const opaque = (at: number): { at: number; change: Change } => ({ at, change: { kind: 'opaque' } });
  switch (parent.type) {
    case 'assignment': {
      if (!isField(parent, 'left', target)) return null;
      const value = lastRight(parent);
      return value === null ? null : { at: parent.endIndex, change: { kind: 'assign', value, path } };
    }
    case 'augmented_assignment': {
      const value = field(parent, 'right');
      if (!isField(parent, 'left', target) || value === null) return null;
      const operator = field(parent, 'operator')?.type.slice(0, -1) ?? '';
      return { at: parent.endIndex, change: { kind: 'augment', operator, value } };
    }
    case 'named_expression': {
      const value = field(parent, 'value');
      if (!isField(parent, 'name', target) || value === null) return null;
      return { at: parent.endIndex, change: { kind: 'assign', value, path: [] } };
    }
    case 'for_statement':
      return isField(parent, 'left', target) ? opaque(field(parent, 'right')?.endIndex ?? parent.startIndex) : null;
    case 'as_pattern_target':
    case 'case_pattern':
    case 'splat_pattern':
      return opaque(parent.endIndex);
    case 'delete_statement':
      return opaque(parent.endIndex);
    case 'expression_list':
      return ancestors[level + 1]?.type === 'delete_statement' ? opaque(parent.endIndex) : null;
    case 'function_definition':
    case 'class_definition':
      return isField(parent, 'name', node) ? { at: parent.startIndex, change: { kind: 'define', node: parent } } : null;
    case 'global_statement':
    case 'nonlocal_statement':
      return { at: parent.startIndex, change: { kind: 'outer' } };
    case 'dotted_name':
    case 'aliased_import':
      return importAt(node, ancestors);
    case 'subscript':
    case 'attribute':
      return path?.length === 0 ? mutationAt(node, ancestors) : null;
    default:
      return null;
  }
}

function isTargetList({ type }: Node): boolean {
  return (
    type === 'pattern_list' ||
    type === 'tuple_pattern' ||
    type === 'list_pattern' ||
    type === 'list_splat_pattern' ||
    type === 'tuple' ||
    type === 'list'
  );
}

function stepInto(list: Node, target: Node, path: readonly number[] | null): readonly number[] | null {
  if (path === null || list.type === 'list_splat_pattern') return null;
  const parts = partsOf(list);
  const index = parts.findIndex(({ id }) => id === target.id);
  const starred = parts.findIndex(({ type }) => type === 'list_splat_pattern');
  // Behind a starred target the position from the left is not known.
  return starred !== -1 && starred < index ? null : [index, ...path];
}

/** The value of `a = b = value`; null for a bare annotation. */
function lastRight(assignment: Node): Node | null {
  let right = field(assignment, 'right');
  while (right?.type === 'assignment') right = field(right, 'right');
  return right;
}

function importAt(node: Node, ancestors: readonly Node[]): { at: number; change: Change } | null {
  const index = ancestors.findIndex(({ type }) => type === 'import_statement' || type === 'import_from_statement');
  const statement = ancestors[index];
  if (statement === undefined) {
    return ancestors.some(({ type }) => type === 'case_pattern')
      ? { at: node.endIndex, change: { kind: 'opaque' } }
      : null;
  }
  const found = (path: string): { at: number; change: Change } => ({
    at: statement.endIndex,
    change: { kind: 'import', path },
  });
  const [parent] = ancestors;
  const prefix = statement.type === 'import_from_statement' ? `${dotted(field(statement, 'module_name'))}.` : '';
  if (parent?.type === 'aliased_import') {
    return isField(parent, 'alias', node) ? found(prefix + dotted(field(parent, 'name'))) : null;
  }
  if (parent?.type !== 'dotted_name' || ancestors[1]?.id !== statement.id) return null;
  if (isField(statement, 'module_name', parent)) return null;
  // `import a.b.c` binds `a`.
  return parent.firstNamedChild?.id === node.id ? found(prefix + node.text) : null;
}

/** A dotted name without the blanks that Python allows in it. */
function dotted(node: Node | null): string {
  return node === null ? '' : node.text.replace(/\s+/g, '');
}

function mutationAt(node: Node, ancestors: readonly Node[]): { at: number; change: Change } | null {
  const keys: Node[] = [];
  let value = node;
  let level = 0;
  for (
    let parent = ancestors[level];
    parent?.type === 'subscript' && isField(parent, 'value', value);
    parent = ancestors[++level]
  ) {
    const key = field(parent, 'subscript');
    if (key === null) return null;
    keys.push(key);
    value = parent;
  }
  const parent = ancestors[level];
  const found = (at: number, operation: Mutation): { at: number; change: Change } => ({
    at,
    change: { kind: 'mutate', keys, operation },
  });
  switch (parent?.type) {
    case 'assignment': {
      const right = lastRight(parent);
      return isField(parent, 'left', value) && right !== null
        ? found(parent.endIndex, { kind: 'set', value: right })
        : null;
    }
    case 'augmented_assignment': {
      const right = field(parent, 'right');
      if (!isField(parent, 'left', value) || right === null) return null;
      const operator = field(parent, 'operator')?.type.slice(0, -1) ?? '';
      return found(parent.endIndex, { kind: 'augment', operator, value: right });
    }
    case 'delete_statement':
      return found(parent.endIndex, { kind: 'delete' });
    case 'attribute': {
      const call = ancestors[level + 1];
      const method = field(parent, 'attribute')?.text ?? '';
      if (call?.type !== 'call' || !isField(call, 'function', parent) || !mutatingMethods.has(method)) return null;
      return found(call.endIndex, { kind: 'call', method, call });
    }
    default:
      return null;
  }
}
