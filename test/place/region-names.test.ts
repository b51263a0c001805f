import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadRegions } from '../../src/data/places';
import { RegionLiterals, regionOfEnvironment } from '../../src/place/region-names';

let literals: RegionLiterals;

/** The regions in a text, as `provider:region = written text`. */
const found = (text: string): readonly string[] =>
  literals.find(text).map(({ provider, region, start, end }) => `${provider}:${region} = ${text.slice(start, end)}`);

describe('regions written in files', () => {
  before(async () => {
    literals = new RegionLiterals((await loadRegions()).regions);
  });

  it('are found in Python', () => {
    assert.deepEqual(found('s = boto3.Session(region_name="us-east-1")'), ['aws:us-east-1 = us-east-1']);
    assert.deepEqual(found("c = boto3.client('sagemaker', 'eu-west-1')"), ['aws:eu-west-1 = eu-west-1']);
    assert.deepEqual(found('boto3.resource(\n    "s3",\n    "ap-south-1",\n)'), ['aws:ap-south-1 = ap-south-1']);
    assert.deepEqual(found('aiplatform.init(project="p", location="us-central1")'), ['gcp:us-central1 = us-central1']);
    assert.deepEqual(found('os.environ["AWS_DEFAULT_REGION"] = "us-west-2"'), ['aws:us-west-2 = us-west-2']);
    assert.deepEqual(found('os.environ.setdefault("AWS_REGION", "us-west-2")'), ['aws:us-west-2 = us-west-2']);
    assert.deepEqual(found('AmlCompute(name="gpu", location="westeurope")'), ['azure:westeurope = westeurope']);
  });

  it('are found in YAML, Terraform, JSON and ini files, also as zones and display names', () => {
    assert.deepEqual(found('provider:\n  region: us-east-1 # here\n'), ['aws:us-east-1 = us-east-1']);
    assert.deepEqual(found('env:\n  AWS_REGION: "eu-central-1"\n'), ['aws:eu-central-1 = eu-central-1']);
    assert.deepEqual(found('zone = "us-central1-a"'), ['gcp:us-central1 = us-central1-a']);
    assert.deepEqual(found('availability_zone = "us-east-1b"'), ['aws:us-east-1 = us-east-1b']);
    assert.deepEqual(found('resource "azurerm_resource_group" "x" {\n  location = "West Europe"\n}'), [
      'azure:westeurope = West Europe',
    ]);
    assert.deepEqual(found('{"region": "europe-west4", "n": 1}'), ['gcp:europe-west4 = europe-west4']);
    assert.deepEqual(found('[default]\nregion = ap-northeast-1\n'), ['aws:ap-northeast-1 = ap-northeast-1']);
    assert.deepEqual(found('export AWS_REGION=us-east-1; run'), ['aws:us-east-1 = us-east-1']);
  });

  it('are not found in other words', () => {
    for (const text of [
      'name = "us-east-1"',
      'region = "moon-1"',
      'region_name=name',
      '# the region of interest',
      'location: shelf 3',
      'print("us-east-1")',
      'timezone = "UTC"',
    ]) {
      assert.deepEqual(found(text), [], text);
    }
  });

  it('are found at the right place, however long the text is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('region = "us-east-1"\n', 'x = 1\n', 'location: westeurope\n', 'zone,,\n')),
        (lines) => {
          const text = lines.join('');
          for (const { start, end } of literals.find(text))
            assert.ok(['us-east-1', 'westeurope'].includes(text.slice(start, end)));
          assert.equal(literals.find(text).length, lines.filter((line) => /us-east-1|westeurope/.test(line)).length);
        },
      ),
    );
  });

  it('are found in linear time, whatever the text contains', () => {
    const texts = {
      'a comment of one word': `# ${'zone.zone-'.repeat(19_000)}\n`,
      'keys without a value': 'region'.repeat(30_000),
      'keys and brackets': `zone${')'.repeat(190_000)}`,
      'keys and spaces': 'region \t'.repeat(20_000) + ' '.repeat(60_000),
      separators: 'zone:,='.repeat(25_000),
      'a long value': `region = "${'a -_'.repeat(45_000)}`,
      'many values': 'region = "x"\n'.repeat(14_000),
      calls: "boto3.client('".repeat(13_000),
    };
    for (const [what, text] of Object.entries(texts)) {
      const spent = process.cpuUsage();
      assert.deepEqual(found(text), [], what);
      const { user } = process.cpuUsage(spent);
      // A quadratic search took more than 20 s of CPU time for each of these.
      assert.ok(user < 5e6, `${what}: ${user / 1e6} s`);
      assert.deepEqual(found(`${text}\nregion = "us-east-1"`), ['aws:us-east-1 = us-east-1'], what);
    }
  });

  it('are found after a text that is not a value', () => {
    assert.deepEqual(found('region: zone: us-east-1a'), ['aws:us-east-1 = us-east-1a']);
    assert.deepEqual(found('zone = "westeurope "'), ['azure:westeurope = westeurope']);
    assert.deepEqual(found('region == "us-east-1"'), []);
  });

  it('are read from the environment', () => {
    assert.deepEqual(regionOfEnvironment(literals, { AWS_DEFAULT_REGION: 'us-east-2' }), {
      provider: 'aws',
      region: 'us-east-2',
      variable: 'AWS_DEFAULT_REGION',
    });
    assert.deepEqual(
      regionOfEnvironment(literals, { AWS_REGION: 'nowhere', CLOUDSDK_COMPUTE_ZONE: 'europe-west1-b' })?.region,
      'europe-west1',
    );
    assert.equal(regionOfEnvironment(literals, {}), null);
  });
});
