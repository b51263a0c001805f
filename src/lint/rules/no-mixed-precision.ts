import { defineRule } from '../engine/define';
import { together } from '../engine/query';
import { asksForGpu } from '../libraries/lightning';
import { lowerPrecision, mixedPrecision } from '../libraries/precision';
import { usesCuda } from '../libraries/torch/cuda';
import { trainings } from '../libraries/trainings';

export const noMixedPrecision = defineRule({
  id: 'no-mixed-precision',
  practice: 15,
  severity: 'information',
  enabled: false,
  summary: 'A deep model that trains in single precision on a GPU.',
  details:
    'The first training of a file that mentions no lower precision: a PyTorch loop on `cuda`, a Lightning trainer on a GPU, the Hugging Face `Trainer`, or Keras.',
  why: `Since Volta, the tensor cores of NVIDIA GPUs compute in half precision: an A100 reaches 312 TFLOPS with them, but only 19.5 in single precision without them, and half precision halves the memory traffic.
One to three times the speed is usual, depending on the model.`,
  remedy:
    'It takes one line: the message shows it for each library. Prefer bfloat16 if the GPU has it (Ampere and later), because it needs no loss scaling, and compare the validation loss.',
  nonCompliant: [
    {
      code: `import torch

model = model.to("cuda")
for x, y in loader:
    loss = criterion(model(x.to("cuda")), y.to("cuda"))
    loss.backward()
    optimizer.step()
`,
      severity: 'information',
    },
  ],
  compliant: [
    `import torch

model = model.to("cuda")
for x, y in loader:
    with torch.autocast("cuda", dtype=torch.bfloat16):
        loss = criterion(model(x.to("cuda")), y.to("cuda"))
    loss.backward()
    optimizer.step()
`,
  ],
  messages: {
    singlePrecision: ({ how }: { readonly how: string }) =>
      `This training runs in single precision and leaves the tensor cores of the GPU unused. Use ${how}.`,
  },
  unless: lowerPrecision,
}).on(together(trainings), (all, { module }) => {
  const first = all.find(({ framework, trainer }) => {
    if (framework === 'torch') return usesCuda(module);
    // Only a trainer that asks for a GPU certainly runs on one.
    return framework !== 'lightning' || (trainer !== null && asksForGpu(module, trainer));
  });
  return first === undefined
    ? null
    : { node: first.call.node, message: 'singlePrecision', data: { how: mixedPrecision[first.framework] } };
});
