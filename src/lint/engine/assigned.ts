import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { field, isField } from '../../python/syntax';

/** A place where a name alone stands on the left of `=`. */
interface Assigned {
  readonly name: Node;
  /** Null for a name that is only annotated. */
  readonly value: Node | null;
}

/** The assignments to a name, in whatever scope, that begin before an offset. In source order. */
export const assignmentsTo = (module: PythonModule, name: string, before = Infinity): readonly Assigned[] =>
  module.identifiersBetween(name, 0, before).flatMap((identifier) => {
    const assignment = identifier.parent;
    return assignment?.type === 'assignment' && isField(assignment, 'left', identifier)
      ? [{ name: identifier, value: field(assignment, 'right') }]
      : [];
  });
