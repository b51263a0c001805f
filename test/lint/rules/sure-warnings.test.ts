import assert from 'node:assert/strict';
import { lintCells, lintWith } from '../support';

type Cases = Readonly<Record<string, readonly [code: string, severities: readonly string[]]>>;

function check(rule: string, cases: Cases): void {
  describe(rule, () => {
    for (const [what, [code, severities]] of Object.entries(cases)) {
      it(`${severities.length === 0 ? 'is silent about' : `has ${severities.join()} for`} ${what}`, async () => {
        assert.deepEqual(
          (await lintWith(rule, code)).map(({ severity }) => severity),
          severities,
          code,
        );
      });
    }
  });
}

const sklearn =
  'from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score\nfrom sklearn.pipeline import Pipeline, make_pipeline\nfrom sklearn.svm import SVC\nimport pandas as pd\ndata = pd.read_csv("sales.csv")\ngrid = {"C": list(range(30))}\n';
const withoutData = sklearn.replace('data = pd.read_csv("sales.csv")\n', '');
const search = 'search = GridSearchCV(SVC(), grid)\n';
const never: readonly string[] = [];
const warning: readonly string[] = ['warning'];

describe('a search that is never fitted', () => {
  check('grid-search', {
    'a search alone': [`${sklearn}${search}`, never],
    'a search without a name': [`${sklearn}GridSearchCV(SVC(), grid)\n`, never],
    'a search whose fit is a comment': [`${sklearn}${search}# search.fit(x, y)\nprint(search)\n`, never],
    'a search whose fit is in a string': [`${sklearn}${search}"""\nsearch.fit(x, y)\n"""\n`, never],
    'a search that is only looked at': [`${sklearn}${search}print(search.best_params_, len(search))\n`, never],
    'a search beside another model that is fitted': [`${sklearn}${search}SVC().fit(x, y)\n`, never],
    'a search in a pipeline that is not fitted here': [
      `${sklearn}${search}pipe = Pipeline([("s", search)])\n`,
      ['information'],
    ],
    'a search that is fitted': [`${sklearn}${search}search.fit(x, y)\n`, warning],
    'a search that is fitted where it is made': [`${sklearn}best = GridSearchCV(SVC(), grid).fit(x, y)\n`, warning],
    'a search by another name': [`${sklearn}${search}other = search\nother.fit(x, y)\n`, warning],
    'a search whose fit is passed on': [`${sklearn}${search}time(search.fit)\n`, warning],
    'a search with other settings': [`${sklearn}${search}search.set_params(cv=3).fit(x, y)\n`, warning],
    'a search in a branch': [`${sklearn}if a:\n    ${search}else:\n    search = SVC()\nsearch.fit(x, y)\n`, warning],
    'a search that is cross-validated': [`${sklearn}${search}cross_val_score(search, x, y)\n`, warning],
    'a search in a pipeline': [`${sklearn}${search}pipe = Pipeline([("s", search)])\npipe.fit(x, y)\n`, warning],
    'a search in a short pipeline': [`${sklearn}make_pipeline(a, GridSearchCV(SVC(), grid)).fit(x, y)\n`, warning],
    'a search of a list': [
      `${sklearn}searches = [GridSearchCV(SVC(), grid)]\nfor each in searches:\n    each.fit(x, y)\n`,
      warning,
    ],
    'a search of a dictionary': [
      `${sklearn}models = {}\nmodels["a"] = GridSearchCV(SVC(), grid)\nmodels["a"].fit(x, y)\n`,
      warning,
    ],
    'a search that a function fits': [
      `${sklearn}def run(model):\n    return model.fit(x, y)\nrun(GridSearchCV(SVC(), grid))\n`,
      warning,
    ],
    'a search that another module gets': [`${sklearn}${search}evaluate(search, x, y)\n`, warning],
    'a search of a class': [
      `${sklearn}class Model:\n    def __init__(self):\n        self.search = GridSearchCV(SVC(), grid)\n    def run(self):\n        self.search.fit(x, y)\n`,
      warning,
    ],
    'a search that others may fit': [
      `${sklearn}class Model:\n    def __init__(self):\n        self.search = GridSearchCV(SVC(), grid)\n`,
      ['information'],
    ],
    'a search of a list that nothing fits here': [
      `${sklearn}searches = [GridSearchCV(SVC(), grid)]\n`,
      ['information'],
    ],
    'searches that a function of another module gets': [
      `${sklearn}from work import train_all\nmodels = {"svm": GridSearchCV(SVC(), grid)}\ntrain_all(models, x, y)\n`,
      ['information'],
    ],
    'a search that a function hands on': [
      `${sklearn}from work import run\ndef evaluate(model):\n    run(model, x, y)\nevaluate(GridSearchCV(SVC(), grid))\n`,
      ['information'],
    ],
    'a search that a class of another module gets': [
      `${sklearn}from work import Experiment\nExperiment(GridSearchCV(SVC(), grid), x, y).run()\n`,
      ['information'],
    ],
    'a search that a class fits': [
      `${sklearn}class Trainer:\n    def __init__(self, model):\n        self.model = model\n    def train(self):\n        self.model.fit(x, y)\nTrainer(GridSearchCV(SVC(), grid)).train()\n`,
      warning,
    ],
    'a search of a file that only makes models': [
      `${withoutData}MODELS = {"svm": GridSearchCV(SVC(), grid)}\n`,
      ['information'],
    ],
    'a search that a file only names for others': [`${withoutData}svm = GridSearchCV(SVC(), grid)\n`, ['information']],
    'a search that a function returns': [
      `${sklearn}def make():\n    search = GridSearchCV(SVC(), grid)\n    return search\n`,
      ['information'],
    ],
  });

  check('oversized-random-search', {
    'a search alone': [`${sklearn}s = RandomizedSearchCV(m, d, n_iter=900)\n`, never],
    'a search that is fitted': [`${sklearn}s = RandomizedSearchCV(m, d, n_iter=900)\ns.fit(x, y)\n`, ['information']],
  });

  it('may be fitted in another cell', async () => {
    const found = async (last: string): Promise<number> =>
      (await lintCells([sklearn, search, last], { select: ['grid-search'] })).length;
    assert.equal(await found('search.fit(x, y)'), 1);
    assert.equal(await found('%time search.fit(x, y)'), 1);
    assert.equal(await found('#search.fit(x, y)'), 0);
  });
});

