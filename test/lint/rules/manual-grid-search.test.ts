import assert from 'node:assert/strict';
import { lintCells, lintWith } from '../support';

const headOfModule = 'from sklearn.svm import SVC\nfrom sklearn.model_selection import *\nimport itertools\n';

async function counts(code: string, head = headOfModule): Promise<readonly unknown[]> {
  const found = await lintWith('manual-grid-search', head + code);
  return found.map(({ estimate }) => [estimate?.['candidates'], estimate?.['splits'], estimate?.['fits']]);
}

const fit = '.fit(X, y).score(X, y)';
const nested = (first: string, second: string, body: string): string =>
  `for C in ${first}:\n    for g in ${second}:\n        ${body}\n`;

describe('manual-grid-search', () => {
  const found: readonly (readonly [readonly unknown[], string])[] = [
    [[6, null, 6], nested('[1, 2]', 'range(3)', `SVC(C=C, gamma=g)${fit}`)],
    [
      [6, null, 6],
      nested('[1, 2]', 'np.logspace(-1, 1, 3)', `print(SVC(C=C, gamma=g)${fit})`).replace(/^/, 'import numpy as np\n'),
    ],
    // A score that is kept by hand, in a file that also draws.
    [
      [6, 9, 54],
      `import matplotlib.pyplot as plt\nimport numpy as np\nCs, gs = [1, 2], [1, 2, 3]\n${nested('range(len(Cs))', 'range(len(gs))', 'for k in range(9):\n            model = SVC(C=Cs[C], gamma=gs[g])\n            model.fit(X, y)\n            Accuracy_CV[k] = sum(model.predict(X) == y) / len(y)')}`,
    ],
    [[6, null, 6], nested('range(2)', 'range(3)', `SVC(10 ** C, "rbf", gamma=2 ** g)${fit}`)],
    [
      [6, null, 6],
      `Cs, gs = [1, 2], [1, 2, 3]\n${nested('range(len(Cs))', 'range(len(gs))', `SVC(C=Cs[C], gamma=gs[g])${fit}`)}`,
    ],
    [
      [6, null, 6],
      nested('tqdm([1, 2])', 'enumerate([1, 2, 3])', `SVC(C=C, gamma=g)${fit}`).replace('for g in', 'for i, g in'),
    ],
    [[4, null, 4], `for C, g in [(1, 1), (2, 1), (1, 2), (2, 2)]:\n    SVC(C=C, gamma=g)${fit}\n`],
    [[6, null, 6], `for C, g in itertools.product([1, 2], range(3)):\n    SVC(C=C, gamma=g)${fit}\n`],
    [[6, null, 6], `for p in itertools.product([1, 2], range(3)):\n    SVC(C=p[0], gamma=p[1])${fit}\n`],
    [
      [6, null, 6],
      `pairs = list(itertools.product([1, 2], range(3)))\nfor i, (C, g) in enumerate(pairs):\n    SVC(C=C, gamma=g)${fit}\n`,
    ],
    [
      [6, null, 6],
      `grid = [dict(zip(names, v)) for v in itertools.product([1, 2], range(3))]\nfor p in grid:\n    SVC(**p)${fit}\n`,
    ],
    [
      [null, null, null],
      `for v in itertools.product(*space.values()):\n    p = dict(zip(space, v))\n    SVC(**p)${fit}\n`,
    ],
    [[6, null, 6], `for p in ParameterGrid({"C": [1, 2], "gamma": [1, 2, 3]}):\n    SVC(**p)${fit}\n`],
    [
      [6, null, 6],
      `for p in ParameterGrid({"C": [1, 2], "gamma": [1, 2, 3]}):\n    SVC(C=p["C"], gamma=p["gamma"])${fit}\n`,
    ],
    [[null, null, null], `for p in ParameterGrid(grid):\n    SVC(kernel="rbf", **p)${fit}\n`],
    [[6, 5, 30], nested('[1, 2]', 'range(3)', 'cross_val_score(SVC(C=C, gamma=g), X, y)')],
    [[6, 3, 18], nested('[1, 2]', 'range(3)', 'cross_val_score(SVC(C=C, gamma=g), X, y, cv=KFold(3)).mean()')],
    [[6, null, null], nested('[1, 2]', 'range(3)', 'cross_val_score(SVC(C=C, gamma=g), X, y, cv=splits)')],
    [[6, 5, 30], '[cross_val_score(SVC(C=C, gamma=g), X, y).mean() for C in [1, 2] for g in range(3)]\n'],
    [
      [6, 4, 24],
      nested(
        '[1, 2]',
        'range(3)',
        `for a, b in KFold(4).split(X):\n            SVC(C=C, gamma=g).fit(X[a], y[a]).score(X[b], y[b])`,
      ),
    ],
    [
      [6, null, 6],
      `for a, b in KFold(4).split(X):\n${nested('[1, 2]', 'range(3)', `SVC(C=C, gamma=g)${fit}`).replace(/^/gm, '    ')}`,
    ],
    [
      [6, null, 6],
      `def evaluate(model):\n    return model.fit(X, y).score(X, y)\n${nested('[1, 2]', 'range(3)', 'evaluate(SVC(C=C, gamma=g))')}`,
    ],
    [[6, null, 6], nested('[1, 2]', 'range(3)', 'model = SVC(C=C, gamma=g)\n        model.fit(X, y)')],
    [
      [6, null, 6],
      'import matplotlib.pyplot as plt\n' +
        nested(
          '[1, 2]',
          'range(3)',
          `s = SVC(C=C, gamma=g)${fit}\n        if s > best_score:\n            best_score = s\n            plt.plot(s)`,
        ),
    ],
    [
      [6, null, 6],
      'from sklearn.pipeline import make_pipeline\n' +
        nested('[1, 2]', 'range(3)', `make_pipeline(Scaler(), SVC(C=C, gamma=g))${fit}`),
    ],
  ];
  for (const [expected, code] of found) {
    it(`counts ${JSON.stringify(expected)} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await counts(code), [expected]);
    });
  }

  const silent: readonly string[] = [
    `import matplotlib.pyplot as plt\n${nested('[1, 2]', '[1, 2, 3]', 'models[C, g] = SVC(C=C, gamma=g).fit(X, y)')}`,
    // One parameter is a line, not a grid.
    `for C in [1, 2]:\n    SVC(C=C)${fit}\n`,
    `for C in [1, 2]:\n    SVC(C=C, gamma=C)${fit}\n`,
    `for p in ParameterGrid({"C": [1, 2]}):\n    SVC(**p)${fit}\n`,
    nested('[1, 2]', 'range(3)', `SVC(C=C, random_state=g)${fit}`),
    nested('[1, 2]', 'range(3)', `SVC(C=C)${fit}`),
    nested('[1, 2]', 'range(3)', `SVC(class_weight=(C, g))${fit}`),
    // Lists of unknown length, and one that the run alone knows.
    nested('Cs', 'gammas', `SVC(C=C, gamma=g)${fit}`),
    nested('[1, 2]', 'sys.argv', `SVC(C=C, gamma=g)${fit}`),
    nested('[1]', '[2]', `SVC(C=C, gamma=g)${fit}`),
    // Nothing is fitted, or not there.
    nested('[1, 2]', 'range(3)', 'models.append(SVC(C=C, gamma=g))'),
    `models = [SVC(C=C, gamma=g) for C in [1, 2] for g in [1, 2]]\nfor m in models:\n    m.fit(X, y).score(X, y)\n`,
    nested('[1, 2]', 'range(3)', 'make_grid(SVC, C=C, gamma=g)'),
    // Somebody else's class, a statistics package, two estimators.
    nested('[1, 2]', 'range(3)', `Model(C=C, gamma=g)${fit}`),
    'from statsmodels.tsa.arima.model import ARIMA\n' +
      nested('[1, 2]', 'range(3)', 'ARIMA(y, order=(C, 1, g), trend=C).fit()'),
    'from sklearn.decomposition import PCA\nfrom sklearn.pipeline import make_pipeline\n' +
      nested('[1, 2]', 'range(3)', `make_pipeline(PCA(C), SVC(gamma=g))${fit}`),
    'for configuration in [dict(C=1, gamma=2), dict(C=2, gamma=1)]:\n    SVC(**configuration).fit(X, y).score(X, y)\n',
    // Drawn only.
    'import matplotlib.pyplot as plt\n' +
      nested(
        '[1, 2]',
        'range(3)',
        'm = SVC(C=C, gamma=g).fit(X, y)\n        plt.contourf(xx, yy, m.decision_function(grid))',
      ),
    'import matplotlib.pyplot as plt\n' +
      nested('[1, 2]', 'range(3)', 'models.append(SVC(C=C, gamma=g).fit(X, y))') +
      'plt.plot(models)\n',
    // Another search inside tells of its own grid.
    nested('[1, 2]', 'range(3)', 'GridSearchCV(SVC(C=C, gamma=g), {"kernel": ["rbf", "linear"]}).fit(X, y)'),
    'while True:\n    SVC(C=C, gamma=g).fit(X, y).score(X, y)\n',
    'for epoch in range(10):\n    for X, y in batches:\n        SVC(C=1, gamma=2).fit(X, y).score(X, y)\n',
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await counts(code), []);
    });
  }

  it("stands on the outermost loop's header and names what is searched", async () => {
    const [finding] = await lintWith(
      'manual-grid-search',
      headOfModule + nested('[1, 2, 3, 4]', 'range(5)', `SVC(C=C, gamma=g)${fit}`),
    );
    assert.deepEqual(
      [finding?.start, finding?.end],
      [
        { row: 3, column: 0 },
        { row: 3, column: 21 },
      ],
    );
    assert.equal(finding?.severity, 'information');
    assert.equal(
      finding.message,
      'This is a hand-written grid search: 20 combinations of C and gamma of SVC = 20 fits. ParameterSampler with n_iter=10 draws that many of them for the same loop: 10 fits.',
    );
  });

  it('tells of loops around the grid in words', async () => {
    const code = `for name in ["a", "b"]:\n${nested('[1, 2]', 'range(3)', `SVC(C=C, gamma=g)${fit}`).replace(/^/gm, '    ')}`;
    const [finding] = await lintWith('manual-grid-search', headOfModule + code);
    assert.equal(finding?.start.row, 4);
    assert.match(finding.message, /The loop around it repeats all of that 2 times\.$/);
  });

  it('reads lists from other cells', async () => {
    const cells = [
      'from sklearn.svm import SVC\nCs = [1, 2]\n',
      'gammas = [1, 2, 3]',
      nested('Cs', 'gammas', `print(SVC(C=C, gamma=g)${fit})`),
    ];
    const findings = (await lintCells(cells)).filter(({ rule }) => rule === 'manual-grid-search');
    assert.deepEqual(
      findings.map(({ cell, estimate }) => [cell, estimate?.['candidates']]),
      [[2, 6]],
    );
  });

  describe('beside data sets', () => {
    const searched: readonly (readonly [readonly unknown[], string])[] = [
      // A grid for each data set.
      [
        [6, null, 6],
        `for name, (X, y) in data.items():\n${nested('[1, 2]', 'range(3)', `SVC(C=C, gamma=g)${fit}`).replace(/^/gm, '    ')}`,
      ],
      // A number may be a setting of both.
      [
        [6, null, 6],
        `for C in [1, 2]:\n    X = windows(series, C)\n    for g in range(3):\n        SVC(C=C, gamma=g)${fit}\n`,
      ],
      [[4, null, 4], nested('["rbf", "linear"]', '[1, 2]', `SVC(kernel=C, gamma=g)${fit}`)],
      [
        [4, null, 4],
        nested(
          '["rbf", "linear"]',
          '[1, 2]',
          `m = SVC(kernel=C, gamma=g)\n        save(m.fit(X, y), f"{C}.txt")\n        m.score(X, y)`,
        ),
      ],
      [
        [null, null, null],
        `for data, C, g in itertools.product(sets, [1, 2], [3, 4]):\n    SVC(C=C, gamma=g).fit(*data).score(X, y)\n`,
      ],
    ];
    for (const [expected, code] of searched) {
      it(`counts ${JSON.stringify(expected)} in ${JSON.stringify(code)}`, async () => {
        assert.deepEqual(await counts(code), [expected]);
      });
    }

    const table = (data: string, model: string): string =>
      `for name in ["iris", "wine"]:\n    ${data}\n    for kernel in ["rbf", "linear"]:\n        ${model}.fit(X, y).score(X, y)\n`;
    const compared: readonly string[] = [
      table('X, y = load(name)', 'SVC(kernel=kernel, class_weight=weights[name])'),
      table('X, y = sets[name]', 'SVC(kernel=kernel, class_weight=weights[name])'),
      table('found = sets[name]\n    X, y = found', 'SVC(kernel=kernel, class_weight=weights[name])'),
      table('X, y = pd.read_csv(f"{name}.csv"), 1', 'SVC(kernel=kernel, class_weight=weights[name])'),
      table('', 'SVC(kernel=kernel, class_weight=weights[name])').replaceAll('name', 'dataset'),
      `for d, (X, y) in zip([2, 3], [a, b]):\n    for kernel in ["rbf", "poly"]:\n        SVC(kernel=kernel, degree=d)${fit}\n`,
      `for X, k in [(a, 2), (b, 3)]:\n    for kernel in ["rbf", "poly"]:\n        cross_val_score(SVC(kernel=kernel, degree=k), X, y)\n`,
      `for p in ParameterGrid({"data": ["a", "b"], "kernel": ["rbf", "poly"]}):\n    X, y = load(p["data"])\n    SVC(kernel=p["kernel"], class_weight=w[p["data"]])${fit}\n`,
      // How long they take, and not how good they are.
      `import time\n${nested('[1, 2]', 'range(3)', 'start = time.perf_counter()\n        SVC(C=C, gamma=g).fit(X, y)\n        print(time.perf_counter() - start)')}`,
    ];
    for (const code of compared) {
      it(`is silent on ${JSON.stringify(code)}`, async () => {
        assert.deepEqual(await counts(code), []);
      });
    }
  });

  describe('over trainings', () => {
    const grid = (body: string): string =>
      `for a in [1, 2, 3]:\n    for b in [4, 5]:\n        ${body.replace(/\n/g, '\n        ')}\n`;
    const hf = 'from transformers import Trainer, TrainingArguments\n';
    const net = 'import torch\nclass Net(torch.nn.Module):\n    def __init__(self, a, b): ...\n';
    const keras =
      'import keras\ndef build(a, b):\n    model = keras.Sequential([keras.layers.Dense(a), keras.layers.Dropout(b)])\n    model.compile("adam", "mse")\n    return model\n';
    const trained =
      'args = TrainingArguments("o", learning_rate=a, weight_decay=b)\ntrainer = Trainer(m, args)\ntrainer.train()\ntrainer.evaluate()';
    const cases: readonly (readonly [readonly unknown[], string])[] = [
      [[6, null, 6], `${hf}${grid(trained)}`],
      [
        [6, null, 6],
        `import xgboost as xgb\n${grid('params = {"max_depth": a, "eta": b}\nscore(xgb.train(params, d, 10))')}`,
      ],
      // Five folds, and seeds around it: how many trainings that makes is not said.
      [[6, null, null], `import xgboost as xgb\n${grid('score(xgb.cv({"max_depth": a, "eta": b}, d, 10, nfold=5))')}`],
      [[6, null, 6], `import lightgbm as lgb\n${grid('score(lgb.train({"num_leaves": a, "lambda_l1": b}, d))')}`],
      [[6, null, null], `${net}${grid('net = Net(a, b)\nfor x in data:\n    f(net(x)).backward()\nevaluate(net)')}`],
      [
        [6, null, null],
        `${net}def train(net):\n    for x in data:\n        f(net(x)).backward()\n${grid('net = Net(a, b)\ntrain(net)\nevaluate(net)')}`,
      ],
      [[6, null, null], `${keras}${grid('model = build(a, b)\nmodel.fit(x, y)\nprint(model.evaluate(x, y))')}`],
    ];
    for (const [expected, code] of cases) {
      it(`counts ${JSON.stringify(expected)} in ${JSON.stringify(code)}`, async () => {
        assert.deepEqual(await counts(code, ''), [expected]);
      });
    }

    const benchmark = (network: string): string =>
      `${net}for name in ["cora", "pubmed"]:\n    graph = load(name)\n    for method in ["gcn", "gat"]:\n        net = ${network}\n        f(net(graph.x)).backward()\n        evaluate(net)\n`;
    const quiet: readonly string[] = [
      benchmark('Net(name, method)'),
      benchmark('Net(graph.width, method)'),
      `${hf}${grid(trained.replace('weight_decay=b', 'seed=b'))}`,
      `${hf}${grid(trained.replace('trainer.train()\n', ''))}`,
      `import xgboost as xgb\n${grid('params = {"max_depth": a, "seed": b}\nscore(xgb.train(params, d, 10))')}`,
      `${hf}${grid('args = TrainingArguments(f"out/{a}", learning_rate=b)\ntrainer = Trainer(m, args)\ntrainer.train()\ntrainer.evaluate()')}`,
      `import xgboost as xgb\n${grid('params = {"max_depth": a, "eta": b}\nparams["eta"] = 0.1\nscore(xgb.train(params, d, 10))')}`,
      `${net}${grid('net = Net(a, 3)\nfor x in data:\n    f(net(x)).backward()\nevaluate(net)')}`,
      `${net}${grid('net = Net(a, b)\nprint(net(x))')}`,
      `${net}for a, b in pairs:\n    net = Net(a, b)\n    f(net(x)).backward()\n    evaluate(net)\n`,
    ];
    for (const code of quiet) {
      it(`is silent on ${JSON.stringify(code)}`, async () => {
        assert.deepEqual(await counts(code, ''), []);
      });
    }
  });
});
