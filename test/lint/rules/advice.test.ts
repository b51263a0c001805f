import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Finding } from '../../../src/lint/engine/findings';
import { documentedRules as allRules } from '../../../src/lint/rules/documented';
import { librariesPython, noLibraries } from '../../support/libraries-python';
import { skip } from '../../support/skip';
import { lint, lintWith } from '../support';

/** What an alternative that a message names takes, where it says so: `… with n_iter=20 needs 101.` */
const alternatives = ({ message }: Finding): readonly number[] =>
  [...message.matchAll(/(?:needs?|loop:) (\d[\d,]*)/g)].map(([, number = '']) => Number(number.replaceAll(',', '')));

function assertCheaper(finding: Finding): number {
  const costs = alternatives(finding);
  const fits = finding.estimate?.['fits'];
  for (const cost of costs)
    assert.ok(typeof fits === 'number' && cost < fits, `${finding.message} (${String(fits)} fits)`);
  // A number of draws that is named must be below the candidates that are there.
  const candidates = finding.estimate?.['candidates'];
  const draws = /\bn_(?:iter|candidates)=(\d+)/.exec(finding.message)?.[1];
  if (draws !== undefined && typeof candidates === 'number') assert.ok(Number(draws) < candidates, finding.message);
  return costs.length;
}

const list = (length: number): string => `[${Array.from({ length }, (_, index) => index + 1).join(', ')}]`;
const cv = fc.constantFrom('', ', cv=2', ', cv=20', ', cv=RepeatedKFold()', ', cv=LeaveOneOut()', ', cv=folds');
const threshold = fc.constantFrom(1, 3, 10);
const length = fc.integer({ min: 1, max: 30 });
const head =
  'from catboost import CatBoostClassifier\nfrom sklearn.model_selection import *\nfrom sklearn.svm import SVC\n';

describe('advice', () => {
  for (const { id, nonCompliant } of allRules) {
    it(`of ${id} costs less than what it is about`, async () => {
      for (const { code } of nonCompliant) for (const finding of await lintWith(id, code)) assertCheaper(finding);
    });
  }

  const searches: Readonly<Record<string, (a: number, b: number, folds: string) => string>> = {
    GridSearchCV: (a, b, folds) => `GridSearchCV(SVC(), {"C": ${list(a)}, "gamma": ${list(b)}}${folds}).fit(X, y)`,
    HalvingGridSearchCV: (a, b, folds) =>
      `from sklearn.experimental import enable_halving_search_cv\nHalvingGridSearchCV(SVC(), {"C": ${list(a)}, "gamma": ${list(b)}}${folds}).fit(X, y)`,
    RandomizedSearchCV: (a, b, folds) => `RandomizedSearchCV(SVC(), distributions, n_iter=${a * b}${folds}).fit(X, y)`,
    'grid_search of CatBoost': (a, b, folds) =>
      `CatBoostClassifier().grid_search({"depth": ${list(a)}, "rate": ${list(b)}}, X, y${folds})`,
    'CatBoost by cross-validation': (a, b, folds) =>
      `CatBoostClassifier().grid_search({"depth": ${list(a)}, "rate": ${list(b)}}, X, y, search_by_train_test_split=False${folds})`,
    'loops of single fits': (a, b) =>
      `for C in ${list(a)}:\n    for gamma in ${list(b)}:\n        m = SVC(C=C, gamma=gamma).fit(X, y)\n        print(m.score(V, w))`,
    'loops that cross-validate': (a, b, folds) =>
      `for C in ${list(a)}:\n    for gamma in ${list(b)}:\n        print(cross_val_score(SVC(C=C, gamma=gamma), X, y${folds}))`,
  };
  for (const [name, code] of Object.entries(searches)) {
    it(`on ${name} costs less, whatever the grid, the folds and the threshold`, async () => {
      let named = 0;
      await fc.assert(
        fc.asyncProperty(length, length, cv, threshold, async (a, b, folds, candidates) => {
          const thresholds = { 'grid-search': { candidates }, 'oversized-random-search': { fits: 50 * candidates } };
          const select = ['grid-search', 'manual-grid-search', 'oversized-random-search'];
          for (const finding of await lint(`${head}${code(a, b, folds)}\n`, { select, thresholds }))
            named += assertCheaper(finding);
        }),
        { numRuns: 60 },
      );
      if (name !== 'HalvingGridSearchCV') assert.ok(named > 0);
    });
  }

  it('on 48 single fits is not a search of 101', async () => {
    const code = `from sklearn.svm import SVC\nfor C in ${list(8)}:\n    for gamma in ${list(6)}:\n        m = SVC(C=C, gamma=gamma).fit(X, y)\n        print(m.score(V, w))\n`;
    const [finding] = await lintWith('manual-grid-search', code);
    assert.deepEqual(finding?.estimate, { candidates: 48, splits: null, fits: 48 });
    assert.match(
      finding.message,
      /ParameterSampler with n_iter=20 draws that many of them for the same loop: 20 fits\.$/,
    );
  });

  it('on an estimator that neither predicts nor scores works without both', async () => {
    const code = `from sklearn.manifold import TSNE\nfor p in ${list(5)}:\n    for rate in ${list(4)}:\n        print(trustworthiness_score(X, TSNE(perplexity=p, learning_rate=rate).fit_transform(X)))\n        TSNE(perplexity=p, learning_rate=rate).fit(X)\n`;
    const [finding] = await lintWith('manual-grid-search', code);
    assert.ok(finding);
    assert.doesNotMatch(finding.message, /SearchCV/);
  });
});

