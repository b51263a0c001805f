import type { Call, PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf, signature } from '../../../python/signatures';
import { field, isField } from '../../../python/syntax';
import { toText } from '../../../python/values';
import { assignmentsTo } from '../../engine/assigned';
import { called, query, type Query } from '../../engine/query';
import { targetOf } from '../../engine/uses';

/** Weights that are loaded for predictions on a GPU, with the library's own choice of precision. */
interface LoadedWeights {
  readonly call: Call;
  readonly library: 'diffusers' | 'transformers';
  /** The model's parameters by its name, in billions: 7 for `Llama-2-7b-hf`. Null if the name does not say. */
  readonly billions: number | null;
}

/** Pipelines that make pictures, sound or video from noise. Small ones without a text are left out: they train in an hour. */
const pipeline = /^diffusers\.(?!DDPM|DDIM|PNDM|ScoreSde|KarrasVe|ValueGuided|Onnx|Flax|OV)\w{1,80}\.from_pretrained$/;
const writer =
  /^transformers\.(?:AutoModelFor(?:CausalLM|Seq2SeqLM|ImageTextToText|Vision2Seq)|\w+For(?:CausalLM|ConditionalGeneration))\.from_pretrained$/;

/** Parts that were loaded elsewhere decide with, and so does code that comes with the weights. */
const parts =
  /^(?:unet|vae|controlnet|text_encoder\w*|transformer\w*|motion_adapter|adapter|prior\w*|components|image_encoder|low_cpu\w*|quantization_config|load_in_\w+|config|variant|revision|trust_remote_code)$/;

const pretrained = signature('pretrained_model_name_or_path');

export const weightsForPrediction: Query<LoadedWeights> = query(
  {
    methods: ['from_pretrained'],
    clues: ['diffusers', 'transformers'].map((name) => ({
      packages: [name],
      imported: true,
      groups: [called(['from_pretrained'])],
      where: (text: string) => mentionsGpu.test(text),
    })),
  },
  function* (module) {
    for (const call of module.calls(['from_pretrained'])) {
      const name = call.name ?? '';
      const library =
        name.includes('Pipeline') && pipeline.test(name) ? 'diffusers' : writer.test(name) ? 'transformers' : null;
      if (library === null) continue;
      const args = module.bind(call, pretrained);
      if (!args.complete || args.get('torch_dtype') !== null || args.get('dtype') !== null) continue;
      if (args.names().some((each) => parts.test(each))) continue;
      const map = args.get('device_map');
      const isPlaced = map !== null && /^(?!cpu|meta)\w/.test(toText(map.value) ?? '');
      if (map === null ? !goToGpu(module, call.node, false) : !isPlaced || !goToGpu(module, call.node, true)) continue;
      const model = args.get('pretrained_model_name_or_path');
      yield { call, library, billions: billionsIn(model === null ? null : toText(model.value)) };
    }
  },
);

const mentionsGpu = /\bcuda\b|\bmps\b|device_map|_offload\s*\(/;

const moves = /^(?:to|cuda|enable_model_cpu_offload|enable_sequential_cpu_offload)$/;
const converts = /^(?:half|bfloat16|float|cpu)$/;
/** An argument that gives a precision, or keeps the weights off the GPU. */
const keeps = /dtype|\b(?:b?float16|half)\b|^["']cpu["']$/;

/** True if the loaded weights certainly go to a GPU as they are, by the methods that are called on them. */
function goToGpu(module: PythonModule, load: Node, isThere: boolean): boolean {
  const calls: Chained[] = [];
  let last = load;
  for (let chain = chained(last); chain !== null; chain = chained(last)) {
    calls.push(chain);
    last = chain.call;
  }
  const name = targetOf(last)?.text ?? null;
  for (const use of name === null ? [] : usesAfter(module, name, last)) {
    const chain = chained(use);
    if (chain !== null) calls.push(chain);
  }
  const isMoved = calls.some(
    ({ method, call }) =>
      moves.test(method) && (method !== 'to' || argumentsOf(call).some((each) => isGpu(module, each))),
  );
  return (
    (isThere || isMoved) &&
    !calls.some(({ method, call }) => converts.test(method) || argumentsOf(call).some(({ text }) => keeps.test(text)))
  );
}

interface Chained {
  readonly method: string;
  readonly call: Node;
}

/** The call of a method on what a node gives. */
function chained(node: Node): Chained | null {
  const attribute = node.parent;
  if (attribute?.type !== 'attribute' || !isField(attribute, 'object', node)) return null;
  const call = attribute.parent;
  return call?.type === 'call' && isField(call, 'function', attribute)
    ? { method: field(attribute, 'attribute')?.text ?? '', call }
    : null;
}

/** The uses of a name until it gets something else. */
function usesAfter(module: PythonModule, name: string, load: Node): readonly Node[] {
  const uses: Node[] = [];
  for (const identifier of module.identifiersBetween(name.slice(name.lastIndexOf('.') + 1), load.endIndex, Infinity)) {
    const node =
      identifier.parent?.type === 'attribute' && identifier.parent.text === name ? identifier.parent : identifier;
    if (node.text !== name) continue;
    const assignment = node.parent;
    if (assignment?.type === 'assignment' && isField(assignment, 'left', node)) {
      if (field(assignment, 'right')?.text.startsWith(`${name}.`) === true) continue;
      break;
    }
    uses.push(node);
  }
  return uses;
}

/** A device that is a GPU, or is one where there is one. */
function isGpu(module: PythonModule, node: Node): boolean {
  const gpu = /["'](?:cuda|mps)\b/;
  if (gpu.test(node.text)) return true;
  if (node.type !== 'identifier') return false;
  return assignmentsTo(module, node.text).some(({ value }) => gpu.test(value?.text ?? ''));
}

/** Weights of fewer bits, which are not loaded in float32. */
const quantized = /gptq|awq|fp8|fp4|bnb|[48]-?bit|int[48]|gguf|gpt-oss|w[48]a|nf4|exl2|hqq/i;

/** 7 for `meta-llama/Llama-2-7b-hf`; null for `Mixtral-8x7B`, whose parts share weights, and for `bert-base`. */
function billionsIn(name: string | null): number | null {
  const found = /(?:^|[-_/])(\d{1,3}(?:\.\d{1,2})?)[bB](?![A-Za-z0-9])/.exec(name ?? '')?.[1];
  if (quantized.test(name ?? '')) return null;
  return found === undefined ? null : Number(found);
}
