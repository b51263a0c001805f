import assert from 'node:assert/strict';
import { alwaysOnEndpoint } from '../../../src/lint/rules/always-on-endpoint';
import { lintWith } from '../support';

const findings = async (code: string): Promise<readonly unknown[]> =>
  (await lintWith('always-on-endpoint', code)).map(({ severity, estimate }) => [severity, estimate?.['instances']]);

const azure = (args: string): string => `from azure.ai.ml.entities import AmlCompute\ncluster = AmlCompute(${args})\n`;
const model = (rest: string): string =>
  `from sagemaker.huggingface import HuggingFaceModel\nmodel = HuggingFaceModel(model_data=d, role=r)\n${rest}\n`;

const vertex = (rest: string): string =>
  `from google.cloud import aiplatform\nmodel = aiplatform.Model("m")\n${rest}\n`;
const azureOnline = (args: string): string =>
  `from azure.ai.ml.entities import ManagedOnlineDeployment\nd = ManagedOnlineDeployment(${args})\n`;
const boto = (variant: string, rest = ''): string =>
  `import boto3\nsm = boto3.client("sagemaker")\nsm.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[${variant}])\nsm.create_endpoint(EndpointName="e", EndpointConfigName="c")\n${rest}`;
const modal = (args: string): string =>
  `import modal\napp = modal.App()\n@app.function(${args})\ndef serve(text):\n    return text\n`;
