import { defineRule } from '../define';
import { KERAS_MODELS } from '../libraries/keras/models';
import { inertEarlyStopping as findInert } from './missing-early-stopping/keras';

export const inertEarlyStopping = defineRule({
  id: 'inert-early-stopping',
  practice: 5,
  severity: 'warning',
  summary: 'An `EarlyStopping` that can never stop, because what it watches is never measured.',
  details: `Keras: \`EarlyStopping\` watches \`val_loss\` unless told otherwise, and \`fit\` has neither \`validation_data\` nor \`validation_split\`.
Keras then prints a warning in every epoch and trains on.`,
  why: `The training runs all of its epochs while its author believes that it stops by itself.`,
  remedy: `Give validation data, or watch a number of the training itself (\`monitor="loss"\`), which says less.`,
  nonCompliant: [
    {
      code: `import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=100, callbacks=[tf.keras.callbacks.EarlyStopping(patience=3)])
`,
      severity: 'warning',
      estimate: { epochs: 100 },
      fixed: `import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=100, callbacks=[tf.keras.callbacks.EarlyStopping(monitor="loss", patience=3)])
`,
    },
  ],
  compliant: [
    `import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=100, callbacks=[tf.keras.callbacks.EarlyStopping("loss", patience=3)])
`,
    `from keras import Sequential
from keras.callbacks import EarlyStopping

model = Sequential()
model.compile("adam", "mse")
model.fit(x, y, epochs=100, validation_data=valid, callbacks=[EarlyStopping(patience=3)])
`,
  ],
  methods: ['fit', 'fit_generator', 'compile'],
  related: [...KERAS_MODELS, 'keras.callbacks.EarlyStopping'],
  packages: ['keras'],
  check(module, context) {
    for (const report of findInert(module)) context.report(report);
  },
});
