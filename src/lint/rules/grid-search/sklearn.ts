import { isOfSmallData } from '../../libraries/made-up-data';
import type { Call, PythonModule } from '../../../python/module';
import { argumentsOf, type BoundArguments } from '../../../python/signatures';
import { field } from '../../../python/syntax';
import { counted, grouped } from '../../../present/words';
import { inOrder, insertAt, replaceNode } from '../../fixes/edits';
import { importBefore, meaningOf, renamedCallee } from '../../engine/imported-names';
import { once } from '../../engine/once';
import { usesOf } from '../../engine/uses';
import { areFixedFolds } from '../../libraries/sklearn/splits';
import { quickFits } from '../../libraries/sklearn/quick';
import { fitsOf, notForHalving, type SklearnGridSearch } from '../../libraries/sklearn/searches';
import { isFitted } from '../../libraries/sklearn/fitted';
import type { RuleContext } from '../../engine/define';
import { atMost, type Edit, type Fix, type Severity } from '../../engine/rule';
import { secondsIn } from '../../../python/cell-time';
import { briefSeconds, shortSeconds } from '../../libraries/recorded-runs';
import { candidateText, proposedDraws, type FoundSearch } from './found';

export function describeSklearn(
  search: SklearnGridSearch,
  module: PythonModule,
  recorded: Pick<RuleContext, 'printed' | 'took'>,
): FoundSearch | null {
  const fitted = isFitted(module, search.call.node);
  if (fitted === 'never') return null;
  const found = search.isHalving ? halving(search) : exhaustive(module, search);
  const limits = [
    found.limit,
    fitted === 'here' ? 'warning' : 'information',
    limitByTime(module, search, recorded),
  ] as const;
  return { ...found, limit: limits.reduce(atMost) };
}

/** What the time that a notebook recorded leaves to save; without a record, that of an estimator whose fits take a blink. */
function limitByTime(
  module: PythonModule,
  search: SklearnGridSearch,
  { printed, took }: Pick<RuleContext, 'printed' | 'took'>,
): Severity {
  const { call, args } = search;
  const fits = usesOf(module, call).methods.filter(({ name }) => /^fit/.test(name));
  const nodes = fits.length === 0 ? [call.node] : fits.map((fit) => fit.call);
  const seconds = nodes.map((node) => took(node) ?? searchSeconds(printed(node)));
  if (!seconds.every((each) => each !== null))
    return (fitsOf(search) ?? 0) < quickFits(module, args.value('estimator')) ? 'information' : 'warning';
  const most = Math.max(...seconds);
  return most < briefSeconds ? 'hint' : most < shortSeconds ? 'information' : 'warning';
}

