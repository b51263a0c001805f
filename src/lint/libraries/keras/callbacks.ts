import type { Call, PythonModule } from '../../../python/module';
import { signature } from '../../../python/signatures';
import { toInteger, toText, truth, type Value } from '../../../python/values';
import { kerasSavers } from '../savers';

/** Read in Keras 3.15, `callbacks/early_stopping.py`. */
export const earlyStoppingSignature = signature(
  'monitor, min_delta, patience, verbose, mode, baseline, restore_best_weights, start_from_epoch',
);

export const kerasEarlyStopping = 'keras.callbacks.EarlyStopping';

/** Callbacks that never stop a training for lack of improvement. */
export const harmlessCallbacks: readonly string[] = [
  ...[...kerasSavers, 'CSVLogger', 'History', 'LearningRateScheduler', 'ProgbarLogger', 'ReduceLROnPlateau'],
  ...['RemoteMonitor', 'SwapEMAWeights', 'TensorBoard', 'TerminateOnNaN', 'BaseLogger'],
].map((name) => `keras.callbacks.${name}`);
const harmless = new Set(harmlessCallbacks);

const savingCallbacks = new Set(kerasSavers.map((name) => `keras.callbacks.${name}`));

/** Callbacks of other libraries that only record. */
const recorders =
  /^(?:wandb\.(?:keras|integration\.keras)\.Wandb\w+|tqdm\.keras\.\w+|livelossplot\.\w+|keras_tqdm\.\w+|tensorboard\.\w+)$/;

/** Callbacks of other libraries that save the model, or may: `WandbModelCheckpoint` is a `ModelCheckpoint`, and `WandbCallback` saves the best model. */
const maySave = /checkpoint|backup|save|WandbCallback/i;

/** What the `callbacks` of a training do, as far as rules need it. */
export interface Callbacks {
  /** Whether one of them stops the training early; null if that is not known. */
  readonly stop: boolean | null;
  /** True if one of the module's own classes among them ends the training by itself. */
  readonly stopsByItself: boolean;
  /** The `EarlyStopping(…)` among them. */
  readonly earlyStopping: readonly Call[];
  /** Whether one of them saves the model during training; null if that is not known. */
  readonly save: boolean | null;
  /** Whether one of them sets the learning rate of each epoch. */
  readonly schedules: boolean;
  /** The patience of a `ReduceLROnPlateau` among them, in epochs; null without one, or if it is not known. */
  readonly plateau: number | null;
}

const noCallbacks: Callbacks = {
  stop: false,
  stopsByItself: false,
  earlyStopping: [],
  save: false,
  schedules: false,
  plateau: null,
};
const unknownCallbacks: Callbacks = { ...noCallbacks, stop: null, save: null };

const rateSchedule = 'keras.callbacks.LearningRateScheduler';

/** A rate that grows with the epochs: `1e-4 * 10 ** (epoch / 20)`. */
const growingRate = /(?<![\d.])10(?:\.0?)?[ \t]{0,3}\*\*[ \t]{0,3}\(?[ \t]{0,3}\w{1,40}[ \t]{0,3}\//;

/** True for the schedule of a range test of the learning rate: it needs every epoch, and its weights are thrown away. */
function triesRates(module: PythonModule, callback: Value): boolean {
  const call = module.callOf(callback);
  return call?.name === rateSchedule && growingRate.test(call.node.text);
}

/** True for an object of a class of the module that sets `model.stop_training`. */
function stopsByItself(module: PythonModule, callback: Value): boolean {
  const call = module.callOf(callback);
  const made = call === null ? callback : module.evaluate(call.callee);
  return made.kind === 'definition' && /\bstop_training\b/.test(made.node.text);
}

/** @param value the argument `callbacks`; null if it is left out */
export function readCallbacks(module: PythonModule, value: Value | null): Callbacks {
  if (value === null || value.kind === 'none') return noCallbacks;
  const items = value.kind === 'sequence' ? value.items : value.kind === 'instance' ? [value] : null;
  if (items === null || items.some((item) => triesRates(module, item))) return unknownCallbacks;
  const names = items.map((item) => module.callOf(item)?.name ?? null);
  const earlyStopping = items.flatMap((item) => {
    const call = module.callOf(item);
    return call?.name === kerasEarlyStopping ? [call] : [];
  });
  const allKnown = names.every(
    (name) => name !== null && (name === kerasEarlyStopping || harmless.has(name) || recorders.test(name)),
  );
  const mayBeSaving = names.some((name) => name !== null && !harmless.has(name) && maySave.test(name));
  const saves = names.some((name) => name !== null && savingCallbacks.has(name));
  return {
    stop: earlyStopping.length > 0 ? true : allKnown ? false : null,
    stopsByItself: items.some((item) => stopsByItself(module, item)),
    earlyStopping,
    save: saves ? true : allKnown && !mayBeSaving ? false : null,
    schedules: names.includes(rateSchedule),
    plateau: plateauOf(module, items),
  };
}

/** Read in Keras 3.15, `callbacks/reduce_lr_on_plateau.py`. */
const plateauSignature = signature('monitor, factor, patience');
const usualPlateau = 10;

function plateauOf(module: PythonModule, items: readonly Value[]): number | null {
  const [call] = items.flatMap((item) => {
    const made = module.callOf(item);
    return made?.name === 'keras.callbacks.ReduceLROnPlateau' ? [made] : [];
  });
  if (call === undefined) return null;
  const args = module.bind(call, plateauSignature);
  const patience = args.value('patience');
  return patience === null ? (args.complete ? usualPlateau : null) : toInteger(patience);
}

/** The metric that an `EarlyStopping(…)` monitors; null if it is not known. */
export function monitorOf(module: PythonModule, call: Call): string | null {
  const monitor = module.bind(call, earlyStoppingSignature).value('monitor');
  return monitor === null ? 'val_loss' : toText(monitor);
}

/** How long an `EarlyStopping(…)` waits, in epochs; null if it is not known. */
export function patienceOf(module: PythonModule, call: Call): number | null {
  const args = module.bind(call, earlyStoppingSignature);
  const patience = args.value('patience');
  return !args.complete ? null : patience === null ? 0 : toInteger(patience);
}

/** True if an `EarlyStopping(…)` may be there to keep the best weights, and not to stop. */
export function mayRestore(module: PythonModule, call: Call): boolean {
  const restore = module.bind(call, earlyStoppingSignature).value('restore_best_weights');
  return restore !== null && truth(restore) !== false;
}

/**
 * A fifth of the epochs, at least 5 and at most 20; 3 for few of them. Keras' default, 0, stops at the first bad epoch.
 * `npm run bench -- patience` says what it would have done to recorded trainings.
 */
export function patienceFor(epochs: number): number {
  return epochs < 20 ? 3 : Math.min(20, Math.max(5, Math.round(epochs / 5)));
}
