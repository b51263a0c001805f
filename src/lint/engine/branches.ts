import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { field, isScope, partsOf } from '../../python/syntax';

/** The branches that run instead of the one that a node is in: of each `if` around it, within its function. */
export function otherBranches(module: PythonModule, node: Node): readonly Node[] {
  const branches: Node[] = [];
  let child = node;
  for (const ancestor of module.place(node)?.ancestors ?? []) {
    if (isScope(ancestor)) break;
    // An `else` is a part of its `if`.
    if (ancestor.type === 'if_statement') {
      const condition = field(ancestor, 'condition');
      branches.push(...partsOf(ancestor).filter(({ id }) => id !== child.id && id !== condition?.id));
    }
    child = ancestor;
  }
  return branches;
}
