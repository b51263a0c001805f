import { defineRule } from '../engine/define';
import { kerasModels } from '../libraries/keras/graph';

const dense = 'keras.layers.Dense';

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
  evidence: {
    item: 'small-network-first',
    contradicts: false,
    one: 'deep stack of dense layers',
    several: 'deep stacks of dense layers',
  },
  thresholds: { layers: { default: 6, unit: 'layers', meaning: 'so many hidden dense layers are reported' } },
  messages: {
    stack: ({ layers }: { readonly layers: number }) =>
      `This model has ${layers} hidden dense layers. Try fewer first, and add them while they help.`,
  },
  needs: /\bDense\b/,
}).on(kerasModels, ({ layers }, { threshold }) => {
  const hidden = layers.filter(({ call, last }) => call.name === dense && !last);
  const [first] = hidden;
  if (first === undefined || hidden.length < threshold('layers')) return null;
  return {
    node: first.call.node,
    message: 'stack',
    data: { layers: hidden.length },
    estimate: { layers: hidden.length },
  };
});
