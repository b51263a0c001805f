import type { Call, PythonModule } from '../../../python/module';
import { argumentsOf, signature, type BoundArguments } from '../../../python/signatures';
import { field } from '../../../python/syntax';
import { truth } from '../../../python/values';
import { addArgument, inOrder, replaceNode } from '../../edits';
import type { Fix } from '../../rule';
import { candidateText, type FoundSearch } from './found';
import { gridSize } from '../../libraries/grids';
import { proposedDraws } from './randomized';
import { splitsOf } from '../../libraries/sklearn-splits';

/**
 * Measured with CatBoost 1.2.10 (test/fixtures/catboost): by default each candidate is fitted once, on one split, then the
 * best one in `cv` folds, with `calc_cv_statistics=False` too, and once more on all data.
 */
const GRID_SEARCH = signature(
  'param_grid, X, y, cv, partition_random_seed, calc_cv_statistics, search_by_train_test_split, refit',
);
const FOLDS = 3;
/** What `randomized_search` draws by default. */
const MOST_DRAWS = 10;

/** The classes whose objects have `grid_search`. */
export const CATBOOST_MODELS: readonly string[] = [
  'catboost.CatBoost',
  'catboost.CatBoostClassifier',
  'catboost.CatBoostRegressor',
  'catboost.CatBoostRanker',
];

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
    const folds = cv === null ? FOLDS : splitsOf(module, cv).count;
    const refit = args.value('refit');
    const refits = refit === null ? true : truth(refit);
    const fitsOf = (number: number | null): number | null =>
      number === null || single === null || folds === null || refits === null
        ? null
        : (single ? number + folds : number * folds) + Number(refits);
    const fits = fitsOf(candidates);
    const draws = Math.min(MOST_DRAWS, proposedDraws(candidates));
    const needed = fitsOf(draws);
    const folded = folds === null ? 'once in each split' : `in ${folds} folds`;
    const each =
      single === null
        ? ''
        : single
          ? `, one fit each, and fits the best one ${folded}`
          : folds === null
            ? ', each once per split'
            : ` × ${folds} folds`;
    yield {
      node: call.node,
      candidates,
      splits: single === false ? folds : null,
      fits,
      sentence: `grid_search tries ${candidateText(candidates)}${each}${refits === true ? ' + 1 refit' : ''}${fits === null ? '' : ` = ${fits} fits`}.`,
      instead: `randomized_search with n_iter=${draws} ${candidates === null ? 'sets the number of candidates' : needed === null ? 'fits fewer of them' : `needs ${needed}`}.`,
      single: 'A single candidate is not a search.',
      limit: 'warning',
      fixes: randomized(call, args, draws),
    };
  }
}

/** In `randomized_search` the number of candidates stands where `grid_search` takes the seed. */
const SAME_BY_POSITION = 4;

function randomized({ node, callee }: Call, args: BoundArguments, draws: number): readonly Fix[] {
  const method = field(callee, 'attribute');
  const byPosition = argumentsOf(node).filter(({ type }) => type !== 'keyword_argument');
  const count = addArgument(node, `n_iter=${draws}`);
  if (
    method === null ||
    count === null ||
    byPosition.length > SAME_BY_POSITION ||
    byPosition.some(({ type }) => type.endsWith('_splat'))
  )
    return [];
  const keyword = args.get('param_grid')?.keyword ?? null;
  const name = keyword === null ? null : field(keyword, 'name');
  const renamed = name === null ? [] : [replaceNode(name, 'param_distributions')];
  return [
    {
      title: `Use randomized_search with n_iter=${draws}`,
      safe: false,
      edits: inOrder([replaceNode(method, 'randomized_search'), ...renamed, count]),
    },
  ];
}
