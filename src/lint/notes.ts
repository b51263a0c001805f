import type { Node } from '../python/parser';
import type { PythonModule } from '../python/module';
import { signature } from '../python/signatures';
import { field } from '../python/syntax';
import { usesOf } from './uses';
import { splitsOf } from './libraries/sklearn-splits';

/** A sentence on the loops around a node, empty if there are none. */
export function repetitionNote(module: PythonModule, node: Node): string {
  const repetitions = module.repetitions(node);
  if (repetitions.length === 0) return '';
  const rounds = repetitions.reduce<number | null>(
    (all, { rounds }) => (all === null || rounds === null ? null : all * rounds),
    1,
  );
  const loops = repetitions.length === 1 ? 'The loop around it repeats' : 'The loops around it repeat';
  return rounds === null ? `${loops} all of that.` : `${loops} all of that ${rounds} times.`;
}

/** The parameters as scikit-learn 1.x has them; not checked against its source. */
const VALIDATION = /^sklearn\.(?:model_selection|cross_validation)\.cross_(?:val_score|validate|val_predict)$/;
const PARAMETERS = signature('estimator, X, y, *, groups, scoring, cv');

/** A sentence on the cross-validation that a search is given to, empty if there is none. */
export function validationNote(module: PythonModule, search: Node): string {
  const made = module.callOf({ kind: 'instance', call: search });
  for (const other of made === null ? [] : usesOf(module, made).passedTo) {
    const callee = field(other, 'function');
    const target = callee === null ? null : module.evaluate(callee);
    const call =
      target?.kind === 'reference' && VALIDATION.test(target.name)
        ? module.callOf({ kind: 'instance', call: other })
        : null;
    if (call === null) continue;
    const { count } = splitsOf(module, module.bind(call, PARAMETERS).value('cv'));
    return `The cross-validation around it repeats all of that${count === null ? '' : ` ${count} times`}.`;
  }
  return '';
}
