import type { Node } from './parser';
import { field, isScope, partsOf } from './syntax';

/**
 * The one expression that a function of the module returns; null if it has several, none, or is wrapped by a
 * decorator, a coroutine or a generator.
 */
export function returnedExpression(definition: Node): Node | null {
  const body = field(definition, 'body');
  if (definition.type === 'lambda') return body;
  if (definition.type !== 'function_definition' || body === null) return null;
  if (definition.parent?.type === 'decorated_definition' || definition.firstChild?.type === 'async') return null;
  let found: Node | null = null;
  for (const statement of body.descendantsOfType(['return_statement', 'yield'])) {
    if (!belongsTo(statement, definition)) continue;
    const [expression] = partsOf(statement);
    if (found !== null || statement.type === 'yield' || expression === undefined) return null;
    found = expression;
  }
  return found;
}

/** All expressions that a function of the module returns; none if it is a generator. */
export function returnedExpressions(definition: Node): readonly Node[] {
  const body = field(definition, 'body');
  if (body === null) return [];
  if (definition.type === 'lambda') return [body];
  const statements = body
    .descendantsOfType(['return_statement', 'yield'])
    .filter((statement) => belongsTo(statement, definition));
  return statements.some(({ type }) => type === 'yield') ? [] : statements.flatMap(partsOf);
}

function belongsTo(statement: Node, definition: Node): boolean {
  for (let parent = statement.parent; parent !== null; parent = parent.parent) {
    if (isScope(parent)) return parent.id === definition.id;
  }
  return false;
}
