import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { signature, type BoundArguments } from '../../python/signatures';
import { toInteger, toNumber, toText, truth } from '../../python/values';
import { addArgument, inOrder, setArgument } from '../edits';
import { importBefore, meaningOf, siblingName } from '../imported-names';
import type { Fix, Report, RuleContext } from '../rule';
import { hasCallback, isTrial, lightningTrainers, TRAINER_PARAMETERS } from './lightning';

/** Lightning trainers of many epochs that nothing ends early. */
export function* lightningWithoutStopping(module: PythonModule, context: RuleContext): Generator<Report> {
  // A module may bring its own callbacks, and the command line others.
  if (/\b(?:configure_callbacks|LightningCLI)\b|\bEarlyStopping\s*\(/.test(module.text)) return;
  for (const call of lightningTrainers(module)) {
    const args = module.bind(call, TRAINER_PARAMETERS);
    const epochs = toInteger(args.get('max_epochs')?.value ?? { kind: 'unknown' });
    if (epochs === null || epochs < context.threshold('warning-epochs') || isTrial(args.value('fast_dev_run')))
      continue;
    if (hasCallback(module, args.value('callbacks'), 'EarlyStopping') !== false) continue;
    yield {
      node: call.node,
      severity: 'information',
      message: `All ${epochs} epochs run, whether they help or not. EarlyStopping(monitor="val_loss") in callbacks ends the training when that stops falling.`,
      headline: `${epochs} epochs`,
      estimate: { epochs },
      fixes: stopByLoss(module, call, args),
    };
  }
}

/** Adds EarlyStopping where the module logs what it watches; without that Lightning refuses to train. */
function stopByLoss(module: PythonModule, call: Call, args: BoundArguments): readonly Fix[] {
  if (!/["']val_loss["']/.test(module.text) || args.get('callbacks') !== null || !args.complete) return [];
  // Another class of this name, or one that is imported for something else.
  if (meaningOf(module, 'EarlyStopping', call.node).kind !== 'free') return [];
  const older = module.identifiers('pytorch_lightning').length > 0;
  const from = older ? 'pytorch_lightning' : 'lightning.pytorch';
  const imported = importBefore(
    module,
    older ? 'pytorch_lightning' : 'lightning',
    `from ${from}.callbacks import EarlyStopping`,
    call.node,
  );
  const callback = addArgument(call.node, 'callbacks=[EarlyStopping(monitor="val_loss")]');
  return imported === null || callback === null
    ? []
    : [{ title: 'Add EarlyStopping(monitor="val_loss")', safe: false, edits: inOrder([imported, callback]) }];
}

/** Read in transformers 5.23, `training_args.py` and `trainer.py`. */
const ARGUMENTS = signature('output_dir');
const TRAINER = signature(
  'model, args, data_collator, train_dataset, eval_dataset, processing_class, model_init, compute_loss_func, compute_metrics, callbacks',
);
export const HF_TRAINERS: readonly string[] = ['transformers.Trainer', 'transformers.Seq2SeqTrainer'];
const HF_ARGUMENTS: readonly string[] = ['transformers.TrainingArguments', 'transformers.Seq2SeqTrainingArguments'];
export const HF_RELATED = HF_ARGUMENTS;

/** Trainers of Hugging Face that run many epochs over whatever they fine-tune. */
export function* transformersWithoutStopping(module: PythonModule, context: RuleContext): Generator<Report> {
  if (/\bEarlyStoppingCallback\s*\(/.test(module.text)) return;
  for (const call of module.calls(['Trainer', 'Seq2SeqTrainer'])) {
    if (!HF_TRAINERS.includes(call.name ?? '')) continue;
    const args = module.bind(call, TRAINER);
    const made = args.get('args') === null ? null : module.callOf(args.get('args')?.value ?? { kind: 'unknown' });
    if (made === null || !HF_ARGUMENTS.includes(made.name ?? '')) continue;
    const settings = module.bind(made, ARGUMENTS);
    const epochs = toNumber(settings.get('num_train_epochs')?.value ?? { kind: 'unknown' });
    const steps = settings.value('max_steps');
    if (
      epochs === null ||
      epochs < context.threshold('fine-tuning-epochs') ||
      (steps !== null && toNumber(steps) !== -1)
    )
      continue;
    const callbacks = args.value('callbacks');
    // Any callback may end a training.
    if (callbacks !== null && truth(callbacks) !== false) continue;
    yield {
      node: call.node,
      severity: 'information',
      message: `All ${epochs} epochs of fine-tuning run, whether they help or not. EarlyStoppingCallback ends them; it needs eval_strategy, metric_for_best_model and load_best_model_at_end=True in the arguments.`,
      headline: `${epochs} epochs`,
      estimate: { epochs },
      fixes: stopFineTuning(module, call, args, made, settings),
    };
  }
}

/** What `EarlyStoppingCallback` asserts at the start of a training (transformers 5.23, `trainer_callback.py`). */
const NEEDED: Readonly<Record<string, string>> = {
  eval_strategy: '"epoch"',
  save_strategy: '"epoch"',
  metric_for_best_model: '"loss"',
  load_best_model_at_end: 'True',
};

/** Adds the callback and all that it needs, where there is data to evaluate on and none of it is decided already. */
function stopFineTuning(
  module: PythonModule,
  trainer: Call,
  args: BoundArguments,
  made: Call,
  settings: BoundArguments,
): readonly Fix[] {
  const decided = [...Object.keys(NEEDED), 'evaluation_strategy', 'eval_steps', 'save_steps'].some(
    (name) => !settings.omits(name),
  );
  if (decided || args.get('eval_dataset') === null || !args.omits('callbacks')) return [];
  const callback = siblingName(module, trainer, 'EarlyStoppingCallback', { replaces: false });
  if (callback === null) return [];
  const needed = addArgument(
    made.node,
    Object.entries(NEEDED)
      .map(([name, value]) => `${name}=${value}`)
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

/** Read in scikit-learn 1.9, `ensemble/_gb.py` and `neural_network/_multilayer_perceptron.py`. */
const BY_NAME = signature('*');
const GRADIENT_BOOSTING: readonly string[] = [
  'sklearn.ensemble.GradientBoostingClassifier',
  'sklearn.ensemble.GradientBoostingRegressor',
];
const PERCEPTRONS: readonly string[] = ['sklearn.neural_network.MLPClassifier', 'sklearn.neural_network.MLPRegressor'];
export const SKLEARN_ITERATIVE: readonly string[] = [...GRADIENT_BOOSTING, ...PERCEPTRONS];

/** Estimators of scikit-learn that could stop by themselves and are not asked to. */
export function* sklearnWithoutStopping(module: PythonModule, context: RuleContext): Generator<Report> {
  for (const call of module.calls([
    'GradientBoostingClassifier',
    'GradientBoostingRegressor',
    'MLPClassifier',
    'MLPRegressor',
  ])) {
    const name = call.name ?? '';
    const boosting = GRADIENT_BOOSTING.includes(name);
    if (!boosting && !PERCEPTRONS.includes(name)) continue;
    const args = module.bind(call, BY_NAME);
    const rounds = toInteger(args.get(boosting ? 'n_estimators' : 'max_iter')?.value ?? { kind: 'unknown' });
    const stopping = args.value(boosting ? 'n_iter_no_change' : 'early_stopping');
    // The solver lbfgs ends by its own criterion and takes no early stopping.
    const solver = boosting ? null : args.value('solver');
    if (solver !== null && !/^(?:adam|sgd)$/.test(toText(solver) ?? '')) continue;
    if (rounds === null || rounds < context.threshold('rounds') || (stopping !== null && truth(stopping) !== false))
      continue;
    yield {
      node: call.node,
      severity: 'hint',
      message: boosting
        ? `All ${rounds} trees are grown, whether they help or not. n_iter_no_change=10 stops when a tenth of the data that is held back gets no better.`
        : `Up to ${rounds} iterations run on the training loss alone. early_stopping=True stops when a tenth of the data that is held back gets no better.`,
      headline: `${rounds} ${boosting ? 'trees' : 'iterations'}`,
      estimate: boosting ? { rounds } : { iterations: rounds },
      fixes: holdBack(call.node, args, boosting),
    };
  }
}

/** Lets the estimator hold a tenth of its data back and stop by that. */
function holdBack(call: Node, args: BoundArguments, boosting: boolean): readonly Fix[] {
  const edit = boosting
    ? setArgument(call, args, 'n_iter_no_change', '10')
    : setArgument(call, args, 'early_stopping', 'True');
  return edit === null
    ? []
    : [{ title: boosting ? 'Set n_iter_no_change=10' : 'Set early_stopping=True', safe: false, edits: [edit] }];
}
