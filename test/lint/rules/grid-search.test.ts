import assert from 'node:assert/strict';
import type { Finding } from '../../../src/lint/engine/findings';
import { fixed, lintCells, lintWith } from '../support';

const head = 'import numpy as np\nfrom sklearn.model_selection import *\nfrom sklearn.svm import SVC\n';

/** The first finding about a search, which is the last call of the code and is fitted. */
async function search(code: string): Promise<Finding | undefined> {
  return (await lintWith('grid-search', `${head}${code.replace(/(?<=\))\]?$/, '.fit(X, y)$&')}\n`))[0];
}

/** `candidates × splits → fits` of the one search in the code. */
async function counts(code: string): Promise<unknown[]> {
  const finding = await search(code);
  return finding === undefined
    ? []
    : [finding.estimate?.['candidates'], finding.estimate?.['splits'], finding.estimate?.['fits']];
}

describe('grid-search', () => {
  const grids: readonly (readonly [string, number | null])[] = [
    ['{"C": [1, 2, 3], "gamma": ["scale", "auto"]}', 6],
    ['{"C": np.logspace(-3, 3, 7), "gamma": np.arange(0, 1, 0.25)}', 28],
    ['[{"C": [1, 2, 3]}, {"gamma": [1, 2], "C": [1, 2]}]', 7],
    ['dict(C=range(10), gamma=tuple("ab"))', 20],
    ['{f"svc__{k}": v for k, v in {"C": [1, 2]}.items()}', 2],
    ['{"C": [1] + [2, 3] * 2}', 5],
    ['{}', 1],
    ['{"C": "rbf"}', null],
    ['{"C": []}', null],
    ['{"C": {1, 2}}', null],
    ['{"C": (i for i in [1])}', null],
    ['{"C": values}', null],
    ['{name: [1, 2]}', null],
    ['{**base, "C": [1, 2]}', null],
    ['make_grid()', null],
    ['{"C": [None, [1, 2]], # both\n "gamma": [1]}', 2],
  ];
  for (const [grid, candidates] of grids) {
    it(`counts ${candidates ?? 'no'} candidates in ${grid}`, async () => {
      const fits = candidates === null ? null : candidates * 5 + 1;
      assert.deepEqual(await counts(`GridSearchCV(SVC(), ${grid})`), [candidates, 5, fits]);
    });
  }

  const cvs: readonly (readonly [string, number | null])[] = [
    ['cv=None', 5],
    ['cv=3', 3],
    ['cv=1', null],
    ['cv=n', null],
    ['cv=KFold()', 5],
    ['cv=KFold(7, shuffle=True)', 7],
    ['cv=StratifiedKFold(n_splits=4)', 4],
    ['cv=ShuffleSplit()', 10],
    ['cv=StratifiedShuffleSplit(n_splits=2)', 2],
    ['cv=GroupShuffleSplit()', 5],
    ['cv=TimeSeriesSplit(max_train_size=3)', 5],
    ['cv=RepeatedKFold()', 50],
    ['cv=RepeatedStratifiedKFold(n_splits=3, n_repeats=2)', 6],
    ['cv=KFold(n_splits=n)', null],
    ['cv=KFold(**options)', null],
    ['cv=LeaveOneOut()', null],
    ['cv=PredefinedSplit(fold)', null],
    ['cv=KFold(3).split(X, y)', 3],
    ['cv=[(a, b)]', 1],
    ['cv=splits', null],
    ['cv=(s for s in unknown)', null],
  ];
  for (const [cv, splits] of cvs) {
    it(`takes ${splits ?? 'no number of'} splits from ${cv}`, async () => {
      assert.deepEqual(await counts(`GridSearchCV(SVC(), {"C": [1, 2]}, ${cv})`), [
        2,
        splits,
        splits === null ? null : 2 * splits + 1,
      ]);
    });
  }

  const calls: readonly (readonly [string, unknown[]])[] = [
    ['GridSearchCV(SVC(), {"C": [1, 2]}, refit=False)', [2, 5, 10]],
    ['GridSearchCV(SVC(), {"C": [1, 2]}, refit="roc_auc")', [2, 5, 11]],
    ['GridSearchCV(SVC(), {"C": [1, 2]}, refit=flag)', [2, 5, null]],
    ['GridSearchCV(param_grid={"C": [1, 2]}, estimator=SVC())', [2, 5, 11]],
    ['GridSearchCV(SVC(), {"C": [1, 2]}, **options)', [2, null, null]],
    ['GridSearchCV(SVC(), {"C": [1, 2]}, "accuracy")', [2, null, null]],
    ['GridSearchCV(SVC(), {"C": [1, 2]}, "accuracy", cv=2, refit=True)', [2, 2, 5]],
    ['options = {"cv": 3, "param_grid": {"C": [1, 2]}}\nGridSearchCV(SVC(), **options)', [2, 3, 7]],
    ['GridSearchCV(*args)', []],
    ['GridSearchCV(**options)', []],
    ['GridSearchCV(SVC(), **options)', []],
    ['GridSearchCV(SVC())', []],
    [
      'kf = KFold(n_splits=10)\ngrid = {"C": [1, 2]}\ngrid["C"].append(3)\nGridSearchCV(SVC(), grid, cv=kf)',
      [3, 10, 31],
    ],
    ['grid = {"C": [1]}\nif big:\n    grid = {"C": [1, 2]}\nGridSearchCV(SVC(), grid)', [null, 5, null]],
    ['def tune(grid):\n    GridSearchCV(SVC(), grid)', [null, 5, null]],
    ['import sklearn\nsklearn.model_selection.GridSearchCV(SVC(), {"C": [1, 2]})', [2, 5, 11]],
    ['from sklearn.grid_search import GridSearchCV\nGridSearchCV(SVC(), {"C": [1, 2]})', [2, 5, 11]],
    ['from dask_ml.model_selection import GridSearchCV\nGridSearchCV(SVC(), {"C": [1, 2]})', [2, 3, 7]],
    ['from dask_ml.model_selection import GridSearchCV\nGridSearchCV(SVC(), {"C": [1, 2]}, cv=4)', [2, 4, 9]],
    ['from cuml.model_selection import GridSearchCV\nGridSearchCV(SVC(), {"C": [1, 2]})', [2, 5, 11]],
    [
      'from sklearn.grid_search import GridSearchCV\nfrom sklearn.cross_validation import KFold\nGridSearchCV(SVC(), {"C": [1, 2]}, cv=KFold(100, n_folds=4))',
      [2, 4, 9],
    ],
    ['from mylib import GridSearchCV\nGridSearchCV(SVC(), {"C": [1, 2]})', []],
    ['class GridSearchCV: pass\nGridSearchCV(SVC(), {"C": [1, 2]})', []],
  ];
  for (const [code, expected] of calls) {
    it(`finds ${JSON.stringify(expected)} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await counts(code), expected);
    });
  }

  it('is information where the caller of a function brings the grid of Optuna or Ray', async () => {
    const severities = async (code: string): Promise<readonly string[]> =>
      (await lintWith('grid-search', code)).map(({ severity }) => severity);
    const optuna = 'import optuna\n';
    const ray = 'from ray import tune\n';
    assert.deepEqual(await severities(`${optuna}def make(space):\n    return optuna.samplers.GridSampler(space)\n`), [
      'information',
    ]);
    assert.deepEqual(await severities(`${optuna}sampler = optuna.samplers.GridSampler(space)\n`), ['information']);
    assert.deepEqual(
      await severities(`${optuna}def make(n):\n    return optuna.samplers.GridSampler({"a": list(range(60))})\n`),
      ['warning'],
    );
    assert.deepEqual(await severities(`${ray}def make(values):\n    return tune.grid_search(values)\n`), [
      'information',
    ]);
    assert.deepEqual(await severities(`${ray}space = {"a": tune.grid_search(values)}\n`), ['information']);
  });

  it('counts a grid of Ray that is written, wherever its search is', async () => {
    const grid = async (code: string): Promise<unknown> =>
      (await lintWith('grid-search', `from ray import tune\n${code}`)).map(({ severity, estimate }) => [
        severity,
        estimate?.['candidates'],
      ]);
    const setter = 'config = PPOConfig().training(lr=tune.grid_search([0.01, 0.001, 0.0001]))\n';
    assert.deepEqual(await grid(`${setter}tune.Tuner("PPO", param_space=config).fit()\n`), [['hint', 3]]);
    assert.deepEqual(await grid(setter), [['hint', 3]]);
    assert.deepEqual(await grid('space = {"a": tune.grid_search([1, 2, 3]), "b": tune.grid_search(range(5))}\n'), [
      ['hint', 15],
    ]);
    // In two statements they may belong to two searches, and a search may repeat its grid.
    assert.deepEqual(await grid('a = tune.grid_search([1, 2])\nb = tune.grid_search([3, 4])\n'), [
      ['information', null],
    ]);
    assert.deepEqual(await grid(`${setter}tune.run("PPO", config=config, num_samples=5)\n`), [['information', null]]);
  });

  it('is at most information where searches are compared', async () => {
    const both = 'from sklearn.model_selection import GridSearchCV, RandomizedSearchCV\nimport time\n';
    const grid = 'GridSearchCV(SVC(), {"C": range(200)}).fit(X, y)\n';
    const random = 'RandomizedSearchCV(SVC(), space, n_iter=200, cv=5).fit(X, y)\n';
    const said = async (code: string): Promise<readonly string[]> =>
      (await lintWith('grid-search', both + code, { select: ['grid-search', 'oversized-random-search'] })).map(
        ({ rule, severity }) => `${rule} ${severity}`,
      );
    const bayes = 'from skopt import BayesSearchCV\nBayesSearchCV(SVC(), space).fit(X, y)\n';
    assert.deepEqual(await said(grid + random + bayes), ['grid-search information']);
    assert.deepEqual(await said(`start = time.perf_counter()\n${grid}print(time.perf_counter() - start)\n${random}`), [
      'grid-search information',
    ]);
    // First coarse, then fine: that is one search.
    const alone = ['grid-search warning', 'oversized-random-search information'];
    assert.deepEqual(await said(grid + random), alone);
    assert.deepEqual(await said(`${grid}${random}# BayesSearchCV(SVC())\n`), alone);
  });

  it('is a warning only where many fits are certain, and a random search saves a third of them', async () => {
    const severity = async (grid: string, more = ''): Promise<string | undefined> =>
      (await search(`GridSearchCV(SVC(), ${grid}${more})`))?.severity;
    assert.equal(await severity('{"C": range(15)}'), 'warning');
    // Ten draws of fourteen save less than a third.
    assert.equal(await severity('{"C": range(14)}'), 'hint');
    assert.equal(await severity('{"C": range(10)}'), 'hint');
    assert.equal(await severity('{"C": range(24)}', ', cv=2, refit=False'), 'hint');
    assert.equal(await severity('{"C": range(24)}', ', cv=2, refit=True'), 'hint');
    assert.equal(await severity('{"C": range(25)}', ', cv=2'), 'warning');
    // Of an unknown number of splits, each candidate has one at least.
    assert.equal(await severity('{"C": range(49)}', ', cv=splits'), 'information');
    assert.equal(await severity('{"C": range(50)}', ', cv=splits'), 'warning');
    assert.equal(await severity('{"C": range(1)}'), 'information');
    assert.equal(await severity('grid'), 'information');
  });

  it('says the numbers', async () => {
    const finding = await search('GridSearchCV(SVC(), {"C": range(72)})');
    assert.equal(
      finding?.message,
      'GridSearchCV tries 72 candidates × 5 folds + 1 refit = 361 fits. RandomizedSearchCV with n_iter=20 needs 101.',
    );
    assert.equal(finding.headline, '361 fits');
  });

  it('tells of loops in words and leaves them out of the numbers', async () => {
    const loop = await search('for m in [1, 2, 3]:\n    GridSearchCV(m, {"C": range(20)})');
    assert.equal(loop?.estimate?.['fits'], 101);
    assert.match(loop.message, /The loop around it repeats all of that 3 times\.$/);
    const unknown = await search('[GridSearchCV(m, {"C": range(20)}).fit(X, y) for m in models]');
    assert.match(unknown?.message ?? '', /The loop around it repeats all of that\.$/);
  });

  it('tells of a cross-validation around it in words', async () => {
    const direct = await search('cross_val_score(GridSearchCV(SVC(), {"C": range(20)}), X, y, cv=4)');
    assert.match(direct?.message ?? '', /The cross-validation around it repeats all of that 4 times\.$/);
    const named = await search(
      'nested = GridSearchCV(SVC(), {"C": range(20)})\ncross_validate(nested, X, y, cv=outer)',
    );
    assert.match(named?.message ?? '', /The cross-validation around it repeats all of that\.$/);
    assert.equal(named?.estimate?.['fits'], 101);
  });

  it('reports HalvingGridSearchCV as information with its candidates', async () => {
    const finding = await search('HalvingGridSearchCV(SVC(), {"C": range(72)})');
    assert.equal(finding?.severity, 'information');
    assert.deepEqual(finding.estimate, { candidates: 72, splits: 5, fits: null });
  });

  describe('refactorings', () => {
    const refactored = async (code: string, index = 0): Promise<string> => {
      const [finding] = await lintWith('grid-search', code);
      assert.ok(finding && finding.fixes.length > 0);
      assert.ok(finding.fixes.every(({ safe }) => !safe));
      return fixed(code, finding, index);
    };

    it('keep the old import while it is used', async () => {
      const code =
        'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, {"C": range(50)}).fit(x)\nGridSearchCV(m, g)\n';
      assert.equal(
        await refactored(code),
        'from sklearn.model_selection import GridSearchCV, RandomizedSearchCV\nRandomizedSearchCV(m, {"C": range(50)}, n_iter=20).fit(x)\nGridSearchCV(m, g)\n',
      );
    });

    it('change an attribute in its place', async () => {
      const code =
        'from sklearn import model_selection as ms\nms.GridSearchCV(m, param_grid={"C": range(50)}, cv=3).fit(x)\n';
      assert.equal(
        await refactored(code),
        'from sklearn import model_selection as ms\nms.RandomizedSearchCV(m, param_distributions={"C": range(50)}, n_iter=20, cv=3).fit(x)\n',
      );
    });

    it('import under an alias anew', async () => {
      const code = 'from sklearn.model_selection import GridSearchCV as GS\nGS(m, {"C": range(20)}).fit(x)\n';
      assert.equal(
        await refactored(code),
        'from sklearn.model_selection import RandomizedSearchCV\nRandomizedSearchCV(m, {"C": range(20)}, n_iter=10).fit(x)\n',
      );
    });

    it('enable halving searches', async () => {
      const code = 'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, {"C": range(20)}).fit(x)\n';
      assert.equal(
        await refactored(code, 1),
        'from sklearn.experimental import enable_halving_search_cv  # noqa: F401\nfrom sklearn.model_selection import HalvingRandomSearchCV\nHalvingRandomSearchCV(m, {"C": range(20)}).fit(x)\n',
      );
    });
  });

  it('reads a notebook as one module', async () => {
    const findings = await lintCells([
      'from sklearn.model_selection import GridSearchCV',
      '%matplotlib inline\n!pip install x',
      'grid = {"C": range(30)}',
      '%%time\ns = GridSearchCV(m, grid)',
      's.fit(x, y)',
    ]);
    assert.deepEqual(
      findings.map(({ cell, start, estimate }) => [cell, start, estimate?.['candidates']]),
      [[3, { row: 1, column: 4 }, 30]],
    );
  });
});
