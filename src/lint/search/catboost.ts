import type { Call, PythonModule } from '../../python/module';
import { argumentsOf, signature, type BoundArguments } from '../../python/signatures';
import { field } from '../../python/syntax';
import { truth } from '../../python/values';
import { addArgument, inOrder, replaceNode } from '../edits';
import type { Fix } from '../rule';
import { candidateText, type FoundSearch } from './found';
import { gridSize, toCount } from './grids';

/** Read in CatBoost 1.2.10, `core.py`: by default each candidate is fitted once, on one split, and `cv` is for the winner. */
const GRID_SEARCH = signature('param_grid, X, y, cv, partition_random_seed, calc_cv_statistics, search_by_train_test_split, refit');
const FOLDS = 3;

/** The classes whose objects have `grid_search`. */
export const CATBOOST_MODELS: readonly string[] = ['catboost.CatBoost', 'catboost.CatBoostClassifier', 'catboost.CatBoostRegressor', 'catboost.CatBoostRanker'];

export function* catboostSearches(module: PythonModule): Generator<FoundSearch> {
  for (const call of module.calls(['grid_search'])) {
    if (call.receiver === null) continue;
    const model = module.callOf(module.evaluate(call.receiver));
    if (model === null || !CATBOOST_MODELS.includes(model.name ?? '')) continue;
    const args = module.bind(call, GRID_SEARCH);
    const grid = args.get('param_grid');
    if (grid === null) continue;
    const candidates = gridSize(grid.value);
    const oneSplit = args.value('search_by_train_test_split');
    const single = oneSplit === null ? true : truth(oneSplit);
    const cv = args.value('cv');
    const folds = cv === null ? FOLDS : toCount(cv);
    const splits = single === false ? folds : null;
    const fits = candidates === null || single === null ? null : single ? candidates : folds === null ? null : candidates * folds;
    yield {
      node: call.node,
      candidates,
      splits,
      fits,
      sentence: `grid_search tries ${candidateText(candidates)}${single === true ? ', one fit each' : splits === null ? '' : ` × ${splits} folds`}.`,
      instead: 'randomized_search fits n_iter=10 of them.',
      single: 'A single candidate is not a search.',
      limit: 'warning',
      fixes: randomized(call, args),
    };
  }
}

/** In `randomized_search` the number of candidates stands where `grid_search` takes the seed. */
const SAME_BY_POSITION = 4;

function randomized({ node, callee }: Call, args: BoundArguments): readonly Fix[] {
  const method = field(callee, 'attribute');
  const byPosition = argumentsOf(node).filter(({ type }) => type !== 'keyword_argument');
  const count = addArgument(node, 'n_iter=10');
  if (method === null || count === null || byPosition.length > SAME_BY_POSITION || byPosition.some(({ type }) => type.endsWith('_splat'))) return [];
  const keyword = args.get('param_grid')?.keyword ?? null;
  const name = keyword === null ? null : field(keyword, 'name');
  const renamed = name === null ? [] : [replaceNode(name, 'param_distributions')];
  return [
    {
      title: 'Use randomized_search with n_iter=10',
      safe: false,
      edits: inOrder([replaceNode(method, 'randomized_search'), ...renamed, count]),
    },
  ];
}
