import type { PythonModule } from '../../python/module';
import { toText } from '../../python/values';
import { defineRule } from '../engine/define';
import { kerasModels } from '../libraries/keras/graph';
import { LayerArguments } from '../libraries/keras/layer-args';

const weightedLayers = /^keras\.layers\.(?:Dense|Conv[123]D|Convolution[123]D)$/;

export const saturatingActivation = defineRule({
  id: 'saturating-activation',
  practice: 13,
  severity: 'hint',
  summary: 'A sigmoid or tanh on a hidden dense or convolutional layer.',
  details: `Keras models whose layers can be followed; the last layer is left alone, and so are autoencoders, gates (layers whose output is multiplied) and models with attention.`,
  why: `Where they saturate, these functions pass on almost no gradient, so that the layers before them learn slowly and need more epochs;
and their exponentials cost more than a comparison. Choosing activations with care is practice 13.`,
  remedy: `Try \`relu\` or \`gelu\`, and compare the epochs that it takes to the same loss.`,
  nonCompliant: [
    {
      code: `from keras import Sequential
from keras.layers import Dense

model = Sequential([Dense(64, activation="sigmoid", input_dim=20), Dense(1, activation="sigmoid")])
`,
      severity: 'hint',
    },
  ],
  compliant: [
    `from keras import Sequential
from keras.layers import Dense

model = Sequential([Dense(64, activation="relu", input_dim=20), Dense(1, activation="sigmoid")])
`,
  ],
  evidence: {
    item: 'hidden-activations',
    contradicts: true,
    one: 'saturating activation in a hidden layer',
    several: 'saturating activations in hidden layers',
  },
  messages: {
    saturates: ({ activation }: { readonly activation: string }) =>
      `${activation} on a hidden layer passes on little gradient where it saturates, so training takes more epochs. Try relu.`,
  },
  needs: /["'](?:sigmoid|tanh)["']/,
  unless: /autoencoder|encoder|attention|\bgate|gan\b|generator\b|discriminator/i,
}).on(kerasModels, function* ({ layers }, { module }) {
  for (const { call, isOutput } of layers) {
    const activation = isOutput || !weightedLayers.test(call.name ?? '') ? null : activationOf(module, call);
    if (activation !== 'sigmoid' && activation !== 'tanh') continue;
    yield { node: call.node, message: 'saturates' as const, data: { activation } };
  }
});

function activationOf(module: PythonModule, call: Parameters<typeof module.bind>[0]): string | null {
  const value = new LayerArguments(module, call, '*').value('activation');
  return value === null ? null : toText(value);
}
