import type { Call, PythonModule } from '../../../python/module';
import { bind, signature } from '../../../python/signatures';
import { toNumber, truth, type Value } from '../../../python/values';
import { calls, query, type NamedCall, type Query } from '../../engine/query';

/** Read in Keras 3.15 (`layers/rnn/lstm.py`, `gru.py`) and its TensorFlow backend (`backend/tensorflow/rnn.py`). */
const parameters = signature('units, activation, recurrent_activation, use_bias');
const layers = calls(['keras.layers.LSTM', 'keras.layers.GRU']);

/** A recurrent layer that cannot use cuDNN's fused kernel. */
interface UnfusedLayer {
  readonly call: NamedCall;
  /** The arguments that rule the kernel out, as they are written; at least one. */
  readonly reasons: readonly string[];
  /** The time steps of its input, if they are written at the layer; null if not. */
  readonly steps: number | null;
}

export const unfusedLayers: Query<UnfusedLayer> = query(layers, function* (module) {
  for (const call of layers.find(module)) {
    const reasons = reasonsFor(module, call);
    if (reasons.length > 0) yield { call, reasons, steps: stepsOf(module, call) };
  }
});

/** The first size of `input_shape=(10, 1)`, or `input_length`. */
function stepsOf(module: PythonModule, call: Call): number | null {
  const args = bind(call.node, parameters, module.evaluator);
  const shape = args.get('input_shape')?.value;
  const first = shape?.kind === 'sequence' ? shape.items?.[0] : args.get('input_length')?.value;
  return first === undefined ? null : toNumber(first);
}

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
    // A layer as activation, or a function of the module.
    case 'instance':
    case 'definition':
      return false;
    default:
      return null;
  }
}
