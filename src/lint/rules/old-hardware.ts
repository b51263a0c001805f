import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { field, isField } from '../../python/syntax';
import { toText } from '../../python/values';
import { azureCluster } from '../libraries/azure';
import { query } from '../engine/query';
import { defineRule } from '../engine/define';
import { hardwareOf, type OldHardware } from '../libraries/old-hardware';

/** Arguments and keys by which the cloud libraries are told a machine. */
const machineArguments: readonly string[] = [
  'instance_type',
  'train_instance_type',
  'InstanceType',
  'size',
  'vm_size',
  'accelerator_type',
  'machine_type',
];

interface HardwareMention {
  readonly text: string;
  readonly hardware: OldHardware;
  readonly places: number;
}

function sentence({ text, hardware: { name, year, teraflopsPerWatt, instead }, places }: HardwareMention): string {
  const figure =
    teraflopsPerWatt === null ? '' : `: ${teraflopsPerWatt} TFLOPS per watt, where an A100 does 0.78 and an L4 1.7`;
  return `${text} computes on the ${name} of ${year}${figure}. ${instead} does the same work with less energy.${places > 1 ? ` This file asks for it in ${places} places.` : ''}`;
}

const namedMachines = query(
  {
    packages: ['sagemaker', 'boto', 'azure', 'aiplatform'],
    apis: [azureCluster],
    words: machineArguments.filter((name) => name !== 'size'),
  },
  placesOf,
);

export const oldHardware = defineRule({
  id: 'old-hardware',
  practice: 10,
  severity: 'information',
  summary: 'A cloud machine of a generation that needs far more energy for the same work.',
  details: `Constant instance types of Amazon (SageMaker, EC2), sizes of Azure and accelerators of Google Cloud with processors or graphics cards of 2017 or before: \`p2\`, \`p3\`, \`g2\`, \`g3\`, \`c3\`, \`c4\`, \`m3\`, \`m4\`, \`r3\`, \`r4\`, \`t2\`; \`NC\`, \`NC_v2\`, \`NC_v3\`, \`ND\`, \`NV\`; K80, P4, P100, V100.
Each type is reported once a file or notebook, at the first place that names it, with the number of places.`,
  why: `By the vendors' data sheets a V100 does 0.42 TFLOPS per watt in half precision, an A100 0.78, an H100 1.4 and an L4 1.7; a K80, which has no half precision, 0.03.
A job that takes the same watts for a third of the time takes a third of the energy.`,
  remedy: `Take the current generation: on Amazon \`g6\` (L4), \`p4d\` (A100) or \`p5\` (H100), \`c7\`, \`m7\`, \`r7\` and later; on Azure \`NC_A100_v4\` or \`NC_H100_v5\`; on Google Cloud L4, A100 or H100. Measure a short run on both: what counts is the energy of the whole job.`,
  nonCompliant: [
    {
      code: `from sagemaker.pytorch import PyTorch

job = PyTorch("train.py", role=role, instance_count=1, instance_type="ml.p3.2xlarge")
`,
      severity: 'information',
      estimate: { hardware: 'V100', year: 2017, teraflopsPerWatt: 0.42, places: 1 },
    },
    {
      code: `import boto3

boto3.client("ec2").run_instances(ImageId=image, InstanceType="c4.8xlarge", MinCount=1, MaxCount=1)
`,
      severity: 'information',
      estimate: { hardware: 'Xeon E5 v3 (Haswell)', year: 2014, teraflopsPerWatt: null, places: 1 },
    },
    {
      code: `from azure.ai.ml.entities import AmlCompute

cluster = AmlCompute(name="gpu", size="Standard_NC6", min_instances=0, max_instances=4)
`,
      severity: 'information',
    },
  ],
  compliant: [
    `from sagemaker.pytorch import PyTorch

job = PyTorch("train.py", role=role, instance_count=1, instance_type="ml.g6.2xlarge")
`,
    `from sagemaker.pytorch import PyTorch

job = PyTorch("train.py", role=role, instance_count=1, instance_type=config["instance"])
`,
  ],
  evidence: {
    item: 'recent-hardware',
    contradicts: true,
    one: 'job on an old generation of hardware',
    several: 'jobs on an old generation of hardware',
  },
  messages: { old: sentence },
}).on(namedMachines, ({ text, nodes }) => {
  const hardware = hardwareOf(text);
  const [first] = nodes;
  if (hardware === null || first === undefined) return null;
  const { name, year, teraflopsPerWatt } = hardware;
  return {
    node: first,
    message: 'old',
    data: { text, hardware, places: nodes.length },
    headline: `${name}, ${year}`,
    estimate: { hardware: name, year, teraflopsPerWatt, places: nodes.length },
  };
});

/** The constant machines with the places that name them, in the order of the file. */
function* placesOf(module: PythonModule): Generator<{ readonly text: string; readonly nodes: readonly Node[] }> {
  const places = new Map<string, Node[]>();
  for (const { node, text } of [...machines(module)].sort((a, b) => a.node.startIndex - b.node.startIndex)) {
    const nodes = places.get(text) ?? [];
    if (!nodes.some(({ id }) => id === node.id)) nodes.push(node);
    places.set(text, nodes);
  }
  for (const [text, nodes] of places) yield { text, nodes };
}

/** The constant machines that calls are given, each with the call; in dictionaries with the entry. */
function* machines(module: PythonModule): Generator<{ readonly node: Node; readonly text: string }> {
  for (const name of machineArguments) {
    for (const identifier of module.identifiers(name)) {
      const keyword = identifier.parent;
      const call = keyword?.parent?.parent;
      if (keyword?.type !== 'keyword_argument' || !isField(keyword, 'name', identifier) || call?.type !== 'call')
        continue;
      const text = textOf(module, field(keyword, 'value'));
      if (text !== null) yield { node: call, text };
    }
  }
  // The parameters of boto3's own calls are dictionaries.
  for (const { index } of module.text.matchAll(/["']InstanceType["']\s*:/g)) {
    const key = module.root.descendantForIndex(index + 1);
    const pair = key?.parent?.type === 'pair' ? key.parent : key?.parent?.parent;
    const text = pair?.type === 'pair' ? textOf(module, field(pair, 'value')) : null;
    if (pair?.type === 'pair' && text !== null) yield { node: pair, text };
  }
}

const textOf = (module: PythonModule, value: Node | null): string | null =>
  value === null ? null : toText(module.evaluate(value));
