import type { Call, PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { field, isFunction, parameterNames } from '../../../python/syntax';
import { signature, type BoundArguments } from '../../../python/signatures';
import { truth, unknownValue, type Value } from '../../../python/values';
import { settingsAfter } from '../../engine/later-settings';
import { calls, query, type Query } from '../../engine/query';
import { valuesGiven } from '../given-numbers';
import { possibleValues } from '../loop-values';
import { drawnCandidates, gridSize, toCount } from '../grids';
import { splitterNames, splitsOf, type Splits } from './splits';

/** Read in scikit-learn 1.9, `model_selection/_search.py` and `_search_successive_halving.py`. */
const gridSearch = signature(
  'estimator, param_grid, *, scoring, n_jobs, refit, cv, verbose, pre_dispatch, error_score, return_train_score',
);
const halving = signature(
  'estimator, param_grid, *, factor, resource, max_resources, min_resources, aggressive_elimination, cv, scoring, refit',
);
const randomized = signature('estimator, param_distributions, *, n_iter, scoring, n_jobs, refit, cv');
/** The default of `n_iter`. */
const defaultDraws = 10;

/** cuML 25 passes scikit-learn's own on; dask-ml 2024 has its own with the same meaning (`model_selection/_search.py`). */
const daskGrid = 'dask_ml.model_selection.GridSearchCV';
const exhaustive: readonly string[] = [
  ...['sklearn.model_selection', 'sklearn.grid_search', 'cuml.model_selection'].map((name) => `${name}.GridSearchCV`),
  daskGrid,
];
/** The folds of dask-ml where none are given. */
const daskFolds: Value = { kind: 'number', value: 3, integer: true };
const halvingGrid = 'sklearn.model_selection.HalvingGridSearchCV';
const randomSearches: readonly string[] = [
  'sklearn.model_selection.RandomizedSearchCV',
  'sklearn.grid_search.RandomizedSearchCV',
];

/** A search that cross-validates each of its candidates. */
interface SklearnSearch {
  readonly call: Call;
  readonly args: BoundArguments;
  /** Null if they cannot be counted. */
  readonly candidates: number | null;
  readonly splits: Splits;
  /** Whether the best candidate is fitted once more, on all data; null if that is not known. */
  readonly refits: boolean | null;
}

/** A search through a grid. */
export interface SklearnGridSearch extends SklearnSearch {
  /** True if it drops weak candidates in rounds, whose number depends on the data. */
  readonly isHalving: boolean;
  /** True if the rounds of a loop search through several grids, of which this is the largest. */
  readonly isLargest: boolean;
}

const grids = calls([...exhaustive, halvingGrid], { related: splitterNames });

/** The searches through a grid; those that are given none do not run, or say nothing of it. */
export const sklearnGridSearches: Query<SklearnGridSearch> = query(grids, function* (module) {
  for (const call of grids.find(module)) {
    const isHalving = call.name === halvingGrid;
    const args = module.bind(call, isHalving ? halving : gridSearch);
    if (args.get('param_grid') === null) continue;
    const setting = settingsAfter(module, call, args);
    const refit = setting('refit');
    yield {
      call,
      args,
      isHalving,
      ...sizeOf(module, args, setting('param_grid') ?? unknownValue),
      splits: splitsOf(module, setting('cv') ?? (call.name === daskGrid ? daskFolds : null)),
      refits: refit === null ? true : refit.kind === 'none' ? false : truth(refit),
    };
  }
});

/** The candidates of a grid; of the largest where each round of a loop, or each call of the function, has another. */
function sizeOf(
  module: PythonModule,
  args: BoundArguments,
  grid: Value,
): Pick<SklearnGridSearch, 'candidates' | 'isLargest'> {
  const candidates = gridSize(grid);
  const written = candidates === null ? (args.get('param_grid')?.node ?? null) : null;
  const sizes = written === null || isChosen(module, written) ? [] : possibleValues(module, written)?.map(gridSize);
  if (sizes === undefined || sizes.length === 0 || !sizes.every((size) => size !== null))
    return { candidates, isLargest: false };
  return { candidates: Math.max(...sizes), isLargest: Math.min(...sizes) < Math.max(...sizes) };
}

/** True in a branch that a parameter decides: some of the calls go another way, with grids of their own. */
function isChosen(module: PythonModule, node: Node): boolean {
  const { scopes = [], ancestors = [] } = module.place(node) ?? {};
  const [scope] = scopes;
  const parameters = scope !== undefined && isFunction(scope) ? parameterNames(scope) : [];
  return ancestors.some((ancestor) => {
    const condition = ancestor.type === 'if_statement' ? field(ancestor, 'condition') : null;
    return (
      condition !== null &&
      parameters.some((name) => module.identifiersBetween(name, condition.startIndex, condition.endIndex).length > 0)
    );
  });
}

const random = calls(randomSearches, { related: splitterNames });

/** The searches that draw their candidates at random, each once where the space is all lists. */
export const sklearnRandomSearches: Query<SklearnSearch> = query(random, function* (module) {
  for (const call of random.find(module)) {
    const args = module.bind(call, randomized);
    const setting = settingsAfter(module, call, args);
    const [draws, refit] = [setting('n_iter'), setting('refit')];
    yield {
      call,
      args,
      candidates: drawnCandidates(
        draws === null ? defaultDraws : (toCount(draws) ?? drawsGiven(module, args)),
        setting('param_distributions'),
      ),
      splits: splitsOf(module, setting('cv')),
      refits: refit === null ? true : truth(refit),
    };
  }
});

/** The draws that a parameter stands for: the fewest that a call gives, or its default where nothing calls. */
function drawsGiven(module: PythonModule, args: BoundArguments): number | null {
  const written = args.get('n_iter')?.node ?? null;
  const given = written?.type === 'identifier' ? valuesGiven(module, written) : [];
  const counts = given.map((each) => (each === null ? null : toCount(each.value)));
  return counts.length > 0 && counts.every((each) => each !== null) ? Math.min(...counts) : null;
}

/** All searches of scikit-learn that take `n_jobs`. */
export const sklearnSearchCalls = calls(
  ['GridSearchCV', 'RandomizedSearchCV', 'HalvingGridSearchCV', 'HalvingRandomSearchCV'].map(
    (name) => `sklearn.model_selection.${name}`,
  ),
);

/** What the halving searches of scikit-learn 1.9 do not take, or not in all forms, of the arguments of `GridSearchCV`. */
export const notForHalving: readonly string[] = ['pre_dispatch', 'iid', 'fit_params', 'scoring'];

/** The fits of a search; null if they cannot be counted. */
export function fitsOf({ candidates, splits, refits }: Omit<SklearnSearch, 'call' | 'args'>): number | null {
  return candidates === null || splits.count === null || refits === null
    ? null
    : candidates * splits.count + Number(refits);
}
