import { counted } from '../../present/words';
import { defineRule } from '../engine/define';
import { machineRequests } from '../libraries/machines';
import { hardwareOf, hasHalfPrecision, type OldHardware } from '../libraries/old-hardware';

interface HardwareMention {
  readonly text: string;
  readonly hardware: OldHardware;
  readonly places: number;
}

function sentence({ text, hardware: { name, year, teraflopsPerWatt, instead }, places }: HardwareMention): string {
  const precision = hasHalfPrecision(name) ? 'in half precision' : 'in single precision, which is all it has';
  const figure =
    teraflopsPerWatt === null
      ? ''
      : `: ${teraflopsPerWatt} TFLOPS per watt ${precision}, while an A100 reaches 0.78 and an L4 1.7${hasHalfPrecision(name) ? '' : ' in half precision'}`;
  return `${text} runs on the ${name} of ${year}${figure}. ${instead} does the same work with less energy.${places > 1 ? ` This file uses it in ${counted(places, 'place')}.` : ''}`;
}

/** The figures of a machine, for a lens and for programs that read findings. */
export const hardwareFigures = ({ hardware: { name, year, teraflopsPerWatt, instead }, places }: HardwareMention) => ({
  headline: `${name}, ${year}`,
  wayOut: instead.replace(/^An? /, ''),
  estimate: { hardware: name, year, teraflopsPerWatt, places },
});

export const oldHardware = defineRule({
  id: 'old-hardware',
  practice: 10,
  severity: 'information',
  summary: 'A cloud machine of an old generation, which needs far more energy for the same work.',
  details: `Hard-coded instance types of Amazon (SageMaker, EC2), sizes of Azure and accelerators of Google Cloud with CPUs or GPUs from 2017 or earlier: \`p2\`, \`p3\`, \`g2\`, \`g3\`, \`c3\`, \`c4\`, \`m3\`, \`m4\`, \`r3\`, \`r4\`; \`NC\`, \`NC_v2\`, \`NC_v3\`, \`ND\`, \`NV\`; K80, P4, P100, V100.
In calls, in names that say what they hold (\`VM_SIZE\`), in defaults of pipelines, and in node selectors of Kubernetes.
Also clusters and online deployments of Azure ML in files for \`az ml\`.
Not reported: \`t2\` and \`t3\`, which are shares of a machine.
Each type is reported once per file or notebook, at its first place, with the number of places.`,
  why: `By the vendors' data sheets, a V100 reaches 0.42 TFLOPS per watt in half precision, an A100 0.78, an H100 1.4 and an L4 1.7. A K80, which has no half precision, reaches 0.03.
A job that draws the same power for a third of the time uses a third of the energy.`,
  remedy:
    'Use the current generation: on Amazon `g6` (L4), `p4d` (A100) or `p5` (H100), `c7`, `m7`, `r7` and later; on Azure `NC_A100_v4` or `NC_H100_v5`; on Google Cloud L4, A100 or H100. Measure a short run on both: what counts is the energy of the whole job.',
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
    one: 'job on old hardware',
    several: 'jobs on old hardware',
  },
  messages: { old: sentence },
}).on(machineRequests, ({ text, nodes }) => {
  const hardware = hardwareOf(text);
  const [first] = nodes;
  if (hardware === null || first === undefined) return null;
  const data = { text, hardware, places: nodes.length };
  return { node: first, message: 'old', data, ...hardwareFigures(data) };
});
