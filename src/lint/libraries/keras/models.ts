import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf } from '../../../python/signatures';
import { field } from '../../../python/syntax';
import { libraryBase } from '../../engine/derived';

/** What makes a Keras model. */
export const kerasModels: readonly string[] = [
  'keras.Sequential',
  'keras.Model',
  'keras.Functional',
  'keras.models.load_model',
  'keras.models.clone_model',
  'keras.models.model_from_json',
  'keras.utils.multi_gpu_model',
  // TensorFlow Recommenders 0.7, whose models are those of Keras and log a loss.
  'tensorflow_recommenders.Model',
  'tensorflow_recommenders.models.Model',
];
/** Tasks of KerasHub (read in 0.26) and of the packages before it, which come with a loss and an optimizer. */
const fromPreset = /^keras_(?:hub|nlp|cv)\.models\.(?:\w+\.)?[A-Z]\w*\.from_preset$/;

/** What builds or wraps models, and compiles them in a way of its own. */
const wrappers = /^(?:scikeras|keras\.wrappers|keras_tuner|kerastuner|autokeras|tensorflow_decision_forests)\b/;

const modelNames: ReadonlySet<string> = new Set(kerasModels);

/**
 * Whether an expression is a Keras model: made by one of Keras' own makers, of a class that the module derives from
 * `Model`, or compiled somewhere as one. Null if nothing tells.
 */
export function isKerasModel(module: PythonModule, receiver: Node): boolean | null {
  const value = module.evaluate(receiver);
  const call = module.callOf(value);
  if (call !== null) {
    const { name } = call;
    if (name !== null) {
      if (kerasModels.includes(name) || name.startsWith('keras.applications.') || fromPreset.test(name)) return true;
      // A model of another package is compiled as every other.
      return isCompiled(module, receiver.text) && !wrappers.test(name);
    }
    const made = module.evaluate(call.callee);
    if (made.kind === 'definition') return libraryBase(module, made.node, modelNames) === null ? null : true;
  }
  return value.kind === 'unknown' || call !== null ? (isCompiled(module, receiver.text) ? true : null) : false;
}

/** True if something of the same name is given a loss or an optimizer, as `model.compile(…)` does. */
function isCompiled(module: PythonModule, receiver: string): boolean {
  return module.calls(['compile']).some((call) => {
    if (call.receiver?.text !== receiver) return false;
    const given = argumentsOf(call.node);
    return (
      given.length > 1 ||
      given.some(
        (part) =>
          part.type === 'keyword_argument' && /^(?:loss|optimizer|metrics)$/.test(field(part, 'name')?.text ?? ''),
      )
    );
  });
}
