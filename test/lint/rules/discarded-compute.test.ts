import assert from 'node:assert/strict';
import { lintWith } from '../support';

const findings = async (code: string): Promise<readonly unknown[]> =>
  (await lintWith('discarded-compute', code)).map(({ severity, estimate }) => [severity, estimate]);

const spot = (args: string): string =>
  `from sagemaker.estimator import Estimator\njob = Estimator(image, role, 1, "ml.g6.xlarge", ${args})\n`;
const tuning = (args: string): string =>
  `from transformers import TrainingArguments\nargs = TrainingArguments("out", ${args})\n`;
const keras = (args: string): string =>
  `import keras\nmodel = keras.Sequential()\nmodel.compile()\nmodel.fit(x, y, ${args})\n`;

describe('discarded-compute', () => {
  const found: readonly (readonly [string, object | null, string])[] = [
    ['information', null, spot('use_spot_instances=True, max_wait=7200')],
    ['information', null, spot('use_spot_instances=True, max_run=7200')],
    ['information', null, spot('use_spot_instances=True, max_run=limit')],
    ['information', null, `SPOT = True\n${spot('use_spot_instances=SPOT')}`],
    ['information', { epochs: 8 }, tuning('num_train_epochs=8, save_strategy="no"')],
    ['information', { epochs: 10 }, tuning('num_train_epochs=10, max_steps=-1, save_strategy="no"')],
    ['information', { steps: 50_000 }, tuning('max_steps=50_000, save_strategy="no"')],
    ['hint', { epochs: 50 }, keras('epochs=50')],
    ['hint', { epochs: 50 }, `${keras('epochs=50')}# model.save_weights("w.h5")\n`],
    ['hint', { epochs: 50 }, `${keras('epochs=50')}'''\nmodel.save_weights("w.h5")\n'''\n`],
    ['hint', { epochs: 90 }, keras('epochs=100, initial_epoch=10, callbacks=[keras.callbacks.TensorBoard()]')],
  ];
  for (const [severity, estimate, code] of found) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await findings(code), [[severity, estimate]]);
    });
  }

  const silent: readonly string[] = [
    spot('use_spot_instances=False'),
    // What ends within an hour loses little.
    spot('use_spot_instances=True, max_run=3600, max_wait=7200'),
    // One fit of scikit-learn saves nothing on its way.
    'from sagemaker.sklearn import SKLearn\njob = SKLearn("train.py", role=role, use_spot_instances=True)\n',
    'from sagemaker.sklearn.estimator import SKLearn\njob = SKLearn(entry_point="t.py", use_spot_instances=True, max_run=36000)\n',
    'from sagemaker.estimator import Estimator\njob = Estimator(image_uri="683.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.2", role=r, use_spot_instances=True)\n',
    spot('use_spot_instances=spot'),
    spot('use_spot_instances=True, checkpoint_s3_uri=uri'),
    spot('use_spot_instances=True, **more'),
    spot('max_run=3600'),
    tuning('num_train_epochs=3, save_strategy="no"'),
    tuning('save_strategy="no"'),
    tuning('num_train_epochs=30, save_strategy="epoch"'),
    tuning('num_train_epochs=30'),
    tuning('num_train_epochs=30, max_steps=100, save_strategy="no"'),
    tuning('num_train_epochs=30, max_steps=steps, save_strategy="no"'),
    tuning('num_train_epochs=30, save_strategy=chosen'),
    keras('epochs=49'),
    keras('epochs=100, callbacks=[keras.callbacks.ModelCheckpoint("m.keras")]'),
    keras('epochs=100, callbacks=make_callbacks()'),
    keras('epochs=100, callbacks=[Mine()]'),
    keras('epochs=100, **settings'),
    `${keras('epochs=100')}model.save_weights("w.h5")\n`,
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await findings(code), []);
    });
  }

  it('says once a file that Keras saves nothing, of its longest training', async () => {
    const reported = await lintWith(
      'discarded-compute',
      `${keras('epochs=60')}model.fit(x, y, epochs=200)\nmodel.fit(x, y, epochs=50)\nmodel.fit(x, y, epochs=5)\n`,
    );
    assert.deepEqual(
      reported.map(({ start, estimate }) => [start.row, estimate]),
      [[4, { epochs: 200 }]],
    );
    assert.match(reported[0]?.message ?? '', /The same goes for 2 other trainings of this file\.$/);
  });
});
