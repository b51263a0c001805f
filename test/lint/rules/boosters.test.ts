import assert from 'node:assert/strict';
import { lintRecorded, lintWith } from '../support';

const found = async (code: string): Promise<readonly string[]> =>
  (await lintWith('missing-early-stopping', code)).map(({ severity }) => severity);

const head =
  'import pandas as pd\nimport xgboost as xgb\nimport lightgbm as lgb\nfrom catboost import CatBoostClassifier\nfrom sklearn.model_selection import KFold, train_test_split\ndata = pd.read_csv("sales.csv")\n';
const work = 'data.head()\n';
const checked = 'first = lgb.train(p, lgb.Dataset(X_train), valid_sets=[valid], callbacks=[lgb.early_stopping(9)])\n';

describe('the last training of a booster, on all data', () => {
  const silent: Readonly<Record<string, string>> = {
    'of a data set that is made in the call': `for a, b in KFold(5).split(X):\n    pass\n${checked}lgb.train(p, lgb.Dataset(X, label=y), num_boost_round=900)\n`,
    'by a name of the argument': `X_train, X_test = train_test_split(X)\n${checked}xgb.train(p, xgb.DMatrix(data=X, label=y), 900)\n`,
    'of rows that folds are taken from': `for a, b in folds:\n    part = X.iloc[train_idx]\n${checked}xgb.XGBClassifier(n_estimators=900).fit(X, y)\n`,
    'of rows that are indexed by fold': `for a, b in folds:\n    part = X[train_index]\n${checked}xgb.XGBClassifier(n_estimators=900).fit(X, y)\n`,
    'by the name of the model': `${checked}model_fulldata = CatBoostClassifier()\nmodel_fulldata.fit(rows, y)\n`,
    'after a cross-validation that is a comment': `dtrain = xgb.DMatrix(x_train, y_train)\n# result = xgb.cv(p, dtrain,\n#     num_boost_round=20000,\n#     early_stopping_rounds=50)\nxgb.train(p, dtrain, num_boost_round=1648)\n`,
    'after a cross-validation': `dtrain = xgb.DMatrix(x_train, y_train)\nresult = xgb.cv(p, dtrain, 20000, early_stopping_rounds=50)\nxgb.train(p, dtrain, num_boost_round=1648)\n`,
    'with itself as validation, where a switch asks for it': `${work}SUBMIT = True\nd_train = lgb.Dataset(rows)\nif SUBMIT:\n    watched = [d_train]\nelse:\n    watched = [d_train, d_valid]\nlgb.train({"learning_rate": 0.15}, d_train, 1350, valid_sets=watched)\n`,
  };
  for (const [what, code] of Object.entries(silent)) {
    it(`is not reported ${what}`, async () => {
      assert.deepEqual(await found(head + code), []);
    });
  }

  const reported: Readonly<Record<string, readonly [string, string]>> = {
    'a training on a part': ['information', `${checked}xgb.XGBClassifier(n_estimators=900).fit(X_train, y_train)\n`],
    'a training of a module that never validates': [
      'information',
      'for a, b in KFold(5).split(X):\n    pass\nxgb.XGBClassifier(n_estimators=900).fit(X, y)\n',
    ],
    'a cross-validation of other data': [
      'information',
      'result = xgb.cv(p, other, 20000, early_stopping_rounds=50)\nxgb.train(p, xgb.DMatrix(x_train), num_boost_round=1648)\n',
    ],
    'a training that validates on itself alone': [
      'information',
      'xgb.train({"eta": 0.3}, dtrain, 1350, evals=[(dtrain, "train")])\n',
    ],
    'a model that validates on itself alone': [
      'information',
      'xgb.XGBClassifier(n_estimators=1350).fit(X_train, y_train, eval_set=[(X_train, y_train)])\n',
    ],
    'a training that also validates on other data': [
      'warning',
      'xgb.train({"eta": 0.3}, dtrain, 1350, evals=[(dtrain, "train"), (dvalid, "eval")])\n',
    ],
    'a list that other data are added to': [
      'warning',
      'watched = [(dtrain, "train")]\nwatched.append((dvalid, "eval"))\nxgb.train({"eta": 0.3}, dtrain, 1350, evals=watched)\n',
    ],
    'a switch that is set by hand': [
      'warning',
      'SUBMIT = ask()\nif SUBMIT:\n    watched = [d_train]\nelse:\n    watched = [d_train, d_valid]\nlgb.train({"learning_rate": 0.15}, d_train, 1350, valid_sets=watched)\n',
    ],
  };
  for (const [what, [severity, code]] of Object.entries(reported)) {
    it(`is not ${what}`, async () => {
      assert.deepEqual(await found(head + code), [severity]);
    });
  }
});

