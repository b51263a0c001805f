import type { Call } from '../../python/module';
import { signature, type BoundArguments } from '../../python/signatures';
import { truth } from '../../python/values';
import { query, type Query } from '../engine/query';
import { gridSize } from './grids';
import { catboostModels } from './rounds';
import { splitterNames, splitsOf } from './sklearn/splits';

/**
 * Measured with CatBoost 1.2.10 (test/fixtures/catboost): by default each candidate is fitted once, on one split, then the
 * best one in `cv` folds, with `calc_cv_statistics=False` too, and once more on all data.
 */
const gridSearch = signature(
  'param_grid, X, y, cv, partition_random_seed, calc_cv_statistics, search_by_train_test_split, refit',
);
const defaultFolds = 3;
/** What `randomized_search` draws by default. */
export const catboostDraws = 10;

/** A search through a grid by a model's own `grid_search`. */
export interface CatBoostSearch {
  readonly call: Call;
  readonly args: BoundArguments;
  /** Null if they cannot be counted. */
  readonly candidates: number | null;
  /** Whether each candidate is fitted once, on one split; null if that is not known. */
  readonly isOneSplit: boolean | null;
  readonly folds: number | null;
  readonly refits: boolean | null;
}

export const catboostSearches: Query<CatBoostSearch> = query(
  { packages: ['catboost'], methods: ['grid_search'], related: [...catboostModels, ...splitterNames] },
  function* (module) {
    for (const call of module.calls(['grid_search'])) {
      if (call.receiver === null) continue;
      const model = module.callOf(module.evaluate(call.receiver));
      if (model === null || !catboostModels.includes(model.name ?? '')) continue;
      const args = module.bind(call, gridSearch);
      const grid = args.get('param_grid');
      if (grid === null) continue;
      const [oneSplit, cv, refit] = [args.value('search_by_train_test_split'), args.value('cv'), args.value('refit')];
      yield {
        call,
        args,
        candidates: gridSize(grid.value),
        isOneSplit: oneSplit === null ? true : truth(oneSplit),
        folds: cv === null ? defaultFolds : splitsOf(module, cv).count,
        refits: refit === null ? true : truth(refit),
      };
    }
  },
);

/** The fits of a search with so many candidates; null if they cannot be counted. */
export function catboostFits(
  { isOneSplit, folds, refits }: Omit<CatBoostSearch, 'candidates'>,
  candidates: number | null,
): number | null {
  return candidates === null || isOneSplit === null || folds === null || refits === null
    ? null
    : (isOneSplit ? candidates + folds : candidates * folds) + Number(refits);
}
