import { startsAt, staysBelow } from '../../../project/versions';
import type { Call, PythonModule } from '../../../python/module';
import { signature, type BoundArguments, type Signature } from '../../../python/signatures';
import { calls, query, type Query } from '../../engine/query';
import { callsOfDerived } from '../../engine/derived';

/** What a trainer learns from: examples, comparisons of answers, or rewards for answers that it generates while it trains. */
type Task = 'supervised' | 'preferences' | 'rewards';

interface TrainerClass {
  readonly task: Task;
  readonly signature: Signature;
}

/** Read in transformers 5.24, `trainer.py`. */
const transformersTrainer: TrainerClass = {
  task: 'supervised',
  signature: signature(
    'model, args, data_collator, train_dataset, eval_dataset, processing_class, model_init, compute_loss_func, compute_metrics, callbacks',
  ),
};

/** Read in sentence-transformers 6.2, `base/trainer.py`. */
const embeddingTrainer: TrainerClass = {
  task: 'supervised',
  signature: signature('model, args, train_dataset, eval_dataset, loss, evaluator, data_collator'),
};

/** Read in trl 1.16; older versions have the first arguments in the same order. */
const supervised: TrainerClass = {
  task: 'supervised',
  signature: signature('model, args, data_collator, train_dataset, eval_dataset'),
};
const preferences: TrainerClass = { ...supervised, task: 'preferences' };
const againstReference: TrainerClass = {
  task: 'preferences',
  signature: signature('model, ref_model, args, data_collator, train_dataset, eval_dataset'),
};
const rewarded: TrainerClass = {
  task: 'rewards',
  signature: signature('model, reward_funcs, args, train_dataset, eval_dataset'),
};
/** Their arguments were in another order in other versions. */
const byName = signature('*');

/** The trainers of Hugging Face by their qualified names. */
const trainerClasses: ReadonlyMap<string, TrainerClass> = new Map([
  ['transformers.Trainer', transformersTrainer],
  ['transformers.Seq2SeqTrainer', transformersTrainer],
  ['trl.SFTTrainer', supervised],
  ['trl.RewardTrainer', preferences],
  ['trl.CPOTrainer', preferences],
  ['trl.ORPOTrainer', preferences],
  ['trl.DPOTrainer', againstReference],
  ['trl.KTOTrainer', againstReference],
  ['trl.BCOTrainer', againstReference],
  ['trl.GRPOTrainer', rewarded],
  ['trl.RLOOTrainer', rewarded],
  ['trl.PPOTrainer', { task: 'rewards', signature: byName }],
  ['trl.OnlineDPOTrainer', { task: 'rewards', signature: byName }],
  ['trl.GKDTrainer', { task: 'supervised', signature: byName }],
  ['trl.GOLDTrainer', { task: 'supervised', signature: byName }],
  ['unsloth.UnslothTrainer', supervised],
  ['sentence_transformers.SentenceTransformerTrainer', embeddingTrainer],
  ['sentence_transformers.CrossEncoderTrainer', embeddingTrainer],
  ['sentence_transformers.SparseEncoderTrainer', embeddingTrainer],
  ['sentence_transformers.MultiVectorEncoderTrainer', embeddingTrainer],
  // Those of other packages, which derive from the first of these: pyreft 0.1, adapters 1.3, optimum-habana 1.19, optimum 1.27.
  ...['ReftTrainer', 'ReftTrainerForCausalLM', 'ReftTrainerForSequenceClassification'].map(
    (name) => [`pyreft.${name}`, transformersTrainer] as const,
  ),
  ['adapters.AdapterTrainer', transformersTrainer],
  ['adapters.Seq2SeqAdapterTrainer', transformersTrainer],
  ...[
    'habana.GaudiTrainer',
    'habana.GaudiSeq2SeqTrainer',
    'onnxruntime.ORTTrainer',
    'onnxruntime.ORTSeq2SeqTrainer',
  ].map((name) => [`optimum.${name}`, { task: 'supervised', signature: byName }] as const),
]);