describe('the numbers of CatBoost', () => {
  const blocks = readFileSync('test/fixtures/catboost/searches.py', 'utf8').split('# ---\n');
  const counts = JSON.parse(readFileSync('test/fixtures/catboost/fits.json', 'utf8')) as number[];
  it('are recorded as CatBoost itself trains', function () {
    this.timeout(600_000);
    const python = librariesPython();
    if (python === null) skip(this, noLibraries);
    const told = execFileSync(python, ['test/fixtures/catboost/fits.py'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    assert.deepEqual(JSON.parse(told), counts);
  });

  for (const [index, block] of blocks.entries()) {
    it(`are those that it trains in search ${index + 1}`, async () => {
      const [finding] = await lintWith('grid-search', block);
      assert.equal(finding?.estimate?.['fits'], counts[index]);
    });
  }

  it('are not known where an argument is not', async () => {
    for (const given of ['cv=folds', 'refit=again', 'search_by_train_test_split=split', '**more']) {
      const [finding] = await lintWith(
        'grid-search',
        `from catboost import CatBoost\nCatBoost().grid_search({"depth": [1, 2]}, X, y, ${given})\n`,
      );
      assert.deepEqual(finding?.estimate, { candidates: 2, splits: null, fits: null });
    }
  });
});

describe('the numbers of searches that something ends', () => {
  const optuna = (given: string): string =>
    `import optuna\nstudy = optuna.create_study(sampler=optuna.samplers.GridSampler({"a": ${list(8)}, "b": ${list(10)}}))\nstudy.optimize(f${given})\n`;
  const ray = (samples: string): string =>
    `from ray import tune\ntune.run(train, config={"a": tune.grid_search(${list(12)})}, num_samples=${samples})\n`;
  const wandb = (more: string, agent: string): string =>
    `import wandb\nid = wandb.sweep({"method": "grid", "parameters": {"a": {"values": ${list(60)}}}${more}})\nwandb.agent(id, f${agent})\n`;
  const vertex = (given: string): string =>
    `from google.cloud import aiplatform\naiplatform.HyperparameterTuningJob(display_name="j", custom_job=j, metric_spec=m, parameter_spec={"a": aiplatform.hyperparameter_tuning.DiscreteParameterSpec(values=${list(12)}, scale=None)}, search_algorithm="grid"${given})\n`;
  const cases: readonly (readonly [string, string, number | null, number | null, string])[] = [
    ['a grid sampler', optuna(''), 80, 80, 'warning'],
    ['n_trials below the grid', optuna(', n_trials=8'), 80, 8, 'hint'],
    ['n_trials above the grid', optuna(', n_trials=100'), 80, 80, 'warning'],
    ['a timeout', optuna(', timeout=60'), 80, null, 'warning'],
    ['samples of a grid', ray('5'), 60, 60, 'warning'],
    ['samples without end', ray('-1'), null, null, 'warning'],
    ['a sweep', wandb('', ''), 60, 60, 'warning'],
    ['a sweep with run_cap', wandb(', "run_cap": 55', ''), 60, 55, 'information'],
    ['an agent with a count', wandb('', ', count=4'), 60, 4, 'hint'],
    ['an agent with a count above the grid', wandb('', ', count=400'), 60, 60, 'warning'],
    ['an agent without count', wandb('', ', count=None'), 60, 60, 'warning'],
    ['an agent with an unknown count', wandb('', ', count=n'), 60, null, 'warning'],
    ['max_trial_count', vertex(', max_trial_count=5'), 12, 5, 'hint'],
  ];
  for (const [name, code, candidates, fits, severity] of cases) {
    it(`take ${name} into account`, async () => {
      const [finding] = await lintWith('grid-search', code);
      assert.deepEqual(
        [finding?.estimate?.['candidates'], finding?.estimate?.['fits'], finding?.severity],
        [candidates, fits, severity],
        finding?.message,
      );
    });
  }
});

describe('run-cap', () => {
  it('knows the stopping condition of a ModelTrainer', async () => {
    const job = (seconds: string): string =>
      `from sagemaker.modules.configs import StoppingCondition\nstop = StoppingCondition(max_runtime_in_seconds=${seconds})\n`;
    assert.deepEqual(
      (await lintWith('run-cap', job('3600 * 24 * 5'))).map(({ estimate }) => estimate),
      [{ hours: 120 }],
    );
    assert.deepEqual(await lintWith('run-cap', job('3600')), []);
  });
});
