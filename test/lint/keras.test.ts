import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { kerasModels } from '../../src/lint/libraries/keras/graph';
import { lastName } from '../../src/lint/engine/query';
import { moduleOf } from '../python/support';
import { kerasPython, noLibraries } from '../support/libraries-python';
import { skip } from '../support/skip';

const blocks = readFileSync('test/fixtures/keras/models.py', 'utf8').split('# ---\n').slice(1);
const counts = JSON.parse(readFileSync('test/fixtures/keras/counts.json', 'utf8')) as number[];

describe('parameters of Keras models', () => {
  it('are recorded as Keras itself counts them', function () {
    this.timeout(600_000);
    const python = kerasPython();
    if (python === null) skip(this, noLibraries);
    const environment = { ...process.env, HOME: 'out', KERAS_HOME: 'out/keras' };
    const told = execFileSync(python, ['test/fixtures/keras/counts.py', 'test/fixtures/keras/models.py'], {
      encoding: 'utf8',
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    assert.deepEqual(JSON.parse(told), counts);
  });

  for (const [index, block] of blocks.entries()) {
    it(`are those of count_params() in model ${index + 1}`, async () => {
      const module = await moduleOf(block, kerasModels.apis.map(lastName));
      const largest = Math.max(...[...kerasModels.find(module)].map(({ parameters }) => parameters ?? Number.NaN));
      assert.equal(largest, counts[index]);
    });
  }

  const unknown: Readonly<Record<string, string>> = {
    'an unknown layer': 'model = Sequential([Dense(5, input_dim=3), MyLayer(), Dense(2)])',
    'an unknown input': 'model = Sequential([Dense(5, input_dim=n), Dense(2)])',
    'a condition':
      'model = Sequential()\nmodel.add(Dense(5, input_dim=3))\nif deep:\n    model.add(Dense(5))\nmodel.add(Dense(2))',
    'a loop of unknown rounds': 'model = Sequential()\nfor n in sizes:\n    model.add(Dense(5, input_dim=3))',
    'a function that adds layers':
      'def more(m):\n    m.add(Dense(3))\nmodel = Sequential([Dense(5, input_dim=3)])\nmore(model)',
    'unpacked layers': 'model = Sequential([Dense(5, input_dim=3), *more])',
    'unpacked arguments': 'model = Sequential([Dense(5, input_dim=3, **options)])',
    'a first state of unknown origin': 'x = Input((3,))\nmodel = Model(x, Dense(3)(x, initial_state=state))',
    'tensor arithmetic': 'x = Input((3,))\ny = Dense(3)(x) + x\nmodel = Model(x, y)',
  };
  for (const [name, code] of Object.entries(unknown)) {
    it(`are not known with ${name}`, async () => {
      const module = await moduleOf(
        `from keras import Input, Model, Sequential\nfrom keras.layers import Dense\n${code}`,
        kerasModels.apis.map(lastName),
      );
      assert.ok([...kerasModels.find(module)].every(({ parameters }) => parameters === null));
    });
  }
});
