import { counted } from '../../present/words';
import { sinceVersion, startsAt, staysBelow } from '../../project/versions';
import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { noneValue, toInteger, toText, truth } from '../../python/values';
import { argumentsOf } from '../../python/signatures';
import { field } from '../../python/syntax';
import { addArgument } from '../fixes/edits';
import { defineRule } from '../engine/define';
import { optionDefault } from '../libraries/command-line';
import { argumentsOfTrainer, huggingFaceTrainers, type HuggingFaceTrainer } from '../libraries/hugging-face/trainers';
import { lastGiven } from '../libraries/last-given';

export const unpackedFineTuning = defineRule({
  id: 'unpacked-fine-tuning',
  practice: null,
  severity: 'information',
  summary: 'Fine-tuning of a language model on batches that are filled up with padding.',
  details: `\`SFTTrainer\` of TRL with an \`SFTConfig\` that has neither \`packing=True\` nor \`padding_free=True\`, where each device gets two texts or more at a time (an option and \`settings.get("batch_size", 4)\` count with their defaults). In YAML files, axolotl's \`sample_packing\` and the \`packing\` and \`neat_packing\` of LLaMA-Factory are looked for.
It is information if the file uses FlashAttention, which packing needs, and a hint if not. \`packing=False\` that is written out, and \`sample_packing: false\`, may be a decision: from four texts at a time that is a hint, and nothing if a comment in that line or above it says why.
Not reported: data that is prepared already (\`skip_prepare_dataset\`), trainers that are given \`tokenizer\` or \`max_seq_length\`, as in old versions of TRL, a collator of your own, texts that are sorted by length, models that read images, \`unsloth\`, which packs by itself, and TRL before 0.19, which cuts packed texts and mixes them.`,
  why: `Each batch is as long as its longest text, and the model computes the padding of all others. Packing puts whole texts behind each other until the length is full, and keeps them apart with position numbers.
With FlashAttention 2 this made training up to twice as fast on texts of very different length, and hardly faster on texts of like length (Kundu et al., [*Enhancing Training Efficiency Using Packing with Flash Attention*](https://arxiv.org/abs/2407.09105), 2024).`,
  remedy: `Set \`packing=True\`, and load the model with \`attn_implementation="flash_attention_2"\`. A packed batch holds more texts, so a step learns from more of them: check the number of steps and the learning rate.
Without FlashAttention, \`train_sampling_strategy="group_by_length"\` (\`group_by_length=True\` before Transformers 5.2) puts texts of similar length together.`,
  nonCompliant: [
    {
      code: `from transformers import AutoModelForCausalLM
from trl import SFTConfig, SFTTrainer

model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen3-0.6B", attn_implementation="flash_attention_2")
args = SFTConfig("out", per_device_train_batch_size=8)
trainer = SFTTrainer(model, args=args, train_dataset=train)
`,
      severity: 'information',
      estimate: { batchSize: 8 },
      fixed: `from transformers import AutoModelForCausalLM
from trl import SFTConfig, SFTTrainer

model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen3-0.6B", attn_implementation="flash_attention_2")
args = SFTConfig("out", per_device_train_batch_size=8, packing=True)
trainer = SFTTrainer(model, args=args, train_dataset=train)
`,
    },
    {
      code: `from trl import SFTConfig, SFTTrainer

trainer = SFTTrainer("Qwen/Qwen3-0.6B", args=SFTConfig("out"), train_dataset=train)
`,
      severity: 'hint',
      estimate: { batchSize: 8 },
    },
  ],
  compliant: [
    `from trl import SFTConfig, SFTTrainer

trainer = SFTTrainer("Qwen/Qwen3-0.6B", args=SFTConfig("out", packing=True), train_dataset=train)
`,
    `from trl import SFTConfig, SFTTrainer

args = SFTConfig("out", per_device_train_batch_size=1, gradient_accumulation_steps=16)
trainer = SFTTrainer("Qwen/Qwen3-0.6B", args=args, train_dataset=train)
`,
  ],
  messages: {
    flash: ({ texts, since }: { readonly texts: string; readonly since: string }) =>
      `Each device gets ${texts} at a time, all as long as the longest one. packing=True${since} fills the batches with texts instead of padding.`,
    file: ({ texts, setting }: { readonly texts: string; readonly setting: string }) =>
      `Each device gets ${texts} at a time, all as long as the longest one. ${setting} fills the batches with texts instead of padding.`,
    other: ({ texts, since, sorted }: { readonly texts: string; readonly since: string; readonly sorted: string }) =>
      `Each device gets ${texts} at a time, all as long as the longest one. packing=True with attn_implementation="flash_attention_2"${since} fills the batches with texts instead of padding; ${sorted} needs neither.`,
  },
  unless: /\bunsloth\b|\bimages?\b|ImageText|Vision|Processor\b|pixel_values|V(?:LM|LFor|L_|LProc)/,
}).on(huggingFaceTrainers, (trainer, { module, requirement }) => {
  const made = trainer.name === 'trl.SFTTrainer' && trainer.ownClass === null ? batchesOf(module, trainer) : null;
  const trl = requirement('trl');
  if (made === null || staysBelow(trl ?? '', keepsApart)) return null;
  const { size, call, isLimited, isDecided } = made;
  const isFlash = /flash_attention_[23]|flash_attn/.test(module.text);
  const edit = isFlash && isLimited && !isDecided ? addArgument(call.node, 'packing=True') : null;
  return {
    node: call.node,
    severity: isFlash && !isDecided ? 'information' : 'hint',
    message: isFlash ? 'flash' : 'other',
    data: {
      texts: counted(size, 'text'),
      since: sinceVersion(trl, 'TRL', keepsApart),
      sorted: sortedByLength(requirement('transformers') ?? ''),
    },
    estimate: { batchSize: size },
    fixes: edit === null ? [] : [{ title: 'Set packing=True', safe: false, edits: [edit] }],
  };
});

