import { counted, grouped } from '../../present/words';
import type { Node } from '../../python/parser';
import type { PythonModule } from '../../python/module';
import { argumentsOf } from '../../python/signatures';
import { contains, field, targetsOf } from '../../python/syntax';
import { defineRule } from '../engine/define';
import { together } from '../engine/query';
import { dataLoopsAround, isConversation, isSometimes, partsBetween, type DataLoop } from '../libraries/data-loops';
import { measuresTime } from '../libraries/measured-time';
import { isChain } from '../libraries/loop-flow';
import { generationsOfOne } from '../libraries/hugging-face/generations';
import { scoringsOfOne } from '../libraries/hugging-face/scorings';

const generated = defineRule({
  id: 'unbatched-generation',
  practice: null,
  severity: 'information',
  summary: 'A language model that answers or scores the texts of a data set one at a time.',
  details: `\`generate\` of Transformers or vLLM, \`chat\` of vLLM, or a pipeline that writes text, in a loop over a data set, a data frame, a file or more than 20 known prompts, where only the first row of each result is used.
The same for models that read a text and write none: \`encode\` of Sentence Transformers, classifiers and reward models (\`AutoModelForSequenceClassification\`), and pipelines that classify.
Options and parameters that limit the data count with their defaults: \`data[: args.limit]\` is all of it if the limit is \`None\`, and a few if it is 20 or less. What a loader of another module returns is a data set if its name says so (\`load_dev\`, \`read_eval_records\`).
Not reported: loops that can end early or that only run if someone switches batches off, functions that only print answers for people, models whose hidden states or attention are looked at, text diffusion, models that each round makes or edits, prompts that depend on the answer before, comparisons of checkpoints, temperatures or seeds, streams, a smaller model that drafts (\`assistant_model\`), measurements of latency (a clock that shows how far a loop has come is none), models that are given images or sound, whose batches need more work, and models on the CPU.`,
  why: `To write a token, a model reads all of its weights from memory, for one prompt as for many. A batch shares that reading, so each answer takes less time and energy, above all where answers are long
(Delavande, Pierrard and Luccioni, [*Understanding Efficiency: Quantization, Batching, and Serving Strategies in LLM Energy Use*](https://arxiv.org/abs/2601.22362), 2026).
Batches and the other known measures together took up to 73 % off the energy of inference (Fernandez et al., [*Energy Considerations of Large Language Model Inference and Efficiency Optimizations*](https://arxiv.org/abs/2504.17674), 2025).`,
  remedy: `Tokenize a list of prompts, \`tokenizer(prompts, padding=True, return_tensors="pt")\`, with \`padding_side="left"\` for models that continue a text, and decode with \`batch_decode\`. Sort prompts by length, so that little is padded.
A pipeline takes a list or a data set with \`batch_size=8\`. vLLM takes all prompts in one list and makes batches of them itself. Start with few prompts a batch and measure: with answers of very different lengths, large batches can be slower.`,
  nonCompliant: [
    {
      code: `from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("Qwen/Qwen3-8B")
model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen3-8B", device_map="auto")
answers = []
for row in load_dataset("gsm8k", "main", split="test[:1000]"):
    inputs = tokenizer(row["question"], return_tensors="pt").to("cuda")
    output = model.generate(**inputs, max_new_tokens=512)
    answers.append(tokenizer.decode(output[0]))
`,
      severity: 'information',
      estimate: { prompts: null, tokens: 512 },
    },
  ],
  compliant: [
    `from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("Qwen/Qwen3-8B", padding_side="left")
model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen3-8B", device_map="auto")
answers = []
for batch in load_dataset("gsm8k", "main", split="test[:1000]").iter(batch_size=16):
    inputs = tokenizer(batch["question"], padding=True, return_tensors="pt").to("cuda")
    output = model.generate(**inputs, max_new_tokens=512)
    answers.extend(tokenizer.batch_decode(output))
`,
    `from vllm import LLM, SamplingParams

llm = LLM("Qwen/Qwen3-8B")
prompts = [line.strip() for line in open("prompts.txt")]
answers = [output.outputs[0].text for output in llm.generate(prompts, SamplingParams(max_tokens=512))]
`,
  ],
  messages: {
    model: ({ isSequenceToSequence, ...figures }: Figures & { readonly isSequenceToSequence: boolean }) =>
      `This generates one answer at a time${told(figures)}. In a batch, the model reads its weights once for all prompts: tokenize a list of prompts${isSequenceToSequence ? '' : ' (padding_side="left")'}, or use vLLM.`,
    pipeline: (figures: Figures) =>
      `This pipeline gets one prompt at a time${told(figures)}. With a list or a data set and batch_size=8, the model reads its weights once for eight prompts.`,
    vLLM: (figures: Figures) =>
      `vLLM gets one prompt at a time${told(figures)}, and can make no batches. Pass all prompts as one list: llm.generate(prompts, sampling_params).`,
    encoder: (figures: Figures) =>
      `This encodes one text at a time${told(figures, 'texts')}. encode takes a list, sorts it by length and runs it in batches: model.encode(texts, batch_size=32).`,
    scorer: (figures: Figures) =>
      `This scores one text at a time${told(figures, 'texts')}. In a batch, the model reads its weights once for all texts: tokenize a list of texts with padding=True.`,
    classifier: (figures: Figures) =>
      `This pipeline gets one text at a time${told(figures, 'texts')}. With a list or a data set and batch_size=8, the model reads its weights once for eight texts.`,
  },
  unless:
    /latency|throughput|tokens?[_ ](?:per|\/)[_ ]s|\bbenchmark_|perf_counter|denois|tokenizer_image_token|input_features|whisper|\bimages {0,2}= {0,2}(?!None)|["']type["'] {0,2}: {0,2}["']image|\bpixel_values\b/i,
}).on(together(generationsOfOne), function* (generations, { module }) {
  for (const { loop, by, tokens } of loopsOf(module, generations)) {
    const prompts = loop.rounds;
    yield {
      node: loop.node,
      end: loop.iterable ?? undefined,
      message: by,
      data: { prompts, tokens, isSequenceToSequence: isSequenceToSequence.test(module.text) },
      headline: prompts === null ? 'one prompt at a time' : `${counted(prompts, 'prompt')}, one at a time`,
      wayOut: 'in batches',
      estimate: { prompts, tokens },
    };
  }
});

