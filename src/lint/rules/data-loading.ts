import { signature } from '../../python/signatures';
import { defineRule } from '../engine/define';
import { usesCuda } from '../libraries/torch/cuda';
import { isFrom } from '../engine/origin';
import { calls, methodCalls } from '../engine/query';

/** Read in torch 2.9, `utils/data/dataloader.py`: parameters by position. */
const loader = 'torch.utils.data.DataLoader';
const loaderParameters = signature('dataset, batch_size, shuffle, sampler, batch_sampler, num_workers');
/** Read in tensorflow 2.20, `data/ops/dataset_ops.py`. */
const mapParameters = signature('map_func, num_parallel_calls, deterministic, synchronous');

export const dataLoading = defineRule({
  id: 'data-loading',
  practice: null,
  severity: 'information',
  enabled: false,
  summary: 'Data that is prepared by the process that trains, while the graphics card waits.',
  details: `PyTorch: a \`DataLoader\` without \`num_workers\` in a file that uses \`cuda\`. TensorFlow: \`Dataset.map\` without \`num_parallel_calls\`. An explicit value, 0 too, is a decision.`,
  why: `A graphics card that waits for its next batch still draws a good part of its power. Without workers each batch is read and transformed between two steps.`,
  remedy: `\`DataLoader(…, num_workers=4, pin_memory=True, persistent_workers=True)\`; \`.map(f, num_parallel_calls=tf.data.AUTOTUNE)\` and \`.prefetch(tf.data.AUTOTUNE)\` at the end. Data that is in memory already as tensors gains nothing.`,
  nonCompliant: [
    {
      code: `import torch
from torch.utils.data import DataLoader

loader = DataLoader(images, batch_size=64, shuffle=True)
model.to("cuda")
`,
      severity: 'information',
    },
    {
      code: `import tensorflow as tf

images = tf.data.Dataset.list_files("*.png").map(decode).batch(64)
`,
      severity: 'information',
    },
  ],
  compliant: [
    `import torch
from torch.utils.data import DataLoader

loader = DataLoader(images, batch_size=64, shuffle=True, num_workers=0)
model.to("cuda")
`,
    `import tensorflow as tf

images = tf.data.Dataset.list_files("*.png").map(decode, num_parallel_calls=tf.data.AUTOTUNE).batch(64)
`,
  ],
  messages: {
    loader:
      'Without num_workers the process that trains reads each batch itself, and the graphics card waits. num_workers=4 and pin_memory=True prepare the next ones meanwhile.',
    map: 'This map prepares one element at a time. num_parallel_calls=tf.data.AUTOTUNE uses all cores, and prefetch at the end works ahead.',
  },
})
  .on(calls([loader], { related: ['torch.utils.data.TensorDataset'] }), (call, { module }) => {
    if (!usesCuda(module)) return null;
    const args = module.bind(call, loaderParameters);
    const dataset = args.get('dataset');
    const inMemory = dataset !== null && module.callOf(dataset.value)?.name === 'torch.utils.data.TensorDataset';
    return !args.omits('num_workers') || inMemory ? null : { node: call.node, message: 'loader' };
  })
  .on(methodCalls(['map'], { packages: ['tensorflow'] }), (call, { module }) => {
    if (!module.text.includes('tensorflow') || !isFrom(module, call, 'tensorflow.data.')) return null;
    return module.bind(call, mapParameters).omits('num_parallel_calls') ? { node: call.node, message: 'map' } : null;
  });
