import assert from 'node:assert/strict';
import { lintRecorded } from '../support';

const build = `from tensorflow import keras
model = keras.Sequential([keras.layers.LSTM(8), keras.layers.Dense(1)])
model.compile('adam', 'mse')`;

/** What Keras 2 prints of such losses. */
const keras2 = (losses: readonly number[], seconds = 9): string =>
  losses
    .map(
      (loss, index) =>
        `Epoch ${index + 1}/${losses.length}\n25/25 [=====>....] - ETA: 99s - loss: 9.0000\r25/25 [==========] - ${seconds}s 360ms/step - loss: 0.5000 - val_loss: ${loss.toFixed(4)}\n`,
    )
    .join('');

/** The same as Keras 3 prints it. */
const keras3 = (losses: readonly number[]): string =>
  losses
    .map(
      (loss, index) =>
        `Epoch ${index + 1}/${losses.length}\n25/25 ━━━━━━━━━━ 9s 360ms/step - loss: 0.5000 - mae: 0.1 - val_loss: ${loss.toExponential(3)} - val_mae: 0.2\n`,
    )
    .join('');

/** The findings in a notebook whose last cell trained so, through the notebook's file. */
async function found(
  printed: string,
  fits = 'model.fit(x, y, epochs=40, validation_split=0.2)',
): Promise<readonly string[]> {
  const findings = await lintRecorded(
    [
      [build, 'hello'],
      [fits, printed],
    ],
    { select: ['missing-early-stopping', 'inert-early-stopping'] },
  );
  return findings.map(({ severity, message }) => `${severity} ${message}`);
}

const epochs = Array.from({ length: 40 }, (_, index) => index);
/** Best after the tenth epoch, so that a patience of 8 ends the training after the 18th. */
const overfits = epochs.map((epoch) => 0.5 + Math.abs(epoch - 9) / 100);

describe('what a notebook recorded of a training', () => {
  const proven =
    'warning All 40 epochs run. In the run that this notebook recorded, the validation loss was best after epoch 10, and EarlyStopping(patience=8, restore_best_weights=True) would have stopped it after epoch 18.';

  for (const [version, printed] of [
    ['Keras 2', keras2(overfits)],
    ['Keras 3', keras3(overfits)],
  ] as const) {
    it(`says where early stopping would have ended it (${version})`, async () => {
      assert.deepEqual(await found(printed), [proven]);
    });
  }

  it('proves waste in networks that seldom take long', async () => {
    const dense = build.replace('keras.layers.LSTM(8)', 'keras.layers.Dense(8)');
    const fits = `${dense}\nmodel.fit(x, y, epochs=40, validation_split=0.2)`;
    assert.deepEqual(await found(keras2(overfits), fits), [proven]);
  });

  it('is a hint if all of it took less than a minute', async () => {
    const [brief = ''] = await found(keras2(overfits, 0));
    assert.match(brief, /^hint .* would have stopped it after epoch 18\.$/);
  });

  it('says what a stop before the best epoch costs', async () => {
    const later = epochs.map((epoch) =>
      epoch < 9 ? 0.7 - epoch / 100 : epoch === 9 ? 0.501 : epoch === 30 ? 0.5 : 0.6,
    );
    const [finding = ''] = await found(keras2(later));
    assert.match(finding, /best after epoch 31, and .* after epoch 18, with a loss 0\.2 % higher\.$/);
  });

  it('is silent if early stopping would have saved little, or if no epoch had a loss', async () => {
    assert.deepEqual(await found(keras2(epochs.map((epoch) => 1 / (epoch + 1)))), []);
    assert.deepEqual(await found(keras2(epochs.map((epoch) => 1 + Math.abs(epoch - 29) / 100))), []);
    assert.deepEqual(await found(keras2(epochs.map(() => Number.NaN)).replaceAll('NaN', 'nan')), []);
  });

  it('is silent if the advice would have cost more than it saved', async () => {
    const rests = epochs.map((epoch) => (epoch < 20 ? 1 + epoch / 1000 : 0.25));
    assert.deepEqual(await found(keras2(rests)), []);
  });

  it('is silent about a patience that is too long where a shorter one would have saved little', async () => {
    const stopping = "keras.callbacks.EarlyStopping(monitor='val_loss', patience=50)";
    const fits = `model.fit(x, y, epochs=40, validation_split=0.2, callbacks=[${stopping}])`;
    const [inert = ''] = await found(keras2(overfits), fits);
    assert.match(inert, /^warning EarlyStopping waits 50 epochs .* A patience of 8 can stop it\.$/);
    assert.deepEqual(await found(keras2(epochs.map((epoch) => 1 / (epoch + 1))), fits), []);
  });

  it('counts only where it is certainly of this training', async () => {
    const [unknown = ''] = await found('');
    assert.match(unknown, /^information All 40 epochs run, whether they help or not\./);
    assert.deepEqual(await found(keras2(overfits.slice(0, 30))), [unknown]);
    assert.deepEqual(await found(keras2(overfits) + keras2(overfits)), [unknown]);
    // TensorFlow 2.0 printed 0 where it did not validate.
    assert.deepEqual(await found(keras2([0, ...overfits.slice(1)])), [unknown]);
  });
});
