import { counted, grouped } from '../../present/words';
import { holdsInCode } from '../../python/comments';
import { noneValue, toNumber, toText, truth } from '../../python/values';
import { defineRule } from '../engine/define';
import { together } from '../engine/query';
import { kerasFits } from '../libraries/keras/fits';
import { trainsInSeconds } from '../libraries/made-up-data';
import { sageMakerJobs } from '../libraries/sagemaker';
import { trainingArguments } from '../libraries/hugging-face/trainers';

const savesWeights = /\bsave_weights\s*\(/;

/** A job that is stopped after this time loses little by an interruption. */
const longestUnsaved = 3600;

/** By its class (`sagemaker.sklearn.SKLearn`), or by the image that it runs in. */
const isOfScikitLearn = (name: string, image: string): boolean =>
  name.endsWith('.SKLearn') || /scikit-learn|\bsklearn\b/.test(image);

export const discardedCompute = defineRule({
  id: 'discarded-compute',
  practice: null,
  severity: 'information',
  summary: 'A long training that saves no checkpoint, so that an interruption loses all of it.',
  details: `SageMaker: \`use_spot_instances=True\` without \`checkpoint_s3_uri\`, unless it is a job of scikit-learn, whose one \`fit\` saves nothing on its way, or \`max_run\` ends it within an hour. Hugging Face: \`save_strategy="no"\` with 8 epochs or more, or 10,000 steps or more.
Keras: \`fit\` with 50 epochs or more and no callback that saves (hint), unless the data are made up in the file or a toy set. The longest one of a file is reported.`,
  why: `A training that fails in its last hour is paid for twice. Spot machines are taken away by design, with two minutes' notice.`,
  remedy:
    'SageMaker: pass `checkpoint_s3_uri`, and load the last checkpoint when the script starts. Hugging Face: use `save_strategy="epoch"`, `save_total_limit=2` and `trainer.train(resume_from_checkpoint=True)`. Keras: use `BackupAndRestore`, which resumes where training stopped, or `ModelCheckpoint`.',
  nonCompliant: [
    {
      code: `from sagemaker.pytorch import PyTorch

job = PyTorch("train.py", role=role, instance_type="ml.g6.2xlarge", use_spot_instances=True, max_run=36000, max_wait=72000)
`,
      severity: 'information',
    },
    {
      code: `from transformers import TrainingArguments

args = TrainingArguments("out", num_train_epochs=20, save_strategy="no")
`,
      severity: 'information',
      estimate: { epochs: 20 },
    },
    {
      code: `import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(x, y, epochs=200, callbacks=[keras.callbacks.EarlyStopping(patience=5)], validation_split=0.2)
`,
      severity: 'hint',
      estimate: { epochs: 200 },
    },
  ],
  compliant: [
    `from sagemaker.pytorch import PyTorch

job = PyTorch("train.py", role=role, instance_type="ml.g6.2xlarge", use_spot_instances=True, checkpoint_s3_uri=uri)
`,
    `from transformers import TrainingArguments

args = TrainingArguments("out", num_train_epochs=3, save_strategy="no")
`,
    `import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(x, y, epochs=200, callbacks=[keras.callbacks.BackupAndRestore("backup"), keras.callbacks.EarlyStopping()], validation_split=0.2)
`,
  ],
  thresholds: {
    epochs: { default: 50, unit: 'epochs', meaning: 'Keras: at least this many epochs are a hint' },
    'fine-tuning-epochs': {
      default: 8,
      unit: 'epochs',
      meaning: 'Hugging Face: at least this many epochs are information',
    },
    'fine-tuning-steps': {
      default: 10_000,
      unit: 'steps',
      meaning: 'Hugging Face: at least this many steps are information',
    },
  },
  messages: {
    spot: 'A spot machine can be taken away at any time, and this job then starts from scratch. checkpoint_s3_uri keeps what it saves in /opt/ml/checkpoints.',
    fineTuning: ({ length }: { readonly length: string }) =>
      `save_strategy="no" saves nothing in ${length}: an interruption loses all of them. save_strategy="epoch" with save_total_limit=2 keeps the last two checkpoints.`,
    keras: ({
      epochs,
      others,
      mayStop,
    }: {
      readonly epochs: number;
      readonly others: number;
      readonly mayStop: boolean;
    }) =>
      `Nothing is saved during ${mayStop ? 'up to' : 'these'} ${grouped(epochs)} epochs: an interruption loses all of them. BackupAndRestore resumes where training stopped.${others === 0 ? '' : ` The same goes for ${counted(others, 'other training')} of this file.`}`,
  },
})
  .on(sageMakerJobs, ({ call, args }) => {
    const spot = args.get('use_spot_instances');
    // In every class, positional arguments come before both.
    if (spot === null || truth(spot.value) !== true || spot.value.kind === 'reference') return null;
    if (args.get('checkpoint_s3_uri') !== null || /\*\*/.test(call.node.text)) return null;
    // A model of scikit-learn is fitted in one call, which saves nothing on its way.
    if (isOfScikitLearn(call.name ?? '', toText(args.value('image_uri') ?? noneValue) ?? '')) return null;
    const limit = toNumber(args.value('max_run') ?? noneValue);
    if (limit !== null && limit <= longestUnsaved) return null;
    return { node: call.node, message: 'spot' };
  })
  .on(trainingArguments, ({ call, args }, { threshold }) => {
    const strategy = args.get('save_strategy');
    if (strategy === null || toText(strategy.value) !== 'no') return null;
    const number = (name: string): number | null => {
      const given = args.get(name);
      return given === null ? null : toNumber(given.value);
    };
    const [steps, epochs] = [number('max_steps'), number('num_train_epochs')];
    const bySteps = steps !== null && steps > 0;
    // If steps are given, known or not, the epochs do not count.
    const isLong = bySteps
      ? steps >= threshold('fine-tuning-steps')
      : args.get('max_steps') === null || steps === -1
        ? epochs !== null && epochs >= threshold('fine-tuning-epochs')
        : false;
    if (!isLong) return null;
    const length = bySteps ? `${grouped(steps)} steps` : counted(epochs ?? 0, 'epoch');
    return {
      node: call.node,
      message: 'fineTuning',
      data: { length },
      headline: `${length} unsaved`,
      wayOut: 'two checkpoints',
      estimate: bySteps ? { steps } : { epochs },
    };
  })
  .on(together(kerasFits), (fits, { module, threshold }) => {
    if (!module.text.includes('keras') || holdsInCode(module.text, savesWeights)) return null;
    if (trainsInSeconds(module.text)) return null;
    const long = fits.flatMap(({ call, epochs, callbacks }) =>
      epochs === null || epochs < threshold('epochs') || callbacks.save !== false
        ? []
        : [{ call, epochs, mayStop: callbacks.stop !== false }],
    );
    // One line for all of them: a notebook may hold dozens.
    const [longest] = [...long].sort((a, b) => b.epochs - a.epochs);
    if (longest === undefined) return null;
    const { call, epochs, mayStop } = longest;
    return {
      node: call.node,
      severity: 'hint',
      message: 'keras',
      data: { epochs, others: long.length - 1, mayStop },
      estimate: { epochs },
    };
  });
