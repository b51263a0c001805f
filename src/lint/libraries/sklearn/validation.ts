import type { Call, PythonModule } from '../../../python/module';
import { signature } from '../../../python/signatures';
import { lastName } from '../../query';
import { splitsOf, type Splits } from './splits';

/** Functions that cross-validate an estimator. */
const VALIDATION_NAMES: readonly string[] = ['cross_val_score', 'cross_validate', 'cross_val_predict'];
export const VALIDATIONS: readonly string[] = VALIDATION_NAMES.flatMap((name) => [
  `sklearn.model_selection.${name}`,
  `sklearn.cross_validation.${name}`,
]);
export const VALIDATION_WORDS: readonly string[] = [...new Set(VALIDATIONS.map(lastName))];
/** The parameters as scikit-learn 1.x has them; not checked against its source. */
const PARAMETERS = signature('estimator, X, y, *, groups, scoring, cv');

/** True for a call that cross-validates. */
export const isValidation = ({ name }: Call): boolean => name !== null && VALIDATIONS.includes(name);

/** How often a cross-validation fits. */
export const splitsOfValidation = (module: PythonModule, validation: Call): Splits =>
  splitsOf(module, module.bind(validation, PARAMETERS).value('cv'));
