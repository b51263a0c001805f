import type { Call } from '../../python/module';
import { signature } from '../../python/signatures';
import { toInteger } from '../../python/values';
import { calls, query, type Query } from '../engine/query';

/** Read in KerasTuner 1.4.8, `tuners/gridsearch.py`: without `max_trials` it tries every combination. */
const gridSearch = 'keras_tuner.GridSearch';
const parameters = signature('hypermodel, objective, max_trials, seed, hyperparameters');

/** A search of KerasTuner through every combination of the parameters that a model's builder asks for. */
export interface KerasTunerGrid {
  readonly call: Call;
  /** True if `max_trials` is given. */
  readonly isLimited: boolean;
  /** `max_trials`; null if it is not known or not given. */
  readonly mostTrials: number | null;
}

const grids = calls([gridSearch], { packages: ['keras_tuner', 'kerastuner'] });

export const kerasTunerGrids: Query<KerasTunerGrid> = query(grids, function* (module) {
  for (const call of grids.find(module)) {
    const limit = module.bind(call, parameters).value('max_trials');
    yield {
      call,
      isLimited: limit !== null && limit.kind !== 'none',
      mostTrials: limit === null ? null : toInteger(limit),
    };
  }
});
