import type { Call, PythonModule } from '../../../python/module';
import { signature } from '../../../python/signatures';
import { truth, UNKNOWN } from '../../../python/values';
import { settingsAfter } from '../../later-settings';
import { candidateText, type FoundSearch } from './found';
import { gridSize } from '../../libraries/grids';
import { proposedDraws, randomizedFixes } from './randomized';
import { splitsOf } from '../../libraries/sklearn-splits';

/** Read in scikit-learn 1.9, `model_selection/_search.py` and `_search_successive_halving.py`. */
const GRID_SEARCH = signature(
  'estimator, param_grid, *, scoring, n_jobs, refit, cv, verbose, pre_dispatch, error_score, return_train_score',
);
const HALVING = signature(
  'estimator, param_grid, *, factor, resource, max_resources, min_resources, aggressive_elimination, cv, scoring, refit',
);

const EXHAUSTIVE = ['sklearn.model_selection.GridSearchCV', 'sklearn.grid_search.GridSearchCV'];
const HALVING_GRID = 'sklearn.model_selection.HalvingGridSearchCV';

export const SKLEARN_SEARCHES: readonly string[] = [...EXHAUSTIVE, HALVING_GRID];

export function* sklearnSearches(module: PythonModule): Generator<FoundSearch> {
  for (const call of module.calls(['GridSearchCV', 'HalvingGridSearchCV'])) {
    const found =
      call.name === HALVING_GRID
        ? halving(module, call)
        : EXHAUSTIVE.includes(call.name ?? '')
          ? exhaustive(module, call)
          : null;
    if (found !== null) yield found;
  }
}

const SINGLE = 'A single candidate is not a search: cross_validate does this.';

function exhaustive(module: PythonModule, call: Call): FoundSearch | null {
  const args = module.bind(call, GRID_SEARCH);
  const grid = args.get('param_grid');
  // Nothing is given, which does not run, or everything is unpacked, of which nothing can be said.
  if (grid === null) return null;
  const setting = settingsAfter(module, call, args);
  const candidates = gridSize(setting('param_grid') ?? UNKNOWN);
  const { count: splits, word } = splitsOf(module, setting('cv'));
  const refit = setting('refit');
  const refits = refit === null ? true : refit.kind === 'none' ? false : truth(refit);
  const fits = candidates === null || splits === null || refits === null ? null : candidates * splits + Number(refits);
  const draws = proposedDraws(candidates);
  const needed = splits === null || refits === null ? null : draws * splits + Number(refits);
  const each = splits === null ? ', each once per split' : ` × ${splits} ${word}`;
  return {
    node: call.node,
    candidates,
    splits,
    fits,
    sentence: `GridSearchCV tries ${candidateText(candidates)}${candidates === null && splits !== null ? ',' : ''}${each}${refits === true ? ' + 1 refit' : ''}${fits === null ? '' : ` = ${fits} fits`}.`,
    instead:
      candidates === null
        ? 'RandomizedSearchCV sets the number of candidates itself, by n_iter.'
        : needed === null
          ? ''
          : `RandomizedSearchCV with n_iter=${draws} needs ${needed}.`,
    single: SINGLE,
    limit: 'warning',
    fixes: randomizedFixes(module, call, args, candidates),
  };
}

function halving(module: PythonModule, call: Call): FoundSearch | null {
  const args = module.bind(call, HALVING);
  const grid = args.get('param_grid');
  if (grid === null) return null;
  const setting = settingsAfter(module, call, args);
  const candidates = gridSize(setting('param_grid') ?? UNKNOWN);
  return {
    node: call.node,
    candidates,
    splits: splitsOf(module, setting('cv')).count,
    // How many rounds there are depends on the data.
    fits: null,
    sentence: `HalvingGridSearchCV starts with ${candidateText(candidates)} and drops the weak ones in rounds.`,
    instead: `HalvingRandomSearchCV with n_candidates=${proposedDraws(candidates)} starts with fewer.`,
    single: SINGLE,
    limit: 'information',
    fixes: [],
  };
}
