import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { field, partsOf } from '../../python/syntax';
import { toInteger } from '../../python/values';
import { defineRule } from '../engine/define';
import { narrowed, together } from '../engine/query';
import { datasetMaps, isStreamed } from '../libraries/datasets';
import {
  getsOtherTokenizer,
  isTokenizer,
  mayHaveFastTokenizer,
  tokenizingFunctions,
} from '../libraries/hugging-face/tokenizers';
import { functionsOf } from '../libraries/own-functions';
import { mostRowsOf } from '../libraries/rows-kept';

/** A part of so many texts takes a second either way. */
const fewTexts = 1000;

export const unbatchedMap = defineRule({
  id: 'unbatched-map',
  practice: null,
  severity: 'hint',
  inTests: false,
  summary: 'A tokenizer that processes a data set one example at a time.',
  details: `\`Dataset.map\` of Hugging Face with a function that calls a tokenizer, without \`batched=True\`; \`batched=False\`, which is the default, says the same. Helpers that call the tokenizer count too. Not reported: functions that are written for one example, because they join, cut, test or loop over its text or tokens and would have to be rewritten. Functions that also process sound, images or tables, or run a model, chat templates (which are rendered one by one either way), slow tokenizers, tokenizers that may come with code of their own (\`trust_remote_code=True\`, unless the model itself is loaded without it), parts of up to 1,000 texts (also where a data frame is cut before it is split and made a data set; options and parameters count with their defaults), streamed data sets (\`streaming=True\`), which map only the examples that are read, and texts to calibrate a quantization are not reported; of several calls with one function the first is.`,
  why: 'Fast tokenizers process many texts at once, on several cores. In the Hugging Face course, the same data set took 10.8 s in batches and 59.2 s one by one, and with eight processes (`num_proc=8`) 6.5 s in batches and 9.5 s one by one.',
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
      severity: 'hint',
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
    inProcesses:
      'This tokenizer gets one example at a time, in several processes. With batched=True, it gets a thousand (6.5 s instead of 9.5 s on eight processes in the Hugging Face course).',
  },
}).on(together(narrowed(datasetMaps, { where: (text) => /tokenizer/i.test(text) })), function* (maps, { module }) {
  const single = maps.filter(({ isOneByOne }) => isOneByOne);
  if (single.length === 0 || !mayHaveFastTokenizer(module)) return;
  // Splits are mapped one after the other with the same function: one line for all of them.
  const seen = new Set<string>();
  for (const { call, args } of single) {
    const given = args.get('function')?.node ?? null;
    // reviews.map(tokenizer, input_columns="text")
    const isItself = args.get('input_columns') !== null && isTokenizer(module, given);
    const mapped = given === null || isItself ? [] : functionsOf(module, given);
    const tokenizing = mapped.map((each) => tokenizingFunctions(module, each));
    if (!isItself && (tokenizing.length === 0 || tokenizing.some(({ length }) => length === 0))) continue;
    if (!mapped.every((each) => takesColumns(module, each))) continue;
    if (getsOtherTokenizer(module, given, args.value('fn_kwargs'))) continue;
    const data = call.receiver;
    if (data !== null && (mostRowsOf(module, data) <= fewTexts || isStreamed(module, data))) continue;
    // A notebook may define the helper anew and map again.
    const reached = tokenizing.flat().filter((each) => each.startIndex < call.node.startIndex);
    const key = isItself ? (given?.text ?? '') : [...mapped, ...reached].map(({ id }) => id).join();
    if (seen.has(key)) continue;
    seen.add(key);
    const processes = args.get('num_proc')?.value;
    const isOne = processes === undefined || processes.kind === 'none' || toInteger(processes) === 1;
    yield { node: call.node, message: isOne ? ('oneByOne' as const) : ('inProcesses' as const) };
  }
});

/** So many functions are followed from one that is mapped. */
const mostFunctions = 3;

/** True for a function that does the same with the columns of a batch: it hands them to a tokenizer and returns the result. */
const takesColumns = (module: PythonModule, definition: Node, functions = mostFunctions): boolean =>
  definition.descendantsOfType([...ofOne]).length === 0 &&
  definition.descendantsOfType('subscript').every((part) => partsOf(part).at(-1)?.type !== 'integer') &&
  definition.descendantsOfType('call').every((call) => {
    const callee = field(call, 'function');
    if (callee === null) return false;
    const helpers = functions === 0 ? [] : functionsOf(module, callee);
    return helpers.length === 0
      ? ofMany.test(callee.text)
      : helpers.every((each) => takesColumns(module, each, functions - 1));
  });

/** What is written for the text of one example, or for its tokens. */
const ofOne: readonly string[] = [
  'list_comprehension',
  'dictionary_comprehension',
  'set_comprehension',
  'generator_expression',
  'for_statement',
  'while_statement',
  'if_statement',
  'conditional_expression',
  'binary_operator',
  'interpolation',
  'slice',
];

/** Calls that take a batch as well as one example: of tokenizers and helpers for them, and what keeps or copies a result. */
const ofMany = /^(?!.{0,99}decode).{0,99}(?:token|encod|(?:^|\.)(?:tok|copy|deepcopy|update|pop|get|dict|print)$)/i;
