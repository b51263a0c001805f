import type { Call, PythonModule } from '../../python/module';
import { argumentsOf } from '../../python/signatures';
import { field } from '../../python/syntax';
import { toText } from '../../python/values';
import { grouped } from '../../present/words';
import { defineRule, type Judgement, type RuleContext } from '../engine/define';
import { inOrder, insertAt, replaceNode } from '../fixes/edits';
import { earlyStoppingSignature, mayRestore, monitorOf, patienceFor, patienceOf } from '../libraries/keras/callbacks';
import { endedBefore, recordedStop } from '../libraries/keras/record';
import { hasDenseLayersAlone, kerasFits, needsEveryEpoch, type KerasFit } from '../libraries/keras/fits';
import { isMissing, logsOtherwise, loggedMetrics, meantBy } from '../libraries/keras/metrics';
import { isOfSmallData } from '../libraries/made-up-data';
import { atMost, type Fix, type Severity } from '../engine/rule';

const thresholds = {
  epochs: {
    default: 10,
    unit: 'epochs',
    meaning: 'a patience that is longer than at least this many epochs is reported',
  },
};

const messages = {
  inert: ({ monitor, epochs }: { readonly monitor: string; readonly epochs: number | null }) =>
    `EarlyStopping monitors ${monitor}, but this fit has no validation data, so it never stops${epochs === null ? '' : `, and all ${grouped(epochs)} epochs run`}. Pass validation_data or validation_split.`,
  missing: ({ monitor, logged, epochs, refuses }: Missing) =>
    `EarlyStopping monitors ${monitor}, but this model logs only ${logged.map((name) => `val_${name}`).join(', ')}, so it never stops${epochs === null ? '' : `, and all ${grouped(epochs)} epochs run`}.${refuses ? ' Keras 3 refuses to train so.' : ''}`,
  patient: ({ patience, epochs }: { readonly patience: number; readonly epochs: number }) =>
    `EarlyStopping waits ${patience} epochs without improvement, but this fit has only ${grouped(epochs)}, so all of them run. A patience of ${patienceFor(epochs)} can stop it.`,
};

interface Missing {
  readonly monitor: string;
  readonly logged: readonly string[];
  readonly epochs: number | null;
  /** True if Keras 3 cannot tell which way the metric should go, and raises an error after the first epoch. */
  readonly refuses: boolean;
}

type InertStopping = Judgement<typeof messages>;

