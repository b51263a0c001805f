import type { Call, PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf, signature } from '../../../python/signatures';
import { field, isField, isFunction, partsOf, wholeName } from '../../../python/syntax';
import { toText } from '../../../python/values';
import { assignmentsTo } from '../../engine/assigned';
import { called, query, type Query } from '../../engine/query';
import { chained, chainedCalls, targetOf } from '../../engine/uses';

/** Weights that are loaded for predictions on a GPU, with the library's own choice of precision. */
interface LoadedWeights {
  readonly call: Call;
  readonly library: 'diffusers' | 'transformers';
  /** The argument by which the code asks for 32 bits; null if it does not. */
  readonly asked: Node | null;
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
      if (!args.complete) continue;
      const precision = args.get('torch_dtype') ?? args.get('dtype');
      const asked = precision?.node ?? null;
      if (precision !== null && !(library === 'diffusers' && asksForAll.test(asked?.text ?? ''))) continue;
      // A remark may say why.
      if (asked !== null && call.node.text.includes('#')) continue;
      if (args.names().some((each) => parts.test(each))) continue;
      if (isForAnotherDevice(module, call.node)) continue;
      const map = args.get('device_map');
      const isPlaced = map !== null && /^(?!cpu|meta)\w/.test(toText(map.value) ?? '');
      if (map === null ? !goToGpu(module, call.node, false) : !isPlaced || !goToGpu(module, call.node, true)) continue;
      if (isOnlyHandedOn(module, call.node)) continue;
      const model = args.get('pretrained_model_name_or_path');
      yield { call, library, asked, billions: billionsIn(model === null ? null : toText(model.value)) };
    }
  },
);

/** What is not chosen by a condition. */
const asksForAll = /^torch\.(?:float32|float)$/;

const mentionsGpu = /\bcuda\b|\bmps\b|device_map|_offload\s*\(/;

const moves = /^(?:to|cuda|enable_model_cpu_offload|enable_sequential_cpu_offload)$/;
const converts = /^(?:half|bfloat16|float|cpu)$/;
/** An argument that gives a precision, or keeps the weights off the GPU. */
const keeps = /dtype|\b(?:b?float16|half)\b|^["']cpu["']$/;

/** True if the loaded weights certainly go to a GPU as they are, by the methods that are called on them. */
function goToGpu(module: PythonModule, load: Node, isThere: boolean): boolean {
  const calls = [...chainedCalls(load)];
  const last = calls.at(-1)?.call ?? load;
  const target = targetOf(last);
  for (const use of target === null ? [] : usesAfter(module, target, last)) {
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

/** True if nothing asks the model for a prediction: its weights are saved, or go to a server or to another model. */
function isOnlyHandedOn(module: PythonModule, load: Node): boolean {
  const last = [...chainedCalls(load)].at(-1)?.call ?? load;
  const target = targetOf(last);
  if (target === null) return false;
  const others = usesAfter(module, target, last).filter((use) => {
    const method = chained(use)?.method ?? '';
    return !moves.test(method) && method !== 'eval';
  });
  return (
    others.length > 0 &&
    others.every((use) => {
      if (handsOn.test(chained(use)?.method ?? '')) return true;
      const taker = use.parent?.type === 'argument_list' ? use.parent.parent : null;
      return taker?.type === 'call' && takesWeights.test(field(taker, 'function')?.text ?? '');
    })
  );
}

const handsOn = /^(?:state_dict|named_parameters|parameters|save_pretrained|push_to_hub)$/;
const takesWeights =
  /\.(?:update|load|sync|send|set|push|copy|broadcast|export|merge|save)_?\w{0,20}(?:param|weight|model|state)\w{0,10}$/;

/** The uses of a variable or attribute until it gets something else. */
function usesAfter(module: PythonModule, target: Node, load: Node): readonly Node[] {
  const uses: Node[] = [];
  const name = target.text;
  const home = homeOf(module, target);
  for (const identifier of module.identifiersBetween(name.slice(name.lastIndexOf('.') + 1), load.endIndex, Infinity)) {
    const node = wholeName(identifier);
    if (node.text !== name || homeOf(module, node) !== home) continue;
    const assignment = node.parent;
    if (assignment?.type === 'assignment' && isField(assignment, 'left', node)) {
      if (field(assignment, 'right')?.text.startsWith(`${name}.`) === true) continue;
      break;
    }
    uses.push(node);
  }
  return uses;
}

/** Where a variable belongs to, by the id of a node: the class whose methods share `self`, or the scope that binds it. */
function homeOf(module: PythonModule, node: Node): number | null {
  const { ancestors = [], scopes = [] } = module.place(node) ?? {};
  const name = /^\w+/.exec(node.text)?.[0] ?? '';
  if (name === 'self') return ancestors.find(({ type }) => type === 'class_definition')?.id ?? null;
  const { names } = module.evaluator;
  const owner = scopes.find((scope) => names.isParameter(scope, name) || names.bindingsIn(scope, name).length > 0);
  return owner?.id ?? null;
}

const aboutDevices = /cuda|gpu|mps|cpu|device|xpu|dtype|half|fp16|float|precision/i;
const aboutOthers = /\bcpu\b|\bnot\b|!=|dtype|half|fp16|float|precision/i;

/** True for what is loaded only without a GPU, or is only one of two precisions: in the other branch of a question for it. */
function isForAnotherDevice(module: PythonModule, load: Node): boolean {
  let child = load;
  for (const ancestor of module.place(load)?.ancestors ?? []) {
    if (isFunction(ancestor)) return false;
    const { met, unmet } = conditionsOf(ancestor, child);
    if (met.some(({ text }) => aboutOthers.test(text)) || unmet.some(({ text }) => aboutDevices.test(text)))
      return true;
    child = ancestor;
  }
  return false;
}

/** The conditions that hold, and those that do not, where a part of a statement or expression is reached. */
function conditionsOf(node: Node, part: Node): { readonly met: readonly Node[]; readonly unmet: readonly Node[] } {
  const children = partsOf(node);
  if (node.type === 'conditional_expression') {
    const [, condition] = children;
    const isMet = children[0]?.id === part.id;
    return condition === undefined || condition.id === part.id
      ? { met: [], unmet: [] }
      : { met: isMet ? [condition] : [], unmet: isMet ? [] : [condition] };
  }
  if (node.type !== 'if_statement' && node.type !== 'elif_clause') return { met: [], unmet: [] };
  const own = field(node, 'condition');
  if (own === null || own.id === part.id) return { met: [], unmet: [] };
  if (isField(node, 'consequence', part)) return { met: [own], unmet: [] };
  const before = children.filter(({ type, startIndex }) => type === 'elif_clause' && startIndex < part.startIndex);
  return { met: [], unmet: [own, ...before.flatMap((each) => field(each, 'condition') ?? [])] };
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
