import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { scopeOf } from '../../../python/places';
import { contains, field, isLoop, isScope, wholeName } from '../../../python/syntax';
import { flowOf, takerOf, tensorsIn } from '../../libraries/torch/autograd';
import type { BackwardPass } from '../../libraries/torch/backward';
import { isTarget } from '../../libraries/torch/losses';
import { isSumOf, stepsOfALook, type Sums } from './sums';

/** A place where a loss is added to a sum. */
export interface Total {
  readonly statement: Node;
  readonly target: Node;
  /** The loss where it is added. */
  readonly added: Node;
}

/** The sums to which a loss is added with its history, round after round. */
export function* totals(module: PythonModule, sums: Sums, name: string, { call }: BackwardPass): Generator<Total> {
  const scope = module.place(call.node)?.scopes[0];
  if (scope === undefined) return;
  const outermost = module
    .repetitions(call.node)
    .filter(({ node }) => isLoop(node))
    .at(-1)?.node;
  for (const identifier of module.identifiersBetween(
    name.slice(name.lastIndexOf('.') + 1),
    (outermost ?? scope).startIndex,
    (outermost ?? scope).endIndex,
  )) {
    module.spend(stepsOfALook);
    const loss = wholeName(identifier);
    if (loss.text !== name || scopeIdOf(module, loss) !== scope.id) continue;
    const taker = takerOf(flowOf(loss));
    if (taker === null || taker.target.text === name || !isSum(taker.statement, taker.target)) continue;
    if (!lastsBeyondTheRound(module, sums, taker, call.node) || !isSameLoss(module, name, loss, call.node)) continue;
    yield { ...taker, added: loss };
  }
}

const scopeIdOf = (module: PythonModule, node: Node): number | null => {
  const place = module.place(node);
  return place === null ? null : scopeOf(place).id;
};

/** `total += …` and `total = total + …`, into a variable or an attribute. */
function isSum(statement: Node, target: Node): boolean {
  if (target.type !== 'identifier' && target.type !== 'attribute' && target.type !== 'subscript') return false;
  if (statement.type === 'augmented_assignment') return field(statement, 'operator')?.type === '+=';
  const right = field(statement, 'right');
  return (
    right?.type === 'binary_operator' &&
    field(right, 'operator')?.type === '+' &&
    [...tensorsIn(right)].some(({ text }) => text === target.text)
  );
}

/**
 * True if the sum outlives the round whose loss it takes: it is in the same loop and starts outside of it, or it belongs to an
 * object whose method trains one batch.
 */
function lastsBeyondTheRound(
  module: PythonModule,
  sums: Sums,
  { statement, target }: { statement: Node; target: Node },
  backward: Node,
): boolean {
  const loop = module.repetitions(statement).find(({ node }) => isLoop(node))?.node;
  const startsWithin = (outer: Node): boolean =>
    sums.of(target).starts.some((start) => contains(outer, start) && isCertainIn(module, start, outer));
  if (loop !== undefined) return contains(loop, backward) && !startsWithin(loop);
  const method = module.place(statement)?.scopes[0];
  return (
    target.type !== 'identifier' &&
    method?.type === 'function_definition' &&
    /^(?:self|cls)\b/.test(target.text) &&
    !startsWithin(method)
  );
}

/** A step of an optimizer, or the batches that it waits for: what starts again with it holds the losses of one step. */
const optimizes = /\boptim\w*\.step\(|\boptimizer\w*\b[^\n]{0,40}\.step\(|^if\b[^\n]{0,120}%[^\n]{0,60}accum/;

/**
 * True if a statement runs in every round or call, or with every step of the optimizer: `if step % 100 == 99: total = 0`
 * does not.
 */
function isCertainIn(module: PythonModule, statement: Node, outer: Node): boolean {
  const around = module.place(statement)?.ancestors ?? [];
  const level = around.findIndex(({ id }) => id === outer.id);
  return (
    level !== -1 &&
    around
      .slice(0, level)
      .every(
        (ancestor) =>
          !isScope(ancestor) &&
          ancestor.type !== 'except_clause' &&
          (!/^(?:if|for|while|match)_statement$/.test(ancestor.type) ||
            (ancestor.type === 'if_statement' && optimizes.test(ancestor.text))),
      )
  );
}

/** True if nothing between the sum and the backward pass assigns the loss a value without that history. */
function isSameLoss(module: PythonModule, name: string, loss: Node, backward: Node): boolean {
  const [from, to] = [Math.min(loss.startIndex, backward.startIndex), Math.max(loss.startIndex, backward.startIndex)];
  return module.identifiersBetween(name.slice(name.lastIndexOf('.') + 1), from + 1, to).every((node) => {
    module.spend(stepsOfALook);
    const written = wholeName(node);
    if (written.text !== name || !isTarget(node, written)) return true;
    const statement = written.parent;
    // A loss to which something is added keeps its history.
    return statement?.type === 'augmented_assignment' || (statement?.type === 'assignment' && isSumOf(statement, name));
  });
}
