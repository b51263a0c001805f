import type { Call } from '../../../python/module';
import { signature, type BoundArguments } from '../../../python/signatures';
import { toInteger, toText, truth } from '../../../python/values';
import { calls, query, type Query } from '../../engine/query';
import { sklearnIterations } from '../rounds';

const boostingParameters = signature('*');
const perceptronParameters = signature('hidden_layer_sizes, activation, *');
const { gradientBoosting, histogramBoosting, perceptrons } = sklearnIterations;

const kinds = { boosting: gradientBoosting, histogram: histogramBoosting, perceptron: perceptrons } as const;
type Kind = keyof typeof kinds;

/** An estimator that is fitted in rounds and could stop by itself. */
export interface IterativeEstimator {
  readonly call: Call;
  readonly args: BoundArguments;
  readonly kind: Kind;
  /** Rounds that are written; null if they are left out or not known. */
  readonly rounds: number | null;
  /** True if something may stop it before that. */
  readonly mayStop: boolean;
}

const iterative = calls(Object.values(kinds).flatMap(({ classes }): readonly string[] => classes));

/** The estimators in rounds; perceptrons whose solver ends by its own criterion (`lbfgs`) are not among them. */
export const iterativeEstimators: Query<IterativeEstimator> = query(iterative, function* (module) {
  for (const call of iterative.find(module)) {
    const kind = kindOf(call.name);
    const args = module.bind(call, kind === 'perceptron' ? perceptronParameters : boostingParameters);
    const solver = kind === 'perceptron' ? args.value('solver') : null;
    if (solver !== null && !/^(?:adam|sgd)$/.test(toText(solver) ?? '')) continue;
    const rounds = args.get(kinds[kind].argument);
    const stopping = args.value(kind === 'boosting' ? 'n_iter_no_change' : 'early_stopping');
    yield {
      call,
      args,
      kind,
      rounds: rounds === null ? null : toInteger(rounds.value),
      // Left out, histogram boosting stops early if it has more than 10,000 rows.
      mayStop: stopping === null ? kind === 'histogram' : truth(stopping) !== false,
    };
  }
});

const kindOf = (name: string): Kind =>
  gradientBoosting.classes.some((each) => each === name)
    ? 'boosting'
    : histogramBoosting.classes.some((each) => each === name)
      ? 'histogram'
      : 'perceptron';

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