/** The classes of their arguments, which derive from `TrainingArguments`: `output_dir` comes first in all of them. */
const argumentClasses: readonly string[] = [
  ...['TrainingArguments', 'Seq2SeqTrainingArguments'].map((name) => `transformers.${name}`),
  ...['SFT', 'Reward', 'CPO', 'ORPO', 'DPO', 'KTO', 'BCO', 'GRPO', 'RLOO', 'PPO', 'OnlineDPO', 'GKD', 'GOLD'].map(
    (name) => `trl.${name}Config`,
  ),
  'unsloth.UnslothTrainingArguments',
  ...['habana.Gaudi', 'habana.GaudiSeq2Seq', 'onnxruntime.ORT', 'onnxruntime.ORTSeq2Seq'].map(
    (name) => `optimum.${name}TrainingArguments`,
  ),
  ...['SentenceTransformer', 'CrossEncoder', 'SparseEncoder', 'MultiVectorEncoder'].map(
    (name) => `sentence_transformers.${name}TrainingArguments`,
  ),
];
const argument = signature('output_dir');

/** The training arguments of Hugging Face: how long a training is, and what it saves. */
export interface TrainingArguments {
  readonly call: Call;
  /** The class, or the one of them that a class of the module derives from: `trl.SFTConfig`. */
  readonly name: string;
  readonly args: BoundArguments;
}

const argumentCalls = calls(argumentClasses);

/** The training arguments that a module makes. */
export const trainingArguments: Query<TrainingArguments> = query(argumentCalls, function* (module) {
  for (const call of argumentCalls.find(module)) yield { call, name: call.name, args: module.bind(call, argument) };
});

/** A trainer as it is set up. */
export interface HuggingFaceTrainer {
  readonly call: Call;
  /** The class, or the one of them that a class of the module derives from: `trl.SFTTrainer`. */
  readonly name: string;
  readonly task: Task;
  /** The class of the module that derives from it, which may do anything else; null for the library's own. */
  readonly ownClass: string | null;
  readonly args: BoundArguments;
}

const trainerCalls = callsOfDerived([...trainerClasses.keys()], { related: argumentClasses });

/** The trainers of Hugging Face that a module makes, of classes that it derives from them too. */
export const huggingFaceTrainers: Query<HuggingFaceTrainer> = query(trainerCalls, function* (module) {
  for (const { call, base, derived } of trainerCalls.find(module)) {
    const known = trainerClasses.get(base);
    if (known === undefined) continue;
    // A constructor of its own may take its arguments in any order.
    const parameters = derived?.hasConstructor === true ? byName : known.signature;
    yield {
      call,
      name: base,
      task: known.task,
      ownClass: derived?.name ?? null,
      args: module.bind(call, parameters),
    };
  }
});

/** The arguments of a trainer; null if they are not made in this module. */
export function argumentsOfTrainer(module: PythonModule, { args }: HuggingFaceTrainer): TrainingArguments | null {
  const given = args.get('args');
  const made = given === null ? null : module.callOf(given.value);
  return made === null || made.name === null || !argumentClasses.includes(made.name)
    ? null
    : { call: made, name: made.name, args: module.bind(made, argument) };
}

/** What says when to evaluate, since Transformers 4.41 and before that (read in 4.40 and 4.41, `training_args.py`). */
export const whenToEvaluate: readonly string[] = ['eval_strategy', 'evaluation_strategy'];
const renamedIn = '4.41';

/** The name for the version that a project asks for, and how to say it where that is not known. */
export function evaluationSetting(transformers: string | null): { readonly name: string; readonly words: string } {
  const [now = '', before = ''] = whenToEvaluate;
  const asked = transformers ?? '';
  if (staysBelow(asked, renamedIn)) return { name: before, words: before };
  return { name: now, words: startsAt(asked, renamedIn) ? now : `${now} (${before} before Transformers ${renamedIn})` };
}

/** What `EarlyStoppingCallback` asserts at the start of a training (transformers 5.24, `trainer_callback.py`), but for when to evaluate. */
export const neededForStopping: Readonly<Record<string, string>> = {
  save_strategy: '"epoch"',
  metric_for_best_model: '"loss"',
  load_best_model_at_end: 'True',
};

/** A text that makes this callback may stop its trainings, wherever it gives it to them; so may one that stops by itself. */
export const fineTuningMayStop = /\bEarlyStoppingCallback\s*\(|\bshould_training_stop\b/;
