import assert from 'node:assert/strict';
import { lintWith } from '../support';

const find = (code: string): ReturnType<typeof lintWith> =>
  lintWith('oversized-dense-layer', `import keras\nfrom keras import layers\n${code}\n`);

describe('oversized-dense-layer', () => {
  it('counts the layers that lead to the first state of a recurrent layer', async () => {
    const translator = (units: number): string => `source = keras.Input((None,))
state = layers.Bidirectional(layers.GRU(${units}), merge_mode="sum")(layers.Embedding(9000, 32)(source))
target = keras.Input((None,))
x = layers.GRU(${units}, return_sequences=True)(layers.Embedding(9000, 32)(target), initial_state=state)
model = keras.Model([source, target], layers.Dense(9000, activation="softmax")(x))`;
    assert.deepEqual(await find(translator(1000)), []);
    const [finding] = await find(translator(300));
    assert.deepEqual(finding?.estimate, { parameters: 2709000, modelParameters: 4186800 });
  });

  const advice: readonly (readonly [string, RegExp])[] = [
    [
      'model = keras.Sequential([layers.Conv2D(64, 3, input_shape=(90, 90, 3)), layers.Flatten(), layers.Dense(64), layers.Dense(2)])',
      /\. Global average pooling before it, or fewer units, would/,
    ],
    [
      'model = keras.Sequential([layers.Conv2D(64, 3, input_shape=(90, 90, 3)), layers.Flatten(), layers.Dense(10)])',
      /\. Global average pooling before it, or a narrower layer before it, would/,
    ],
    ['model = keras.Sequential([keras.Input((20000,)), layers.Dense(64), layers.Dense(2)])', /\. Fewer units would/],
    [
      'model = keras.Sequential([keras.Input((9,)), layers.Dense(400), layers.Dense(5000, activation="softmax")])',
      /\. A narrower layer before it would/,
    ],
  ];
  for (const [code, expected] of advice) {
    it(`says ${expected.source} of ${code}`, async () => {
      const [finding] = await find(code);
      assert.match(finding?.message ?? '', expected);
    });
  }

  it('reports a layer beside which any usual number of outputs is nothing', async () => {
    const model = (before: string, units: string): string =>
      `import tensorflow as tf\nmodel = tf.keras.Sequential([\n${before}    tf.keras.layers.Dense(${units}, activation="relu"),\n    tf.keras.layers.Dense(len(class_names), activation="softmax"),\n])\nmodel.fit(images, epochs=5)\n`;
    const image = '    tf.keras.layers.Flatten(input_shape=(224, 224, 3)),\n';
    const [found] = await lintWith('oversized-dense-layer', model(image, '128'));
    assert.equal(found?.severity, 'warning');
    assert.match(found.message, /has 19\.3 million parameters \(150,528 values × 128 units\), nearly all of the model/);
    assert.deepEqual(found.estimate, { parameters: 19267712, modelParameters: null });
    // Ten thousand outputs would have more.
    const wide = '    tf.keras.layers.Dense(1000, input_shape=(1000,)),\n';
    assert.deepEqual(await lintWith('oversized-dense-layer', model(wide, '2000')), []);
    // Another layer of unknown size, before it.
    const unknown = '    make_backbone(),\n    tf.keras.layers.Flatten(input_shape=(224, 224, 3)),\n';
    assert.deepEqual(await lintWith('oversized-dense-layer', model(unknown, '128')), []);
  });

  it('follows a model into functions that may add layers, and not into others', async () => {
    const passed = (body: string): string =>
      `model = keras.Sequential([layers.Flatten(input_shape=(224, 224, 3)), layers.Dense(128), layers.Dense(2)])\ndef use(model):\n    ${body}\nuse(model)\nmodel.compile('adam')\nmodel.fit(x, y)`;
    assert.equal((await find(passed('print(model.predict(x))'))).length, 1);
    assert.equal((await find(passed('model.add(layers.Dense(9))'))).length, 0);
  });

  it('leaves out what a decoder starts with, and the new output of another model', async () => {
    const first = 'layers.Dense(7 * 7 * 256, use_bias=False, input_shape=(100,))';
    const decoder = (next: string): string => `model = keras.Sequential([${first}, ${next}, layers.Dense(1)])`;
    assert.equal((await find(decoder('layers.Reshape((7, 7, 256)), layers.Flatten()'))).length, 0);
    const after = 'layers.BatchNormalization(), layers.LeakyReLU(), layers.Reshape((7, 7, 256)), layers.Flatten()';
    assert.equal((await find(decoder(after))).length, 0);
    assert.equal((await find(decoder('layers.ReLU()'))).length, 1);
    const linear = (target: string): string => `from torch import nn\n${target} = nn.Linear(2048, 8613)\n`;
    const of = (code: string) => lintWith('oversized-dense-layer', code);
    assert.equal((await of(linear('self.resnet.fc'))).length, 0);
    assert.equal((await of(linear('resnet.fc'))).length, 0);
    assert.equal((await of(linear('self.fc'))).length, 1);
  });

  it('leaves out projectors between pretrained models', async () => {
    const of = (code: string) => lintWith('oversized-dense-layer', code);
    const load = 'tower = CLIPVisionModel.from_pretrained("m")\n';
    const built = (name: string, more = load): string =>
      `from torch import nn\nfrom transformers import CLIPVisionModel\n${more}def ${name}():\n    return nn.Sequential(nn.Linear(1024, 8192), nn.GELU(), nn.Linear(8192, 8192))\n`;
    assert.equal((await of(built('build_vision_projector'))).length, 0);
    assert.equal((await of(built('build_connector'))).length, 0);
    assert.equal((await of(built('build_head'))).length, 1);
    assert.equal((await of(built('build_projector', ''))).length, 1);
    const owned = `from torch import nn\n${load}class Model(nn.Module):\n    def __init__(self):\n        self.NAME = nn.Linear(8192, 8192)\n`;
    assert.equal((await of(owned.replace('NAME', 'mm_projector'))).length, 0);
    assert.equal((await of(owned.replace('NAME', 'fc'))).length, 1);
  });
});
