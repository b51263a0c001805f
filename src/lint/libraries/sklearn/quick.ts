import type { PythonModule } from '../../../python/module';
import type { Value } from '../../../python/values';

/** Estimators that learn a table of some ten thousand rows in a tenth of a second or less. */
const quick =
  /^sklearn\.(?:tree\.(?:DecisionTree|ExtraTree)\w+|naive_bayes\.\w+|linear_model\.(?:LinearRegression|Ridge\w*|Lasso\w*|ElasticNet\w*)|dummy\.\w+)$/;
/** Neighbours learn nothing, and search at each prediction. */
const neighbours = /^sklearn\.neighbors\.(?:KNeighbors|NearestCentroid)\w*$/;

/** So many fits of an estimator take about a minute on usual tables; 0 for one that may take longer, and if it is not known. */
export function quickFits(module: PythonModule, estimator: Value | null): number {
  const name = estimator === null ? null : (module.callOf(estimator)?.name ?? null);
  return name === null ? 0 : quick.test(name) ? 1000 : neighbours.test(name) ? 200 : 0;
}
