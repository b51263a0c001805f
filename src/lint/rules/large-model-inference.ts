import type { Call, PythonModule } from '../../python/module';
import { signature } from '../../python/signatures';
import { toText, type Value } from '../../python/values';
import { defineRule } from '../engine/define';
import { query, together } from '../engine/query';

/** A model and its distilled version. */
interface Distilled {
  readonly name: string;
  readonly smaller: string;
  /** Parameters of both in millions, as their model cards or papers give them. */
  readonly millions: readonly [number, number];
  /** True if it must be fine-tuned before it can do more than fill in masks or go on with a text. */
  readonly isBase: boolean;
}

const base = (name: string, smaller: string, ...millions: readonly [number, number]): Distilled => ({
  name,
  smaller,
  millions,
  isBase: true,
});
const ready = (name: string, smaller: string, ...millions: readonly [number, number]): Distilled => ({
  name,
  smaller,
  millions,
  isBase: false,
});

const table: readonly Distilled[] = [
  base('bert-base-uncased', 'distilbert-base-uncased', 110, 66),
  base('bert-base-cased', 'distilbert-base-cased', 109, 66),
  base('bert-base-multilingual-cased', 'distilbert-base-multilingual-cased', 177, 134),
  base('roberta-base', 'distilroberta-base', 125, 82),
  base('gpt2', 'distilgpt2', 124, 82),
  ready('bert-large-uncased-whole-word-masking-finetuned-squad', 'distilbert-base-uncased-distilled-squad', 336, 66),
  ready('bert-large-cased-whole-word-masking-finetuned-squad', 'distilbert-base-cased-distilled-squad', 336, 66),
  ready('facebook/bart-large-cnn', 'sshleifer/distilbart-cnn-12-6', 406, 306),
  ready('facebook/bart-large-xsum', 'sshleifer/distilbart-xsum-12-6', 406, 306),
  ready('openai/whisper-large-v2', 'distil-whisper/distil-large-v2', 1550, 756),
  ready('openai/whisper-large-v3', 'distil-whisper/distil-large-v3', 1550, 756),
  ready('openai/whisper-medium.en', 'distil-whisper/distil-medium.en', 769, 394),
  ready('openai/whisper-small.en', 'distil-whisper/distil-small.en', 244, 166),
  ready('facebook/nllb-200-3.3b', 'facebook/nllb-200-distilled-600M', 3300, 600),
  ready('all-mpnet-base-v2', 'all-MiniLM-L6-v2', 109, 23),
  ready('multi-qa-mpnet-base-dot-v1', 'multi-qa-MiniLM-L6-cos-v1', 109, 23),
];

const byName = new Map(table.map((entry) => [entry.name, entry]));
/** Most modules name none of them, and need not be looked at closer. */
const mentioned = new RegExp(table.map(({ name }) => name.replace(/\./g, '\\.')).join('|'), 'i');
/** Accounts that hold models which used to have none in their names. */
const accounts = /^(?:google-bert|openai-community|facebookai|sentence-transformers)\//;

const sentences: readonly string[] = [
  'sentence_transformers.SentenceTransformer',
  'sentence_transformers.SentenceTransformer.SentenceTransformer',
];
const pipelines: readonly string[] = ['transformers.pipeline', 'transformers.pipelines.pipeline'];

/** Whatever loads a model by its name. */
const loads = query(
  {
    packages: ['transformers', 'sentence_transformers'],
    apis: [...pipelines, ...sentences],
    methods: ['from_pretrained'],
  },
  (module) => module.calls(['pipeline', 'SentenceTransformer', 'from_pretrained']),
);

export const largeModelInference = defineRule({
  id: 'large-model-inference',
  practice: 14,
  severity: 'hint',
  summary: 'Predictions with a model of which a distilled version does nearly as well.',
  details: `\`pipeline\`, \`from_pretrained\` and \`SentenceTransformer\` with one of: ${table.map(({ name }) => `\`${name}\``).join(', ')}.
