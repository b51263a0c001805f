import assert from 'node:assert/strict';
import { Linter } from '../../../src/lint/engine/linter';
import { defaultConfig, settingsFor } from '../../../src/lint/engine/settings';
import { allRules } from '../../../src/lint/rules';
import { readNotebook } from '../../../src/python/notebook';
import { loadParser } from '../../python/support';
import { lintWith } from '../support';

async function severities(rule: string, code: string): Promise<readonly string[]> {
  return (await lintWith(rule, code)).map(({ severity }) => severity);
}

const early = (code: string): Promise<readonly string[]> => severities('missing-early-stopping', code);

const head = 'from tensorflow import keras\nfrom tensorflow.keras.callbacks import EarlyStopping\n';
const model = (name: string, layer = 'LSTM'): string =>
  `${name} = keras.Sequential([keras.layers.${layer}(8), keras.layers.Dense(1)])\n${name}.compile('adam', 'mse')\n`;
const fit = (name: string, more = ''): string => `${name}.fit(x, y, epochs=60, validation_split=0.2${more})\n`;

describe('a warning about missing early stopping', () => {
  it('needs a model that takes its time, and no other that is compared with it', async () => {
    assert.deepEqual(await early(head + model('a') + fit('a')), ['warning']);
    assert.deepEqual(await early(head + model('a', 'Dense') + fit('a')), ['information']);
    assert.deepEqual(await early(head + model('a') + model('b') + fit('a') + fit('b')), ['information', 'information']);
    const others = fit('b').replace('x, y', 'u, v');
    assert.deepEqual(await early(head + model('a') + model('b') + fit('a') + others), ['warning', 'warning']);
  });

  it('needs code that the module runs', async () => {
    const inFunction = `${head}${model('a')}def train_it():\n    ${fit('a')}`;
    assert.deepEqual(await early(inFunction), ['information']);
    assert.deepEqual(await early(`${inFunction}train_it()\n`), ['warning']);
  });

  it('is not given where early stopping was left out on purpose', async () => {
    assert.deepEqual(await early(`${head}${model('a')}# stop = EarlyStopping(patience=5)\n${fit('a')}`), []);
    const later = fit('a', ', callbacks=[EarlyStopping(patience=5)]');
    assert.deepEqual(await early(head + model('a') + fit('a') + later), []);
    assert.deepEqual(await early(head + model('a') + later + fit('a')), ['warning']);
  });

  it('is not given where validation rows are trained on', async () => {
    const split = (shuffle: string): string =>
      `${head}${model('a')}ds = ds.shuffle(${shuffle})\nval = ds.take(100)\ntrain = ds.skip(100)\na.fit(train, epochs=60, validation_data=val)\n`;
    assert.deepEqual(await early(split('1000')), []);
    assert.deepEqual(await early(split('1000, reshuffle_each_iteration=False')), ['warning']);
  });

  it('is not given for models that refuse their images', async () => {
    const pretrained = (name: string, side: number): string =>
      `${head}base = keras.applications.${name}(weights='imagenet', include_top=False, input_shape=(${side}, ${side}, 3))\na = keras.Sequential([base, keras.layers.Flatten(), keras.layers.Dense(10)])\na.compile('adam', 'mse')\n${fit('a')}`;
    assert.deepEqual(await early(pretrained('InceptionV3', 32)), []);
    assert.deepEqual(await early(pretrained('InceptionV3', 75)), ['warning']);
    assert.deepEqual(await early(pretrained('Xception', 32)), []);
    assert.deepEqual(await early(pretrained('NASNetMobile', 32)), []);
    assert.deepEqual(await early(pretrained('VGG16', 32)), ['warning']);
  });

  it('is a hint on small tables that lessons use', async () => {
    const reading = (path: string): string =>
      `import pandas as pd\nx = pd.read_csv(${path})\n${head}${model('a')}${fit('a')}`;
    assert.deepEqual(await early(reading('"data/iris.csv"')), ['hint']);
    assert.deepEqual(await early(reading('"../titanic/train.csv"')), ['hint']);
    assert.deepEqual(await early(reading('"sales.csv"')), ['warning']);
    assert.deepEqual(await early(reading('"data/sparkling-wines.csv"')), ['warning']);
  });
});

