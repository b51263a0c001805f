import type { PythonModule } from '../../../python/module';
import { signature } from '../../../python/signatures';
import { toInteger } from '../../../python/values';
import type { FoundSearch } from './found';

/** Read in KerasTuner 1.4.8, `tuners/gridsearch.py`: without `max_trials` it tries every combination. */
const GRID_SEARCH = 'keras_tuner.GridSearch';
const PARAMETERS = signature('hypermodel, objective, max_trials, seed, hyperparameters');

export const KERAS_TUNER_SEARCHES: readonly string[] = [GRID_SEARCH];

export function* kerasTunerSearches(module: PythonModule): Generator<FoundSearch> {
  for (const call of module.calls(['GridSearch'])) {
    if (call.name !== GRID_SEARCH) continue;
    const limit = module.bind(call, PARAMETERS).value('max_trials');
    const most = limit === null ? null : toInteger(limit);
    const limited = limit !== null && limit.kind !== 'none';
    yield {
      node: call.node,
      candidates: null,
      splits: null,
      fits: null,
      sentence: limited
        ? `GridSearch walks through the combinations of its hyperparameters in order${most === null ? '' : `, and stops after ${most} trials`}.`
        : 'GridSearch tries every combination of its hyperparameters.',
      instead: limited
        ? 'RandomSearch sees more different values in as many trials, and Hyperband ends weak ones early.'
        : 'RandomSearch and BayesianOptimization take max_trials, and Hyperband ends weak trials early.',
      single: '',
      limit: limited ? 'information' : 'warning',
      fixes: [],
    };
  }
}