export const inertEarlyStopping = defineRule({
  id: 'inert-early-stopping',
  practice: 5,
  severity: 'warning',
  summary:
    'An `EarlyStopping` that can never stop, because its metric is never computed or it waits longer than the training lasts.',
  details: `Keras: \`EarlyStopping\` monitors \`val_loss\` by default, but \`fit\` has neither \`validation_data\` nor \`validation_split\`.
Keras then prints a warning in every epoch and continues. The same for a metric that the model does not log, such as \`val_acc\` with \`metrics=["accuracy"]\`; as information, because that was its name before Keras 2.3, and Keras 3 refuses to train without \`mode\`.
A \`patience\` of as many epochs as \`fit\` has, or more, from 10 epochs on; as a hint below 20 epochs, and as information if \`restore_best_weights\` is set, which such a callback still does. It is a warning if it certainly never stops in 20 epochs or more: without validation data, or with too long a patience where a recording shows that a useful one would have saved a fifth of the epochs in a training of five minutes or more. It is information from 10 to 19 epochs, if their number is not known, and for networks of dense layers alone; below 10 epochs, on small tables that lessons use, and for recorded trainings of less than a minute it is a hint. Nothing is said where the losses that a notebook recorded show that a useful patience would have saved little, or stopped too early, where its epochs end before the last one, and beside a callback of your own that sets \`stop_training\`.`,
  why: 'Training runs all of its epochs, although its author expects it to stop early.',
  remedy:
    'Pass validation data, or monitor a training metric (`monitor="loss"`), which says less about the model. Choose a patience of about a fifth of the epochs, from 5 to 20.',
  nonCompliant: [
    {
      code: `import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.LSTM(64), tf.keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=100, callbacks=[tf.keras.callbacks.EarlyStopping(patience=3)])
`,
      severity: 'warning',
      estimate: { epochs: 100 },
      fixed: `import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.LSTM(64), tf.keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=100, callbacks=[tf.keras.callbacks.EarlyStopping(monitor="loss", patience=3)])
`,
    },
    {
      code: `import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=20, validation_split=0.2, callbacks=[keras.callbacks.EarlyStopping(patience=30)])
`,
      severity: 'information',
      estimate: { epochs: 20, patience: 30 },
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
  evidence: {
    item: 'early-stopping',
    contradicts: true,
    one: 'EarlyStopping that can never stop',
    several: 'EarlyStopping callbacks that can never stop',
  },
  thresholds,
  messages,
}).on(kerasFits, (fit, context) =>
  // Something else ends it, or ended it when the notebook was recorded.
  fit.callbacks.stopsByItself || (fit.epochs !== null && endedBefore(context.printed(fit.call.node), fit.epochs))
    ? null
    : (withoutMetric(fit, context) ?? withOtherMetrics(fit, context) ?? tooPatient(fit, context)),
);

/** A useful patience for fewer epochs is about as long as they are, so that little is saved. */
const manyEpochs = 20;

/** What certainly never stops is a warning if it certainly runs many epochs, which take more than seconds. */
const severityOf = (module: PythonModule, epochs: number | null, few: number): Severity =>
  isOfSmallData(module.text) || (epochs !== null && epochs < few)
    ? 'hint'
    : epochs === null || epochs < manyEpochs || hasDenseLayersAlone(module)
      ? 'information'
      : 'warning';

/** The figures of a fit whose EarlyStopping never fires. */
const figuresOf = (epochs: number | null, wayOut: string) => ({
  headline: epochs === null ? 'never stops early' : `${grouped(epochs)} epochs, never stops early`,
  wayOut,
  estimate: epochs === null ? null : { epochs },
});

function withoutMetric(fit: KerasFit, { module, threshold }: RuleContext<typeof thresholds>): InertStopping | null {
  const { call, epochs, validates, callbacks, args } = fit;
  if (validates !== false || !args.complete) return null;
  const monitors = callbacks.earlyStopping.map((stopping) => monitorOf(module, stopping));
  const [monitor] = monitors;
  // One that can stop is enough.
  if (typeof monitor !== 'string' || !monitors.every((each) => each?.startsWith('val_') === true)) return null;
  return {
    node: call.node,
    severity: severityOf(module, epochs, threshold('epochs')),
    message: 'inert',
    data: { monitor, epochs },
    ...figuresOf(epochs, 'fewer with validation data'),
    fixes: needsEveryEpoch(module, fit) ? [] : watchTraining(module, callbacks.earlyStopping),
  };
}

/** An EarlyStopping that monitors a metric by a name that this model does not log. */
function withOtherMetrics(
  { call, epochs, callbacks }: KerasFit,
  { module, threshold }: RuleContext<typeof thresholds>,
): InertStopping | null {
  const logged = call.receiver === null ? null : loggedMetrics(module, call.receiver);
  if (logged === null || logsOtherwise.test(module.text)) return null;
  const stoppings = callbacks.earlyStopping.map((stopping) => ({ stopping, monitor: monitorOf(module, stopping) }));
  const [first] = stoppings;
  const isNever = stoppings.every(
    ({ monitor }) => monitor !== null && isMissing(monitor.replace(/^val_/, ''), logged) && monitor.startsWith('val_'),
  );
  const monitor = first?.monitor ?? null;
  if (first === undefined || monitor === null || !isNever) return null;
  const meant = meantBy(monitor.slice('val_'.length), logged);
  const args = module.bind(first.stopping, earlyStoppingSignature);
  const given = args.get('monitor')?.node;
  const mode = args.value('mode');
  const refuses = mode === null || toText(mode) === 'auto';
  return {
    node: call.node,
    // Before 2.3, Keras logged `accuracy` as `acc`.
    severity: atMost(
      severityOf(module, epochs, threshold('epochs')),
      meant === null && !refuses ? 'warning' : 'information',
    ),
    message: 'missing',
    data: { monitor, logged, epochs, refuses },
    ...figuresOf(epochs, `fewer with ${meant === null ? 'a metric that is logged' : `val_${meant}`}`),
    fixes:
      meant === null || stoppings.length > 1 || given?.type !== 'string'
        ? []
        : [{ title: `Monitor val_${meant}`, safe: false, edits: [replaceNode(given, `"val_${meant}"`)] }],
  };
}

/** An EarlyStopping that counts to its patience in the last epoch or later saves no epoch. */
function tooPatient(
  { call, epochs, callbacks }: KerasFit,
  { module, threshold, printed, took }: RuleContext<typeof thresholds>,
): InertStopping | null {
  if (epochs === null || epochs < threshold('epochs') || callbacks.earlyStopping.length === 0) return null;
  const patience = callbacks.earlyStopping.map((stopping) => patienceOf(module, stopping) ?? 0);
  const least = Math.min(...patience);
  if (least < epochs) return null;
  const recorded = recordedStop(printed(call.node), epochs, patienceFor(epochs), took(call.node));
  if (recorded?.saves === false) return null;
  return {
    node: call.node,
    severity:
      epochs < manyEpochs || isOfSmallData(module.text) || recorded?.isBrief === true
        ? 'hint'
        : recorded?.isWorthwhile !== true || callbacks.earlyStopping.some((stopping) => mayRestore(module, stopping))
          ? 'information'
          : 'warning',
    message: 'patient',
    data: { patience: least, epochs },
    ...figuresOf(epochs, `fewer with patience=${patienceFor(epochs)}`),
    estimate: { epochs, patience: least },
  };
}

/** Makes each EarlyStopping monitor the training metric instead of the validation metric; no fix if one is not a plain string. */
function watchTraining(module: PythonModule, stoppings: readonly Call[]): readonly Fix[] {
  const edits = stoppings.map((stopping) => {
    const args = module.bind(stopping, earlyStoppingSignature);
    const monitor = args.get('monitor');
    if (monitor !== null)
      return monitor.node?.type === 'string' ? replaceNode(monitor.node, monitor.node.text.replace('val_', '')) : null;
    const list = field(stopping.node, 'arguments');
    if (list === null || !args.complete) return null;
    return insertAt(
      list.startIndex + 1,
      argumentsOf(stopping.node).length === 0 ? 'monitor="loss"' : 'monitor="loss", ',
    );
  });
  const made = edits.filter((edit) => edit !== null);
  return made.length < edits.length
    ? []
    : [{ title: 'Monitor the training metric instead', safe: false, edits: inOrder(made) }];
}
