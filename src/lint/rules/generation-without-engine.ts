import type { Call, PythonModule } from '../../python/module';
import { argumentsOf } from '../../python/signatures';
import type { Node } from '../../python/parser';
import { field } from '../../python/syntax';
import { noneValue, toInteger, toText, truth } from '../../python/values';
import { sinceVersion, staysBelow } from '../../project/versions';
import { addArgument } from '../fixes/edits';
import { defineRule } from '../engine/define';
import {
  argumentsOfTrainer,
  huggingFaceTrainers,
  trainingArguments,
  type HuggingFaceTrainer,
} from '../libraries/hugging-face/trainers';
import { mostRowsOf } from '../libraries/rows-kept';

/**
 * The arguments of trainers that generate answers while they train, with the version since which vLLM can do it on the same
 * devices. Read in trl 0.17, 0.18, 0.22, 0.23 and 1.16.
 */
const generating: Readonly<Record<string, string>> = {
  'trl.GRPOConfig': '0.18',
  'trl.RLOOConfig': '0.22',
  'trl.OnlineDPOConfig': '0.23',
};

/** What lets Transformers batch the answers without pause, in trl 1.16 and before. */
const batchedByTransformers: readonly string[] = ['use_transformers_continuous_batching', 'use_transformers_paged'];

/** Arguments of the old PPOConfig, which none of these ever had: the call raises. */
const neverTaken: readonly string[] = [
  'batch_size',
  'mini_batch_size',
  'ppo_epochs',
  'adap_kl_ctrl',
  'init_kl_coef',
  'cliprange',
  'cliprange_value',
  'vf_coef',
];

export const generationWithoutEngine = defineRule({
  id: 'generation-without-engine',
  practice: null,
  severity: 'information',
  summary: 'Reinforcement learning of a language model that generates its answers without an inference engine.',
  details: `\`GRPOConfig\`, \`RLOOConfig\` and \`OnlineDPOConfig\` of TRL without \`use_vllm=True\`, which is off by default, in a file that makes the trainer of TRL as well, or one that derives from it and leaves the generation as it is. A file that names \`use_vllm\` anywhere has decided. Settings that are unpacked (\`GRPOConfig(**settings)\`) are read where the file writes the dictionary, and silent elsewhere. YAML files of TRL and axolotl are read too.
Not reported: settings that a trainer in the file makes for those who pass none, trainers of other modules of the project, which may generate in their own way, models whose \`generate\` is patched, runs of up to 20 steps or prompts, models that another module loads, models that are loaded in 4 or 8 bits, whose weights TRL cannot hand to vLLM ([issue 4973](https://github.com/huggingface/trl/issues/4973)), \`unsloth\`, which has an engine of its own, continuous batching of Transformers (\`use_transformers_continuous_batching\`), Apple and TPU devices, versions of TRL that cannot share devices with vLLM (\`GRPOConfig\` before 0.18, \`RLOOConfig\` before 0.22, \`OnlineDPOConfig\` before 0.23; also if only a comment names such a version), and a \`rollout_func\` or \`environment_factory\`, whose environment may take longer than the model.`,
  why: `These trainings generate several answers for every prompt in every step, and wait for them. Generation is what they do most of the time, and \`generate()\` of Transformers is built for flexibility, not for throughput.
The [documentation of TRL](https://huggingface.co/docs/trl/speeding_up_training) names vLLM as the first thing that makes them faster.`,
  remedy: `Install \`trl[vllm]\` and set \`use_vllm=True, vllm_mode="colocate"\`: the engine shares the devices with the training. \`vllm_gpu_memory_utilization\` limits its memory.`,
  nonCompliant: [
    {
      code: `from trl import GRPOConfig, GRPOTrainer

args = GRPOConfig("out", num_generations=8)
trainer = GRPOTrainer("Qwen/Qwen3-0.6B", reward_funcs=reward, args=args, train_dataset=prompts)
`,
      severity: 'information',
      fixed: `from trl import GRPOConfig, GRPOTrainer

args = GRPOConfig("out", num_generations=8, use_vllm=True, vllm_mode="colocate")
trainer = GRPOTrainer("Qwen/Qwen3-0.6B", reward_funcs=reward, args=args, train_dataset=prompts)
`,
    },
  ],
  compliant: [
    `from trl import GRPOConfig

args = GRPOConfig("out", use_vllm=True, vllm_mode="colocate")
`,
    `from trl import GRPOConfig

args = GRPOConfig("out", use_vllm=False)
`,
  ],
  messages: {
    file: ({ setting }: { readonly setting: string }) =>
      `This training generates all of its answers with generate() of Transformers, and waits for them. ${setting} lets vLLM generate them.`,
    slow: ({ since }: { readonly since: string }) =>
      `This training generates all of its answers with generate() of Transformers, and waits for them. use_vllm=True with vllm_mode="colocate"${since} lets vLLM generate them on the same devices.`,
  },
  unless:
    /\buse_vllm\b|\bunsloth\b|\bload_in_[48]bit\b|\bquantization_config\b|\bBitsAndBytesConfig\b|\bpatch\w{0,20}_generate\b|\.generate\s{0,9}=[^=]|\brollout_func\b|\benvironment_factory\b|\buse_cpu\s*=\s*True|\bmps\b|\btpu\b|\bxla\b|\btrl-internal-testing\b/i,
}).on(trainingArguments, ({ call, name, args }, { module, requirement }) => {
  const since = generating[name];
  const trl = requirement('trl');
  if (since === undefined || staysBelow(trl ?? '', since)) return null;
  if (!args.omits('use_vllm') || args.get('vllm_mode') !== null) return null;
  if (batchedByTransformers.some((each) => truth(args.value(each) ?? noneValue) !== false)) return null;
  if (neverTaken.some((each) => args.get(each) !== null) || isOfTrainer(module, call.node)) return null;
  if (!trainsWith(module, call) || namesOlder(module.text, since)) return null;
  const edit = addArgument(call.node, 'use_vllm=True, vllm_mode="colocate"');
  return {
    node: call.node,
    message: 'slow',
    data: { since: sinceVersion(trl, 'TRL', since) },
    fixes: edit === null ? [] : [{ title: 'Set use_vllm=True', safe: false, edits: [edit] }],
  };
});

