import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { scriptOf } from '../../../src/runs/command/script';
import { scriptTotals, totalsIn } from '../../../src/runs/training/script-totals';
import { PythonParser } from '../../../src/python/parser';
import { loadParser } from '../../python/support';

describe('runs/script-totals', () => {
  const examples: Readonly<Record<string, readonly [script: string, args: readonly string[], told: object]>> = {
    'XGBoost by keyword': [
      'import xgboost as xgb\nxgb.train({}, data, num_boost_round=200, evals=[(data, "train")])',
      [],
      { round: 200 },
    ],
    'XGBoost by place, with a constant': [
      'import xgboost as xgb\nROUNDS = 5 * 30\nbooster = xgb.train(params, data, ROUNDS)',
      [],
      { round: 150 },
    ],
    'LightGBM by its parameters': [
      'import lightgbm as lgb\nparams = {"objective": "binary", "num_iterations": 80}\nlgb.train(params, data)',
      [],
      { round: 80 },
    ],
    'an alias of LightGBM': ['import lightgbm as lgb\nlgb.train({"num_tree": 70}, data)', [], { round: 70 }],
    'CatBoost by place': ['import catboost\ncatboost.train(pool, params, None, None, None, 90)', [], { round: 90 }],
    'cross-validation by place': ['import lightgbm\nlightgbm.cv(params, data, 45)', [], { round: 45 }],
    'a model of CatBoost': ['CatBoostRanker(iterations=500)', [], { round: 500 }],
    'names that mean different things': [
      'HistGradientBoostingRegressor(max_iter=120)\nKMeans(max_iter=7)\nother(iterations=8)\nsearch(n_iter=9)',
      [],
      { round: 120 },
    ],
    'an estimator of LightGBM': [
      'from lightgbm import LGBMClassifier\nLGBMClassifier(n_estimators=300).fit(x, y)',
      [],
      { round: 300 },
    ],
    Lightning: ['from lightning import Trainer\nEPOCHS = 12\nTrainer(max_epochs=EPOCHS).fit(model)', [], { epoch: 12 }],
    'Optuna by keyword': ['study.optimize(objective, n_trials=40)', [], { trial: 40 }],
    'Optuna by place': ['study.optimize(objective, 25)', [], { trial: 25 }],
    'scikit-learn': [
      'from sklearn.neural_network import MLPClassifier\nMLPClassifier((8,), max_iter=30, verbose=True).fit(x, y)',
      [],
      { epoch: 30 },
    ],
    'gradient boosting': [
      'from sklearn.ensemble import GradientBoostingClassifier as G, RandomForestClassifier\nG(n_estimators=60, verbose=1)\nRandomForestClassifier(n_estimators=500)',
      [],
      { round: 60 },
    ],
    'a loop': ['n = 20\nfor epoch in range(n):\n    print(f"Epoch {epoch}")', [], { epoch: 20 }],
    'a loop from 1 with a bar': [
      'from tqdm import tqdm\nfor epoch in tqdm(range(1, 9 + 1)):\n    pass',
      [],
      { epoch: 9 },
    ],
    'an option with its default': [
      'p.add_argument("--epochs", type=int, default=14)\nargs = p.parse_args()\nfor epoch in range(1, args.epochs + 1):\n    train()',
      [],
      { epoch: 14 },
    ],
    'an option on the command line': [
      'p.add_argument("-e", "--max-epochs", type=int, default=14)\nTrainer(max_epochs=args.max_epochs)',
      ['--lr', '1', '--max-epochs=3'],
      { epoch: 3 },
    ],
    'the short form of an option': [
      'p.add_argument("-e", "--epochs", type=int, default=14)\nfit(epochs=args.epochs)',
      ['-e', '6'],
      { epoch: 6 },
    ],
    "nanoGPT's constant": ['train(max_iters=5000)', [], { iteration: 5000 }],
    'two numbers, which says nothing': ['a.fit(x, epochs=3)\nb.fit(x, epochs=20)', [], {}],
    'twice the same': ['a.fit(x, epochs=3)\na.fit(y, epochs=3)', [], { epoch: 3 }],
    'what is not known': ['a.fit(x, epochs=choose())', [], {}],
    'no number of anything': ['a.fit(x, epochs=0)\nb(max_epochs=-1)\nc(n_trials=None)', [], {}],
  };
  for (const [name, [script, args, told]] of Object.entries(examples)) {
    it(`reads ${name}`, async () => {
      assert.deepEqual(totalsIn(script, args, await loadParser()), told);
    });
  }

  it('survives any text', async () => {
    const parser = await loadParser();
    const piece = fc.constantFrom(
      'epochs=',
      'for epoch in range(',
      'study.optimize(',
      '5',
      ')',
      '(',
      '\n',
      'x',
      ',',
      '"epochs": ',
      '{',
      'args.epochs',
      'add_argument("--epochs", default=',
      '**',
      '=',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        for (const count of Object.values(totalsIn(pieces.join(''), [], parser))) assert.ok(count > 0);
      }),
      { numRuns: 200 },
    );
  });

  it('finds the script of a command', () => {
    const of = (command: string[] | null, name = 'train.py', folder: string | null = '/work') =>
      scriptOf({ command, name, folder });
    assert.deepEqual(of(['python3', '-u', 'a/train.py', '--epochs', '5']), {
      path: '/work/a/train.py',
      args: ['--epochs', '5'],
    });
    assert.deepEqual(of(['torchrun', '--nproc-per-node', '2', '/x/train.py', 'y']), {
      path: '/x/train.py',
      args: ['y'],
    });
    assert.deepEqual(of(['python', '-m', 'pkg.train', '--epochs', '5']), {
      path: '/work/pkg/train.py',
      args: ['--epochs', '5'],
    });
    assert.deepEqual(of(null), { path: '/work/train.py', args: [] });
    assert.equal(of(['make', 'train'], 'make'), null);
    assert.equal(of(['python', 'train.py'], 'train.py', null), null);
  });

  it('reads regular files of sane size alone, and loads no parser without one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'totals-'));
    let loaded = 0;
    const parser = async (): Promise<PythonParser> => {
      loaded += 1;
      return PythonParser.load('dist');
    };
    const run = (name: string) => scriptTotals({ command: ['python', name], name, folder }, parser);
    writeFileSync(join(folder, 'big.py'), `${' '.repeat(2_000_000)}\nf(epochs=3)`);
    writeFileSync(join(folder, 'train.py'), 'f(epochs=3)');
    assert.deepEqual([await run('none.py'), await run('big.py'), await run('/dev/zero'), loaded], [{}, {}, {}, 0]);
    assert.deepEqual([await run('train.py'), loaded], [{ epoch: 3 }, 1]);
  });
});
