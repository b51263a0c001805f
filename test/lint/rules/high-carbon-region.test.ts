import assert from 'node:assert/strict';
import { lintWith } from '../support';

const found = async (code: string): Promise<readonly string[]> =>
  (await lintWith('high-carbon-region', code)).map(
    ({ message, start }) => `${start.row + 1}: ${message.split(' ', 1)[0] ?? ''}`,
  );

describe('high-carbon-region', () => {
  const reported: readonly (readonly [string, readonly string[]])[] = [
    ['import boto3\nboto3.client("sagemaker", "us-east-1")\n', ['2: us-east-1']],
    ['import boto3\nboto3.resource("ec2", region_name="us-east-1")\n', ['2: us-east-1']],
    [
      'import boto3 as aws\nREGION = "us-east-1"\nsession = aws.Session(region_name=REGION)\nsession.client("sagemaker")\n',
      ['3: us-east-1'],
    ],
    [
      'from boto3.session import Session\nsession = Session(region_name="eu-central-1")\nclient = session.client("batch", "ap-south-1")\n',
      ['2: eu-central-1', '3: ap-south-1'],
    ],
    ['import sagemaker, boto3\ns = sagemaker.Session(boto3.Session(region_name="us-east-1"))\n', ['2: us-east-1']],
    // What looks up an image runs nothing.
    ['import sagemaker\nsagemaker.image_uris.retrieve("xgboost", region="us-east-1")\n', []],
    ['from sagemaker import image_uris\nuri = image_uris.retrieve(framework="xgboost", region="us-east-1")\n', []],
    ['from sagemaker.amazon.amazon_estimator import get_image_uri\nget_image_uri(region_name="us-east-1")\n', []],
    [
      'from google.cloud import aiplatform\naiplatform.init(project="p", location="us-central1")\naiplatform.PipelineJob(display_name="p").run()\n',
      ['2: us-central1'],
    ],
    [
      'import vertexai\nvertexai.init(location="us-east4")\nmodel.deploy(machine_type="g2-standard-12")\n',
      ['2: us-east4'],
    ],
    ['from azure.ai.ml.entities import AmlCompute\nAmlCompute(name="a", location="East US")\n', ['2: eastus']],
    ['from azureml.core import Workspace\nWorkspace.create(name="w", location="eastus")\n', ['2: eastus']],
    // Once a file and region.
    ['import boto3\na = boto3.client("batch", "us-east-1")\nb = boto3.client("ec2", "us-east-1")\n', ['2: us-east-1']],
  ];
  for (const [code, regions] of reported) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found(code), regions);
    });
  }

  const silent: readonly string[] = [
    'import boto3\nboto3.client("sagemaker", "eu-north-1")\n',
    'import boto3\nboto3.client("secretsmanager", "us-east-1")\nboto3.client("sts", region_name="us-east-1")\n',
    // Data, and models that are where they are.
    'import boto3\nboto3.client("s3", "us-east-1")\nboto3.resource("dynamodb", region_name="us-east-1")\n',
    'import boto3\nboto3.client(service_name="bedrock-runtime", region_name="us-east-1")\n',
    'import boto3\nsession = boto3.Session(region_name="us-east-1")\nsession.client(service_name="bedrock-runtime")\n',
    'import boto3\nfrom botocore.config import Config\nboto3.client("bedrock", config=Config(region_name="us-east-1"))\n',
    'import boto3\nboto3.client(service, region_name="us-east-1")\n',
    'import vertexai\nvertexai.init(location="us-central1")\nGenerativeModel("gemini-2.5-flash").generate_content("a")\n',
    'from google.cloud import aiplatform\naiplatform.init(location="us-central1")\naiplatform.TabularDataset.create("d")\n',
    'from azure.ai.ml.entities import FeatureStore\nFeatureStore(name="f", location="eastus")\n',
    'from azure.mgmt.redis.models import RedisCreateParameters\nRedisCreateParameters(location="eastus")\n',
    // Not chosen, or to be replaced.
    'import boto3\nregion = "us-west-2" # Region needs to be us-west-2\nboto3.client("sagemaker", region_name=region)\n',
    'import boto3\nboto3.client(\n    "sagemaker",\n    region_name="us-east-1",  # Change to your region\n)\n',
    'import boto3\nregion = "us-west-2" # change it\nboto3.client("sagemaker", region)\nregion = "us-west-2"\nboto3.client("sagemaker", region)\n',
    'import boto3\n# Only available there\nregion = "us-east-1"\nboto3.client("sagemaker", region)\n',
    'import boto3\nboto3.client("sagemaker")\n',
    'import boto3\nboto3.client("sagemaker", region)\n',
    'import boto3\nboto3.client("sagemaker", **{"region_name": where})\n',
    'import boto3\nboto3.client("sagemaker", "moon-1")\n',
    'import boto3\n# boto3.client("sagemaker", "us-east-1")\nprint("us-east-1")\n',
    'import boto3\nplot(location="us-east-1")\nother.client("x", "us-east-1")\n',
    // A region of another provider is no region here.
    'import boto3\nboto3.client("sagemaker", "us-central1")\n',
    'from google.cloud import storage\nimport boto3\nstorage.Client().bucket("b").create(location="us-east-1")\n',
    'def client(a, b): ...\nimport boto3\nclient("s3", "us-east-1")\n',
    'import boto3\nboto3.client("sagemaker", region_name="us-east-1" if here else "eu-north-1")\n',
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.deepEqual(await found(code), []);
    });
  }

  it('says how much, and where it would be less', async () => {
    const [finding] = await lintWith('high-carbon-region', 'import boto3\nboto3.client("sagemaker", "us-east-1")\n');
    assert.match(
      finding?.message ?? '',
      /^us-east-1 emits \d+ g CO₂e per kWh \(\d{4}, with PUE\)\. us-[\w-]+, in the same country, emits \d+ g, \d+ % less\.$/,
    );
    const { gramsPerKWh, betterGramsPerKWh } = finding?.estimate ?? {};
    assert.ok(Number(gramsPerKWh) > Number(betterGramsPerKWh));
    assert.equal(
      (
        await lintWith('high-carbon-region', 'import boto3\nboto3.client("sagemaker", "us-east-1")\n', {
          thresholds: { 'high-carbon-region': { 'grams-per-kwh': 2000 } },
        })
      ).length,
      0,
    );
  });
});
