/**
 * Searches that do not try every combination: of scikit-learn 1.9, scikit-optimize, Optuna 5.0, KerasTuner 1.4 and CatBoost
 * 1.2, by the names that stand in code.
 */
export const betterSearches: readonly string[] = [
  'RandomizedSearchCV',
  'HalvingRandomSearchCV',
  'BayesSearchCV',
  'TPESampler',
  'create_study',
  'BayesianOptimization',
  'randomized_search',
];

/** What ends bad trials early: pruners of Optuna 5.0, schedulers of Ray 2.60. */
export const pruners: readonly string[] = [
  'MedianPruner',
  'SuccessiveHalvingPruner',
  'HyperbandPruner',
  'PercentilePruner',
  'WilcoxonPruner',
  'ASHAScheduler',
  'AsyncHyperBandScheduler',
  'should_prune',
];

/** The argument by which a study of Optuna has several objectives. */
export const severalObjectives = String.raw`directions(?=\s*=\s*\[)`;