export const unbatchedGeneration = generated.on(together(scoringsOfOne), function* (scorings, { module }) {
  for (const { loop, by } of loopsOf(module, scorings)) {
    const prompts = loop.rounds;
    yield {
      node: loop.node,
      end: loop.iterable ?? undefined,
      message: by,
      data: { prompts, tokens: null },
      headline: prompts === null ? 'one text at a time' : `${counted(prompts, 'text')}, one at a time`,
      wayOut: 'in batches',
      estimate: { prompts, tokens: null },
    };
  }
});

const isSequenceToSequence = /Seq2SeqLM|ForConditionalGeneration|Vision2Seq|EncoderDecoder/;

/** The loops over data in which a model gets one text at a time, each once. */
function* loopsOf<Kind extends string>(
  module: PythonModule,
  calls: readonly { readonly call: Node; readonly by: Kind; readonly tokens: number | null }[],
): Generator<{ readonly loop: DataLoop; readonly by: Kind; readonly tokens: number | null }> {
  const seen = new Set<number>();
  if (isOnCpu(module.text)) return;
  for (const { call, by, tokens } of calls) {
    for (const loop of dataLoopsAround(module, call)) {
      if (seen.has(loop.node.id)) continue;
      seen.add(loop.node.id);
      if (runsOnBatches(module, loop) || isSometimes(module, loop) || isConversation(module, loop, call)) continue;
      if ([loop.node, ...loop.through].some((part) => measuresTime(scopeOf(module, part, loop.node).text))) continue;
      if (isPlotted(loop) || isOnlyPrinted(module, loop) || isChosen(module, loop) || hasModelOfRound(loop)) continue;
      if (isChain(module, loop.node, loop.call) || isInTurns(module, loop) || loadsModel(module, loop, call)) continue;
      yield { loop, by, tokens };
    }
  }
}

interface Figures {
  readonly prompts: number | null;
  readonly tokens: number | null;
}

function told({ prompts, tokens }: Figures, what = 'prompts'): string {
  if (prompts === null) return '';
  return `: ${grouped(prompts)} ${what}${tokens === null ? '' : `, with answers of up to ${grouped(tokens)} tokens`}`;
}

/** True if a round has a batch, as its names say. */
function runsOnBatches({ text }: PythonModule, { node, iterable }: DataLoop): boolean {
  const target = field(node, 'left')?.text ?? '';
  const header = `${target} ${iterable?.text ?? headerOf(node)}`;
  // Where texts are split, a chunk is a part of one.
  return (
    /batch|loader|calibrat|\bdl\b|group/i.test(header) || (/chunk/i.test(header) && !/split_(?:text|doc)/.test(text))
  );
}

