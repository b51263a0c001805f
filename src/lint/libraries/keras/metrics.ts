import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { signature } from '../../../python/signatures';
import { toText } from '../../../python/values';

/** Read in Keras 3.15, `trainers/trainer.py`; the same since 2.0. */
const compile = signature('optimizer, loss, metrics, loss_weights, weighted_metrics');
/** Keras 3 has the third and fourth parameter the other way round. */
const byPosition = /^\([^,()]{1,99},[^,()]{1,99},([^=,()]{1,99})[,)]/;

/** Names of metrics that mean the same to whoever writes them. A model with several outputs has other names. */
const usual =
  /^(?:acc|accuracy|binary_accuracy|categorical_accuracy|sparse_categorical_accuracy|mae|mse|mean_absolute_error|mean_squared_error|auc|AUC)$/;

/**
 * The metrics that a model with one output logs, by name: `loss`, and what `compile` is given. Null if one of them is not
 * certain.
 */
export function loggedMetrics(module: PythonModule, receiver: Node): readonly string[] | null {
  const scope = module.place(receiver)?.scopes[0]?.id;
  const compiled = module
    .calls(['compile'])
    .filter(({ node, receiver: of }) => of?.text === receiver.text && module.place(node)?.scopes[0]?.id === scope);
  const [call] = compiled;
  if (
    call === undefined ||
    compiled.length > 1 ||
    (byPosition.exec(call.node.text.slice(call.callee.text.length))?.[1] ?? '').trim() !== ''
  )
    return null;
  const args = module.bind(call, compile);
  const loss = args.value('loss');
  const metrics = args.value('metrics');
  if (!args.complete || args.get('weighted_metrics') !== null || args.get('loss_weights') !== null) return null;
  if (loss === null || loss.kind === 'sequence' || loss.kind === 'dict' || loss.kind === 'unknown') return null;
  if (metrics === null || metrics.kind === 'none') return ['loss'];
  if (metrics.kind !== 'sequence' || metrics.items === null) return null;
  const names = metrics.items.map(toText);
  return names.every((name) => name !== null && usual.test(name))
    ? ['loss', ...names.filter((name) => name !== null)]
    : null;
}

/** True for a metric of these names that a model logs in no version of Keras since 2.3. */
export const isMissing = (name: string, logged: readonly string[]): boolean =>
  usual.test(name) && !logged.some((each) => each === name || inKeras2[each] === name);

/** Keras 3 logs a metric that is named in a string by that name (3.0 to 3.15), and Keras 2 a class by its own: `auc`. */
const inKeras2: Readonly<Record<string, string>> = { AUC: 'auc' };

/** The logged name of a metric that goes by two names: `accuracy` for `acc`. Null if it is not logged. */
export function meantBy(name: string, logged: readonly string[]): string | null {
  const same = sameNames.find((names) => names.includes(name)) ?? [];
  return logged.find((each) => same.includes(each)) ?? null;
}

const sameNames: readonly (readonly string[])[] = [
  ['acc', 'accuracy'],
  ['mae', 'mean_absolute_error'],
  ['mse', 'mean_squared_error'],
  ['auc', 'AUC'],
];

/** What logs other metrics, and what only programs of before 2020 have, when Keras logged `accuracy` as `acc` and `mae` as `mean_absolute_error`. */
export const logsOtherwise =
  /\bnb_epoch\b|\b(?:fit|predict|evaluate)_generator\b|\bnp_utils\b|\blr\s*=|\btf\.Session\b|\bset_session\b|\bConfigProto\b|\bkeras\.layers\.(?:core|convolutional|normalization|recurrent|embeddings|merge|pooling|advanced_activations)\b|\bkeras\.engine\b|\bcompat\.v1\b|\badd_metric\s*\(|\bdef (?:train|test)_step\b|\blogs\s*\[|\.history\[["'](?:val_)?acc["']\]/;
