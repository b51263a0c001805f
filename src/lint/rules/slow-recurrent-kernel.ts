import type { Call, PythonModule } from '../../python/module';
import { bind, signature } from '../../python/signatures';
import { toNumber, truth, type Value } from '../../python/values';
import { defineRule } from '../engine/define';
import { calls, lastName } from '../engine/query';

/** Read in Keras 3.15 (`layers/rnn/lstm.py`, `gru.py`) and its TensorFlow backend (`backend/tensorflow/rnn.py`). */
const parameters = signature('units, activation, recurrent_activation, use_bias');
const layers: readonly string[] = ['keras.layers.LSTM', 'keras.layers.GRU'];

export const slowRecurrentKernel = defineRule({
  id: 'slow-recurrent-kernel',
  practice: 13,
  severity: 'warning',
  summary: 'An LSTM or GRU layer of Keras whose arguments rule out the fused GPU kernel.',
  details: `On a GPU, Keras runs \`LSTM\` and \`GRU\` by cuDNN's fused kernel only with \`activation="tanh"\`, \`recurrent_activation="sigmoid"\`,
\`recurrent_dropout=0\`, \`unroll=False\`, \`use_bias=True\`, and for GRU \`reset_after=True\`. Anything else runs step by step.`,
  why: `The layer then starts several small kernels for each time step instead of one for the whole sequence, and the GPU waits for most of the time.
Keras' documentation says so at each of these arguments. Choosing activations with care is practice 13.`,
  remedy: `Keep the defaults. \`dropout\` instead of \`recurrent_dropout\` keeps the fused kernel. The result of training changes, so try it; there is no automatic fix.`,
  nonCompliant: [
    {
      code: `from tensorflow.keras.layers import LSTM

layer = LSTM(64, activation="relu")
`,
      severity: 'warning',
    },
    {
      code: `from keras import layers

layer = layers.Bidirectional(layers.GRU(32, dropout=0.2, recurrent_dropout=0.2))
`,
      severity: 'warning',
    },
  ],
  compliant: [
    `import tensorflow as tf

layer = tf.keras.layers.LSTM(64, activation=tf.nn.tanh, dropout=0.2, return_sequences=True)
`,
    `from keras.layers import LSTM

def build(activation):
    return LSTM(64, activation=activation)
`,
  ],
  evidence: {
    item: 'fused-kernels',
    contradicts: true,
    one: 'recurrent layer without the fused kernel',
    several: 'recurrent layers without the fused kernel',
  },
  messages: {
    slow: ({ reasons, layer }: { readonly reasons: readonly string[]; readonly layer: string }) =>
      `${reasons.join(' and ')} rule${reasons.length === 1 ? 's' : ''} out the fused cuDNN kernel: on a GPU this ${layer} runs step by step, several times slower.`,
  },
}).on(calls(layers), (call, { module }) => {
  const reasons = reasonsFor(module, call);
  return reasons.length === 0
    ? null
    : {
        node: call.node,
        message: 'slow',
        data: { reasons, layer: lastName(call.name) },
        headline: 'no cuDNN kernel',
      };
});

/** The arguments that certainly rule the kernel out, as they are written. */
function reasonsFor(module: PythonModule, call: Call): readonly string[] {
  const args = bind(call.node, parameters, module.evaluator);
  const written = (name: string): string => `${name}=${args.get(name)?.node?.text ?? 'None'}`;
  const differs = (name: string, function_: string): boolean => {
    const value = args.get(name)?.value;
    return value !== undefined && isFunction(value, function_) === false;
  };
  const reasons: string[] = [];
  if (differs('activation', 'tanh')) reasons.push(written('activation'));
  if (differs('recurrent_activation', 'sigmoid')) reasons.push(written('recurrent_activation'));
  const dropout = args.get('recurrent_dropout')?.value;
  const share = dropout === undefined ? 0 : toNumber(dropout);
  if (share !== null && share !== 0) reasons.push(written('recurrent_dropout'));
  const unroll = args.get('unroll')?.value;
  if (unroll !== undefined && truth(unroll) === true) reasons.push(written('unroll'));
  const bias = args.get('use_bias')?.value;
  if (bias !== undefined && truth(bias) === false) reasons.push(written('use_bias'));
  const reset = args.get('reset_after')?.value;
  if (call.name?.endsWith('GRU') === true && reset !== undefined && truth(reset) === false)
    reasons.push(written('reset_after'));
  return reasons;
}

/** Whether an activation is this function, by name or by reference; null if it is not known. */
function isFunction(value: Value, name: string): boolean | null {
  switch (value.kind) {
    case 'string':
      return value.value === name;
    case 'reference':
      return value.name.endsWith(`.${name}`);
    // None is the identity.
    case 'none':
      return false;
    // A layer as activation, a function of the module.
    case 'instance':
    case 'definition':
      return false;
    default:
      return null;
  }
}
