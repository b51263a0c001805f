import { defineRule } from '../engine/define';
import { together } from '../engine/query';
import { distilledModels, largeModelUses, namesDistilledModel, type DistilledModel } from '../libraries/distilled';

export const largeModelInference = defineRule({
  id: 'large-model-inference',
  practice: 14,
  severity: 'hint',
  enabled: false,
  inTests: false,
  summary: 'Predictions with a large model that has a distilled version.',
  details: `\`pipeline\`, \`from_pretrained\` and \`SentenceTransformer\` with one of: ${distilledModels.map(({ name }) => `\`${name}\``).join(', ')}.
\`from_pretrained\` is not reported if the module trains, or defines a model of its own.`,
  why: `Over the life of a model, serving costs more than training. DistilBERT has 40 % fewer parameters than BERT, is 60 % faster and keeps 97 % of its score on GLUE (Sanh et al., *DistilBERT*, 2019).
Distil-Whisper is about six times faster than Whisper large v2, with a word error rate within one percentage point on data that it was not trained on, in English only (Gandhi et al., *Distil-Whisper*, 2023).`,
  remedy: 'Try the distilled version on your own data first, and use the large one if it is worth its cost.',
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
    distilled: ({ name, smaller, millions: [from, to] }: DistilledModel) =>
      `${name} has ${from} million parameters. ${smaller}, a distilled model for the same task${/^openai\/whisper-large/.test(name) ? ' in English' : ''}, has ${to} million. Try whether it is good enough.`,
  },
  needs: namesDistilledModel,
}).on(together(largeModelUses), function* (uses, { module }) {
  const seen = new Set<string>();
  const mayTrain = trains.test(module.text);
  for (const { call, model, isPipeline } of uses) {
    // A model that is loaded in several places is reported once.
    if ((mayTrain && !isPipeline) || seen.has(model.name)) continue;
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

/** What shows that a module trains, or defines a model of its own. */
const trains =
  /\.backward\s*\(|Trainer\s*\(|\.fit\s*\(|\.train\s*\(\s*\)|\bget_peft_model\b|\bnn\.Module\b|\bLightningModule\b|\.compile\s*\(|\bpeft\b|\bLoraConfig\b|\btorch\.optim\b|\bAdamW?\s*\(|\bAccelerator\s*\(|\.state_dict\s*\(|\.push_to_hub\s*\(|\bllmcompressor\b|\bquantize\b|\bmteb\b/;
