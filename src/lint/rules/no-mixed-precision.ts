import { defineRule } from '../engine/define';
import { asksForGpu } from '../libraries/lightning';
import { usesCuda } from '../libraries/torch/cuda';
import { trainings, type Training } from '../libraries/trainings';
import { together } from '../engine/query';

/** What tells that a program knows of lower precision, whatever the library. */
const known =
  /\b(?:autocast|GradScaler|GradScalar|amp|apex|bfloat16|float16|fp16|bf16|tf32|allow_tf32|set_float32_matmul_precision|mixed_precision|mixed_float16|mixed_bfloat16|half|precision|deepspeed|Accelerator)\b/;

const howTo: Readonly<Record<Training['framework'], string>> = {
  keras: 'keras.mixed_precision.set_global_policy("mixed_float16") before the model is built',
  lightning: 'Trainer(precision="bf16-mixed")',
  transformers: 'TrainingArguments(bf16=True), or fp16=True before Ampere',
  torch: 'torch.autocast("cuda", dtype=torch.bfloat16) around the forward pass',
};

export const noMixedPrecision = defineRule({
  id: 'no-mixed-precision',
  practice: 15,
  severity: 'information',
  enabled: false,
  summary: 'A deep model that is trained in single precision throughout on a graphics card.',
  details: `The first training of a file that names no lower precision anywhere: a PyTorch loop on \`cuda\`, a Lightning trainer on a GPU, the Trainer of Hugging Face, Keras.`,
  why: `Since Volta the tensor cores of graphics cards work in half precision: an A100 does 312 TFLOPS in it and 19.5 outside the tensor cores in single precision, with half the memory traffic.
How much of that a model sees depends on it; one to three times the speed is usual.`,
  remedy: `One line: see the message for each library. Prefer bfloat16 where the card has it (Ampere and later), which needs no loss scaling, and compare the validation loss.`,
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
      `This training runs in single precision, past the tensor cores of the graphics card. ${how} uses them.`,
  },
  unless: known,
}).on(together(trainings), (all, { module }) => {
  const first = all.find(({ framework, trainer }) => {
    if (framework === 'torch') return usesCuda(module);
    // Only what is asked to run on a graphics card is sure to be able to.
    return framework !== 'lightning' || (trainer !== null && asksForGpu(module, trainer));
  });
  return first === undefined
    ? null
    : { node: first.call.node, message: 'singlePrecision', data: { how: howTo[first.framework] } };
});
