import type { Call, PythonModule } from '../../python/module';
import { signature } from '../../python/signatures';
import { toInteger, type Value } from '../../python/values';
import { calls, query, type NamedCall, type Query } from '../engine/query';
import { usesOf } from '../engine/uses';
import { readCallbacks } from './keras/callbacks';

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

/** Read in KerasTuner 1.4.8, `tuners/randomsearch.py` and `bayesian.py`: neither stops a trial by itself, as Hyperband does. */
const untilTheEnd: readonly string[] = ['keras_tuner.RandomSearch', 'keras_tuner.BayesianOptimization'];
const defaultTrials = 10;
const search = signature('x, y, batch_size, epochs');

/** A search of KerasTuner whose trials all train for the same number of epochs. */
interface KerasTunerSearch {
  readonly call: NamedCall;
  /** Null if they are not known. */
  readonly trials: number | null;
  readonly epochs: number;
}

const drawn = calls(untilTheEnd, { packages: ['keras_tuner', 'kerastuner'] });

/** The searches that train every trial to its last epoch: no callback stops those that do not improve. */
export const kerasTunerSearches: Query<KerasTunerSearch> = query(drawn, function* (module) {
  for (const call of drawn.find(module)) {
    const args = module.bind(call, parameters);
    const limit = args.value('max_trials');
    const epochs = args.complete ? mostEpochs(module, call) : null;
    if (epochs !== null) yield { call, trials: limit === null ? defaultTrials : toInteger(limit), epochs };
  }
});

/** The most epochs that `search` is given; null if that is not known, or something may stop a trial. */
function mostEpochs(module: PythonModule, tuner: Call): number | null {
  const { methods } = usesOf(module, tuner);
  const given = methods
    .filter(({ name }) => name === 'search')
    .map(({ call }) => {
      const args = module.bind({ ...tuner, node: call }, search);
      const callbacks = args.value('callbacks');
      const unstopped = args.complete && readCallbacks(module, callbacks).stop === false;
      return unstopped ? toInteger(args.value('epochs') ?? one) : null;
    });
  return given.length === 0 || given.includes(null) ? null : Math.max(...given.map((each) => each ?? 0));
}

/** Keras' own default. */
const one: Value = { kind: 'number', value: 1, integer: true };
