import { allOf, counted, grouped } from '../../../present/words';
import { isComprehension } from '../../../python/syntax';
import { defineRule, type Judgement, type RuleContext } from '../../engine/define';
import { repetitionNote } from '../../engine/notes';
import { proposedDraws } from '../grid-search/found';
import { manualSearches, type ManualSearch } from './searches';
import { gridsOfBoosters, gridsOfFineTunings, gridsOfNetworks } from './trainings';

/** With so few combinations, drawing some of them saves little. */
const few = 10;

function sentence({ search, note }: { readonly search: ManualSearch; readonly note: string }): string {
  const { estimator, parameters, candidates, splits, fits } = search;
  const what = parameters.length > 0 ? `${allOf(parameters)} of ${estimator}` : `the parameters of ${estimator}`;
  const combinations =
    candidates === null ? `every combination of ${what}` : `${counted(candidates, 'combination')} of ${what}`;
  const folds = splits === null ? '' : ` × ${counted(splits, 'split')}`;
  const total = fits === null ? '' : ` = ${counted(fits, 'fit')}`;
  const draws = proposedDraws(candidates);
  const needed = fits === null ? '' : `: ${counted(draws * (splits ?? 1), 'fit')}`;
  // RandomizedSearchCV would fit each draw once per fold, and needs an estimator that scores itself.
  const advice =
    candidates !== null && candidates <= few
      ? 'Optuna learns from its trials, and n_trials limits their number.'
      : `ParameterSampler with n_iter=${draws} draws that many of them for the same loop${needed}.`;
  return [`This is a hand-written grid search: ${combinations}${folds}${total}.`, advice, note]
    .filter((part) => part !== '')
    .join(' ');
}

const messages = { byHand: sentence };

export const manualGridSearch = defineRule({
  id: 'manual-grid-search',
  practice: 16,
  severity: 'information',
  summary: 'Loops that fit an estimator for every combination of its parameters.',
  details: `Two or more loop variables set different arguments of one constructor (scikit-learn, XGBoost, LightGBM, CatBoost, Prophet, \`TrainingArguments\`, a network of the file), or different parameters of \`xgboost.train\` or \`lightgbm.train\`, and the loop fits or cross-validates it: nested \`for\` loops and comprehensions over lists that can be counted, \`itertools.product\`, \`ParameterGrid\`.
Not reported: loops over seeds, folds, epochs or data, tables that compare methods on several data sets, loops over a single parameter, and models that are only plotted or timed.`,
  why: 'The number of fits is the product of all lists, as in `GridSearchCV`, but without its parallel runs, cross-validation and record of results.',
  remedy: `\`ParameterSampler\` over the same lists draws some of the combinations for the same loop, whatever the estimator. With 88 % probability, 20 of them include one of the best 10 %. Optuna learns from its trials.
\`RandomizedSearchCV\` cross-validates every draw: if the loop fits each combination once, \`n_iter=20\` takes 101 fits.`,
  nonCompliant: [
    {
      code: `from sklearn.svm import SVC

best = 0
for C in [0.01, 0.1, 1, 10, 100]:
    for gamma in [0.001, 0.01, 0.1, 1]:
        model = SVC(C=C, gamma=gamma)
        model.fit(X_train, y_train)
        score = model.score(X_valid, y_valid)
        if score > best:
            best, best_parameters = score, (C, gamma)
`,
      severity: 'information',
      estimate: { candidates: 20, splits: null, fits: 20 },
    },
    {
      code: `from itertools import product
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score

results = {}
for trees, depth in product([100, 200, 400], [4, 8, 16, None]):
    model = RandomForestClassifier(n_estimators=trees, max_depth=depth, random_state=0)
    results[trees, depth] = cross_val_score(model, X, y, cv=5).mean()
`,
      severity: 'information',
      estimate: { candidates: 12, splits: 5, fits: 60 },
    },
    {
      code: `from lightgbm import LGBMRegressor
from sklearn.model_selection import ParameterGrid

for parameters in ParameterGrid({"num_leaves": [15, 31, 63], "learning_rate": [0.03, 0.1]}):
    model = LGBMRegressor(**parameters).fit(X_train, y_train)
    print(parameters, model.score(X_valid, y_valid))
`,
      severity: 'information',
      estimate: { candidates: 6, splits: null, fits: 6 },
    },
  ],
  compliant: [
    `from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import KFold

for seed in range(5):
    for train, test in KFold(5).split(X):
        model = RandomForestClassifier(n_estimators=200, random_state=seed)
        model.fit(X[train], y[train])
        print(model.score(X[test], y[test]))
`,
    `from sklearn.neighbors import KNeighborsClassifier

for k in range(1, 20):
    model = KNeighborsClassifier(n_neighbors=k).fit(X_train, y_train)
    print(k, model.score(X_valid, y_valid))
`,
    `import matplotlib.pyplot as plt
from sklearn.svm import SVC

for row, C in enumerate([0.1, 1, 10]):
    for column, gamma in enumerate([0.1, 1, 10]):
        model = SVC(C=C, gamma=gamma).fit(X, y)
        axes[row, column].contourf(xx, yy, model.predict(grid).reshape(xx.shape))
`,
  ],
  evidence: {
    item: 'no-grid-search',
    contradicts: true,
    one: 'grid search written as loops',
    several: 'grid searches written as loops',
  },
  messages,
  needs: /\bfor\b/,
})
  .on(manualSearches, judged)
  .on(gridsOfFineTunings, judged)
  .on(gridsOfBoosters, judged)
  .on(gridsOfNetworks, judged);

function judged(search: ManualSearch, { module }: RuleContext): Judgement<typeof messages> {
  const { loop, candidates, splits, fits } = search;
  return {
    node: loop.node,
    end: isComprehension(loop.node) ? undefined : loop.iterable,
    message: 'byHand',
    data: { search, note: repetitionNote(module, loop.node) },
    headline:
      fits !== null
        ? counted(fits, 'fit')
        : candidates !== null
          ? counted(candidates, 'combination')
          : 'hand-written grid search',
    wayOut: wayOut(search),
    estimate: { candidates, splits, fits },
  };
}

/** What `sentence` advises, in the unit of the headline. */
function wayOut({ candidates, splits, fits }: ManualSearch): string {
  const draws = proposedDraws(candidates);
  if (candidates !== null && candidates <= few) return 'n_trials with Optuna';
  return fits !== null
    ? `${grouped(draws * (splits ?? 1))} with ParameterSampler`
    : `${candidates === null ? counted(draws, 'combination') : grouped(draws)} with ParameterSampler`;
}
