import { grouped } from '../../present/words';
import { argumentsOf } from '../../python/signatures';
import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { field, partsOf } from '../../python/syntax';
import { defineRule } from '../engine/define';
import { together } from '../engine/query';
import { cutsBatches, lengthOfAllTexts, writesItsTexts } from '../libraries/hugging-face/filled-lengths';
import { constantPaddings, type ConstantPadding } from '../libraries/hugging-face/padding';
import { lastGiven } from '../libraries/last-given';
import { targetOf } from '../engine/uses';

/** The same in a few words. */
const wayOut = 'to the longest of each batch';

const instead =
  'and the model computes all of it. Without padding here, a collator such as DataCollatorWithPadding (or DataCollatorForSeq2Seq, which pads labels too) pads each batch only to its longest text.';

export const constantPadding = defineRule({
  id: 'constant-padding',
  practice: null,
  severity: 'information',
  summary: 'Texts that are all padded to one length before training, however short they are.',
  details: `\`padding="max_length"\` for texts in a file that trains with Transformers, in a data set with labels or rejected answers, or in a function that prepares one. The first one in each function is reported. In YAML files of axolotl it is \`pad_to_sequence_len: true\` without \`sample_packing: true\`.
Not reported: lengths of up to 32 tokens, images, prompts of image generators, texts in calls of their own, texts whose tokens are only counted, answers that a causal model is given padded apart from their prompts, texts below a comment that says why, data sets whose documents are all longer than the length (BillSum, GovReport, PubMed, arXiv and others), texts that are written in the code, batches that the file's own collator cuts to their longest text, and files that mention TPUs, AWS Trainium (Neuron), TensorFlow, \`torch.compile\`, Reformer, Perceiver, FNet or CLIP, which need one length for all batches, or ModernBERT, which skips padding by itself, or pack texts (\`packing=True\`).`,
  why: `A model computes all tokens, also those that only fill up. Padding each batch to its longest text, and putting texts of similar length together, took the training of a French BERT on 493 tokens
from 4 h 38 min to 1 h 1 min, with the same score (Benesty, [*Divide Hugging Face Transformers training time by 2 or more*](https://ai.lefebvre-sarrut.eu/2020/05/20/divide-hugging-face-transformers-training-time-by-2-or-more-with-dynamic-padding-and-uniform-length-batching/), 2020).`,
  remedy: `Leave \`padding\` out where texts become tokens, and let the collator pad: \`data_collator=DataCollatorWithPadding(tokenizer)\`, or \`DataCollatorForLanguageModeling\`, \`DataCollatorForSeq2Seq\` and \`DataCollatorForTokenClassification\`, which pad labels too.
\`train_sampling_strategy="group_by_length"\` (\`group_by_length=True\` before Transformers 5.2) puts texts of similar length together.`,
  nonCompliant: [
    {
      code: `from transformers import AutoTokenizer, Trainer

tokenizer = AutoTokenizer.from_pretrained("distilbert-base-uncased")

def tokenize(batch):
    return tokenizer(batch["text"], padding="max_length", truncation=True, max_length=512)

trainer = Trainer(model, args, train_dataset=reviews.map(tokenize, batched=True))
trainer.train()
`,
      severity: 'information',
      estimate: { tokens: 512 },
    },
  ],
  compliant: [
    `from transformers import AutoTokenizer, DataCollatorWithPadding, Trainer

tokenizer = AutoTokenizer.from_pretrained("distilbert-base-uncased")

def tokenize(batch):
    return tokenizer(batch["text"], truncation=True, max_length=512)

trainer = Trainer(model, args, DataCollatorWithPadding(tokenizer), reviews.map(tokenize, batched=True))
trainer.train()
`,
    `from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("distilbert-base-uncased")
inputs = tokenizer(texts, padding="max_length", return_tensors="np")
session.run(None, dict(inputs))
`,
  ],
  thresholds: {
    tokens: { default: 33, unit: 'tokens', meaning: 'at least this length is reported' },
  },
  messages: {
    known: ({ tokens }: { readonly tokens: number }) => `Every text is padded to ${grouped(tokens)} tokens, ${instead}`,
    file: ({ key, tokens }: { readonly key: string; readonly tokens: number }) =>
      `Every text is padded to ${grouped(tokens)} tokens, and the model computes all of it. sample_packing: true fills the batches with texts, and ${key}: false pads each batch only to its longest text.`,
    same: `Every text is padded to the same length, ${instead}`,
    longest: `Every text is padded to the longest length that the model takes, ${instead}`,
  },
  needs: /[tT]rainer\w{0,40}\s{0,9}\(|\.backward\s{0,9}\(|\bdef __getitem__\b|\bDataset\b/,
  unless:
    /\b(?:from|import)[ \t]{1,9}diffusers\b|\bxla\b|torch_xla|\btpus?\b|\boptimum[.-]neuron\b|torch[_-]neuron|neuronx|trainium|torch\.compile|torch_compile|\btensorflow\b|\bjax\b|\bflax\b|\bReformer|\bPerceiver|\bFNet|VisionTextDual|\bCLIPModel\b|StableDiffusion|ModernBert|\bpacking\b.{0,60}\bTrue\b/i,
}).on(together(constantPaddings), function* (paddings, { module, threshold }) {
  if (paddings.length > 0 && (cutsBatches(module) || writesItsTexts(module))) return;
  const trains = training.test(module.text) && starts.test(module.text);
  const seen = new Set<number | null>();
  for (const { call, length, within } of paddings) {
    const place = within?.id ?? null;
    if (seen.has(place) || isOneText(module, call, within) || isForUse(module, within) || isMeant(module, call))
      continue;
    if (onlyCounts(module, call, within) || answersApart(module, paddings, within)) continue;
    if (!trains && !preparesTraining(module, within)) continue;
    const tokens = typeof length === 'number' ? length : null;
    if (tokens !== null && tokens < threshold('tokens')) continue;
    // All texts are longer. Their summaries, which the same function may pad, are little beside them.
    if (tokens !== null && tokens <= lengthOfAllTexts(module)) {
      seen.add(place);
      continue;
    }
    // Whoever pads what is already in tokens may need this length.
    if (tokens === null && field(call, 'function')?.text.endsWith('.pad') === true) continue;
    seen.add(place);
    yield {
      node: call,
      ...(tokens === null
        ? { message: length === null ? ('same' as const) : ('longest' as const) }
        : { message: 'known' as const, data: { tokens }, headline: `padded to ${grouped(tokens)}`, wayOut }),
      estimate: { tokens },
    };
  }
});

const training = /[tT]rainer\w{0,40}\s*\(|\.backward\s*\(/;
const starts = /\.(?:train|fit|backward|hyperparameter_search)\s*\(/;

/** A text or a few that are written in the call, examples or prompts; outside a function, what is not plainly many texts. */
function isOneText(module: PythonModule, call: Node, within: Node | null): boolean {
  const [first] = argumentsOf(call);
  if (first?.type === 'string' || first?.type === 'list') return true;
  // [""] if negative_prompts is None else negative_prompts
  if (first?.type === 'conditional_expression' && partsOf(first)[0]?.type === 'list') return true;
  // What an image must not show: its encoder takes one length only.
  if (/negative|uncond/i.test(first?.text ?? '')) return true;
  // Names of classes are short, and padded to the longest of them.
  if (
    (/label|class/i.test(first?.text ?? '') && !isJoined(module, first)) ||
    /max_length\s*=\s*\w*(?:target|label)/i.test(call.text)
  )
    return true;
  return within === null && !isInLambda(call) && !/\blist\(|\.to_?list\(|\btexts\b|train/i.test(first?.text ?? '');
}

/** True for a prompt with its answer, whatever its name: `both_labels = [prompt + label]`. */
function isJoined(module: PythonModule, text: Node | undefined): boolean {
  const given = text?.type === 'identifier' ? lastGiven(module, text) : null;
  return given !== null && given.text.includes('+');
}

/** True if the length of what becomes of a text is all that a function asks for: `ids.ne(pad).sum()`, `len(ids)`. */
function onlyCounts(module: PythonModule, call: Node, within: Node | null): boolean {
  const name = nameOf(call);
  if (name === null || within === null) return false;
  const uses = module.identifiersBetween(name, call.endIndex, within.endIndex);
  return uses.length > 0 && uses.every(isCounted);
}

function isCounted(use: Node): boolean {
  let whole = use;
  for (let up = use.parent; up !== null && /^(?:attribute|subscript|call)$/.test(up.type); up = up.parent) whole = up;
  const call = whole.parent?.type === 'argument_list' ? whole.parent.parent : null;
  return (
    /\.(?:sum|count_nonzero|size|numel)\([^()]*\)(?:\.item\(\))?$|\.shape(?:\[-?\d\])?$/.test(whole.text) ||
    /^(?:len|torch\.(?:sum|count_nonzero))$/.test(call === null ? '' : (field(call, 'function')?.text ?? ''))
  );
}

/**
 * True where a causal model is given answers that are padded apart from its texts. They have one shape only because both have
 * this length, so that no collator can take it away.
 */
function answersApart(module: PythonModule, paddings: readonly ConstantPadding[], within: Node | null): boolean {
  if (within === null || !/CausalLM|LMHeadModel|CAUSAL_LM/.test(module.text)) return false;
  const { text } = within;
  const names = paddings.flatMap((each) => (each.within?.id === within.id ? (nameOf(each.call) ?? []) : []));
  const given = new Set(Array.from(text.matchAll(gives), ([, key = '', name = '']) => `${key} ${name}`));
  return names.some(
    (name) => given.has(`labels ${name}`) && !given.has(`input_ids ${name}`) && names.some((other) => other !== name),
  );
}

/** What a model gets, by its key, and the name that it comes from: `"labels": answers["input_ids"]`. */
const gives = /\b(labels|input_ids)["']?\]? {0,3}[:=] {0,3}(\w{1,60})/g;

/** The name that gets what a call returns. */
function nameOf(call: Node): string | null {
  const target = targetOf(call);
  return target?.type === 'identifier' ? target.text : null;
}

function isInLambda(call: Node): boolean {
  for (let node = call.parent; node !== null; node = node.parent) if (node.type === 'lambda') return true;
  return false;
}

/** True if what trains on these texts is in another file: a data set with labels, or a function that prepares one. */
function preparesTraining(module: PythonModule, within: Node | null): boolean {
  if (!/\btrain/i.test(module.text)) return false;
  if (isOfLabelledData(within)) return true;
  const name = within === null ? '' : (field(within, 'name')?.text ?? '');
  if (!preparing.test(name) && !module.identifiers(name).some(isMapped)) return false;
  return /["']labels?["']\]? {0,3}[=:](?!=)/.test(within?.text ?? '') || ownTrainer.test(module.text);
}

const preparing =
  /^_?(?:preprocess|tokenize|encode|convert_(?:\w{0,30}examples?|to)|prepare_(?:features|train)|(?:create|build|make)_(?:\w{0,30}_)?datasets?(?:_|$))/;
const ownTrainer = /\bclass \w{0,40}Trainer\w{0,40} {0,3}\(/;

/** A method of a data set whose examples have labels: whatever trains on them is in another file. */
function isOfLabelledData(within: Node | null): boolean {
  let owner = within;
  while (owner !== null && owner.type !== 'class_definition') owner = owner.parent;
  return (
    owner !== null &&
    (/\bDataset\b/.test(field(owner, 'superclasses')?.text ?? '') || /\bdef __getitem__\b/.test(owner.text)) &&
    /["']labels?["']|\blabels\b|\bstart_positions\b|\breject(?:ed)?_/.test(owner.text) &&
    !/eval|infer|predict|test/i.test(field(owner, 'name')?.text ?? '')
  );
}

/** True if a comment just above says that one length is needed: by a device, or by processes that work in step. */
function isMeant(module: PythonModule, call: Node): boolean {
  const above = module.text
    .slice(Math.max(0, call.startIndex - lookBack), call.startIndex)
    .split('\n')
    .slice(-4);
  const comments = above.flatMap((line) => (line.includes('#') ? [line.slice(line.indexOf('#'))] : []));
  return comments.some((each) => /\bmust\b|\branks?\b|\bhangs?\b|(?:fixed|static) shape/i.test(each));
}

/** So much text is looked at for a comment. */
const lookBack = 400;

/** A function that uses the trained model, by its name, and that no data set is mapped with. */
function isForUse(module: PythonModule, within: Node | null): boolean {
  const name = within === null ? '' : (field(within, 'name')?.text ?? '');
  return (
    /predict|infer|generate|evaluat|valid|_test$|embed|prompt|score|retriev|search/i.test(name) &&
    (/valid|eval/i.test(name) || !module.identifiers(name).some(isMapped))
  );
}

/** True for a function that `map` is given, by itself or in a lambda. */
function isMapped(identifier: Node): boolean {
  for (let node = identifier.parent; node !== null && !/_(?:statement|definition)$/.test(node.type); node = node.parent)
    if (node.type === 'call' && field(node, 'function')?.text.endsWith('.map') === true) return true;
  return false;
}