/** `[Parallel(n_jobs=-1)]: Done 240 out of 240 | elapsed:  1.2min finished` */
const finished = /^\[Parallel\([^\n]{0,60}\]: Done [^\n|]{1,40}\| elapsed: {1,9}([\d.]{1,9})(s|min|h) finished/gm;

/** What the only search of a cell printed of its time, in seconds; null if that is not known. */
function searchSeconds(printed: string | null): number | null {
  const [only, another] = printed === null ? [] : [...printed.matchAll(finished)];
  return only === undefined || another !== undefined ? null : secondsIn(`${only[1]}${only[2]}`);
}

const singleCandidate = 'A single candidate is not a search: use cross_validate.';

function exhaustive(module: PythonModule, search: SklearnGridSearch): FoundSearch {
  const { call, args, candidates, refits } = search;
  const upTo = search.isLargest ? 'up to ' : '';
  const { count: splits, word } = search.splits;
  const fits = fitsOf(search);
  const draws = proposedDraws(candidates);
  const needed = fitsOf({ ...search, candidates: draws });
  const each =
    splits === null
      ? ', once per split'
      : candidates === null
        ? ` on ${grouped(splits)} ${word}`
        : ` × ${grouped(splits)} ${word}`;
  const refit = refits !== true ? '' : fits === null ? ', plus 1 refit' : ' + 1 refit';
  return {
    node: call.node,
    candidates,
    splits,
    fits,
    sentence: `GridSearchCV tries ${upTo}${candidateText(candidates)}${each}${refit}${fits === null ? '' : ` = ${counted(fits, 'fit')}`}.`,
    instead:
      candidates === null
        ? 'RandomizedSearchCV limits the number of candidates with n_iter.'
        : needed === null
          ? ''
          : `RandomizedSearchCV with n_iter=${draws} needs ${grouped(needed)}.`,
    fewer: { how: 'random search', candidates: draws, fits: needed },
    single: singleCandidate,
    limit: !isOfSmallData(module.text) ? 'warning' : (fits ?? 0) < manyFits ? 'hint' : 'information',
    fixes: randomizedFixes(module, call, args, candidates),
  };
}

function halving({ call, candidates, splits, isLargest }: SklearnGridSearch): FoundSearch {
  return {
    node: call.node,
    candidates,
    splits: splits.count,
    // The number of rounds depends on the data.
    fits: null,
    sentence: `HalvingGridSearchCV starts with ${isLargest ? 'up to ' : ''}${candidateText(candidates)} and drops weak ones in rounds.`,
    instead: `HalvingRandomSearchCV with n_candidates=${proposedDraws(candidates)} starts with fewer.`,
    fewer: { how: 'HalvingRandomSearchCV', candidates: proposedDraws(candidates) },
    single: singleCandidate,
    limit: 'information',
    fixes: [],
  };
}

/**
 * Code that the other searches would make fail: they have no `param_grid` and fewer results than the grid has points, and pipelines
 * name them otherwise.
 */
const needsGridLater = once(
  ({ text }) =>
    /\.param_grid\b|\bgridsearchcv(?:__|\b)/.test(text) ||
    (/\bcv_results_\b/.test(text) &&
      /\breshape\(\s?[([]?len\(|\bcv_results_\b[^\n]{0,60}\.reshape\(|\breshape\([^\n]{0,60}\bcv_results_\b/.test(
        text,
      )),
);

/** Rewrites `GridSearchCV(…)` into a search that draws candidates at random. */
function randomizedFixes(
  module: PythonModule,
  call: Call,
  args: BoundArguments,
  candidates: number | null,
): readonly Fix[] {
  const grid = args.get('param_grid');
  // The module of cuML has no other search.
  if (call.name?.startsWith('cuml.') === true) return [];
  // Positional arguments after the grid mean something else in the other searches.
  if (!grid?.node || args.more.length > 0) return [];
  if (needsGridLater(module) || usesOf(module, call).methods.some(({ name }) => name === 'set_params')) return [];
  const keyword = grid.keyword === null ? null : field(grid.keyword, 'name');
  const distributions = keyword === null ? [] : [replaceNode(keyword, 'param_distributions')];
  const draws = proposedDraws(candidates);
  const fixes: Fix[] = [];
  const renamed = renamedCallee(module, call, 'RandomizedSearchCV');
  if (renamed !== null && !args.names().includes('iid')) {
    const count = insertAt((grid.keyword ?? grid.node).endIndex, `, n_iter=${draws}`);
    fixes.push({
      title: `Use RandomizedSearchCV with n_iter=${draws}`,
      safe: false,
      edits: inOrder([...renamed, ...distributions, count]),
    });
  }
  const toHalving = halvingEdits(module, call, args);
  if (toHalving !== null) {
    fixes.push({
      title: 'Use HalvingRandomSearchCV',
      safe: false,
      edits: inOrder([...toHalving, ...distributions]),
    });
  }
  return fixes;
}

/** Halving searches need an import that enables them, and take fewer arguments. */
function halvingEdits(module: PythonModule, call: Call, args: BoundArguments): readonly Edit[] | null {
  const scoring = args.get('scoring');
  const single = scoring === null || scoring.value.kind === 'string' || scoring.value.kind === 'none';
  if (args.names().some((name) => notForHalving.includes(name) && !(name === 'scoring' && single))) return null;
  if (!args.complete || argumentsOf(call.node).some(({ type }) => type.endsWith('_splat'))) return null;
  if (!areFixedFolds(module, args.value('cv'))) return null;
  // Candidates may need more samples than the first rounds have, which scores nan by default.
  if (/^(?:string|unknown)$/.test(args.value('error_score')?.kind ?? '')) return null;
  if (call.name !== 'sklearn.model_selection.GridSearchCV') return null;
  const renamed = renamedCallee(module, call, 'HalvingRandomSearchCV', { byStar: false });
  if (renamed === null) return null;
  if (meaningOf(module, 'enable_halving_search_cv', call.node).kind === 'library') return renamed;
  const enabled = importBefore(
    module,
    'sklearn',
    'from sklearn.experimental import enable_halving_search_cv  # noqa: F401',
    call.node,
  );
  return enabled === null ? null : [...renamed, enabled];
}

/** Fewer fits than these on a small table take seconds. */
const manyFits = 200;
