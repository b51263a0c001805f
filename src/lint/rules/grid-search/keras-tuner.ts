import { counted } from '../../../present/words';
import type { KerasTunerGrid } from '../../libraries/keras-tuner';
import type { FoundSearch } from './found';

export function describeKerasTuner({ call, isLimited, mostTrials }: KerasTunerGrid): FoundSearch {
  return {
    node: call.node,
    candidates: null,
    splits: null,
    fits: null,
    sentence: isLimited
      ? `GridSearch goes through the combinations of its hyperparameters in order${mostTrials === null ? '' : `, and stops after ${counted(mostTrials, 'trial')}`}.`
      : 'GridSearch tries every combination of its hyperparameters.',
    instead: isLimited
      ? 'RandomSearch tries more different values in as many trials, and Hyperband stops weak ones early.'
      : 'RandomSearch and BayesianOptimization take max_trials, and Hyperband stops weak trials early.',
    single: '',
    limit: isLimited ? 'information' : 'warning',
    fixes: [],
  };
}
