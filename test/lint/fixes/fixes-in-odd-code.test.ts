import assert from 'node:assert/strict';
import { documentedRules as allRules } from '../../../src/lint/rules/documented';
import { programProblems } from '../../support/check-programs';
import { fixed, lint } from '../support';

const findAll = (code: string): ReturnType<typeof lint> => lint(code, { select: ['all'] });

/** The texts after each fix of a rule's first finding. */
async function fixesOf(rule: string, code: string): Promise<readonly string[]> {
  const [finding] = (await findAll(code)).filter((each) => each.rule === rule);
  assert.ok(finding, `${rule} reports nothing in\n${code}`);
  return finding.fixes.map((_, index) => fixed(code, finding, index));
}

const space = '{"C": [1, 2, 3, 4], "gamma": [1, 2, 3]}';
const keras = 'model = Sequential([Dense(1)])\nmodel.compile("adam", "mse")\n';
const fit = 'model.fit(x, y, epochs=50, validation_split=0.1)\n';

/** Forms in which the same program may be written. */
const forms: readonly (readonly [string, (code: string) => string])[] = [
  [
    'lists of imports in parentheses',
    (code) => code.replace(importLine, (_, head: string, names: string) => `${head}(\n    ${names}\n)`),
  ],
  [
    'a name on each line, with comments',
    (code) =>
      code.replace(
        importLine,
        (_, head: string, names: string) => `${head}(\n    ${names.replaceAll(', ', ',  # (one)\n    ')},\n)`,
      ),
  ],
  [
    'imports that go on behind a backslash',
    (code) => code.replace(importLine, (_, head: string, names: string) => `${head}\\\n    ${names}`),
  ],
  ['imports on one line', (code) => code.replace(/^((?:from|import) [^\n]*)\n(?=from |import )/gm, '$1; ')],
  [
    'a docstring with imports of its own',
    (code) =>
      `"""Use:\n\nimport keras\nfrom keras.callbacks import EarlyStopping\nimport tensorflow as tf\n"""\n${code}`,
  ],
  ['everything within a function', (code) => `def main():\n${code.replace(/^(?=.)/gm, '    ')}\n`],
];
const importLine = /^(from [\w.]+ import )([\w, ]+)$/gm;

