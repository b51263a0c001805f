import { signature, type Signature } from '../../python/signatures';

/**
 * Where libraries take the number of rounds, epochs or trials. Only names and signatures: what is read of a run's script
 * needs them too, without the rest of the linter.
 */

/** Read in xgboost 3.2, lightgbm 4.7 and catboost 1.2.10; the other names are the aliases that they document. */
export const roundNames = {
  xgboost: ['n_estimators', 'num_boost_round'],
  lightgbm: [
    'n_estimators',
    'num_iterations',
    'num_iteration',
    'n_iter',
    'num_tree',
    'num_trees',
    'num_round',
    'num_rounds',
    'num_boost_round',
    'nrounds',
    'max_iter',
  ],
  catboost: ['iterations', 'num_boost_round', 'n_estimators', 'num_trees'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export const catboostModels: readonly string[] = [
  'catboost.CatBoostClassifier',
  'catboost.CatBoostRegressor',
  'catboost.CatBoostRanker',
  'catboost.CatBoost',
];

/** Positions as in older versions, which took more positional arguments than today. Those of CatBoost follow its documentation. */
export const boosterTrain: Readonly<Record<string, Signature>> = {
  'xgboost.train': signature(
    'params, dtrain, num_boost_round, evals, obj, feval, maximize, early_stopping_rounds, evals_result, verbose_eval, xgb_model, callbacks',
  ),
  'lightgbm.train': signature(
    'params, train_set, num_boost_round, valid_sets, valid_names, fobj, feval, init_model, feature_name, categorical_feature, early_stopping_rounds',
  ),
  'catboost.train': signature(
    'pool, params, dtrain, logging_level, verbose, iterations, num_boost_round, evals, eval_set, plot, plot_file, verbose_eval, metric_period, early_stopping_rounds',
  ),
};

/** Cross-validation: the parameters as far as the number of rounds. */
export const boosterCv: Readonly<Record<string, Signature>> = {
  'xgboost.cv': signature('params, dtrain, num_boost_round, *others'),
  'lightgbm.cv': signature('params, train_set, num_boost_round, *others'),
};

/** `Study.optimize`, read in Optuna 5.0, `study/study.py`. */
export const optunaOptimize = signature('func, n_trials, timeout, n_jobs, catch, callbacks');

/** Read in scikit-learn 1.9: `ensemble`, `neural_network/_multilayer_perceptron.py` and `linear_model/_stochastic_gradient.py`. */
export const sklearnIterations = {
  gradientBoosting: {
    classes: ['sklearn.ensemble.GradientBoostingClassifier', 'sklearn.ensemble.GradientBoostingRegressor'],
    argument: 'n_estimators',
    counts: 'round',
  },
  histogramBoosting: {
    classes: ['sklearn.ensemble.HistGradientBoostingClassifier', 'sklearn.ensemble.HistGradientBoostingRegressor'],
    argument: 'max_iter',
    counts: 'round',
  },
  perceptrons: {
    classes: ['sklearn.neural_network.MLPClassifier', 'sklearn.neural_network.MLPRegressor'],
    argument: 'max_iter',
    counts: 'epoch',
  },
  gradientDescent: {
    classes: ['sklearn.linear_model.SGDClassifier', 'sklearn.linear_model.SGDRegressor'],
    argument: 'max_iter',
    counts: 'epoch',
  },
} as const satisfies Readonly<
  Record<string, { readonly classes: readonly string[]; readonly argument: string; readonly counts: 'epoch' | 'round' }>
>;
