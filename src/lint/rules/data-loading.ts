import { defineRule } from '../engine/define';
import { tensorFlowMaps } from '../libraries/tensorflow';
import { usesCuda } from '../libraries/torch/cuda';
import { torchLoaders } from '../libraries/torch/data';

export const dataLoading = defineRule({
  id: 'data-loading',
  practice: null,
  severity: 'information',
  enabled: false,
  summary: 'Data that the training process loads itself, while the GPU waits.',
  details:
    'PyTorch: a `DataLoader` without `num_workers` in a file that uses `cuda`. TensorFlow: `Dataset.map` without `num_parallel_calls`. An explicit value, even 0, counts as a decision.',
  why: 'A GPU that waits for its next batch still draws a large part of its power. Without workers, each batch is read and transformed between two training steps.',
  remedy:
    'Use `DataLoader(…, num_workers=4, pin_memory=True, persistent_workers=True)`, or `.map(f, num_parallel_calls=tf.data.AUTOTUNE)` with `.prefetch(tf.data.AUTOTUNE)` at the end. Tensors that are already in memory gain nothing.',
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
      'Without num_workers, the training process loads each batch itself while the GPU waits. num_workers=4 and pin_memory=True load batches in the background.',
    map: 'This map processes one element at a time. num_parallel_calls=tf.data.AUTOTUNE uses all cores, and prefetch at the end prepares batches ahead of time.',
  },
})
  .on(torchLoaders, ({ call, omitsWorkers, isInMemory }, { module }) =>
    usesCuda(module) && omitsWorkers && !isInMemory ? { node: call.node, message: 'loader' } : null,
  )
  .on(tensorFlowMaps, ({ call, isSequential }) => (isSequential ? { node: call.node, message: 'map' } : null));
