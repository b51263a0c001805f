import type { Training } from './trainings';

/**
 * Names of lower precision in PyTorch 2, Lightning 2.6, Keras 3.15, transformers 5.23, DeepSpeed and Accelerate, and in Apex
 * before them. Any of them shows that a program has chosen its precision.
 */
export const lowerPrecision =
  /\b(?:autocast|GradScaler|GradScalar|amp|apex|bfloat16|float16|fp16|bf16|tf32|allow_tf32|set_float32_matmul_precision|mixed_precision|mixed_float16|mixed_bfloat16|half|precision|deepspeed|Accelerator)\b/;

/** What turns mixed precision on. */
export const mixedPrecision: Readonly<Record<Training['framework'], string>> = {
  keras: 'keras.mixed_precision.set_global_policy("mixed_float16") before the model is built',
  lightning: 'Trainer(precision="bf16-mixed")',
  transformers: 'TrainingArguments(bf16=True), or fp16=True before Ampere',
  torch: 'torch.autocast("cuda", dtype=torch.bfloat16) around the forward pass',
};
