import { defineRule } from '../engine/define';
import { kerasModels } from '../libraries/keras/graph';
import { denseLayer } from '../libraries/keras/layers';

export const deepDenseStack = defineRule({
  id: 'deep-dense-stack',
  practice: 4,
  severity: 'hint',
  enabled: false,
  summary: 'A Keras model with six or more hidden dense layers.',
  details: 'Counts the `Dense` layers before the last one, in `Sequential` and functional models.',
  why: 'Every layer adds to the cost of every step. Practice 4 is to start with few layers, and to add more while the validation loss shows that they help.',
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
  thresholds: {
    layers: { default: 6, unit: 'layers', meaning: 'models with at least this many hidden dense layers are reported' },
  },
  messages: {
    stack: ({ layers }: { readonly layers: number }) =>
      `This model has ${layers} hidden dense layers. Start with fewer, and add layers while they help.`,
  },
  needs: /\bDense\b/,
}).on(kerasModels, ({ layers }, { threshold }) => {
  const hidden = layers.filter(({ call, last }) => call.name === denseLayer && !last);
  const [first] = hidden;
  if (first === undefined || hidden.length < threshold('layers')) return null;
  return {
    node: first.call.node,
    message: 'stack',
    data: { layers: hidden.length },
    estimate: { layers: hidden.length },
  };
});
