import { defineRule, type Judgement, type RuleContext } from '../../engine/define';
import { atMost } from '../../engine/rule';
import { azureSweeps } from '../../libraries/azure';
import { catboostSearches } from '../../libraries/catboost';
import { kerasTunerGrids } from '../../libraries/keras-tuner';
import { gridSamplers } from '../../libraries/optuna';
import { sageMakerTunings } from '../../libraries/sagemaker';
import { comparesSearches } from '../../libraries/search-comparisons';
import { sklearnGridSearches } from '../../libraries/sklearn/searches';
import { vertexTunings } from '../../libraries/vertex';
import { wandbSweeps } from '../../libraries/wandb';
import { describeCatBoost } from './catboost';
import { judged, messages, thresholds } from './found';
import { describeOptuna } from './optuna';
import { describeRay, raySearchesWithGrid } from './ray';
import { describeSklearn } from './sklearn';
import { describeAzure, describeKerasTuner, describeSageMaker, describeVertex, describeWandb } from './without-fixes';

export const gridSearch = defineRule({
  id: 'grid-search',
  practice: 16,
  severity: 'warning',
  summary: 'A search that tries every combination of a grid of parameters.',
  details: `Counts the candidates of the grid and the fits that they take: candidates × cross-validation splits, plus one if the best candidate is refitted on all data.
More than 10 candidates are a warning if they take 50 fits or more and a random search of the usual size saves a third of them, information if it is not known how many fits they take, and otherwise a hint. A grid of unknown size is information, and so is a single candidate, because it is not a search. A search that never ends is a warning.
\`HalvingGridSearchCV\`, which drops weak candidates early, searches that have another limit, and those of scikit-learn on made-up data or a small table that lessons use (iris, Titanic) are at most information, the latter hints below 200 fits. A search that nothing in the file fits, or cross-validates, is not reported; one that a function returns to other files is at most information.
Where a notebook recorded the time of the search (of its cell, or as \`%%time\` and joblib print it), less than a minute is a hint, and less than five minutes information; elsewhere, single trees, naive Bayes and plain linear models are at most information below 1,000 fits, and nearest neighbours below 200. Of several grids, in the rounds of a loop, by index or key, or from callers of the function, the largest is counted.
Where a file compares three kinds of searches, or the times of two, a grid is at most information.
Besides scikit-learn: Optuna's \`GridSampler\` and \`BruteForceSampler\`, \`ray.tune.grid_search\`, KerasTuner's \`GridSearch\`, W&B sweeps with \`method: grid\` (also in YAML), CatBoost's \`.grid_search()\`, and the grids of SageMaker, Azure ML and Vertex AI.`,
  why: `The number of fits is the product of all lists in the grid, so every additional parameter multiplies the energy, whether it matters or not.
A random search of 20 candidates can try 20 values of every parameter, a grid of 20 only a few of each
(Bergstra and Bengio, *Random Search for Hyper-Parameter Optimization*, JMLR 13, 2012).
With 88 % probability, 20 draws include one of the best 10 % of all candidates (1 − 0.9²⁰), however large the grid is.`,
  remedy: `Draw candidates at random (\`RandomizedSearchCV\`), drop weak ones early (\`HalvingRandomSearchCV\`), or use a search that learns from its trials (Optuna).
The quick fixes keep the grid and change the search.`,
  nonCompliant: [
    {
      code: `from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV

grid = {
    "n_estimators": [100, 200, 400],
    "max_depth": [4, 8, 16, None],
    "max_features": ["sqrt", 0.5],
    "min_samples_leaf": range(1, 4),
}
search = GridSearchCV(RandomForestClassifier(), param_grid=grid, cv=5)
search.fit(X, y)
`,
      severity: 'warning',
      estimate: { candidates: 72, splits: 5, fits: 361 },
      fixed: `from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import RandomizedSearchCV

grid = {
    "n_estimators": [100, 200, 400],
    "max_depth": [4, 8, 16, None],
    "max_features": ["sqrt", 0.5],
    "min_samples_leaf": range(1, 4),
}
search = RandomizedSearchCV(RandomForestClassifier(), param_distributions=grid, n_iter=20, cv=5)
search.fit(X, y)
`,
    },
    {
      code: `from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

search = GridSearchCV(SVC(), {"C": [0.1, 1, 10]})
search.fit(X, y)
`,
      severity: 'hint',
      estimate: { candidates: 3, splits: 5, fits: 16 },
    },
    {
      code: `from sklearn.model_selection import GridSearchCV, KFold
from sklearn.svm import SVC

search = GridSearchCV(SVC(), {"C": [1]}, cv=KFold(10), refit=False)
search.fit(X, y)
`,
      severity: 'information',
      estimate: { candidates: 1, splits: 10, fits: 10 },
    },
    {
      code: `import optuna

sampler = optuna.samplers.GridSampler({"lr": [0.1, 0.03, 0.01, 0.003], "layers": list(range(1, 17))})
study = optuna.create_study(sampler=sampler)
study.optimize(objective)
`,
      severity: 'warning',
      estimate: { candidates: 64, splits: null, fits: 64 },
      fixed: `import optuna

sampler = optuna.samplers.TPESampler()
study = optuna.create_study(sampler=sampler)
study.optimize(objective, n_trials=20)
`,
    },
    {
      code: `from ray import tune

space = {"lr": tune.grid_search([0.1, 0.01]), "width": tune.grid_search(list(range(32, 289, 32))), "seed": 1}
tuner = tune.Tuner(train, param_space=space, tune_config=tune.TuneConfig(num_samples=4))
`,
      severity: 'warning',
      estimate: { candidates: 72, splits: null, fits: 72 },
      fixed: `from ray import tune

space = {"lr": tune.choice([0.1, 0.01]), "width": tune.choice(list(range(32, 289, 32))), "seed": 1}
tuner = tune.Tuner(train, param_space=space, tune_config=tune.TuneConfig(num_samples=20))
`,
    },
    {
      code: `import wandb

sweep = {"method": "grid", "parameters": {"lr": {"values": [0.1, 0.01]}, "epochs": {"value": 5}, "depth": {"values": list(range(2, 27))}}}
wandb.sweep(sweep, project="demo")
`,
      severity: 'warning',
      estimate: { candidates: 50, splits: null, fits: 50 },
    },
    {
      code: `from catboost import CatBoostClassifier

model = CatBoostClassifier(iterations=200)
model.grid_search({"depth": list(range(3, 11)), "learning_rate": [0.03, 0.1, 0.3], "l2_leaf_reg": [1, 3]}, X, y, cv=3)
`,
      severity: 'warning',
      estimate: { candidates: 48, splits: null, fits: 52 },
      fixed: `from catboost import CatBoostClassifier

model = CatBoostClassifier(iterations=200)
model.randomized_search({"depth": list(range(3, 11)), "learning_rate": [0.03, 0.1, 0.3], "l2_leaf_reg": [1, 3]}, X, y, cv=3, n_iter=10)
`,
    },
    {
      code: `import keras_tuner as kt

tuner = kt.GridSearch(build_model, objective="val_accuracy")
`,
      severity: 'information',
      estimate: { candidates: null, splits: null, fits: null },
    },
    {
      code: `from sagemaker.tuner import CategoricalParameter, HyperparameterTuner

ranges = {"lr": CategoricalParameter([0.1, 0.01, 0.001]), "depth": CategoricalParameter(list(range(2, 19)))}
tuner = HyperparameterTuner(estimator, "validation:auc", ranges, strategy="Grid")
`,
      severity: 'warning',
      estimate: { candidates: 51, splits: null, fits: 51 },
    },
  ],
  compliant: [
    `import re
from ray import tune

tuner = tune.Tuner(train, param_space={"lr": tune.choice([0.1, 0.01])}, tune_config=tune.TuneConfig(num_samples=20))
`,
    `import optuna

study = optuna.create_study(sampler=optuna.samplers.TPESampler())
`,
    `from scipy.stats import loguniform
from sklearn.model_selection import RandomizedSearchCV
from sklearn.svm import SVC

search = RandomizedSearchCV(SVC(), {"C": loguniform(1e-3, 1e3)}, n_iter=20)
`,
    `from sklearn.model_selection import GridSearchCV

def build(**settings):
    return GridSearchCV(**settings)
`,
  ],
  evidence: { item: 'no-grid-search', contradicts: true, one: 'grid search', several: 'grid searches' },
  thresholds,
  messages,
})
  .on(sklearnGridSearches, quieterInComparisons(judged(describeSklearn)))
  .on(gridSamplers, quieterInComparisons(judged(describeOptuna)))
  .on(raySearchesWithGrid, quieterInComparisons(judged(describeRay)))
  .on(kerasTunerGrids, quieterInComparisons(judged(describeKerasTuner)))
  .on(wandbSweeps, judged(describeWandb))
  .on(catboostSearches, judged(describeCatBoost))
  .on(sageMakerTunings, judged(describeSageMaker))
  .on(vertexTunings, judged(describeVertex))
  .on(azureSweeps, judged(describeAzure));

type Judge<Given> = (given: Given, context: RuleContext<typeof thresholds>) => Judgement<typeof messages> | null;

/** What compares searches with each other needs all of them. */
function quieterInComparisons<Given>(judge: Judge<Given>): Judge<Given> {
  return (given, context) => {
    const found = judge(given, context);
    return found === null || !comparesSearches(context.module)
      ? found
      : { ...found, severity: atMost(found.severity ?? 'warning', 'information') };
  };
}
