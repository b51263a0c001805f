import type { Call, PythonModule } from '../../../python/module';
import { signature } from '../../../python/signatures';
import { lastName } from '../../engine/query';
import { splitsOf, type Splits } from './splits';

/** Functions that cross-validate an estimator. */
const validationNames: readonly string[] = ['cross_val_score', 'cross_validate', 'cross_val_predict'];
export const allValidations: readonly string[] = validationNames.flatMap((name) => [
  `sklearn.model_selection.${name}`,
  `sklearn.cross_validation.${name}`,
]);
export const validationWords: readonly string[] = [...new Set(allValidations.map(lastName))];
/** Read in scikit-learn 1.9, `model_selection/_validation.py`; `cross_val_predict` has no `scoring`. All follow `*`. */
const parameters = signature('estimator, X, y, *, groups, scoring, cv');

/** True for a call that cross-validates. */
export const isValidation = ({ name }: Call): boolean => name !== null && allValidations.includes(name);

/** How often a cross-validation fits. */
export const splitsOfValidation = (module: PythonModule, validation: Call): Splits =>
  splitsOf(module, module.bind(validation, parameters).value('cv'));
