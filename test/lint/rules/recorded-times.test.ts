import assert from 'node:assert/strict';
import { lintRecorded, lintWith } from '../support';

const took = (seconds: number): unknown => ({ papermill: { duration: seconds } });
const severities = async (cells: Parameters<typeof lintRecorded>[0]): Promise<readonly string[]> =>
  (await lintRecorded(cells, { select: ['grid-search', 'missing-early-stopping', 'inert-early-stopping'] })).map(
    ({ severity }) => severity,
  );

const head =
  'import pandas as pd\nfrom sklearn.model_selection import GridSearchCV\nfrom sklearn.svm import SVC\nfrom sklearn.tree import DecisionTreeClassifier\nfrom sklearn.neighbors import KNeighborsClassifier\ndata = pd.read_csv("sales.csv")\n';
const made = 'search = GridSearchCV(SVC(), {"C": list(range(1, 40))}, cv=5)\n';
const fit = 'search.fit(x, y)\n';

describe('a search whose time a notebook recorded', () => {
  const cases: readonly (readonly [string, Parameters<typeof lintRecorded>[0], string])[] = [
    ['no time', [[head + made + fit, '']], 'warning'],
    ['some seconds', [[head + made + fit, '', took(4)]], 'hint'],
    ['some minutes', [[head + made + fit, '', took(200)]], 'information'],
    ['an hour', [[head + made + fit, '', took(3600)]], 'warning'],
    [
      'some seconds, in the cell that fits it',
      [
        [head, '', took(900)],
        [made, '', took(900)],
        [fit, '', took(4)],
      ],
      'hint',
    ],
    [
      'an hour, in the cell that fits it',
      [
        [head + made, '', took(1)],
        [fit, '', took(3600)],
      ],
      'warning',
    ],
    ['a line of %%time', [[`%%time\n${head}${made}${fit}`, 'CPU times: total: 3 s\nWall time: 2.5 s\n']], 'hint'],
    [
      'a line of joblib',
      [[head + made + fit, '[Parallel(n_jobs=1)]: Done 195 out of 195 | elapsed:    9.1s finished\n']],
      'hint',
    ],
    [
      'a long line of joblib',
      [[head + made + fit, '[Parallel(n_jobs=-1)]: Done 195 out of 195 | elapsed: 29.1min finished\n']],
      'warning',
    ],
    [
      'the time of a cell that only defines it',
      [[`${head}def tune(x, y):\n    ${made}    return search.fit(x, y)\ntune(x, y)\n`, '', took(1)]],
      'warning',
    ],
  ];
  for (const [what, cells, severity] of cases) {
    it(`is ${severity} with ${what}`, async () => {
      assert.deepEqual(await severities(cells), [severity]);
    });
  }
});

describe('a search of quick estimators', () => {
  const search = (estimator: string, values: number): string =>
    `${head}GridSearchCV(${estimator}, {"a": list(range(${values}))}, cv=5).fit(x, y)\n`;
  const cases: readonly (readonly [string, number, string])[] = [
    ['DecisionTreeClassifier()', 100, 'information'],
    ['DecisionTreeClassifier()', 300, 'warning'],
    ['KNeighborsClassifier()', 30, 'information'],
    ['KNeighborsClassifier()', 100, 'warning'],
    ['SVC()', 30, 'warning'],
  ];
  for (const [estimator, values, severity] of cases) {
    it(`is ${severity} for ${values} of ${estimator}`, async () => {
      const found = await lintWith('grid-search', search(estimator, values));
      assert.deepEqual(
        found.map((each) => each.severity),
        [severity],
      );
    });
  }
});

const keras = `import pandas as pd
from tensorflow import keras
data = pd.read_csv("sales.csv")
model = keras.Sequential([keras.layers.LSTM(8), keras.layers.Dense(1)])
model.compile("adam", "mse")
`;
const own =
  'class Enough(keras.callbacks.Callback):\n    def on_epoch_end(self, epoch, logs):\n        self.model.stop_training = logs["loss"] < 1\n';
const logger =
  'class Logger(keras.callbacks.Callback):\n    def on_epoch_end(self, epoch, logs):\n        print(logs)\n';
const patient = 'keras.callbacks.EarlyStopping(patience=5)';
const epochs = (from: number, to: number, all: number): string =>
  Array.from({ length: to - from + 1 }, (_, at) => `Epoch ${from + at}/${all}\n9/9 - 1s - loss: 0.5\n`).join('');

describe('a training that something else ends', () => {
  const inert = async (code: string): Promise<number> => (await lintWith('inert-early-stopping', keras + code)).length;

  it('is no inert early stopping with an own callback that stops', async () => {
    const train = (callbacks: string): string => `model.fit(x, y, epochs=900, callbacks=${callbacks})\n`;
    assert.equal(await inert(`${own}${train(`[Enough(), ${patient}]`)}`), 0);
    assert.equal(await inert(`${own}stops = [${patient}, Enough()]\n${train('stops')}`), 0);
    assert.equal(await inert(`${own}first = Enough()\n${train(`[first, ${patient}]`)}`), 0);
    assert.equal(await inert(`${logger}${train(`[Logger(), ${patient}]`)}`), 1);
    assert.equal(await inert(train(`[${patient}]`)), 1);
  });

  const cases: readonly (readonly [string, string, string, number])[] = [
    ['fewer epochs', epochs(1, 30, 90), '', 0],
    ['all epochs', epochs(1, 90, 90), '', 1],
    ['no epochs', 'done\n', '', 1],
    ['another training', epochs(1, 3, 5), '', 1],
    ['fewer epochs of one of two', epochs(1, 30, 90) + epochs(1, 90, 90), '', 1],
  ];
  for (const [what, printed, , count] of cases) {
    it(`is ${count === 0 ? 'not ' : ''}reported if a notebook recorded ${what}`, async () => {
      for (const more of [', validation_split=0.2', `, callbacks=[${patient}]`]) {
        const found = await severities([[`${keras}model.fit(x, y, epochs=90${more})\n`, printed]]);
        assert.equal(found.length, count, more);
      }
    });
  }

  it('is a hint if its cell took seconds', async () => {
    const train = `${keras}model.fit(x, y, epochs=90, validation_split=0.2)\n`;
    assert.deepEqual(await severities([[train, '', took(9)]]), ['hint']);
    assert.deepEqual(await severities([[train, '', took(900)]]), ['information']);
  });
});

describe('a share of data that come in batches', () => {
  const count = async (data: string, x: string): Promise<number> =>
    (
      await lintWith(
        'missing-early-stopping',
        `${keras}${data}model.fit(${x}, epochs=90, validation_split=0.2, steps_per_epoch=9)\n`,
      )
    ).length;

  it('is refused by Keras', async () => {
    assert.equal(await count('batches = images.flow_from_directory("a")\n', 'batches'), 0);
    assert.equal(await count('', 'images.flow(a, b)'), 0);
    assert.equal(await count('batches = keras.utils.image_dataset_from_directory("a")\n', 'batches'), 0);
    assert.equal(await count('batches = tf.data.Dataset.from_tensor_slices((a, b)).batch(9)\n', 'batches'), 0);
    assert.equal(await count('batches = next(images.flow_from_directory("a"))\n', 'batches[0], batches[1]'), 1);
    assert.equal(await count('rows = np.load("a.npy")\n', 'rows, y'), 1);
  });
});
