import type { Call, PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { holdsInCode } from '../../../python/comments';
import { argumentsOf, bind, signature, type BoundArguments } from '../../../python/signatures';
import { field, isField } from '../../../python/syntax';
import { toInteger, toNumber, truth, unknownValue, type Value } from '../../../python/values';
import { addArgument, inOrder, setArgument } from '../../fixes/edits';
import { usesOf } from '../../engine/uses';
import { importedName, siblingName } from '../../engine/imported-names';
import { opponents } from '../../libraries/opponents';
import { hasCallback, isTrial, lightningMayStop, type LightningTrainer } from '../../libraries/lightning';
import type { IterativeEstimator } from '../../libraries/sklearn/estimators';
import type { EpochLoop } from '../../libraries/torch/loops';
import {
  argumentsOfTrainer,
  fineTuningMayStop,
  evaluationSetting,
  neededForStopping,
  whenToEvaluate,
  type HuggingFaceTrainer,
  type TrainingArguments,
} from '../../libraries/hugging-face/trainers';
import type { Fix } from '../../engine/rule';
import { counted } from '../../../present/words';
import { fewer, type Context, type FoundTraining } from './messages';

/** Reports a Lightning trainer of many epochs that does not stop early. */
export function lightningWithoutStopping(
  trainer: LightningTrainer,
  { module, threshold }: Context,
): FoundTraining | null {
  if (holdsInCode(module.text, lightningMayStop) || opponents.test(module.text)) return null;
  const { call, args } = trainer;
  const epochs = toInteger(args.get('max_epochs')?.value ?? { kind: 'unknown' });
  if (epochs === null || epochs < threshold('warning-epochs') || isTrial(trainer)) return null;
  // With few validations, patience of some of them is the whole training.
  const between = toInteger(args.get('check_val_every_n_epoch')?.value ?? unknownValue);
  if (between !== null && epochs / between < fewValidations) return null;
  if (hasCallback(module, args.value('callbacks'), 'EarlyStopping') !== false) return null;
  return {
    node: call.node,
    severity: 'information',
    message: 'lightning',
    data: { epochs, monitor: loggedLoss.exec(module.text)?.[1] ?? null },
    headline: counted(epochs, 'epoch'),
    wayOut: fewer,
    estimate: { epochs },
    fixes: stopByLoss(module, call, args),
  };
}

/** A line that logs the loss, or a callback that already needs it. */
const watchesLoss = /\.log\(\s*(?:name\s*=\s*)?["']val_loss["']|\.log_dict\(|\bmonitor\s*=\s*["']val_loss["']/;

/** Read in lightning 2.6, `pytorch/trainer/trainer.py`. */
const lightningFit = signature('model, train_dataloaders, val_dataloaders, datamodule, ckpt_path');

/** True if a `fit` has, or may have, something to validate on. */
function mayValidate(module: PythonModule, fit: Node): boolean {
  const given = bind(fit, lightningFit, module.evaluator);
  const loaders = given.value('val_dataloaders');
  if (loaders !== null) return loaders.kind !== 'none';
  return !given.omits('datamodule') || /\bdef val_dataloader\b|DataModule\b/.test(module.text);
}

const fewValidations = 10;
/** A loss of validation that the module logs. */
const loggedLoss = /["'](val(?:id(?:ation)?)?[_/]loss)["']/;

/** Adds EarlyStopping if the module logs what it monitors; without that, Lightning refuses to train. */
function stopByLoss(module: PythonModule, call: Call, args: BoundArguments): readonly Fix[] {
  if (!watchesLoss.test(module.text) || args.get('callbacks') !== null || !args.complete) return [];
  if (!/["']val_loss["']/.test(module.text) || !args.omits('limit_val_batches')) return [];
  const trained = usesOf(module, call).methods.filter(({ name }) => name === 'fit');
  if (!trained.every((fit) => mayValidate(module, fit.call))) return [];
  const older = module.identifiers('pytorch_lightning').length > 0;
  const packages = older
    ? { from: 'pytorch_lightning.callbacks', before: 'pytorch_lightning' }
    : { from: 'lightning.pytorch.callbacks', before: 'lightning' };
  const imported = importedName(module, 'EarlyStopping', packages, call.node);
  const callback = addArgument(call.node, 'callbacks=[EarlyStopping(monitor="val_loss")]');
  return imported === null || callback === null
    ? []
    : [{ title: 'Add EarlyStopping(monitor="val_loss")', safe: false, edits: inOrder([...imported.edits, callback]) }];
}

/** Reports a trainer of Hugging Face with many epochs that does not stop early. */
export function fineTuningWithoutStopping(
  trainer: HuggingFaceTrainer,
  { module, threshold, requirement }: Context,
): FoundTraining | null {
  const { call, args, task } = trainer;
  // Rewards rise and fall for long before they stop rising.
  if (task === 'rewards' || holdsInCode(module.text, fineTuningMayStop)) return null;
  const made = argumentsOfTrainer(module, trainer);
  const later = laterEpochs(module, trainer);
  if (made === null && later === null) return null;
  const epochs = toNumber(later ?? made?.args.get('num_train_epochs')?.value ?? unknownValue);
  const steps = made?.args.value('max_steps') ?? null;
  if (epochs === null || epochs < threshold('fine-tuning-epochs') || (steps !== null && toNumber(steps) !== -1))
    return null;
  const callbacks = args.get('callbacks')?.value ?? (spreadsDataOnly(call.node) ? null : args.value('callbacks'));
  // Any callback may end a training.
  if (callbacks !== null && truth(callbacks) !== false && !onlyRecord(module, callbacks)) return null;
  const evaluation = evaluationSetting(requirement('transformers'));
  return {
    node: call.node,
    severity: 'information',
    message: 'fineTuning',
    data: { epochs, evaluation: evaluation.words },
    headline: counted(epochs, 'epoch'),
    wayOut: fewer,
    estimate: { epochs },
    fixes: made === null ? [] : stopFineTuning(module, trainer, made, evaluation.name),
  };
}

/** True if all that is unpacked into a call is data by its name: `**data_module`. */
function spreadsDataOnly(call: Node): boolean {
  const spread = argumentsOf(call).filter(({ type }) => type === 'dictionary_splat' || type === 'list_splat');
  return spread.length > 0 && spread.every(({ text }) => /^\*\*\w*data(?:_?(?:module|dict|sets?))?$/.test(text));
}

/** Callbacks that come with Transformers 5.24 and only record or show. */
const recorders =
  /^transformers\.(?:\w+\.)*(?:TensorBoard|Wandb|MLflow|Comet|ClearML|Neptune|DVCLive|CodeCarbon|Printer|Progress)Callback$/;

const onlyRecord = (module: PythonModule, callbacks: Value): boolean =>
  callbacks.kind === 'sequence' &&
  callbacks.items !== null &&
  callbacks.items.every((each) =>
    recorders.test((each.kind === 'reference' ? each.name : module.callOf(each)?.name) ?? ''),
  );

/** The epochs of the last `args.num_train_epochs = 30` before the trainer is made; null without one. */
function laterEpochs(module: PythonModule, { call, args }: HuggingFaceTrainer): Value | null {
  const given = args.get('args')?.node;
  if (given?.type !== 'identifier') return null;
  let found: Value | null = null;
  for (const identifier of module.identifiersBetween('num_train_epochs', 0, call.node.startIndex)) {
    const target = identifier.parent;
    const assignment = target?.parent;
    if (target?.type !== 'attribute' || field(target, 'object')?.text !== given.text) continue;
    if (assignment?.type !== 'assignment' || !isField(assignment, 'left', target)) continue;
    const value = field(assignment, 'right');
    found = value === null ? unknownValue : module.evaluate(value);
  }
  return found;
}

/** Adds the callback and all that it needs, if there is evaluation data and none of this is set already. */
function stopFineTuning(
  module: PythonModule,
  { call: trainer, name, ownClass, args }: HuggingFaceTrainer,
  made: TrainingArguments,
  whenSetting: string,
): readonly Fix[] {
  const decided = [...Object.keys(neededForStopping), ...whenToEvaluate, 'eval_steps', 'save_steps'].some(
    (each) => !made.args.omits(each),
  );
  if (decided || ownClass !== null || !args.omits('callbacks')) return [];
  // Of several evaluations none has the loss that the callback watches.
  const evaluation = args.value('eval_dataset')?.kind ?? 'none';
  if (evaluation === 'none' || evaluation === 'dict') return [];
  const callback = name.startsWith('transformers.')
    ? siblingName(module, trainer, 'EarlyStoppingCallback', { replaces: false })
    : importedName(
        module,
        'EarlyStoppingCallback',
        { from: 'transformers', before: name.slice(0, name.indexOf('.')) },
        trainer.node,
      );
  if (callback === null) return [];
  const needed = addArgument(
    made.call.node,
    [[whenSetting, '"epoch"'], ...Object.entries(neededForStopping)]
      .map(([setting, value]) => `${setting}=${value}`)
      .join(', '),
  );
  const added = addArgument(trainer.node, `callbacks=[${callback.text}(early_stopping_patience=3)]`);
  if (needed === null || added === null) return [];
  return [
    {
      title: 'Add EarlyStoppingCallback(early_stopping_patience=3)',
      safe: false,
      edits: inOrder([...callback.edits, needed, added]),
    },
  ];
}

/** Reports an estimator of scikit-learn that could stop early but does not. */
export function sklearnWithoutStopping(
  estimator: IterativeEstimator,
  { module, threshold }: Context,
): FoundTraining | null {
  const { call, args, kind, rounds, mayStop } = estimator;
  if (rounds === null || rounds < threshold('rounds') || mayStop) return null;
  const isBoosting = kind !== 'perceptron';
  return {
    node: call.node,
    severity: 'hint',
    message: ({ boosting: 'trees', histogram: 'histogramTrees', perceptron: 'iterations' } as const)[kind],
    data: { rounds },
    headline: counted(rounds, isBoosting ? 'tree' : 'iteration'),
    wayOut: fewer,
    estimate: isBoosting ? { rounds } : { iterations: rounds },
    fixes: needsAllRounds(isBoosting).test(module.text) ? [] : holdOut(call.node, args, kind === 'boosting'),
  };
}

/** Code that draws a curve as long as all rounds, and the training in parts, which allows no early stopping. */
const needsAllRounds = (boosting: boolean): RegExp =>
  boosting ? /\btrain_score_\b|\bstaged_\w|\boob_\w+_\b/ : /\bpartial_fit\b/;

/** Makes the estimator hold out a tenth of its data and stop early. */
function holdOut(call: Node, args: BoundArguments, boosting: boolean): readonly Fix[] {
  const edit = boosting
    ? setArgument(call, args, 'n_iter_no_change', '10')
    : setArgument(call, args, 'early_stopping', 'True');
  return edit === null
    ? []
    : [{ title: boosting ? 'Set n_iter_no_change=10' : 'Set early_stopping=True', safe: false, edits: [edit] }];
}

/** Reports a plain PyTorch loop of many epochs that nothing ends early. */
export function torchLoopWithoutStopping(
  { node, iterable, epochs }: EpochLoop,
  { threshold }: Context,
): FoundTraining | null {
  if (epochs < threshold('loop-epochs')) return null;
  return {
    node,
    end: iterable,
    severity: 'hint',
    message: 'loop',
    data: { epochs },
    headline: counted(epochs, 'epoch'),
    wayOut: fewer,
    estimate: { epochs },
  };
}
