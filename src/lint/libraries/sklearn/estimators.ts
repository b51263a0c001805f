import type { Call } from '../../../python/module';
import { signature, type BoundArguments } from '../../../python/signatures';
import { toInteger, toText, truth } from '../../../python/values';
import { calls, query, type Query } from '../../engine/query';
import { sklearnIterations } from '../rounds';

const boostingParameters = signature('*');
const perceptronParameters = signature('hidden_layer_sizes, activation, *');
const { gradientBoosting, perceptrons } = sklearnIterations;

/** An estimator that is fitted in rounds and could stop by itself. */
export interface IterativeEstimator {
  readonly call: Call;
  readonly args: BoundArguments;
  readonly kind: 'boosting' | 'perceptron';
  /** Rounds that are written; null if they are left out or not known. */
  readonly rounds: number | null;
  /** True if something may stop it before that. */
  readonly mayStop: boolean;
}

const iterative = calls([...gradientBoosting.classes, ...perceptrons.classes]);

/** The estimators in rounds; perceptrons whose solver ends by its own criterion (`lbfgs`) are not among them. */
export const iterativeEstimators: Query<IterativeEstimator> = query(iterative, function* (module) {
  for (const call of iterative.find(module)) {
    const kind = gradientBoosting.classes.some((name) => name === call.name) ? 'boosting' : 'perceptron';
    const args = module.bind(call, kind === 'boosting' ? boostingParameters : perceptronParameters);
    const solver = kind === 'boosting' ? null : args.value('solver');
    if (solver !== null && !/^(?:adam|sgd)$/.test(toText(solver) ?? '')) continue;
    const rounds = args.get((kind === 'boosting' ? gradientBoosting : perceptrons).argument);
    const stopping = args.value(kind === 'boosting' ? 'n_iter_no_change' : 'early_stopping');
    yield {
      call,
      args,
      kind,
      rounds: rounds === null ? null : toInteger(rounds.value),
      mayStop: stopping !== null && truth(stopping) !== false,
    };
  }
});

/** Classes that are fitted: `sklearn.svm.SVC`, not `sklearn.model_selection.KFold` or `sklearn.gaussian_process.kernels.RBF`. */
export const estimator =
  /^(?:sklearn\.(?!model_selection\.|metrics\.|datasets\.|pipeline\.|compose\.|utils\.|inspection\.|grid_search\.|cross_validation\.)[a-z_]+\.[A-Z]\w*|xgboost\.XGB\w+|lightgbm\.LGBM\w+|catboost\.CatBoost\w*|(?:fb)?prophet\.Prophet)$/;
/** The packages of these classes. */
export const estimatorPackages: readonly string[] = [
  'sklearn',
  'xgboost',
  'lightgbm',
  'catboost',
  'prophet',
  'fbprophet',
];

/** Parameters of estimators that say how to compute, not what. */
export const howToCompute: ReadonlySet<string> = new Set([
  'random_state',
  'random_seed',
  'seed',
  'n_jobs',
  'nthread',
  'thread_count',
  'verbose',
  'verbosity',
  'silent',
  'logging_level',
  'device',
]);