\`from_pretrained\` is not reported where the module trains or defines a model of its own.`,
  why: `Serving costs more than training over a model's life. DistilBERT has 40 % fewer parameters than BERT, is 60 % faster and keeps 97 % of its score on GLUE (Sanh et al., *DistilBERT*, 2019);
Distil-Whisper is about six times faster than Whisper large v2 with a word error rate within one percentage point on data it was not trained on, in English alone (Gandhi et al., *Distil-Whisper*, 2023).`,
  remedy: `Try the distilled version on your own data first, and take the large one where it is worth its price.`,
  nonCompliant: [
    {
      code: `from transformers import pipeline

summarize = pipeline("summarization", model="facebook/bart-large-cnn")
`,
      severity: 'hint',
      estimate: { parameters: 406_000_000, distilledParameters: 306_000_000 },
    },
    {
      code: `from sentence_transformers import SentenceTransformer

model = SentenceTransformer("all-mpnet-base-v2")
embeddings = model.encode(texts)
`,
      severity: 'hint',
    },
  ],
  compliant: [
    `from transformers import pipeline

summarize = pipeline("summarization", model="sshleifer/distilbart-cnn-12-6")
`,
    `from transformers import AutoModelForSequenceClassification, AutoTokenizer, Trainer

tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased")
Trainer(model, args, train_dataset=train).train()
`,
  ],
  evidence: {
    item: 'distilled-considered',
    contradicts: false,
    one: 'model that has a distilled version',
    several: 'models that have a distilled version',
  },
  messages: {
    distilled: ({ name, smaller, millions: [from, to] }: Distilled) =>
      `${name} has ${from} million parameters; ${smaller}, a distilled model for the same task${/^openai\/whisper-large/.test(name) ? ' in English' : ''}, has ${to} million. Try whether it is good enough for these predictions.`,
  },
  needs: mentioned,
}).on(together(loads), function* (found, { module }) {
  const seen = new Set<string>();
  for (const call of found) {
    const model = modelOf(module, call);
    // Loaded in several places it is still one model.
    if (model === null || seen.has(model.name)) continue;
    seen.add(model.name);
    const [from, to] = model.millions;
    yield {
      node: call.node,
      message: 'distilled' as const,
      data: model,
      estimate: { parameters: from * 1e6, distilledParameters: to * 1e6 },
    };
  }
});

const trains =
  /\.backward\s*\(|Trainer\s*\(|\.fit\s*\(|\.train\s*\(\s*\)|\bget_peft_model\b|\bnn\.Module\b|\bLightningModule\b|\.compile\s*\(|\bpeft\b|\bLoraConfig\b|\btorch\.optim\b|\bAdamW?\s*\(|\bAccelerator\s*\(|\.state_dict\s*\(|\.push_to_hub\s*\(/;

function modelOf(module: PythonModule, call: Call): Distilled | null {
  if (pipelines.includes(call.name ?? '')) return distilled(module.bind(call, signature('task, model')).value('model'));
  if (trains.test(module.text)) return null;
  if (sentences.includes(call.name ?? ''))
    return distilled(module.bind(call, signature('model_name_or_path')).value('model_name_or_path'));
  const loaded = /^transformers\.(\w+)\.from_pretrained$/.exec(call.name ?? '')?.[1];
  if (loaded === undefined || !/Model|For[A-Z]/.test(loaded)) return null;
  const found = distilled(
    module.bind(call, signature('pretrained_model_name_or_path')).value('pretrained_model_name_or_path'),
  );
  // A new head on a base model says nothing before it is trained, wherever that is done.
  const needsTraining =
    found?.isBase === true &&
    /For(?:Sequence|Token|Image)Classification|ForQuestionAnswering|ForMultipleChoice/.test(loaded);
  return needsTraining ? null : found;
}

function distilled(value: Value | null): Distilled | null {
  const name = value === null ? null : toText(value);
  return name === null ? null : (byName.get(name.toLowerCase().replace(accounts, '')) ?? null);
}
