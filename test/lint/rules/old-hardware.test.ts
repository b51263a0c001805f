import assert from 'node:assert/strict';
import { hardwareOf } from '../../../src/lint/libraries/old-hardware';
import { lintCells, lintWith } from '../support';

const names = async (code: string): Promise<readonly unknown[]> =>
  (await lintWith('old-hardware', code)).map(({ estimate }) => estimate?.['hardware']);

const job = (type: string): string =>
  `from sagemaker.pytorch import PyTorch\njob = PyTorch("t.py", role=r, instance_count=1, instance_type=${type})\n`;

describe('old-hardware', () => {
  const found: readonly (readonly [string, string])[] = [
    ['V100', job('"ml.p3.16xlarge"')],
    ['V100', job("'ml.p3dn.24xlarge'")],
    ['K80', job('"ml.p2.xlarge"')],
    ['M60', job('"ml.g3s.xlarge"')],
    ['V100', `TYPE = "ml.p3.2xlarge"\n${job('TYPE')}`],
    [
      'V100',
      'from sagemaker.estimator import Estimator\nEstimator(image, role, train_instance_type="ml.p3.2xlarge")\n',
    ],
    ['V100', 'import sagemaker\npredictor = model.deploy(initial_instance_count=1, instance_type="ml.p3.2xlarge")\n'],
    [
      'Xeon E5 v3 (Haswell)',
      'import boto3\nec2 = boto3.resource("ec2")\nec2.create_instances(InstanceType="m4.large")\n',
    ],
    [
      'K80',
      'import boto3\nboto3.client("sagemaker").create_training_job(ResourceConfig={"InstanceType": "ml.p2.xlarge", "InstanceCount": 1})\n',
    ],
    [
      'V100',
      'from google.cloud import aiplatform\njob = aiplatform.CustomJob(worker_pool_specs=[{"machine_spec": {"machine_type": "n1-standard-8", "accelerator_type": "NVIDIA_TESLA_V100"}}])\n',
    ],
    [
      'K80',
      'from google.cloud import aiplatform\nif testing:\n    GPU, COUNT = None, None\nelse:\n    GPU, COUNT = (aiplatform.gapic.AcceleratorType.NVIDIA_TESLA_K80, 1)\n',
    ],
    [
      'Xeon E5 v3 (Haswell)',
      'from sagemaker.workflow.parameters import ParameterString\nkind = ParameterString(name="Type", default_value="ml.m4.xlarge")\n',
    ],
    ['Xeon E5 v3 (Haswell)', 'import sagemaker\npredictor = model.deploy(1, "ml.c4.xlarge")\n'],
    [
      'K80',
      'from azure.ai.ml.entities import AmlCompute\nparser.add_argument("--vm-size", default="Standard_NC6")\nargs = parser.parse_args()\nAmlCompute(name="g", size=args.vm_size)\n',
    ],
    [
      'V100',
      'from sagemaker.pytorch import PyTorch\nif local:\n    kind = "local_gpu"\nelse:\n    kind = "ml.p3.2xlarge"\njob = PyTorch("t.py", instance_type=kind)\n',
    ],
    ['V100', 'import sagemaker\nconfig = {"instance_type": "ml.p3.2xlarge"}\n'],
    ['V100', "import boto3\nlaunch = {'InstanceType': 'p3.2xlarge'}\n"],
    ['V100', 'from azure.ai.ml.entities import AmlCompute\nAmlCompute(name="g", size="STANDARD_NC6S_V3")\n'],
    [
      'K80',
      'from azureml.core.compute import AmlCompute\nAmlCompute.provisioning_configuration(vm_size="Standard_NC12_Promo")\n',
    ],
    [
      'P100',
      'from google.cloud import aiplatform\naiplatform.CustomJob.from_local_script(accelerator_type="NVIDIA_TESLA_P100")\n',
    ],
    // Names that say what they hold.
    ['K80', 'from azureml.core import Workspace\nVM_SIZE = "STANDARD_NC6"\n'],
    ['V100', 'import sagemaker\nclass Config:\n    train_instance_type: str = "ml.p3.2xlarge"\n'],
    ['V100', 'from google.cloud import aiplatform\nACCELERATOR_TYPE = "NVIDIA_TESLA_V100"  # @param {type:"string"}\n'],
    [
      'Xeon E5 v3 (Haswell)',
      'from kfp import dsl\n@dsl.pipeline(name="a")\ndef survival(region="us-west-2", instance_type="m4.xlarge"):\n    make(instance_type)\n',
    ],
    // Kubernetes.
    ['P100', 'import kfp\nop.add_node_selector_constraint("cloud.google.com/gke-accelerator", "nvidia-tesla-p100")\n'],
    ['K80', 'import kfp\nselector = {"cloud.google.com/gke-accelerator": "nvidia-tesla-k80"}\n'],
    ['V100', 'import kubernetes\npod = "nodeSelector: {cloud.google.com/gke-accelerator: nvidia-tesla-v100}"\n'],
    ['V100', 'import boto3\njob = {"Instances": {"MasterInstanceType": "p3.2xlarge"}}\n'],
  ];
  it('shows the name that holds a machine, and counts the calls that take it as one place with it', async () => {
    const [finding, ...others] = await lintWith(
      'old-hardware',
      'from azureml.core.compute import AmlCompute\nvm_size = "Standard_NC6"\nAmlCompute.provisioning_configuration(vm_size=vm_size)\n',
    );
    assert.deepEqual([finding?.start.row, finding?.estimate?.['places'], others], [1, 1, []]);
    const [entry] = await lintWith(
      'old-hardware',
      'from google.cloud import aiplatform\nACCELERATOR_TYPE = "NVIDIA_TESLA_V100"\nspec = {"accelerator_type": ACCELERATOR_TYPE}\n',
    );
    assert.deepEqual([entry?.start.row, entry?.estimate?.['places']], [1, 1]);
  });

  it('does not go by the default of an option that is set, or of something else', async () => {
    const option = (more: string, size: string): string =>
      `from azure.ai.ml.entities import AmlCompute\nparser.add_argument("--size", default="Standard_NC6")\n${more}AmlCompute(name="g", size=${size})\n`;
    assert.deepEqual(await names(option('', 'args.size')), ['K80']);
    assert.deepEqual(await names(option('args.size = "Standard_NC24ads_A100_v4"\n', 'args.size')), []);
    assert.deepEqual(await names(option('', 'target.size')), []);
  });

  it('does not take the name of a parameter for a variable of the same name', async () => {
    const code =
      'import sagemaker\nkind = "ml.p3.2xlarge" if big else "ml.g6.xlarge"\ndef go(kind):\n    return model.deploy(1, instance_type=kind)\n';
    assert.deepEqual(await names(code), []);
  });

  const overwritten: readonly string[] = [
    'kind = "ml.p3.2xlarge"\nkind = pick()\n',
    'kind = "ml.p3.2xlarge"\nkind = "ml.g6.xlarge"\n',
    'kind = "ml.p3.2xlarge"\nwith chosen() as kind:\n    pass\n',
    'kind = "ml.p3.2xlarge"\nif newer:\n    kind = pick()\n',
    'kind = "ml.p3.2xlarge"\nfor kind in kinds:\n    pass\n',
    'kind = "ml.p3.2xlarge"\nkind, count = pick()\n',
    'kind = "ml.p3.2xlarge"\nif newer:\n    kind = "ml.g6.xlarge"\nelse:\n    kind = "ml.g5.xlarge"\n',
  ];
  for (const before of overwritten) {
    it(`is silent on a name that gets something else: ${JSON.stringify(before)}`, async () => {
      assert.deepEqual(await names(`${before}${job('kind')}`), []);
    });
  }

  it('names a new family of the same kind, and its size where that one has it', async () => {
    const said = async (type: string): Promise<string> =>
      (await lintWith('old-hardware', job(`"${type}"`)))[0]?.message ?? '';
    assert.match(await said('ml.c4.8xlarge'), /\. A c7 of the same size does the same work/);
    assert.match(await said('ml.m4.10xlarge'), /\. An m7 does the same work/);
    assert.match(await said('ml.r4.large'), /\. An r7 of the same size does/);
    assert.match(await said('ml.m3.medium'), /\. An m7 does/);
    assert.match(await said('ml.p3.2xlarge'), /\. A g6 \(L4\) or p4d \(A100\) does/);
  });

  it('finds the machine of one branch', async () => {
    assert.deepEqual(await names(`kind = "ml.p3.2xlarge"\nif newer:\n    kind = "ml.g6.xlarge"\n${job('kind')}`), [
      'V100',
    ]);
  });

  for (const [hardware, code] of found) {
    it(`finds a ${hardware} in ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await names(code), [hardware]);
    });
  }

  const silent: readonly string[] = [
    job('"ml.g6.xlarge"'),
    job('"ml.p4d.24xlarge"'),
    job('"ml.p5.48xlarge"'),
    job('"ml.m5.large"'),
    // Shares of a machine.
    job('"ml.t2.medium"'),
    'import boto3\nlaunch = {"InstanceType": "t3.large"}\n',
    job('instance'),
    'import sagemaker\nprint("ml.p3.2xlarge")\n',
    'import sagemaker\nif kind == "ml.p3.2xlarge" or kind in ("ml.p2.xlarge",):\n    pass\n',
    'from google.cloud import aiplatform\n# aiplatform.gapic.AcceleratorType.NVIDIA_TESLA_K80\n',
    job('["ml.p3.2xlarge", "ml.g6.xlarge"]'),
    job('os.environ.get("TYPE", "ml.p3.2xlarge")'),
    'import boto3\n# {"InstanceType": "p3.2xlarge"}\nx = """{"InstanceType": "p3.2xlarge"}"""\n',
    'import sagemaker\nmodel.tune(size="p3", machine_type="p3.2")\n',
    'from azure.ai.ml.entities import AmlCompute\nAmlCompute(name="g", size="Standard_NC24ads_A100_v4")\n',
    'from google.cloud import aiplatform\naiplatform.CustomJob(accelerator_type="NVIDIA_TESLA_T4")\n',
    // A name that gets something else, a default of a helper, choices, and a text that is a comment.
    'import boto3\ninstance_type = "p3.2xlarge"\ninstance_type = pick()\n',
    'import boto3\ndef launch(instance_type="p3.2xlarge"):\n    pass\n',
    'import kfp\nmenu("Select", ["NVIDIA_TESLA_V100"], "NVIDIA_TESLA_V100")\n',
    'import kubernetes\n"cloud.google.com/gke-accelerator: nvidia-tesla-v100"\n',
    // No cloud library.
    'VM_SIZE = "STANDARD_NC6"\n',
    'launch(instance_type="ml.p3.2xlarge")\n',
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await names(code), []);
    });
  }

  it('reports a type once a notebook, where it stands first, and counts its places', async () => {
    const launch =
      'job = boto3.client("sagemaker").create_training_job(ResourceConfig={"InstanceType": "ml.p2.xlarge"})';
    const findings = await lintCells(
      [
        `import boto3\nimport sagemaker\n${launch}`,
        'model.deploy(1, instance_type="ml.p3.2xlarge")',
        'model.deploy(1, instance_type="ml.p2.xlarge")\nmodel.tune(instance_type="ml.p2.xlarge")',
      ],
      { select: ['old-hardware'] },
    );
    assert.deepEqual(
      findings.map(({ cell, estimate, message }) => [
        cell,
        estimate?.['hardware'],
        estimate?.['places'],
        /in 3 places/.test(message),
      ]),
      [
        [0, 'K80', 3, true],
        [1, 'V100', 1, false],
      ],
    );
  });

  it('reads names exactly', () => {
    for (const name of [
      'p3',
      'p3.huge',
      'ml.t2.medium',
      't3.large',
      'xml.p3.xlarge',
      'constructor.large',
      'Standard_NC24ads_A100_v4',
      'Standard_ND96asr_v4',
      'Standard_NV36ads_A10_v5',
      'Standard_constructor',
      'NVIDIA_TESLA_toString',
      '',
    ]) {
      assert.equal(hardwareOf(name), null, name);
    }
    assert.deepEqual(
      ['c4.8xlarge', 'Standard_NC24rs_v3', 'standard_nd40rs_v2', 'standard_nd24rs', 'nvidia-tesla-k80'].map(
        (name) => hardwareOf(name)?.year,
      ),
      [2014, 2017, 2017, 2016, 2014],
    );
  });
});
