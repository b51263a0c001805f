import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { signature } from '../../python/signatures';
import { field } from '../../python/syntax';
import { truth } from '../../python/values';
import { defineRule } from '../engine/define';
import { originOf } from '../engine/origin';
import { called, methodCalls } from '../engine/query';

/** Read in datasets 5.0, `arrow_dataset.py` and `dataset_dict.py`: the first parameters of both. */
const map = signature('function, with_indices, with_rank, input_columns, batched, batch_size');

/** Parameters that no other map takes. */
const ofDatasets: readonly string[] = [
  'remove_columns',
  'load_from_cache_file',
  'with_indices',
  'input_columns',
  'keep_in_memory',
  'new_fingerprint',
  'batched',
];

const mappings = methodCalls(['map'], {
  clues: [
    { packages: ['datasets'], imported: true, groups: [called(['map'])], where: (text) => /tokenizer/i.test(text) },
  ],
});

export const unbatchedMap = defineRule({
  id: 'unbatched-map',
  practice: null,
  severity: 'information',
  summary: 'A tokenizer that is given a data set one example at a time.',
  details: `\`Dataset.map\` of Hugging Face with a function that calls a tokenizer, without \`batched=True\`.`,
  why: `Fast tokenizers work on many texts at once, on several cores. In the Hugging Face course the same data set took 10.8 s in batches and 59.2 s one by one.`,
  remedy: `\`dataset.map(function, batched=True)\`: the function then gets lists. A function that hands the texts to the tokenizer and returns what that gives needs no other change.`,
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
  messages: {
    oneByOne:
      'The tokenizer gets one example at a time here. With batched=True it gets a thousand, and works on several cores (10.8 s for 59.2 s in the Hugging Face course).',
  },
}).on(mappings, (call, { module }) => {
  if (call.receiver === null || !isDataset(module, call)) return null;
  const args = module.bind(call, map);
  const batched = args.value('batched');
  if (!args.complete || (batched !== null && truth(batched) !== false)) return null;
  const mapped = args.get('function')?.value;
  return mapped?.kind === 'definition' && tokenizes(mapped.node) ? { node: call.node, message: 'oneByOne' } : null;
});

/** A data set of Hugging Face; or something unknown that is given what only that takes, where the library is imported. */
function isDataset(module: PythonModule, call: Call): boolean {
  const made = call.receiver === null ? null : originOf(module, call.receiver);
  if (made !== null) return made.startsWith('datasets.');
  if (!/^[ \t]*(?:from|import)[ \t]+datasets\b/m.test(module.text)) return false;
  const given = module.bind(call, map);
  return ofDatasets.some((name) => given.get(name)?.keyword);
}

/** True if a function hands something to a tokenizer, by the name that everybody gives one. */
function tokenizes(definition: Node): boolean {
  return definition.descendantsOfType('call').some((call) => {
    const callee = field(call, 'function')?.text ?? '';
    return /(?:^|[._])tokenizer\d*(?:\.(?:encode|encode_plus|batch_encode_plus|__call__))?$/i.test(callee);
  });
}