/** Packed texts are neither cut nor mixed since this version (read in trl 0.18, 0.19 and 1.16, `data_utils.py`). */
const keepsApart = '0.19';

/** Read in transformers 5.1 and 5.2, `training_args.py`. */
function sortedByLength(transformers: string): string {
  const [before, since] = ['group_by_length=True', 'train_sampling_strategy="group_by_length"'];
  if (staysBelow(transformers, '5.2')) return before;
  return startsAt(transformers, '5.2') ? since : `${since} (${before} before Transformers 5.2)`;
}

/** What a device gets at a time if nothing is said (transformers 5.24, `training_args.py`). */
const defaultBatchSize = 8;

/** With fewer texts at a time, whoever switched packing off pads little. */
export const fewestIfDecided = 4;

/** The arguments of a trainer whose batches are padded, with the texts that each device gets at a time. */
function batchesOf(module: PythonModule, trainer: HuggingFaceTrainer) {
  const made = argumentsOfTrainer(module, trainer);
  if (made === null || !/^(?:trl\.SFTConfig|transformers\.TrainingArguments)$/.test(made.name) || !made.args.complete)
    return null;
  // Older versions took it in the trainer.
  if (!trainer.args.omits('data_collator') || !trainer.args.omits('packing')) return null;
  const { args, call } = made;
  // These moved to SFTConfig before packing kept texts apart.
  if (['tokenizer', 'max_seq_length', 'dataset_text_field'].some((name) => trainer.args.get(name) !== null))
    return null;
  const isDecided = !args.omits('packing');
  if (
    isDecided &&
    (truth(args.value('packing') ?? noneValue) !== false || isExplained(module, args.get('packing')?.node))
  )
    return null;
  // Data that is prepared already is not packed.
  if (/\bskip_prepare_dataset\b/.test(call.node.text)) return null;
  if (['padding_free', 'group_by_length'].some((name) => truth(args.value(name) ?? noneValue) !== false)) return null;
  const strategy = args.value('train_sampling_strategy');
  if (strategy !== null && toText(strategy) !== 'random') return null;
  const given = args.get('per_device_train_batch_size');
  const size = given === null ? defaultBatchSize : (toInteger(given.value) ?? usualSize(module, given.node));
  return size === null || size < (isDecided ? fewestIfDecided : 2) || !args.omits('auto_find_batch_size')
    ? null
    : { size, call, isLimited: args.value('max_length')?.kind !== 'none', isDecided };
}

/** `4` of `settings.get("batch_size", 4)`, and of an option that is 4 by default. */
function usualSize(module: PythonModule, written: Node | null): number | null {
  const given = written?.type === 'identifier' ? lastGiven(module, written) : written;
  if (given === null) return null;
  const option = optionDefault(module, given);
  if (option !== null) return toInteger(option);
  const callee = given.type === 'call' ? field(given, 'function') : null;
  const [, otherwise] = argumentsOf(given);
  return callee?.type === 'attribute' && field(callee, 'attribute')?.text === 'get' && otherwise !== undefined
    ? toInteger(module.evaluate(otherwise))
    : null;
}

/** True if a remark in the line of a value, or in the line above, says why it is so. */
function isExplained(module: PythonModule, value: Node | null | undefined): boolean {
  if (!value) return true;
  const start = module.text.lastIndexOf('\n', value.startIndex - 1);
  const above = module.text.lastIndexOf('\n', start - 1);
  const end = module.text.indexOf('\n', value.endIndex);
  const lines = module.text.slice(above + 1, end === -1 ? undefined : end).split('\n');
  return lines.some((line) => line.includes('#') && reason.test(line.slice(line.indexOf('#'))));
}

const reason =
  /\b(?:because|since|so that|to (?:avoid|keep|prevent)|need|needs|require\w{0,2}|must|cannot|can't|don't|do not|not|no|without|only|avoid\w{0,3}|disable\w{0,2}|incompatib\w{0,5}|slow\w{0,2}|separate\w{0,2}|contamination|bug|OOM|memory|short)\b/i;