const keras =
  'import pandas as pd\nfrom tensorflow import keras\nfrom sklearn.model_selection import train_test_split\nfrom sklearn.utils import resample\nfrom imblearn.over_sampling import SMOTE\ndata = pd.read_csv("sales.csv")\n';
const model = (name = 'model'): string =>
  `${name} = keras.Sequential([keras.layers.LSTM(8), keras.layers.Dense(1)])\n${name}.compile("adam", "mse")\n`;
const lstm = keras + model();
const split = 'x_train, x_test, y_train, y_test = train_test_split(X, y)\n';
const fit = (more = ', validation_data=(x_test, y_test)'): string => `model.fit(x_train, y_train, epochs=80${more})\n`;

describe('early stopping that sees copies of the training', () => {
  check('missing-early-stopping', {
    'rows that are split first': [`${lstm}${split}${fit()}`, warning],
    'rows that are balanced before the split': [`${lstm}X, y = SMOTE().fit_resample(X, y)\n${split}${fit()}`, never],
    'rows that are balanced by another name': [
      `${lstm}sampler = SMOTE(random_state=1)\nX_new, y_new = sampler.fit_sample(data, target)\n${split.replace('X, y)', 'X_new, y_new)')}${fit()}`,
      never,
    ],
    'a frame to which copies are added': [
      `${lstm}more = resample(data[data.y == 1], n_samples=900)\nboth = pd.concat([data, more])\nX = both.drop("y")\ny = both["y"]\n${split}${fit()}`,
      never,
    ],
    'images that are augmented before the split': [
      `${lstm}X, y = augment_images(images, labels)\n${split}${fit()}`,
      never,
    ],
    'a share of rows that are balanced': [
      `${lstm}${split}x_train, y_train = SMOTE().fit_resample(x_train, y_train)\n${fit(', validation_split=0.1')}`,
      never,
    ],
    'columns of August': [`${lstm}X = data[["sales_aug", "sales_sep"]]\n${split}${fit()}`, warning],
    'rows that are balanced after the split': [
      `${lstm}${split}x_train, y_train = SMOTE().fit_resample(x_train, y_train)\n${fit()}`,
      warning,
    ],
    'days that are made of hours': [`${lstm}X = data.resample("D").mean()\n${split}${fit()}`, warning],
    'images that a generator changes': [
      `${lstm}datagen = keras.preprocessing.image.ImageDataGenerator(rotation_range=9)\n${split}model.fit(datagen.flow(x_train, y_train), epochs=80, validation_data=(x_test, y_test))\n`,
      warning,
    ],
    'rows that are trained on': [`${lstm}${split}${fit(', validation_data=(x_train, y_train)')}`, ['information']],
    'a generator that is trained on': [`${lstm}model.fit(flow, epochs=80, validation_data=flow)\n`, ['information']],
  });
});

