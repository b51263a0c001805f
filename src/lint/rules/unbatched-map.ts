import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { field } from '../../python/syntax';
import type { Value } from '../../python/values';
import { defineRule } from '../engine/define';
import { narrowed, together } from '../engine/query';
import { datasetMaps } from '../libraries/datasets';

export const unbatchedMap = defineRule({
  id: 'unbatched-map',
  practice: null,
  severity: 'information',
  inTests: false,
  summary: 'A tokenizer that processes a data set one example at a time.',
  details: `\`Dataset.map\` of Hugging Face with a function that calls a tokenizer, without \`batched=True\`. Functions that also process sound, images or tables, or run a model, slow tokenizers, parts of up to 1,000 texts and texts to calibrate a quantization are not reported; of several calls with one function the first is.`,
  why: 'Fast tokenizers process many texts at once, on several cores. In the Hugging Face course, the same data set took 10.8 s in batches and 59.2 s one by one.',
  remedy:
    'Use `dataset.map(function, batched=True)`. The function then gets lists. If it passes the texts to the tokenizer and returns the result, nothing else has to change.',
  nonCompliant: [
    {
      code: `from datasets import load_dataset
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("distilbert-base-uncased")
reviews = load_dataset("imdb")

def tokenize(example):
    return tokenizer(example["text"], truncation=True)

reviews = reviews.map(tokenize)
`,
      severity: 'information',
    },
  ],
  compliant: [
    `from datasets import load_dataset
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("distilbert-base-uncased")
reviews = load_dataset("imdb")
reviews = reviews.map(lambda batch: tokenizer(batch["text"], truncation=True), batched=True)
`,
    `from datasets import load_dataset

reviews = load_dataset("imdb").map(lambda example: {"length": len(example["text"])})
`,
  ],
  // Hundreds of texts for a quantization take a second either way.
  unless: /use_fast\s*=\s*False|calibrat|\bllmcompressor\b/i,
  messages: {
    oneByOne:
      'This tokenizer gets one example at a time. With batched=True, it gets a thousand and uses several cores (10.8 s instead of 59.2 s in the Hugging Face course).',
  },
}).on(together(narrowed(datasetMaps, { where: (text) => /tokenizer/i.test(text) })), function* (maps, { module }) {
  if (maps.length === 0 || !mayBeFast(module.text)) return;
  // Splits are mapped one after the other with the same function: one line for all of them.
  const seen = new Set<number>();
  for (const { call, args, isOneByOne } of maps) {
    const given = isOneByOne ? args.get('function') : null;
    const mapped = given === null ? null : functionOf(module, given.node, given.value);
    if (mapped === null || seen.has(mapped.id) || isSmall(call) || !tokenizes(module, mapped)) continue;
    seen.add(mapped.id);
    yield { node: call.node, message: 'oneByOne' as const };
  }
});

const slowClass = /^(?:Llama|Bert|Roberta|GPT2|T5|XLNet|Albert|Camembert)$/i;
const namedTokenizers = /\b(\w{0,40})Tokenizer\b/gi;
const loadedTokenizers = /\b(\w{0,40})Tokenizer(Fast)?\.from_pretrained\(([^)]{0,200})/g;

/** False if a text loads a slow tokenizer, which takes texts one by one anyway, or only such that come with code of their own. */
function mayBeFast(text: string): boolean {
  const loaded = [...text.matchAll(loadedTokenizers)];
  if (loaded.length === 0) return ![...text.matchAll(namedTokenizers)].some(([, name = '']) => slowClass.test(name));
  return (
    !loaded.some(([, name = '', fast]) => fast === undefined && slowClass.test(name)) &&
    loaded.some(([, , , given = '']) => !/trust_remote_code\s{0,9}=\s{0,9}True/.test(given))
  );
}

/** A part of so many texts takes a second either way. */
const fewTexts = 1000;
const part = /\.select\(\s*range\(\s*([\d_]{1,12})\s*\)|\[:\s*(\d{1,9})\s*\]/g;

const isSmall = ({ node }: Call): boolean =>
  [...(field(node, 'function')?.text ?? '').matchAll(part)].some(
    ([, selected, sliced]) => Number((selected ?? sliced ?? '').replace(/_/g, '')) <= fewTexts,
  );

/** The methods of a tokenizer that take a text. */
const encodes = /\.(?:encode|encode_plus|batch_encode_plus|__call__)$/;
const usualName = /(?:^|[._])tokenizer\d*$/i;

/** Sound, images, models and tables cost more than the tokenizer, and the tokenizer of tables takes one table at a time. */
const otherInput =
  /audio|image|pixel|bbox|feature_extractor|\bprocessor\(|\btable\s{0,9}=[^=]|\bmodel\w{0,20}\(|no_grad|inference_mode|\.detach\(/i;

/** True if a function calls a tokenizer: something of the usual name, or what a tokenizer's class made. */
function tokenizes(module: PythonModule, definition: Node, mayCall = true): boolean {
  if (otherInput.test(definition.text)) return false;
  return definition.descendantsOfType('call').some((call) => {
    const callee = field(call, 'function');
    if (callee === null) return false;
    const object = encodes.test(callee.text) ? (field(callee, 'object') ?? callee) : callee;
    if (usualName.test(object.text) || isTokenizer(module, object)) return true;
    const helper = mayCall ? functionOf(module, callee, module.evaluate(callee)) : null;
    return helper !== null && helper.id !== definition.id && tokenizes(module, helper, false);
  });
}

/** The function of the module that an expression stands for; for `self.prepare` the method of that name. */
function functionOf(module: PythonModule, node: Node | null, value: Value): Node | null {
  if (value.kind === 'definition') return value.node;
  if (node?.type !== 'attribute' || field(node, 'object')?.text !== 'self') return null;
  const name = field(node, 'attribute')?.text ?? '';
  const [definition, another] = module
    .identifiers(name)
    .flatMap(({ parent }) => (parent?.type === 'function_definition' ? [parent] : []));
  return definition !== undefined && another === undefined ? definition : null;
}

function isTokenizer(module: PythonModule, node: Node): boolean {
  const name = module.callOf(module.evaluate(node))?.name ?? '';
  return name.startsWith('transformers.') && name.includes('Tokenizer') && name.endsWith('.from_pretrained');
}
