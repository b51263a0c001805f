import type { Node } from '../../python/parser';
import type { PythonModule } from '../../python/module';

/** A sentence on the loops around a node, empty if there are none. */
export function repetitionNote(module: PythonModule, node: Node): string {
  const repetitions = module.repetitions(node);
  if (repetitions.length === 0) return '';
  const rounds = repetitions.reduce<number | null>((all, { rounds }) => (all === null || rounds === null ? null : all * rounds), 1);
  const loops = repetitions.length === 1 ? 'The loop around it repeats' : 'The loops around it repeat';
  return rounds === null ? `${loops} all of that.` : `${loops} all of that ${rounds} times.`;
}
