import type { PythonModule } from '../../python/module';
import { toText } from '../../python/values';
import { defineRule } from '../engine/define';
import { isOnlyShown } from '../libraries/only-shown';
import { kerasModels } from '../libraries/keras/graph';
import { LayerArguments } from '../libraries/keras/layer-args';
import { weightedLayers } from '../libraries/keras/layers';

export const saturatingActivation = defineRule({
  id: 'saturating-activation',
  practice: 13,
  severity: 'hint',
  inTests: false,
  summary: 'A sigmoid or tanh in a hidden dense or convolutional layer.',
  details:
    'Keras models whose layers can be followed. Output layers, autoencoders, gates (layers whose output is multiplied) models with attention, and what stands on a pretrained encoder (BERT, TensorFlow Hub), whose pooler has a tanh by design, are not reported.',
  why: `When these functions saturate, they pass on almost no gradient, so that the layers before them learn slowly and need more epochs.
Their exponentials also cost more than the comparison of \`relu\`. Choosing activations with care is practice 13.`,
  remedy: 'Try `relu` or `gelu`, and compare how many epochs they need for the same loss.',
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
      `${activation} in a hidden layer passes on little gradient when it saturates, so training takes more epochs. Try relu.`,
  },
  needs: /["'](?:sigmoid|tanh)["']/,
  unless: /autoencoder|encoder|attention|\bgate|gan\b|generator\b|discriminator|bert|hub\.KerasLayer|\bTFAutoModel/i,
}).on(kerasModels, function* ({ layers }, { module }) {
  for (const { call, isOutput } of layers) {
    const activation = isOutput || !weightedLayers.test(call.name ?? '') ? null : activationOf(module, call);
    if (activation !== 'sigmoid' && activation !== 'tanh') continue;
    if (isOnlyShown(module, call.node)) return;
    yield { node: call.node, message: 'saturates' as const, data: { activation } };
    // One of a model is enough to try another.
    return;
  }
});

function activationOf(module: PythonModule, call: Parameters<typeof module.bind>[0]): string | null {
  const value = new LayerArguments(module, call, '*').value('activation');
  return value === null ? null : toText(value);
}
