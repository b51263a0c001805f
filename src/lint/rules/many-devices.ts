import type { Call, PythonModule } from '../../python/module';
import { signature } from '../../python/signatures';
import { toInteger, toText, type Value } from '../../python/values';
import { defineRule } from '../define';
import { isSageMakerEstimator, SAGEMAKER_ESTIMATORS } from '../libraries/sagemaker';
import { LIGHTNING_TRAINER } from '../libraries/lightning';

/** `Trainer` and `Fabric` of lightning 2, `gpus` of 1.x; not checked against the source. */
const FABRIC: readonly string[] = ['lightning.Fabric', 'lightning.fabric.Fabric', 'lightning_fabric.Fabric'];
const BY_NAME = signature('*');

export const manyDevices = defineRule({
  id: 'many-devices',
  practice: 15,
  severity: 'hint',
  summary: 'A training that is written for eight accelerators or machines, or more.',
  details: `Lightning's \`Trainer\` and \`Fabric\`: constant \`devices\` (or \`gpus\`) × \`num_nodes\` of 8 or more; SageMaker estimators: \`instance_count\` of 8 or more. Devices of a processor or a TPU board are not counted.`,
  why: `Twice the devices are never twice as fast: they wait for each other's gradients, and all of them draw power meanwhile. Throwing compute at it is what practice 15 warns of.`,
  remedy: `Measure the throughput with one device, two, four, and stay where a further one adds little. A smaller model or mixed precision often saves more than devices add.`,
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
  thresholds: { devices: 8 },
  apis: [LIGHTNING_TRAINER, ...FABRIC, ...SAGEMAKER_ESTIMATORS],
  packages: ['lightning', 'sagemaker'],
  check(module, context) {
    if (!/\b(?:devices|gpus|num_nodes|(?:train_)?instance_count)\b/.test(module.text)) return;
    const words = new Set([
      'Trainer',
      'Fabric',
      ...SAGEMAKER_ESTIMATORS.map((name) => name.slice(name.lastIndexOf('.') + 1)),
    ]);
    for (const call of module.calls(words)) {
      const found = devicesOf(module, call);
      if (found === null || found.count < context.threshold('devices')) continue;
      context.report({
        node: call.node,
        severity: 'hint',
        message: `This training takes ${found.count} ${found.what}. Each one more adds less speed than the one before, and draws as much: measure how few are enough.`,
        headline: `${found.count} ${found.what}`,
        estimate: { devices: found.count },
      });
    }
  },
});

function devicesOf(module: PythonModule, call: Call): { readonly count: number; readonly what: string } | null {
  const args = module.bind(call, BY_NAME);
  const value = (name: string): Value | null => args.get(name)?.value ?? null;
  if (isSageMakerEstimator(call)) {
    const count = toInteger(value('instance_count') ?? value('train_instance_count') ?? { kind: 'none' });
    return count === null ? null : { count, what: 'machines' };
  }
  if (call.name !== LIGHTNING_TRAINER && !FABRIC.includes(call.name ?? '')) return null;
  const accelerator = value('accelerator');
  if (accelerator !== null && /^(?:cpu|tpu|mps)$/.test(toText(accelerator) ?? '')) return null;
  const given = value('devices') ?? value('gpus');
  const nodes = value('num_nodes');
  const devices = given === null ? (nodes === null ? null : 1) : deviceCount(given);
  const machines = nodes === null ? 1 : toInteger(nodes);
  if (devices === null || machines === null) return null;
  return { count: devices * machines, what: given === null ? 'machines' : 'devices' };
}

/** `8`, `"8"` and `[0, 1, 2, 3, 4, 5, 6, 7]`. */
function deviceCount(value: Value): number | null {
  if (value.kind === 'sequence') return value.length;
  const text = toText(value);
  return text !== null && /^\d+$/.test(text) ? Number(text) : toInteger(value);
}
