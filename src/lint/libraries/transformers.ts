import type { Call, PythonModule } from '../../python/module';
import { signature, type BoundArguments } from '../../python/signatures';
import { calls, query, type Query } from '../engine/query';

/** Read in transformers 5.23, `training_args.py` and `trainer.py`. */
const trainers: readonly string[] = ['transformers.Trainer', 'transformers.Seq2SeqTrainer'];
const trainer = signature(
  'model, args, data_collator, train_dataset, eval_dataset, processing_class, model_init, compute_loss_func, compute_metrics, callbacks',
);
const argumentClasses: readonly string[] = ['transformers.TrainingArguments', 'transformers.Seq2SeqTrainingArguments'];
const argument = signature('output_dir');

/** The training arguments of Hugging Face: how long a training is, and what it saves. */
interface TrainingArguments {
  readonly call: Call;
  readonly args: BoundArguments;
}

const argumentCalls = calls(argumentClasses);

/** The training arguments that a module makes. */
export const trainingArguments: Query<TrainingArguments> = query(argumentCalls, function* (module) {
  for (const call of argumentCalls.find(module)) yield { call, args: module.bind(call, argument) };
});

const trainerCalls = calls(trainers, { related: argumentClasses });

/** A trainer as it is set up. */
export interface TransformersTrainer {
  readonly call: Call;
  readonly args: BoundArguments;
}

export const transformersTrainers: Query<TransformersTrainer> = query(trainerCalls, function* (module) {
  for (const call of trainerCalls.find(module)) yield { call, args: module.bind(call, trainer) };
});

/** The training arguments of a trainer; null if they are not made in this module. */
export function argumentsOfTrainer(module: PythonModule, { args }: TransformersTrainer): TrainingArguments | null {
  const given = args.get('args');
  const made = given === null ? null : module.callOf(given.value);
  return made === null || !argumentClasses.includes(made.name ?? '')
    ? null
    : { call: made, args: module.bind(made, argument) };
}

/** What `EarlyStoppingCallback` asserts at the start of a training (transformers 5.23, `trainer_callback.py`). */
export const neededForStopping: Readonly<Record<string, string>> = {
  eval_strategy: '"epoch"',
  save_strategy: '"epoch"',
  metric_for_best_model: '"loss"',
  load_best_model_at_end: 'True',
};

/** A text that makes this callback may stop its trainings, wherever it gives it to them. */
export const fineTuningMayStop = /\bEarlyStoppingCallback\s*\(/;