const inference = (rest: string): string => `from huggingface_hub import create_inference_endpoint\n${rest}\n`;

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
    // A comment deletes nothing.
    ['information', 1, model('p = model.deploy(1, "ml.g6.xlarge")\n# p.delete_endpoint()')],
    ['information', 1, vertex('endpoint = model.deploy(machine_type=kind)\n  # endpoint.delete(force=True)')],
    ['information', 1, `${azureOnline('instance_count=1')}# ml_client.online_endpoints.begin_delete(name)\n`],
    [
      'information',
      2,
      boto('{"InstanceType": "a", "InitialInstanceCount": 2}', '#sm.delete_endpoint(EndpointName="e")\n'),
    ],
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
    [
      'information',
      null,
      'from sagemaker.jumpstart.model import JumpStartModel\nmodel = JumpStartModel(model_id="m")\np = model.deploy()\n',
    ],
    [
      'information',
      1,
      model('try:\n    p = find()\nexcept ValueError:\n    p = model.deploy(1, "ml.g6.xlarge")\nother.delete()'),
    ],
    [
      'information',
      1,
      model(
        'try:\n    p = model.deploy(1, "ml.g6.xlarge", timeout=9)\nexcept TypeError:\n    p = model.deploy(1, "ml.g6.xlarge")',
      ),
    ],
    ['information', 1, model('p = model.deploy(1, "ml.g6.xlarge")\nmodel.delete_model()')],
    [
      'information',
      null,
      'from sagemaker.serve import ModelBuilder\nmodel = build()\np = model.deploy(instance_type="ml.g6.xlarge", accept_eula=True)\n',
    ],
    ['information', 1, vertex('model.deploy(machine_type="g2-standard-8")')],
    ['information', 3, vertex('LEAST = 3\nmodel.deploy(machine_type=kind, min_replica_count=LEAST)')],
    ['information', null, vertex('model.deploy(machine_type=kind, min_replica_count=n)')],
    ['information', 1, 'import vertexai\ndef go(model):\n    return model.deploy(machine_type="n1-standard-4")\n'],
    ['information', 2, azureOnline('name="d", instance_type="Standard_NC24ads_A100_v4", instance_count=2')],
    ['information', null, azureOnline('instance_count=args.count')],
    ['information', 2, boto('{"InstanceType": "ml.g6.xlarge", "InitialInstanceCount": 2, "ModelName": "m"}')],
    [
      'information',
      3,
      boto('{"InstanceType": "a", "InitialInstanceCount": 2}, {"InstanceType": "b", "InitialInstanceCount": 1}'),
    ],
    ['information', 1, modal('gpu="A100", min_containers=1')],
    ['information', 2, modal('keep_warm=2').replace('app.function', 'app.cls')],
    ['information', 1, inference('create_inference_endpoint("e", min_replica=1, max_replica=2)')],
    // What deletes the endpoint of a run that failed leaves the others.
    [
      'information',
      1,
      `state = client.online_endpoints.get("e").provisioning_state\nif state in ["Failed", "Canceled"]:\n    client.online_endpoints.begin_delete("e")\n${azureOnline('instance_count=1')}`,
    ],
    [
      'information',
      2,
      boto(
        '{"InstanceType": "a", "InitialInstanceCount": 2}',
        'try:\n    wait()\nexcept Exception:\n    sm.delete_endpoint(EndpointName="e")\n    raise\n',
      ),
    ],
    ['information', 1, model('p = model.deploy(1, "ml.g6.xlarge")\nif status == "Failed":\n    p.delete_endpoint()')],
    ['information', 1, model('p = model.deploy(1, "ml.g6.xlarge")\nprint("Delete it with p.delete_endpoint()")')],
    ['warning', 1, `${azure('min_instances=1')}if cluster.provisioning_state == "Failed":\n    cluster.delete()\n`],
    ['warning', 2, `${azure('min_instances=2')}web_service.delete()\n# cluster.delete()\n`],
    // A second endpoint without machines does not stop those of the first one.
    [
      'information',
      1,
      model(
        'from sagemaker.serverless import ServerlessInferenceConfig\np = model.deploy(1, "ml.g6.xlarge")\np = model.deploy(serverless_inference_config=ServerlessInferenceConfig())',
      ),
    ],
    ['information', 1, model('# not serverless\np = model.deploy(1, "ml.g6.xlarge")')],
    // An update gives an endpoint machines as well, however many its configuration had.
    [
      'information',
      null,
      'import boto3\nsm = boto3.client("sagemaker")\nsm.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[{"InstanceType": kind, "InitialInstanceCount": n}])\nsm.update_endpoint(EndpointName="e", EndpointConfigName="c")\n',
    ],
    ['information', 1, 'import bentoml\nbentoml.deployment.create(name="d", scaling_min=1)\n'],
  ];
  for (const [severity, instances, code] of found) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await findings(code), [[severity, instances]]);
    });
  }

  const silent: readonly string[] = [
    model('p = model.deploy(1, "ml.g6.xlarge")\nif not failed:\n    p.delete_endpoint()'),
    model('p = model.deploy(1, "ml.g6.xlarge")\nif status != "Failed":\n    p.delete_endpoint()'),
    azure('name="c", min_instances=0, max_instances=4'),
    azure('name="c", max_instances=4'),
    azure('min_instances=least'),
    azure('**settings'),
    `${azure('min_instances=2')}cluster.delete()\n`,
    `${azure('min_instances=2')}ml_client.compute.begin_delete("gpu").wait()\n`,
    `${azure('min_instances=2')}ml_client . compute.begin_delete(name=n)\n`,
    `${azure('min_instances=2')}def clean(ws):\n    ws.compute_targets["gpu"].delete()\n`,
    `${azure('min_instances=2')}ComputeTarget(workspace=ws, name="gpu").delete()\n`,
    `${azure('min_instances=2')}gpu_cluster.update(min_nodes=0, max_nodes=4)\n`,
    `${azure('min_instances=2')}run(["az", "ml", "compute", "delete", "-n", "gpu"])\n`,
    `${azure('min_instances=2')}try:\n    work()\nexcept KeyboardInterrupt:\n    cpu_cluster.delete()\n`,
    model(
      'if small:\n    p = model.deploy(serverless_inference_config=c)\nelse:\n    p = model.deploy(1, "ml.g6.xlarge")',
    ),
    model('def rare():\n    return model.deploy(serverless_inference_config=c)\np = model.deploy(1, "ml.g6.xlarge")'),
    boto(
      '{"InstanceType": "a", "InitialInstanceCount": 2}',
      'try:\n    work()\nfinally:\n    sm.delete_endpoint(EndpointName="e")\n',
    ),
    'from other import AmlCompute\nimport azure\nAmlCompute(min_instances=2)\n',
    model('p = model.deploy(1, "ml.g6.xlarge")\np.delete_endpoint()'),
    model(
      'p = model.deploy(1, "ml.g6.xlarge")\nboto3.client("sagemaker").delete_endpoint(EndpointName=p.endpoint_name)',
    ),
    model('p = model.deploy(1, "ml.g6.xlarge")\np.delete()'),
    model('p = model.deploy(1, "ml.g6.xlarge")\nattempt("endpoint", p.delete)'),
    model('p = model.deploy(1, "ml.g6.xlarge")\ncleanup_resources(model.name, endpoint_name)'),
    model(
      'variant["ManagedInstanceScaling"] = {"MinInstanceCount": 0}\nmodel.deploy(1, "ml.g6.xlarge", endpoint_name=e)',
    ),
    model('p = model.deploy(serverless_inference_config=c)'),
    model(
      'from sagemaker.async_inference import AsyncInferenceConfig\np = model.deploy(1, "ml.g6.xlarge", async_inference_config=c)',
    ),
    model('p = model.deploy(**settings)'),
    vertex('endpoint = model.deploy(machine_type=kind)\nendpoint.undeploy_all()'),
    vertex('endpoint = model.deploy(machine_type=kind)\nendpoint.delete(force=True)'),
    vertex('model.deploy(machine_type=kind, min_replica_count=0)'),
    vertex('model.deploy(**settings)'),
    vertex('import mlflow\nclient = mlflow.get_client()\nclient.deploy(machine_type=kind)'),
    'app.deploy(machine_type="n1-standard-4")  # not to aiplatform\n',
    azureOnline('instance_count=1') + 'ml_client.online_endpoints.begin_delete(name)\n',
    azureOnline('instance_count=1') + 'ml_client.begin_create_or_update(d, local=True)\n',
    azureOnline('name="d"'),
    boto('{"InstanceType": "a", "InitialInstanceCount": 2}', 'sm.delete_endpoint(EndpointName="e")\n'),
    boto('{"ModelName": "m", "ServerlessConfig": {"MaxConcurrency": 5}}'),
    boto('{"InstanceType": "a", "InitialInstanceCount": 1, "ManagedInstanceScaling": {"MinInstanceCount": 0}}'),
    modal('gpu="A100"'),
    modal('min_containers=0'),
    modal('min_containers=least'),
    inference('create_inference_endpoint("e", min_replica=0)'),
    inference('endpoint = create_inference_endpoint("e", min_replica=1)\nendpoint.pause()'),
    'import bentoml\nbentoml.deployment.create(name="d", scaling_min=0)\n',
    'import sagemaker\nclient.deploy(name="x", instance_type="y")\n',
    'import mlflow\n# not for sagemaker\nclient = mlflow.get_client()\nclient.deploy(initial_instance_count=1, instance_type="x")\n',
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await findings(code), []);
    });
  }

  it('says as many hours as the page for each machine', async () => {
    const [finding] = await lintWith('always-on-endpoint', azure('min_instances=5'));
    assert.match(finding?.message ?? '', /keeps 5 machines running around the clock: 3,655 hours a month/);
    assert.match(alwaysOnEndpoint.why, /runs 731 hours/);
  });

  it('says the hours of a month', async () => {
    const [finding] = await lintWith('always-on-endpoint', azure('min_instances=2'));
    assert.match(finding?.message ?? '', /keeps 2 machines running around the clock: 1,462 hours a month/);
  });

  it('does not send GPUs to serverless endpoints, which have none', async () => {
    const said = async (machine: string): Promise<string> =>
      (await lintWith('always-on-endpoint', model(`p = model.deploy(1, "${machine}")`)))[0]?.message ?? '';
    assert.match(await said('ml.g6.xlarge'), /async_inference_config/);
    assert.match(await said('ml.m7i.xlarge'), /serverless_inference_config/);
  });
});