/** True in a trainer of the file's own, whose users pass their settings: `if args is None: args = GRPOConfig(…)`. */
const isOfTrainer = (module: PythonModule, call: Node): boolean =>
  (module.place(call)?.scopes ?? []).some(
    (scope) => scope.type === 'class_definition' && /Trainer$/.test(field(scope, 'name')?.text ?? ''),
  );

/** Fewer steps or prompts than these are a try. */
const mostOfTry = 20;

/** True if a file makes the trainer of these settings: one that generates as TRL does, for a real data set, with a model that is seen. */
function trainsWith(module: PythonModule, call: Call): boolean {
  const steps = argumentsOf(call.node).find((each) => field(each, 'name')?.text === 'max_steps');
  const most = steps === undefined ? null : toInteger(module.evaluate(field(steps, 'value') ?? steps));
  if (most !== null && most > 0 && most <= mostOfTry) return false;
  const trainers = [...huggingFaceTrainers.find(module)].filter((trainer) => {
    if (!/^trl\.(?:GRPO|RLOO|OnlineDPO)Trainer$/.test(trainer.name)) return false;
    const given = argumentsOfTrainer(module, trainer);
    return given === null || given.call.node.id === call.node.id;
  });
  return trainers.some(
    (trainer) => generatesAsUsual(module, trainer) && isModelSeen(module, trainer) && !hasFewPrompts(module, trainer),
  );
}

/** False for a trainer of the file's own that generates in its own way. */
function generatesAsUsual(module: PythonModule, { ownClass }: HuggingFaceTrainer): boolean {
  if (ownClass === null) return true;
  const definitions = module
    .identifiers(ownClass)
    .flatMap(({ parent }) => (parent?.type === 'class_definition' ? [parent] : []));
  return definitions.every(({ text }) => !/\.generate\(|\bdef _?(?:generate|prepare_inputs|training_step)/.test(text));
}

/** True for a model by its name, and for one that the file loads; another module may load it in 4 bits. */
function isModelSeen(module: PythonModule, { args }: HuggingFaceTrainer): boolean {
  const model = args.get('model');
  if (model === null) return false;
  return (
    toText(model.value) !== null ||
    /(?:name|path|id|dir|checkpoint)(?:["']\])?$/i.test(model.node?.text ?? '') ||
    /\b\w{0,60}(?:AutoModel|ForCausalLM|ConditionalGeneration)\w{0,40}\s{0,9}\.\s{0,9}from_pretrained\s{0,9}\(/.test(
      module.text,
    )
  );
}

function hasFewPrompts(module: PythonModule, { args }: HuggingFaceTrainer): boolean {
  const data = args.get('train_dataset')?.node ?? null;
  return data !== null && mostRowsOf(module, data) <= mostOfTry;
}

/** True if a text names a version of TRL that is too old: `# TRL 0.17 takes a bool`. */
const namesOlder = (text: string, since: string): boolean =>
  [...text.matchAll(/\btrl(?:==| (?:version |v)?)(0\.\d{2})(?!\d)/gi)].some(([, version = '']) =>
    staysBelow(`==${version}`, since),
  );