describe('grid searches on small tables', () => {
  const search = (values: number): string =>
    `from sklearn.datasets import load_iris\nfrom sklearn.model_selection import GridSearchCV\nfrom sklearn.svm import SVC\nx, y = load_iris(return_X_y=True)\nGridSearchCV(SVC(), {'C': list(range(1, ${values + 1}))}).fit(x, y)\n`;

  it('are hints as long as they fit seldom', async () => {
    assert.deepEqual(await severities('grid-search', search(20)), ['hint']);
    assert.deepEqual(await severities('grid-search', search(60)), ['information']);
  });
});

describe('a finding about a slow recurrent kernel', () => {
  const slow = (code: string): Promise<readonly string[]> => severities('slow-recurrent-kernel', code);
  const layer = 'layer = LSTM(8, recurrent_dropout=0.2)\n';

  it('is not given in code of a Keras whose layers never took the kernel', async () => {
    assert.deepEqual(await slow(`from keras.layers import LSTM\n${layer}`), ['information']);
    assert.deepEqual(await slow(`from keras.layers.recurrent import LSTM\n${layer}`), []);
    assert.deepEqual(await slow(`from keras.layers import LSTM, Merge\n${layer}`), []);
    assert.deepEqual(await slow(`from keras.layers import LSTM\n${layer}model.fit(x, y, nb_epoch=9)\n`), []);
    const pinned = (version: string, from: string): Promise<readonly string[]> =>
      slow(`# dependencies = ["keras==${version}"]\nfrom ${from}.layers import LSTM\n${layer}`);
    assert.deepEqual(await pinned('2.2.4', 'keras'), []);
    assert.deepEqual(await pinned('3.1', 'keras'), ['information']);
    assert.deepEqual(await pinned('2.2.4', 'tensorflow.keras'), ['information']);
    assert.deepEqual(await slow(`from tensorflow.keras.layers import LSTM\n${layer}# nb_epoch=9\n`), ['information']);
  });

  it('is not given in a notebook that printed so', async () => {
    const linter = new Linter(await loadParser(), allRules);
    const found = (printed: string): readonly string[] => {
      const cell = (source: string, text: string): object => ({
        cell_type: 'code',
        source,
        outputs: text === '' ? [] : [{ output_type: 'stream', name: 'stderr', text: [text] }],
      });
      const file = JSON.stringify({ cells: [cell('from keras.layers import LSTM\n', printed), cell(layer, '')] });
      const cells = readNotebook(file);
      assert.ok(typeof cells !== 'string');
      const settings = settingsFor(allRules, { ...defaultConfig, select: ['slow-recurrent-kernel'] }, 'a.ipynb');
      return linter.lintCells(cells, settings).findings.map(({ severity }) => severity);
    };
    assert.equal(found('').length, 1);
    assert.equal(found('Using TensorFlow backend.\n').length, 0);
  });
});

describe('a warning about a booster without early stopping', () => {
  const boosted = (code: string): Promise<readonly string[]> =>
    severities('missing-early-stopping', `import lightgbm as lgb\np = {"objective": "regression"}\n${code}`);
  const first = 'lgb.train(p, part, 5000, valid_sets=[check], early_stopping_rounds=50)\n';

  it('is not given for the last training, on all data', async () => {
    const alone = 'lgb.train(p, lgb.Dataset(X_full), 5000)\n';
    assert.deepEqual(await boosted(alone), ['information']);
    assert.deepEqual(await boosted(`${first}data = lgb.Dataset(X_full)\nlgb.train(p, data, 5000)\n`), []);
    assert.deepEqual(await boosted(`${first}lgb.train(p, train_set=all_data, num_boost_round=5000)\n`), []);
    assert.deepEqual(await boosted(`${first}data = lgb.Dataset(X_train)\nlgb.train(p, data, 5000)\n`), ['information']);
  });
});
