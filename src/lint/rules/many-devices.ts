import type { Call } from '../../python/module';
import { counted } from '../../present/words';
import { toInteger } from '../../python/values';
import { defineRule, type Judgement } from '../engine/define';
import { lightningHosts } from '../libraries/lightning';
import { sageMakerJobs } from '../libraries/sagemaker';

const messages = {
  many: ({ count, what }: { readonly count: number; readonly what: string }) =>
    `This training uses ${counted(count, what)}. Each additional one adds less speed, but draws as much power: measure how few are enough.`,
};

export const manyDevices = defineRule({
  id: 'many-devices',
  practice: 15,
  severity: 'hint',
  summary: 'A training on eight or more accelerators or machines.',
  details: `Lightning's \`Trainer\` and \`Fabric\`: constant \`devices\` (or \`gpus\`) × \`num_nodes\` of 8 or more. SageMaker estimators: \`instance_count\` of 8 or more. CPU and TPU devices are not counted.`,
  why: `Twice as many devices are never twice as fast: they wait for each other's gradients, and all of them draw power meanwhile. Practice 15 warns against throwing compute at a problem.`,
  remedy:
    'Measure the throughput with one, two and four devices, and stop when another one adds little. A smaller model or mixed precision often saves more time than devices do.',
  nonCompliant: [
    {
      code: `import lightning as L

trainer = L.Trainer(accelerator="gpu", devices=4, num_nodes=8, max_epochs=10)
`,
      severity: 'hint',
      estimate: { devices: 32 },
    },
    {
      code: `from sagemaker.pytorch import PyTorch

estimator = PyTorch("train.py", role=role, instance_count=16, instance_type="ml.p4d.24xlarge")
`,
      severity: 'hint',
      estimate: { devices: 16 },
    },
  ],
  compliant: [
    `import lightning as L

trainer = L.Trainer(accelerator="gpu", devices=2, max_epochs=10)
`,
    `import lightning as L

trainer = L.Trainer(accelerator="tpu", devices=8, max_epochs=10)
`,
  ],
  evidence: {
    item: 'parallel-measured',
    contradicts: false,
    one: 'job on eight devices or more',
    several: 'jobs on eight devices or more',
  },
  thresholds: {
    devices: {
      default: 8,
      unit: 'devices',
      meaning: 'trainings on at least this many devices or machines are reported',
    },
  },
  messages,
  needs: /\b(?:devices|gpus|num_nodes|(?:train_)?instance_count)\b/,
})
  .on(lightningHosts, ({ call, devices, areMachines }, { threshold }) =>
    spread(call, devices, areMachines ? 'machine' : 'device', threshold('devices')),
  )
  .on(sageMakerJobs, ({ call, args }, { threshold }) => {
    const given = args.get('instance_count') ?? args.get('train_instance_count');
    return spread(call, given === null ? null : toInteger(given.value), 'machine', threshold('devices'));
  });

function spread(call: Call, count: number | null, what: string, least: number): Judgement<typeof messages> | null {
  if (count === null || count < least) return null;
  return {
    node: call.node,
    message: 'many',
    data: { count, what },
    headline: counted(count, what),
    wayOut: 'measure how few are enough',
    estimate: { devices: count },
  };
}
