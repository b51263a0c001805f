import assert from 'node:assert/strict';
import { lintWith } from '../support';

const findings = async (code: string): Promise<readonly unknown[]> =>
  (await lintWith('always-on-endpoint', code)).map(({ severity, estimate }) => [severity, estimate?.['instances']]);

const azure = (args: string): string => `from azure.ai.ml.entities import AmlCompute\ncluster = AmlCompute(${args})\n`;
const model = (rest: string): string =>
  `from sagemaker.huggingface import HuggingFaceModel\nmodel = HuggingFaceModel(model_data=d, role=r)\n${rest}\n`;

describe('always-on-endpoint', () => {
  const found: readonly (readonly [string, number | null, string])[] = [
    ['warning', 1, azure('name="c", min_instances=1, max_instances=4')],
    ['warning', 3, `LEAST = 3\n${azure('min_instances=LEAST')}`],
    [
      'warning',
      2,
      'from azureml.core.compute import AmlCompute, ComputeTarget\nconfig = AmlCompute.provisioning_configuration(vm_size="s", min_nodes=2, max_nodes=4)\n',
    ],
    ['information', 2, model('p = model.deploy(2, "ml.g6.xlarge")')],
    ['information', null, model('p = model.deploy(initial_instance_count=n, instance_type="ml.g6.xlarge")')],
    [
      'information',
      1,
      'from sagemaker.estimator import Estimator\ne = Estimator(i, r)\ne.fit()\np = e.deploy(initial_instance_count=1, instance_type=kind)\n',
    ],
    [
      'information',
      1,
      'import sagemaker\ndef serve(model):\n    return model.deploy(initial_instance_count=1, instance_type="ml.g6.xlarge")\n',
    ],
  ];
  for (const [severity, instances, code] of found) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await findings(code), [[severity, instances]]);
    });
  }

  const silent: readonly string[] = [
    azure('name="c", min_instances=0, max_instances=4'),
    azure('name="c", max_instances=4'),
    azure('min_instances=least'),
    azure('**settings'),
    'from other import AmlCompute\nimport azure\nAmlCompute(min_instances=2)\n',
    model('p = model.deploy(1, "ml.g6.xlarge")\np.delete_endpoint()'),
    model(
      'p = model.deploy(1, "ml.g6.xlarge")\nboto3.client("sagemaker").delete_endpoint(EndpointName=p.endpoint_name)',
    ),
    model('p = model.deploy(serverless_inference_config=c)'),
    model(
      'from sagemaker.async_inference import AsyncInferenceConfig\np = model.deploy(1, "ml.g6.xlarge", async_inference_config=c)',
    ),
    model('p = model.deploy(**settings)'),
    'import sagemaker\nclient.deploy(name="x", instance_type="y")\n',
    'import mlflow\n# not for sagemaker\nclient = mlflow.get_client()\nclient.deploy(initial_instance_count=1, instance_type="x")\n',
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await findings(code), []);
    });
  }

  it('says the hours of a month', async () => {
    const [finding] = await lintWith('always-on-endpoint', azure('min_instances=2'));
    assert.match(finding?.message ?? '', /keeps 2 machines running around the clock: 1,461 hours a month/);
  });
});