/** True if a function prints a report of each answer for people to read, and nothing keeps them: there are few. */
function isOnlyPrinted(module: PythonModule, loop: DataLoop): boolean {
  if (loop.node.type !== 'for_statement' || keeps.test(loop.node.text)) return false;
  return loop.through
    .map((call) => scopeOf(module, call, loop.node))
    .some(
      ({ id, text }) => id !== loop.node.id && (text.match(prints) ?? []).length >= reportLines && !keeps.test(text),
    );
}

/** A report of an answer has its question, and more. */
const reportLines = 3;
const prints = /\b(?:print|pprint|display)\(/g;
const keeps =
  /\.(?:append|extend|write|writerow|add|update|put|insert|save|log)\w{0,20}\(|[+|]=|\]\s{0,3}=(?!=)|\b(?:yield|return|assert)\b|\bdump|\w\s=\s\w+\s[+|]/;

/** The loop itself, or the function that a call in between is in. */
function scopeOf(module: PythonModule, part: Node, loop: Node): Node {
  const scope = part.id === loop.id ? undefined : module.place(part)?.scopes[0];
  return scope?.type === 'function_definition' && !contains(scope, loop) ? scope : loop;
}

/** True if each answer gets a place in a figure or a report that people look at, or if people look into the model: there are few. */
const isPlotted = ({ node }: DataLoop): boolean =>
  /\bhidden_states\b|\battentions\b|\bsubplot\(|\badd_subplot\(|\bimshow\(|\b(?:wandb|swanlab)\.(?:Image|Text|Html)\(/.test(
    node.text,
  );

/** True for a loop that only runs if someone switches batches off: `if args.no_batching:` */
const isChosen = (module: PythonModule, loop: DataLoop): boolean =>
  [loop.node, ...(module.place(loop.node)?.ancestors ?? [])].some(
    ({ type, parent }) =>
      type !== 'module' && parent?.type === 'if_statement' && /batch/i.test(field(parent, 'condition')?.text ?? ''),
  );

/** True if each round has a model of its own, such as one that is edited for each fact. */
function hasModelOfRound({ node, through }: DataLoop): boolean {
  const given = through
    .flatMap((call) => argumentsOf(call))
    .filter(({ text }) => /^\w{0,60}model\w{0,60}$/i.test(text));
  if (given.length === 0) return false;
  const made = node
    .descendantsOfType('assignment')
    .flatMap((assignment) => [...targetsOf(field(assignment, 'left') ?? assignment)].map(({ name }) => name.text));
  return given.some(({ text }) => made.includes(text));
}

/** True if an item takes turns, each after the other, as a game does: a `while` that does not only try again. */
const isInTurns = (module: PythonModule, loop: DataLoop): boolean =>
  partsBetween(module, loop).some(
    (part) => part.type === 'while_statement' && !triesAgain.test(field(part, 'condition')?.text ?? ''),
  );

const triesAgain = /^\(?(?:True|1)\)?$|tr(?:y|ies)|attempt|success|valid|error|fail/i;

/** True if each round loads a model of its own: a comparison of checkpoints. */
function loadsModel(module: PythonModule, { node, call: repeated }: DataLoop, call: Node): boolean {
  if (field(node, 'body') !== null && loads.test(field(node, 'body')?.text ?? '')) return true;
  const helper = repeated.id === call.id ? null : module.place(call)?.scopes[0];
  return helper?.type === 'function_definition' && !contains(helper, node) && loads.test(helper.text);
}

const loads =
  /\.from_pretrained\s*\(|\bload_(?:\w{1,40}_)?model(?:_and_\w{1,40})?\s*\(|\bLLM\s*\(|\bpipeline\s*\(\s*(?:task\s*=|["'](?:text|summ|trans|image))/;

/** True if a file runs its model on the CPU: a demonstration. */
const isOnCpu = (text: string): boolean => cpu.test(text) && !accelerated.test(text);
const cpu = /\.to\(\s*["']cpu["']\s*\)|\bdevice(?:_map)?\s*=\s*(?:torch\.device\(\s*)?["']cpu["']/;
const accelerated = /cuda|\bmps\b|\bxpu\b|\bnpu\b|\bhpu\b|device_map\s*=\s*["'](?:auto|balanced)/;

const headerOf = (node: Node): string => node.text.slice(0, 200);
