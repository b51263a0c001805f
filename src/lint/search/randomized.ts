import type { Call, PythonModule } from '../../python/module';
import { argumentsOf, type BoundArguments } from '../../python/signatures';
import { field } from '../../python/syntax';
import { inOrder, insertAt, replaceNode } from '../edits';
import { importBefore, meaningOf, renamedCallee } from '../imported-names';
import type { Edit, Fix } from '../rule';
import { usesOf } from '../uses';

/** How many candidates a random search is proposed to draw. */
export function proposedDraws(candidates: number | null): number {
  // 20 draws have one of the best tenth among them with 88 % probability (1 - 0.9^20); 10 draws, scikit-learn's own
  // default, have one of the best fifth with 89 % (1 - 0.8^10), and that is as fine as a small grid is.
  // Of a grid that somebody calls large at less than that, a half.
  if (candidates !== null && candidates <= 10) return Math.max(1, Math.ceil(candidates / 2));
  return candidates !== null && candidates <= 40 ? 10 : 20;
}

/** What the halving searches of scikit-learn 1.9 do not take, or not in all forms, of the arguments of `GridSearchCV`. */
const NOT_FOR_HALVING = ['pre_dispatch', 'iid', 'fit_params', 'scoring'];

/** Rewrites `GridSearchCV(…)` into a search that draws candidates at random. */
export function randomizedFixes(
  module: PythonModule,
  call: Call,
  args: BoundArguments,
  candidates: number | null,
): readonly Fix[] {
  const grid = args.get('param_grid');
  // By position, what comes behind the grid means something else in the other searches.
  if (!grid?.node || args.more.length > 0) return [];
  // The other searches have no `param_grid`, so what reads or sets it later would fail.
  if (/\.param_grid\b/.test(module.text) || usesOf(module, call).methods.some(({ name }) => name === 'set_params'))
    return [];
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
  const halving = halvingEdits(module, call, args);
  if (halving !== null) {
    fixes.push({
      title: 'Use HalvingRandomSearchCV',
      safe: false,
      edits: inOrder([...halving, ...distributions]),
    });
  }
  return fixes;
}

/** Halving searches exist only after an import that says so, and take fewer arguments. */
function halvingEdits(module: PythonModule, call: Call, args: BoundArguments): readonly Edit[] | null {
  const scoring = args.get('scoring');
  const single = scoring === null || scoring.value.kind === 'string' || scoring.value.kind === 'none';
  if (args.names().some((name) => NOT_FOR_HALVING.includes(name) && !(name === 'scoring' && single))) return null;
  if (!args.complete || argumentsOf(call.node).some(({ type }) => type.endsWith('_splat'))) return null;
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
