import { defineRule } from '../engine/define';
import { hasStrategy, lightningTrainers } from '../libraries/lightning';
import { calls } from '../engine/query';

const classes: readonly string[] = [
  'torch.nn.DataParallel',
  'torch.nn.parallel.DataParallel',
  'torch.nn.parallel.data_parallel.DataParallel',
];
export const dataParallel = defineRule({
  id: 'data-parallel',
  practice: 15,
  severity: 'information',
  summary: '`DataParallel`, which leaves much of several GPUs unused.',
  details: `PyTorch: \`nn.DataParallel(model)\`; Lightning before 2.0: \`strategy="dp"\`. Not where the module also uses \`DistributedDataParallel\`.`,
  why: `It runs the GPUs from threads of one Python process, copies the model to each of them in every step, and gathers the outputs on one. The others wait, and a GPU that waits draws power all the same.
[PyTorch's documentation](https://docs.pytorch.org/docs/stable/generated/torch.nn.DataParallel.html) recommends \`DistributedDataParallel\` even on a single machine.`,
  remedy: `\`DistributedDataParallel\`, one process a GPU (\`torchrun --nproc-per-node=gpu train.py\`). And measure whether one GPU, used well, would do.`,
  nonCompliant: [
    {
      code: `import torch
from torch import nn

model = nn.DataParallel(Net()).cuda()
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
      'DataParallel copies the model to every GPU in every step and drives them from one process, so they wait for each other. DistributedDataParallel does not.',
    strategy:
      'strategy="dp" copies the model to every GPU in every step and drives them from one process, so they wait for each other. strategy="ddp" does not.',
  },
})
  .on(calls(classes), ({ node }, { module }) =>
    /\bDistributedDataParallel\b/.test(module.text) ? null : { node, message: 'wrapper' },
  )
  .on(lightningTrainers, (trainer, { module }) =>
    /["']dp["']/.test(module.text) && hasStrategy(module, trainer, 'dp')
      ? { node: trainer.call.node, message: 'strategy' }
      : null,
  );