const xgboost = (losses: readonly number[], period = 100, metric = 'rmse'): string =>
  losses
    .map((loss, index) => `[${Math.min(index * period, 999)}]\tvalidation_0-${metric}:${loss.toFixed(5)}\n`)
    .join('');
const lightgbm = (losses: readonly number[]): string =>
  losses
    .map((loss, index) => `[${(index + 1) * 100}]\ttraining's l2: 0.1\tvalid_1's l2: ${loss.toFixed(5)}\n`)
    .join('');
const catboost = (best: number, total: string): string =>
  `0:\tlearn: 0.65\ttest: 0.65\tbest: 0.65 (0)\ttotal: 10ms\tremaining: 10s\n999:\tlearn: 0.31\ttest: 0.40\tbest: 0.40 (${best})\ttotal: ${total}\tremaining: 0us\n\nbestTest = 0.40\nbestIteration = ${best}\n`;

const tens = Array.from({ length: 10 }, (_, index) => index);
const falls = tens.map((index) => 1 / (index + 1));
const turns = tens.map((index) => 0.5 + Math.abs(index - 3) / 100);
const rises = falls.map((loss) => 1 - loss);

const models = {
  xgboost:
    'model = xgb.XGBRegressor(n_estimators=1000)\nmodel.fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=100)',
  lightgbm: 'lgb.train({"learning_rate": 0.1}, train, 1000, valid_sets=[train, valid])',
  catboost: 'model = CatBoostClassifier()\nmodel.fit(X_train, y_train, eval_set=(X_test, y_test))',
};
const recorded = async (model: keyof typeof models, printed: string): Promise<readonly string[]> =>
  (
    await lintRecorded(
      [
        [head, ''],
        [models[model], printed],
      ],
      { select: ['missing-early-stopping'] },
    )
  ).map(({ severity, message }) => `${severity} ${/the best one was round \d+/.exec(message)?.[0] ?? ''}`);

describe('what a notebook recorded of a booster', () => {
  const cases: readonly (readonly [string, keyof typeof models, string, readonly string[]])[] = [
    ['nothing', 'xgboost', '', ['warning ']],
    ['a loss that falls to the end', 'xgboost', xgboost([...falls, 0.05]), []],
    ['one that turns', 'xgboost', xgboost([...turns, 0.9]), ['warning the best one was round 301']],
    ['an area that rises to the end', 'xgboost', xgboost([...rises, 0.99], 100, 'auc'), []],
    ['an area that falls', 'xgboost', xgboost([...falls, 0], 100, 'auc'), ['warning the best one was round 1']],
    ['a score that is no known metric', 'xgboost', xgboost([...rises, 0.99], 100, 'gini'), ['warning ']],
    ['another number of rounds', 'xgboost', xgboost(falls, 10), ['warning ']],
    ['folds, most of which fall to the end', 'xgboost', xgboost(falls) + xgboost(falls) + xgboost(turns), []],
    ['a loss that falls to the end', 'lightgbm', lightgbm(falls), []],
    ['one that turns', 'lightgbm', lightgbm(turns), ['warning the best one was round 400']],
    ['a training of seconds', 'catboost', catboost(301, '6.8s'), ['hint the best one was round 302']],
    ['a training of minutes', 'catboost', catboost(301, '2m 6s'), ['information the best one was round 302']],
    ['a long training', 'catboost', catboost(301, '1h 2m 6s'), ['warning the best one was round 302']],
    ['a long training that was needed', 'catboost', catboost(998, '1h 2m 6s'), []],
  ];
  for (const [what, model, printed, expected] of cases) {
    it(`of ${model}: ${what}`, async () => {
      assert.deepEqual(await recorded(model, printed), expected);
    });
  }
});
