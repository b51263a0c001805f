import { signature } from '../../python/signatures';
import { truth } from '../../python/values';
import { defineRule } from '../define';
import { settingsAfter } from '../later-settings';
import { drawnCandidates, toCount } from '../libraries/grids';
import { SPLITTER_NAMES, splitsOf } from '../libraries/sklearn-splits';
import { repetitionNote } from '../notes';

const SEARCHES: readonly string[] = [
  'sklearn.model_selection.RandomizedSearchCV',
  'sklearn.grid_search.RandomizedSearchCV',
];
/** Read in scikit-learn 1.9, `model_selection/_search.py`. */
const PARAMETERS = signature('estimator, param_distributions, *, n_iter, scoring, n_jobs, refit, cv');
const DEFAULT_DRAWS = 10;

export const oversizedRandomSearch = defineRule({
  id: 'oversized-random-search',
  practice: 12,
  severity: 'information',
  summary: 'A random search of more than 500 fits.',
  details:
    '`RandomizedSearchCV` with `n_iter` × splits above 500. Of a space that is all lists scikit-learn draws each candidate once, so `n_iter` counts up to the size of the space.',
  why: `60 draws have one of the best twentieth of all candidates among them with 95 % probability (1 − 0.95⁶⁰), whatever the size of the space; each doubling after that gains little.`,
  remedy: `Draw fewer candidates, drop weak ones early with \`HalvingRandomSearchCV\`, or let the search learn from its trials (Optuna).`,
  nonCompliant: [
    {
      code: `from sklearn.model_selection import RandomizedSearchCV

search = RandomizedSearchCV(model, distributions, n_iter=200, cv=5)
`,
      severity: 'information',
      estimate: { candidates: 200, splits: 5, fits: 1001 },
    },
  ],
  compliant: [
    `from sklearn.model_selection import RandomizedSearchCV

search = RandomizedSearchCV(model, distributions, n_iter=60)
`,
  ],
  thresholds: { fits: 500 },
  apis: SEARCHES,
  related: SPLITTER_NAMES,
  packages: ['sklearn'],
  check(module, context) {
    for (const call of module.calls(['RandomizedSearchCV'])) {
      if (!SEARCHES.includes(call.name ?? '')) continue;
      const args = module.bind(call, PARAMETERS);
      const setting = settingsAfter(module, call, args);
      const draws = setting('n_iter');
      const candidates = drawnCandidates(
        draws === null ? DEFAULT_DRAWS : toCount(draws),
        setting('param_distributions'),
      );
      const { count: splits, word } = splitsOf(module, setting('cv'));
      if (candidates === null || splits === null || candidates * splits <= context.threshold('fits')) continue;
      const refit = setting('refit');
      const refits = refit === null ? true : truth(refit);
      const fits = refits === null ? null : candidates * splits + Number(refits);
      const note = repetitionNote(module, call.node);
      context.report({
        node: call.node,
        severity: 'information',
        message: `RandomizedSearchCV draws ${candidates} candidates × ${splits} ${word}${refits === true ? ' + 1 refit' : ''}${fits === null ? '' : ` = ${fits} fits`}. ${adviceOn(candidates, splits, refits)}${note === '' ? '' : ` ${note}`}`,
        headline: fits === null ? `${candidates} candidates` : `${fits} fits`,
        estimate: { candidates, splits, fits },
      });
    }
  },
});

/** Draws that have one of the best twentieth among them with 95 % probability. */
const ENOUGH_DRAWS = 60;
const ENOUGH_SPLITS = 5;

function adviceOn(candidates: number, splits: number, refits: boolean | null): string {
  const needs = (number: number, each: number): string =>
    refits === null ? '' : `, and need ${number * each + Number(refits)} fits`;
  if (candidates > ENOUGH_DRAWS)
    return `${ENOUGH_DRAWS} draws already have one of the best twentieth among them with 95 % probability${needs(ENOUGH_DRAWS, splits)}.`;
  return splits > ENOUGH_SPLITS
    ? `${ENOUGH_SPLITS} folds compare candidates as well${needs(candidates, ENOUGH_SPLITS)}.`
    : 'HalvingRandomSearchCV drops weak candidates early.';
}
