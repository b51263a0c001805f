import { defineRule } from '../define';
import { BUILT_MODELS, kerasModels } from '../libraries/keras/graph';

const DENSE = 'keras.layers.Dense';

export const deepDenseStack = defineRule({
  id: 'deep-dense-stack',
  practice: 4,
  severity: 'hint',
  enabled: false,
  summary: 'A Keras model with six or more hidden dense layers.',
  details: 'Counts the `Dense` layers of a `Sequential` or functional model before its last one.',
  why: 'Each layer costs its share of every step. Few layers first is practice 4: add them while the validation loss says that they help.',
  remedy: 'Start with one or two hidden layers and compare.',
  nonCompliant: [
    {
      code: `from keras import Sequential
from keras.layers import Dense

model = Sequential([Dense(64) for _ in range(7)] + [Dense(1)])
`,
      severity: 'hint',
    },
  ],
  compliant: [
    `from keras import Sequential
from keras.layers import Dense

model = Sequential([Dense(64), Dense(64), Dense(1)])
`,
  ],
  thresholds: { layers: 6 },
  apis: [DENSE, ...BUILT_MODELS],
  packages: ['keras'],
  check(module, context) {
    if (module.calls(['Dense']).length === 0) return;
    for (const model of kerasModels(module)) {
      const hidden = model.layers.filter(({ call, last }) => call.name === DENSE && !last);
      const [first] = hidden;
      if (first === undefined || hidden.length < context.threshold('layers')) continue;
      context.report({
        node: first.call.node,
        severity: 'hint',
        message: `This model has ${hidden.length} hidden dense layers. Try fewer first, and add them while they help.`,
        estimate: { layers: hidden.length },
      });
    }
  },
});