describe('fixes in code that is written in another way', () => {
  it('leave Python with every name that it uses, and settle their finding', async () => {
    const tried: { readonly name: string; readonly before: string; readonly after: string }[] = [];
    for (const { id, nonCompliant } of allRules) {
      for (const { code } of nonCompliant) {
        for (const [form, write] of forms) {
          const before = write(code);
          const findings = (await findAll(before)).filter(({ rule }) => rule === id);
          for (const finding of findings) {
            for (const [index, { title }] of finding.fixes.entries()) {
              const after = fixed(before, finding, index);
              tried.push({ name: `${id}, ${form}: ${title}`, before, after });
              const left = (await findAll(after)).filter(({ rule }) => rule === id);
              assert.equal(left.length, findings.length - 1, `${title}:\n${after}`);
            }
          }
        }
      }
    }
    assert.ok(tried.length > 80, String(tried.length));
    const found = programProblems(tried.map(({ before, after }) => [before, after]));
    assert.deepEqual(
      tried.flatMap(({ name, after }, index) => (found[index] ? [`${name}: ${found[index]}\n${after}`] : [])),
      [],
    );
  });

  it('are offered for the same findings, in whatever form the imports are', async () => {
    for (const { id, nonCompliant } of allRules) {
      for (const { code } of nonCompliant) {
        const count = async (text: string): Promise<number> =>
          (await findAll(text)).filter(({ rule }) => rule === id).length;
        for (const [form, write] of forms.slice(0, 4))
          assert.equal(await count(write(code)), await count(code), `${id}, ${form}`);
      }
    }
  });

  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    [
      'a sampler that is the only argument, with a comma behind it',
      'grid-search',
      `import optuna\nstudy = optuna.create_study(\n    sampler=optuna.samplers.GridSampler(${space}),\n)\nstudy.optimize(f, n_trials=12)\n`,
      ['import optuna\nstudy = optuna.create_study(\n)\nstudy.optimize(f, n_trials=12)\n'],
    ],
    [
      'a sampler between comments, whose import goes with it',
      'grid-search',
      `import optuna\nfrom optuna.samplers import GridSampler\nstudy = optuna.create_study(\n    direction="minimize",  # lower\n    sampler=GridSampler(${space}),  # all of it\n    # none\n    pruner=None,\n)\nstudy.optimize(f, n_trials=12)\n`,
      [
        'import optuna\nstudy = optuna.create_study(\n    direction="minimize",  # lower\n    # all of it\n    # none\n    pruner=None,\n)\nstudy.optimize(f, n_trials=12)\n',
      ],
    ],
    [
      'the import of another function',
      'grid-search',
      `def a():\n    from sklearn.model_selection import RandomizedSearchCV\n    return RandomizedSearchCV\ndef b():\n    from sklearn.model_selection import GridSearchCV\n    return GridSearchCV(m, g, scoring=s).fit(x)\n`,
      [
        `def a():\n    from sklearn.model_selection import RandomizedSearchCV\n    return RandomizedSearchCV\ndef b():\n    from sklearn.model_selection import RandomizedSearchCV\n    return RandomizedSearchCV(m, g, n_iter=20, scoring=s).fit(x)\n`,
      ],
    ],
    [
      'a class of another package that has the name',
      'grid-search',
      'from sklearn.model_selection import GridSearchCV\nfrom mine import RandomizedSearchCV\nGridSearchCV(m, g, scoring=s).fit(x)\n',
      [],
    ],
    [
      'a name that the module gives to something else',
      'grid-search',
      'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, g, scoring=s).fit(x)\nRandomizedSearchCV = None\n',
      [],
    ],
    [
      'an import that is already there',
      'grid-search',
      'from sklearn.model_selection import GridSearchCV, RandomizedSearchCV\nRandomizedSearchCV(m, g).fit(x)\nGridSearchCV(m, g, scoring=s).fit(x)\n',
      [
        'from sklearn.model_selection import RandomizedSearchCV\nRandomizedSearchCV(m, g).fit(x)\nRandomizedSearchCV(m, g, n_iter=20, scoring=s).fit(x)\n',
      ],
    ],
    [
      'a name that the module exports',
      'grid-search',
      '__all__ = ["GridSearchCV"]\nfrom sklearn.model_selection import GridSearchCV\nGridSearchCV(m, g, scoring=s).fit(x)\n',
      [
        '__all__ = ["GridSearchCV"]\nfrom sklearn.model_selection import GridSearchCV, RandomizedSearchCV\nRandomizedSearchCV(m, g, n_iter=20, scoring=s).fit(x)\n',
      ],
    ],
    [
      'a grid that is read again later',
      'grid-search',
      'from sklearn.model_selection import GridSearchCV\ns = GridSearchCV(m, g).fit(x)\nprint(s.param_grid)\n',
      [],
    ],
    [
      'a grid that is set again later',
      'grid-search',
      'from sklearn.model_selection import GridSearchCV\ns = GridSearchCV(m, g)\ns.set_params(param_grid=h)\ns.fit(x)\n',
      [],
    ],
    [
      'a module inside the package, which lacks the other name',
      'missing-early-stopping',
      'from lightgbm.sklearn import LGBMRegressor\nm = LGBMRegressor(n_estimators=900)\nm.fit(X, y, eval_set=[(a, b)])\n',
      [],
    ],
    [
      'an own class called EarlyStopping',
      'missing-early-stopping',
      `from keras import Sequential\nfrom keras.layers import Dense\nfrom pytorchtools import EarlyStopping\n${keras}${fit}`,
      [],
    ],
    [
      'an import below, in another cell or function',
      'missing-early-stopping',
      `from tensorflow import (\n    keras,\n)\nfrom keras.layers import Dense\nmodel = keras.Sequential([Dense(1)])\nmodel.compile("adam", "mse")\n${fit}`,
      [
        `from tensorflow import (\n    keras,\n)\nfrom keras.layers import Dense\nmodel = keras.Sequential([Dense(1)])\nmodel.compile("adam", "mse")\n${fit.replace(')\n', ', callbacks=[keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)])\n')}`,
      ],
    ],
    [
      'a call in a formatted string, which may not hold its quotes',
      'inert-early-stopping',
      `from keras import Sequential\nfrom keras.layers import Dense\nfrom keras.callbacks import EarlyStopping\n${keras}print(f"{model.fit(x, y, epochs=50, callbacks=[EarlyStopping()])}")\n`,
      [],
    ],
    [
      'a vote that needs probabilities',
      'probability-svc',
      'from sklearn.svm import SVC\nfrom sklearn.ensemble import VotingClassifier\nVotingClassifier([("a", SVC(probability=True))], "soft")\n',
      [],
    ],
    [
      'a model that another function may ask for probabilities',
      'probability-svc',
      'from sklearn.svm import SVC\nm = SVC(probability=True)\nexplain(m)\n',
      [],
    ],
    [
      'a score that needs probabilities',
      'probability-svc',
      'from sklearn.metrics import make_scorer\nfrom sklearn.model_selection import cross_val_score\nfrom sklearn.svm import SVC\ncross_val_score(SVC(probability=True), X, y, scoring=make_scorer(f, needs_proba=True))\n',
      [],
    ],
    [
      'an error that ends a halving search, whose first rounds have few samples',
      'grid-search',
      'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, g, error_score="raise").fit(x)\n',
      [
        'from sklearn.model_selection import RandomizedSearchCV\nRandomizedSearchCV(m, g, n_iter=20, error_score="raise").fit(x)\n',
      ],
    ],
    [
      'a halving search, whose folds must be the same each time',
      'grid-search',
      'from sklearn.model_selection import GridSearchCV, KFold\nGridSearchCV(m, g, cv=KFold(5, shuffle=True)).fit(x)\n',
      [
        'from sklearn.model_selection import RandomizedSearchCV, KFold\nRandomizedSearchCV(m, g, n_iter=20, cv=KFold(5, shuffle=True)).fit(x)\n',
      ],
    ],
    [
      'a halving search, which draws nothing from a small test',
      'grid-search',
      'from sklearn.model_selection import GridSearchCV, ShuffleSplit\nGridSearchCV(m, g, cv=ShuffleSplit(1, random_state=0)).fit(x)\n',
      [
        'from sklearn.model_selection import RandomizedSearchCV, ShuffleSplit\nRandomizedSearchCV(m, g, n_iter=20, cv=ShuffleSplit(1, random_state=0)).fit(x)\n',
      ],
    ],
    [
      'a pipeline that is asked for the search by its name',
      'grid-search',
      'from sklearn.model_selection import GridSearchCV\nfrom sklearn.pipeline import make_pipeline\np = make_pipeline(s, GridSearchCV(m, g).fit(x)).fit(X, y)\nprint(p.named_steps["gridsearchcv"].best_params_)\n',
      [],
    ],
    [
      'scores that are laid out as the grid is',
      'grid-search',
      'from sklearn.model_selection import GridSearchCV\ns = GridSearchCV(m, g).fit(X, y)\nplt.imshow(s.cv_results_["mean_test_score"].reshape(4, 3))\n',
      [],
    ],
    [
      'a list of grids of CatBoost, which takes only one to draw from',
      'grid-search',
      `from catboost import CatBoost\nCatBoost().grid_search([${space}, {"depth": [2]}], X, y)\n`,
      [],
    ],
    [
      'a sampler that is asked whether its grid is done',
      'grid-search',
      `import optuna\ns = optuna.samplers.GridSampler(${space})\nstudy = optuna.create_study(sampler=s)\nstudy.optimize(f, n_trials=12)\nprint(s.is_exhausted(study))\n`,
      [],
    ],
    [
      'a curve of as many points as there are epochs',
      'missing-early-stopping',
      `import numpy as np\nfrom keras import Sequential\nfrom keras.layers import Dense\n${keras}h = ${fit}plt.plot(np.arange(0, 50), h.history["loss"])\n`,
      [],
    ],
    [
      'a curve of as many points as there are epochs, of an EarlyStopping that never stops',
      'inert-early-stopping',
      `from keras import Sequential\nfrom keras.callbacks import EarlyStopping\nfrom keras.layers import Dense\n${keras}h = model.fit(x, y, epochs=50, callbacks=[EarlyStopping()])\nplt.plot(range(1, 51), h.history["loss"])\n`,
      [],
    ],
    [
      'a training that no metric measures',
      'missing-early-stopping',
      'import lightgbm as lgb\nlgb.train({"objective": "binary", "metric": "None"}, d, 900, valid_sets=[v])\n',
      [],
    ],
    [
      'a training with an objective of its own, which has no metric',
      'missing-early-stopping',
      'import lightgbm as lgb\nlgb.train({"objective": own}, d, 900, valid_sets=[v])\n',
      [],
    ],
    [
      'a training with an objective and a metric of its own',
      'missing-early-stopping',
      'import lightgbm as lgb\nlgb.train({"objective": own, "metric": "auc"}, d, 900, valid_sets=[v])\n',
      [
        'import lightgbm as lgb\nlgb.train({"objective": own, "metric": "auc"}, d, 900, valid_sets=[v], callbacks=[lgb.early_stopping(50)])\n',
      ],
    ],
    [
      'a model that measures nothing',
      'missing-early-stopping',
      'from lightgbm import LGBMRegressor\nm = LGBMRegressor(n_estimators=900, metric="none")\nm.fit(X, y, eval_set=[(a, b)])\n',
      [],
    ],
    [
      'a list of validation data that is empty',
      'missing-early-stopping',
      'import xgboost as xgb\nxgb.train({}, d, num_boost_round=900, evals=[])\n',
      [],
    ],
    [
      'a perceptron that is also trained in parts',
      'missing-early-stopping',
      'from sklearn.neural_network import MLPClassifier\nm = MLPClassifier(max_iter=900)\nm.partial_fit(X, y, [0, 1])\n',
      [],
    ],
    [
      'a curve of as many points as there are trees',
      'missing-early-stopping',
      'from sklearn.ensemble import GradientBoostingRegressor\nm = GradientBoostingRegressor(n_estimators=900).fit(X, y)\nplt.plot(range(900), m.train_score_)\n',
      [],
    ],
    [
      'several evaluations, none of which has the loss',
      'missing-early-stopping',
      'from transformers import Trainer, TrainingArguments\nargs = TrainingArguments("out", num_train_epochs=20)\nTrainer(model, args, train_dataset=t, eval_dataset={"a": a, "b": b})\n',
      [],
    ],
    [
      'evaluation data that is None',
      'missing-early-stopping',
      'from transformers import Trainer, TrainingArguments\nargs = TrainingArguments("out", num_train_epochs=20)\nTrainer(model, args, train_dataset=t, eval_dataset=None)\n',
      [],
    ],
    [
      'a fit without anything to validate on',
      'missing-early-stopping',
      'import lightning as L\nclass M(L.LightningModule):\n    def validation_step(self, batch):\n        self.log("val_loss", self(batch))\ntrainer = L.Trainer(max_epochs=50)\ntrainer.fit(M(), loader)\n',
      [],
    ],
    [
      'texts of any length, which nothing packs',
      'unpacked-fine-tuning',
      'from transformers import AutoModelForCausalLM\nfrom trl import SFTConfig, SFTTrainer\nm = AutoModelForCausalLM.from_pretrained("a", attn_implementation="flash_attention_2")\nSFTTrainer(m, args=SFTConfig("out", max_length=None), train_dataset=t)\n',
      [],
    ],
  ];
  for (const [name, rule, code, expected] of cases) {
    it(`respect ${name}`, async () => {
      assert.deepEqual(await fixesOf(rule, code), expected);
    });
  }

  const steps = (between: string, head = ''): string =>
    `import torch\n${head}total = 0.0\nfor x, y in loader:\n    loss = crit(m(x), y)\n    loss.backward()\n${between}    total += loss\nprint(total)\n`;
  const losses: readonly (readonly [string, string, boolean | null])[] = [
    ['nothing in between', steps(''), true],
    ['a tuple of targets', steps('    (loss, n) = (loss.item(), 1)\n'), null],
    ['an assignment in an expression', steps('    print(loss := loss.item())\n'), null],
    ['a context', steps('    with open(f) as loss:\n        pass\n'), null],
    ['a function that sets it', steps('    reset()\n', 'def reset():\n    global loss\n    loss = 0.0\n'), false],
    ['values of another library', steps('', 'from micrograd.engine import Value\n'), false],
  ];
  for (const [name, code, safe] of losses) {
    it(`are safe for a sum of losses only if it certainly sums tensors: ${name}`, async () => {
      const [finding] = (await findAll(code)).filter(({ rule }) => rule === 'graph-retention');
      assert.equal(finding === undefined ? null : (finding.fixes[0]?.safe ?? null), safe);
    });
  }
});
