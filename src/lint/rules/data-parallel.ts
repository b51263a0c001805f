import { defineRule } from '../engine/define';
import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { holdsInCode } from '../../python/comments';
import { field } from '../../python/syntax';
import { together } from '../engine/query';
import { chainedCalls, targetOf } from '../engine/uses';
import { hasStrategy, lightningTrainers } from '../libraries/lightning';
import { mayBeWithoutGradients } from '../libraries/torch/autograd';
import { dataParallelWrappers } from '../libraries/torch/parallel';

/** Predictions need no exchange between GPUs: there the data is split, not the step of a training. */
const onlyPredicts = (text: string): boolean =>
  /\.eval\(\)|\bno_grad\b|\binference_mode\b/.test(text) && !trains.test(text);
const trains = /\.backward\(|\boptim\b|[oO]ptimizer|\.train\(/;

/** What a module that defines networks for others, or loads trained ones, has not. */
const mayTrain = /\.backward\(|\boptim\.[A-Z]|\bAdamW?\(|[tT]rainer\b|\.fit\(|\bloss [+]?= /;

/** Functions that load a model or ask it: SageMaker calls `model_fn` where a model is served. */
const asks = /^_{0,2}(?:model_fn|predict|infer|eval|test|valid|demo|extract|embed)/;

/** What a function that takes steps of a training calls; one that restores a model may read the state of an optimizer. */
const takesSteps = /\.(?:backward|step|train|fit|zero_grad)\(|[tT]rainer\w{0,40}\(/;

/** True if the function around a wrapped model only predicts, or the model is restored or used without gradients alone. */
function isForPrediction(module: PythonModule, wrapper: Node, scope: Node): boolean {
  if (onlyPredicts(scope.text) || (asks.test(field(scope, 'name')?.text ?? '') && !trains.test(scope.text)))
    return true;
  const target = targetOf(chainedCalls(wrapper).at(-1)?.call ?? wrapper);
  if (target?.type !== 'identifier') return false;
  const all = module.identifiersBetween(target.text, wrapper.endIndex, scope.endIndex);
  const isRestored = all.some(({ parent }) => parent?.type === 'attribute' && parent.text.endsWith('.load_state_dict'));
  const uses = all.filter((use) => !isPreparation(use));
  return uses.length === 0
    ? isRestored && !takesSteps.test(scope.text)
    : uses.every((use) => isCallee(use) && (isRestored || mayBeWithoutGradients(module, use)));
}

/** True where a model is only moved, restored, switched to prediction or shown. */
const isPreparation = ({ parent }: Node): boolean =>
  parent?.type === 'attribute'
    ? /\.(?:eval|to|cuda|cpu|half|module|load_state_dict|state_dict)$/.test(parent.text)
    : parent?.type === 'argument_list' && /^(?:print|display)\(/.test(parent.parent?.text ?? '');

/** Code that also runs one process for each GPU, beside which `DataParallel` is what is left: a helper, a launcher, accelerate. */
const otherWays =
  /\b\w{0,20}DDP\b|\binit_process_group\b|\btorchrun\b|\btorch\.distributed\.(?:run|launch)\b|\bLOCAL_RANK\b|\bAccelerator\(|\bimport deepspeed\b|\bdeepspeed\.initialize\b|\bFullyShardedDataParallel\b/;

/** Trials of Ray get the GPUs that they ask for: none unless they do, and rarely more than one. */
const rayTrials = /\bfrom ray import [^\n]{0,80}\btune\b|\bray\.tune\b|\bfrom ray\.tune\b/;
const severalGpus = /\b(?:gpus?|GPU|gpus_per_trial|num_gpus|gpus_per_worker)["']?\s{0,3}[:=]\s{0,3}(?:[2-9]|[1-9]\d)\b/;

const isCallee = ({ parent, id }: Node): boolean => parent?.type === 'call' && field(parent, 'function')?.id === id;

export const dataParallel = defineRule({
  id: 'data-parallel',
  practice: 15,
  severity: 'information',
  inTests: false,
  summary: '`DataParallel`, which leaves several GPUs partly idle.',
  details:
    'PyTorch: `nn.DataParallel(model)`. Lightning before 2.0: `strategy="dp"`. The first use in each function is reported, and none in files that train nothing, in functions that only predict, for models that are only called without gradients, for models that are restored and never trained, in trials of Ray without several GPUs, or if the module also has another way to use several GPUs: `DistributedDataParallel`, a process group, `torchrun`, Accelerate, DeepSpeed or Horovod.',
  why: `\`DataParallel\` drives all GPUs from threads of one Python process. In every step, it copies the model to each GPU and gathers the outputs on one of them. The others wait, and a GPU that waits still draws power.
[PyTorch's documentation](https://docs.pytorch.org/docs/stable/generated/torch.nn.DataParallel.html) recommends \`DistributedDataParallel\` even on a single machine.`,
  remedy:
    'Use `DistributedDataParallel` with one process per GPU (`torchrun --nproc-per-node=gpu train.py`). Also measure whether one GPU, used well, is enough.',
  nonCompliant: [
    {
      code: `import torch
from torch import nn

model = nn.DataParallel(Net()).cuda()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
`,
      severity: 'information',
    },
    {
      code: `import pytorch_lightning as pl

trainer = pl.Trainer(gpus=4, strategy="dp", max_epochs=10)
`,
      severity: 'information',
    },
  ],
  compliant: [
    `from torch.nn.parallel import DistributedDataParallel

model = DistributedDataParallel(Net().to(rank), device_ids=[rank])
`,
    `from torch import nn

def unwrapped(model):
    return model.module if isinstance(model, nn.DataParallel) else model
`,
  ],
  evidence: {
    item: 'parallel-measured',
    contradicts: false,
    one: 'use of DataParallel',
    several: 'uses of DataParallel',
  },
  messages: {
    wrapper:
      'DataParallel copies the model to every GPU in every step and drives all GPUs from one process, so they wait for each other. Use DistributedDataParallel.',
    strategy:
      'strategy="dp" copies the model to every GPU in every step and drives all GPUs from one process, so they wait for each other. Use strategy="ddp".',
  },
})
  .on(together(dataParallelWrappers), function* (wrappers, { module }) {
    if (
      /\bDistributedDataParallel\b|\bhorovod\b/.test(module.text) ||
      holdsInCode(module.text, otherWays) ||
      onlyPredicts(module.text) ||
      !mayTrain.test(module.text)
    )
      return;
    const runsTrials = rayTrials.test(module.text) && !severalGpus.test(module.text);
    const seen = new Set<number>();
    for (const { node } of wrappers) {
      const scope = module.place(node)?.scopes[0];
      if (scope === undefined || seen.has(scope.id) || isForPrediction(module, node, scope)) continue;
      if (runsTrials && scope.type === 'function_definition') continue;
      seen.add(scope.id);
      yield { node, message: 'wrapper' as const };
    }
  })
  .on(lightningTrainers, (trainer, { module }) =>
    /["']dp["']/.test(module.text) && !oneGpu.test(module.text) && hasStrategy(module, trainer, 'dp')
      ? { node: trainer.call.node, message: 'strategy' }
      : null,
  );

/** `AVAIL_GPUS = min(1, torch.cuda.device_count())` */
const oneGpu = /\b\w{0,20}(?:gpus?|devices) {0,3}= {0,3}min\( {0,3}1 {0,3},/i;
