import type { PythonModule } from '../../python/module';
import { signature } from '../../python/signatures';
import { toNumber, toText, truth } from '../../python/values';
import { defineRule } from '../define';
import { kerasFits } from '../libraries/keras/fits';
import type { Report, RuleContext } from '../rule';
import { isSageMakerEstimator, SAGEMAKER_ESTIMATORS } from '../libraries/sagemaker';

/** Read in transformers 5.18, `training_args.py`. */
const HF_ARGUMENTS: readonly string[] = ['transformers.TrainingArguments', 'transformers.Seq2SeqTrainingArguments'];

export const discardedCompute = defineRule({
  id: 'discarded-compute',
  practice: null,
  severity: 'information',
  summary: 'A long training that keeps nothing on the way, so that an interruption costs all of it.',
  details: `SageMaker: \`use_spot_instances=True\` without \`checkpoint_s3_uri\`. Hugging Face: \`save_strategy="no"\` with 8 epochs or more, or 10,000 steps or more.
Keras: \`fit\` of 50 epochs or more with no callback that saves (hint).`,
  why: `A training that dies in its last hour is paid for twice. Spot machines are taken away by design, with two minutes' notice.`,
  remedy: `SageMaker: \`checkpoint_s3_uri\`, and load the last checkpoint at the start of the script. Hugging Face: \`save_strategy="epoch"\`, \`save_total_limit=2\`, and \`trainer.train(resume_from_checkpoint=True)\`. Keras: \`BackupAndRestore\`, which goes on where it stopped, or \`ModelCheckpoint\`.`,
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
  thresholds: { epochs: 50, 'fine-tuning-epochs': 8, 'fine-tuning-steps': 10_000 },
  apis: [...SAGEMAKER_ESTIMATORS, ...HF_ARGUMENTS],
  methods: ['fit', 'fit_generator'],
  packages: ['sagemaker', 'transformers', 'keras'],
  check(module, context) {
    for (const find of [spotWithoutCheckpoints, fineTuningWithoutCheckpoints, kerasWithoutCheckpoints]) {
      for (const report of find(module, context)) context.report(report);
    }
  },
});

function* spotWithoutCheckpoints(module: PythonModule): Generator<Report> {
  for (const call of module.calls(new Set(SAGEMAKER_ESTIMATORS.map((name) => name.slice(name.lastIndexOf('.') + 1))))) {
    if (!isSageMakerEstimator(call)) continue;
    const args = module.bind(call, signature('*'));
    const spot = args.get('use_spot_instances');
    // Arguments by position come before both, in every class.
    if (
      spot === null ||
      truth(spot.value) !== true ||
      spot.value.kind === 'reference' ||
      args.get('checkpoint_s3_uri') !== null
    )
      continue;
    if (/\*\*/.test(call.node.text)) continue;
    yield {
      node: call.node,
      severity: 'information',
      message:
        'A spot machine can be taken away at any time, and this job then begins again from nothing. checkpoint_s3_uri keeps what it saves in /opt/ml/checkpoints.',
      headline: null,
      estimate: null,
      fixes: [],
    };
  }
}

function* fineTuningWithoutCheckpoints(module: PythonModule, context: RuleContext): Generator<Report> {
  for (const call of module.calls(['TrainingArguments', 'Seq2SeqTrainingArguments'])) {
    if (!HF_ARGUMENTS.includes(call.name ?? '')) continue;
    const args = module.bind(call, signature('output_dir'));
    const strategy = args.get('save_strategy');
    if (strategy === null || toText(strategy.value) !== 'no') continue;
    const number = (name: string): number | null => {
      const given = args.get(name);
      return given === null ? null : toNumber(given.value);
    };
    const [steps, epochs] = [number('max_steps'), number('num_train_epochs')];
    const bySteps = steps !== null && steps > 0;
    // Steps that are given, known or not, decide in place of the epochs.
    const isLong = bySteps
      ? steps >= context.threshold('fine-tuning-steps')
      : args.get('max_steps') === null || steps === -1
        ? epochs !== null && epochs >= context.threshold('fine-tuning-epochs')
        : false;
    if (!isLong) continue;
    const length = bySteps ? `${steps.toLocaleString('en')} steps` : `${epochs ?? 0} epochs`;
    yield {
      node: call.node,
      severity: 'information',
      message: `save_strategy="no" keeps nothing of ${length}: an interruption costs all of them. save_strategy="epoch" with save_total_limit=2 keeps the last ones.`,
      headline: `${length} unsaved`,
      estimate: bySteps ? { steps } : { epochs },
      fixes: [],
    };
  }
}

function* kerasWithoutCheckpoints(module: PythonModule, context: RuleContext): Generator<Report> {
  if (!module.text.includes('keras') || /\bsave_weights\s*\(/.test(module.text)) return;
  for (const { call, epochs, callbacks } of kerasFits(module)) {
    if (epochs === null || epochs < context.threshold('epochs') || callbacks.save !== false) continue;
    yield {
      node: call.node,
      severity: 'hint',
      message: `Nothing of these ${epochs} epochs is kept on the way: an interruption costs all of them. BackupAndRestore goes on where it stopped.`,
      headline: null,
      estimate: { epochs },
      fixes: [],
    };
  }
}
