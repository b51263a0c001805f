import type { Call } from '../../../python/module';
import { argumentsOf, type BoundArguments } from '../../../python/signatures';
import { field } from '../../../python/syntax';
import { counted, grouped } from '../../../present/words';
import { addArgument, inOrder, replaceNode } from '../../fixes/edits';
import { catboostFits, catboostDraws, type CatBoostSearch } from '../../libraries/catboost';
import type { Fix } from '../../engine/rule';
import { candidateText, proposedDraws, type FoundSearch } from './found';

export function describeCatBoost(search: CatBoostSearch): FoundSearch {
  const { call, args, candidates, isOneSplit, folds, refits } = search;
  const fits = catboostFits(search, candidates);
  const draws = Math.min(catboostDraws, proposedDraws(candidates));
  const needed = catboostFits(search, draws);
  const folded = folds === null ? 'once per split' : `on ${folds} folds`;
  const each =
    isOneSplit === null
      ? ''
      : isOneSplit
        ? ` with one fit each, then fits the best one ${folded}`
        : folds === null
          ? ', each once per split'
          : ` × ${folds} folds`;
  return {
    node: call.node,
    candidates,
    splits: isOneSplit === false ? folds : null,
    fits,
    sentence: `grid_search tries ${candidateText(candidates)}${each}${refits === true ? ' + 1 refit' : ''}${fits === null ? '' : ` = ${counted(fits, 'fit')}`}.`,
    instead: `randomized_search with n_iter=${draws} ${candidates === null ? 'limits the number of candidates' : needed === null ? 'fits fewer of them' : `needs ${grouped(needed)}`}.`,
    fewer: { how: 'randomized_search', candidates: draws, fits: needed },
    single: 'A single candidate is not a search.',
    limit: 'warning',
    fixes: randomized(call, args, draws),
  };
}

/** In `randomized_search` the number of candidates stands where `grid_search` takes the seed. */
const sameByPosition = 4;

function randomized({ node, callee }: Call, args: BoundArguments, draws: number): readonly Fix[] {
  const method = field(callee, 'attribute');
  const byPosition = argumentsOf(node).filter(({ type }) => type !== 'keyword_argument');
  const count = addArgument(node, `n_iter=${draws}`);
  if (
    method === null ||
    count === null ||
    byPosition.length > sameByPosition ||
    // A list of grids, which `randomized_search` does not take.
    args.value('param_grid')?.kind === 'sequence' ||
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