describe('trainings that are compared', () => {
  const train = 'h = model.fit(x, y, epochs=80, validation_split=0.1)\n';
  const inFunction = `def train(rate):\n    ${(model() + train).replaceAll('\n', '\n    ').trimEnd()}\n    return h\n`;
  check('missing-early-stopping', {
    'one training': [`${lstm}${train}`, warning],
    'a training in two parts': [`${lstm}${train}model.layers[0].trainable = True\n${train}`, ['warning', 'warning']],
    'a name that is given another model': [
      `${lstm}${train}${model()}${train.replace('h =', 'i =')}`,
      ['information', 'information'],
    ],
    'a loop over optimizers': [
      `${keras}for name in ["sgd", "adam"]:\n    ${(model() + train).replaceAll('\n', '\n    ').trimEnd()}\n`,
      ['information'],
    ],
    'a function that is called once': [`${keras}${inFunction}train(0.1)\n`, warning],
    'a function that is called for each rate': [
      `${keras}${inFunction}curves = [train(rate) for rate in (0.1, 0.01)]\n`,
      ['information'],
    ],
    'a function that is called twice': [`${keras}${inFunction}a = train(0.1)\nb = train(0.01)\n`, ['information']],
    'a schedule in the optimizer': [
      `${lstm}rate = keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.9)\n${train}`,
      ['information'],
    ],
  });
});

describe('a training that nothing recorded', () => {
  it('is a warning in a script of many epochs only', async () => {
    const severities = async (code: string): Promise<readonly string[]> =>
      (await lintWith('missing-early-stopping', code)).map(({ severity }) => severity);
    const train = (epochs: number): string => `${lstm}model.fit(x, y, epochs=${epochs}, validation_split=0.1)\n`;
    assert.deepEqual(await severities(train(50)), ['warning']);
    assert.deepEqual(await severities(train(49)), ['information']);
    assert.deepEqual(
      (await lintCells([train(50)], { select: ['missing-early-stopping'] })).map(({ severity }) => severity),
      ['information'],
    );
  });
});

const boosted = (params: string, rest: string): string =>
  `import lightgbm as lgb\nimport pandas as pd\ndata = pd.read_csv("sales.csv")\nbooster = lgb.train({${params}}, part, ${rest})\n`;

check('missing-early-stopping', {
  'rounds that go on long after the best': [boosted('', '1000, valid_sets=[check]'), warning],
  'a rate that needs many rounds': [boosted('"learning_rate": 0.01', '5000, valid_sets=[check]'), ['information']],
  'a rate that is not known': [boosted('"learning_rate": rate', '5000, valid_sets=[check]'), ['information']],
  'a small rate and very many rounds': [boosted('"eta": 0.05', '5000, valid_sets=[check]'), warning],
  'rounds without validation': [boosted('', '5000'), ['information']],
  'rounds on a toy table': [
    boosted('', '1000, valid_sets=[check]').replace('sales.csv', 'titanic.csv'),
    ['information'],
  ],
});

describe('small data', () => {
  const run = `${withoutData}search = GridSearchCV(SVC(), grid).fit(x, y)\n`;
  const seaborn = (name: string): string => `import seaborn as sns\ndata = sns.load_dataset("${name}")\n${run}`;
  const read = (path: string): string => `import pandas as pd\ndata = pd.read_csv(${path})\n${run}`;
  check('grid-search', {
    'a table of one own': [read('"sales.csv"'), warning],
    'the ads of a social network': [read('"Social_Network_Ads.csv"'), ['hint']],
    'a path by its name': [`path = "data/iris.csv"\n${read('path')}`, ['hint']],
    'another path by its name': [`path = "data/sales.csv"\n${read('path')}`, warning],
    'columns of Titanic': [`${read('"train.csv"')}y = data["Survived"]\nx = data[["Pclass", "Age"]]\n`, ['hint']],
    'one column of that name': [`${read('"train.csv"')}y = data["Survived"]\n`, warning],
    'a table of seaborn': [seaborn('mpg'), ['hint']],
    'the large table of seaborn': [seaborn('diamonds'), warning],
    'a few points that are made up': [
      `from sklearn.datasets import make_classification\nx, y = make_classification(n_samples=500)\n${run}`,
      ['hint'],
    ],
    'many points that are made up': [
      `from sklearn.datasets import make_classification\nx, y = make_classification(n_samples=200_000)\n${run}`,
      warning,
    ],
  });
});

describe('a dense layer', () => {
  const images = 'from tensorflow import keras\nfrom tensorflow.keras import layers\n';
  const network = (first: string): string =>
    `model = keras.Sequential([${first}layers.Flatten(), layers.Dense(256), layers.Dense(10)])\n`;
  const raw = 'keras.Input((128, 128, 3)), ';
  check('oversized-dense-layer', {
    'a network that is trained': [`${images}${network(raw)}model.fit(x, y)\n`, warning],
    'a network that others may train': [`${images}${network(raw)}`, ['information']],
    'a training in a comment': [`${images}${network(raw)}# model.fit(x, y)\n`, ['information']],
  });

  it('behind the pixels of an image is not advised to pool them', async () => {
    const message = async (first: string): Promise<string> =>
      (await lintWith('oversized-dense-layer', images + network(first)))[0]?.message ?? '';
    assert.doesNotMatch(await message(raw), /pooling/);
    assert.match(await message('keras.Input((16, 16, 256)), '), /Global average pooling/);
    assert.match(await message('keras.Input((128, 128, 3)), layers.Conv2D(64, 3), '), /Global average pooling/);
  });
});
