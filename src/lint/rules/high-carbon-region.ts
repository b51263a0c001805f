import { providers, type Provider } from '../../data/providers';
import { hintedRegions, hintYear, regionHint } from '../../data/region-hints';
import { dirtyGramsPerITKWh, leastSavingPercent } from '../../place/limits';
import { isOtherContinent, reachWords, RegionLiterals } from '../../place/region-names';
import { defineRule } from '../engine/define';
import { narrowed, together } from '../engine/query';
import { highCarbonRegionId } from '../engine/special-ids';
import { regionArgumentsGiven } from '../libraries/clouds';

export const highCarbonRegion = defineRule({
  id: highCarbonRegionId,
  practice: 8,
  severity: 'information',
  inTests: false,
  summary: 'A hard-coded cloud region with a carbon-intensive grid, although the same provider has a much cleaner one.',
  details: `Hard-coded regions of what calculates: SageMaker, \`boto3\` clients and resources of services with machines (\`sagemaker\`, \`batch\`, \`ec2\`, \`ecs\`, \`eks\`, \`emr\`) and sessions in files that use one, \`aiplatform.init\` and \`vertexai.init\` in files with jobs or deployments, and compute, endpoints and workspaces of Azure ML.
A region that only one on another continent betters is a hint.
A region in a constant counts (\`REGION = "us-central1"\`); the finding stands on the call that is given it.
Each region is reported once per file, and once for all files that are linted together: the first file says it, in the order of their paths, and the others with that region say nothing.
Not reported: services that only keep data, calls that only look up the address of an image (\`image_uris.retrieve\`), models that a provider offers in some regions (Bedrock, Gemini), and regions with a remark that they are not free to choose (\`# needs to be us-west-2\`) or to be replaced (\`# change to your region\`).`,
  why: `The same job emits twenty times as much on some grids as on others. The figures are yearly averages of the grid (Electricity Maps, lifecycle) times the data centre's overhead (PUE), per kilowatt-hour that the computers use. A region is reported only if it is above ${dirtyGramsPerITKWh} g/kWh and another one is certainly at least ${leastSavingPercent} % better.`,
  remedy:
    '`green-ml regions` ranks all regions of a provider, with distance, price and data residency. Training can nearly always move; a service should stay close to its users.',
  nonCompliant: [
    {
      code: `import boto3

client = boto3.client("sagemaker", "us-east-1")
`,
      severity: 'information',
    },
    {
      code: `import boto3

client = boto3.client("sagemaker", "ap-southeast-2")
`,
      severity: 'hint',
    },
    {
      code: `from google.cloud import aiplatform

aiplatform.init(project="research", location="us-central1")
job = aiplatform.CustomJob.from_local_script("train", script_path="train.py", container_uri=image)
`,
      severity: 'information',
    },
    {
      code: `from azure.ai.ml.entities import AmlCompute

cluster = AmlCompute(name="gpu", location="eastus", min_instances=0)
`,
      severity: 'information',
    },
  ],
  compliant: [
    `import boto3

client = boto3.client("sagemaker", region_name="eu-north-1")
`,
    `import boto3

bedrock = boto3.client(service_name="bedrock-runtime", region_name="us-east-1")
`,
    `import os
import boto3

client = boto3.client("sagemaker", region_name=os.environ["AWS_REGION"])
`,
  ],
  evidence: {
    item: 'region-chosen',
    contradicts: true,
    one: 'region with a carbon-intensive grid',
    several: 'regions with a carbon-intensive grid',
  },
  thresholds: {
    'grams-per-kwh': {
      default: dirtyGramsPerITKWh,
      unit: 'g CO2e/kWh',
      meaning: 'regions with a lower carbon intensity are not reported',
    },
  },
  oncePerProject: true,
  messages: {
    dirty: ({
      region,
      hint,
      reach,
    }: {
      readonly region: string;
      readonly hint: CleanerRegion;
      readonly reach: string;
    }) =>
      `${region} emits ${hint.grams} g CO₂e per kWh (${hintYear}, with PUE). ${hint.better}, ${reach}, emits ${hint.betterGrams} g, ${hint.savingPercent} % less.`,
  },
}).on(together(narrowed(regionArgumentsGiven, { where: namesRegion })), function* (found, { threshold }) {
  const seen = new Set(found.filter(({ isChosen }) => !isChosen).map(({ provider, text }) => idOf(provider, text)));
  for (const { call, value, provider, text } of [...found].sort((a, b) => a.call.startIndex - b.call.startIndex)) {
    const id = idOf(provider, text);
    const hint = id === null ? null : regionHint(id);
    if (id === null || hint === null || hint.grams < threshold('grams-per-kwh') || seen.has(id)) continue;
    seen.add(id);
    const isFar = isOtherContinent(id, `${provider}:${hint.better}`);
    const reach = reachWords(hint.sameCountry, isFar);
    yield {
      node: call,
      mark: value,
      // Data and people are rarely free to move so far.
      ...(isFar ? { severity: 'hint' as const } : {}),
      message: 'dirty' as const,
      data: { region: id.slice(provider.length + 1), hint, reach },
      headline: `${hint.grams} g CO₂e/kWh`,
      wayOut: `${hint.betterGrams} in ${hint.better}, ${reach} (−${hint.savingPercent} %)`,
      estimate: {
        region: id,
        gramsPerKWh: hint.grams,
        betterRegion: hint.better,
        betterGramsPerKWh: hint.betterGrams,
      },
    };
  }
});

/** `aws:us-east-1`; null for a text that is no region of the provider. */
function idOf(provider: Provider, text: string): string | null {
  const region = names[provider].named(text)?.region;
  return region === undefined ? null : `${provider}:${region}`;
}

type CleanerRegion = NonNullable<ReturnType<typeof regionHint>>;

/** Region names by provider, because providers share some spellings. */
const names = Object.fromEntries(
  providers.map((provider) => {
    const own = hintedRegions
      .filter((id) => id.startsWith(`${provider}:`))
      .map((id) => ({ provider, region: id.slice(provider.length + 1) }));
    return [provider, new RegionLiterals(own)];
  }),
) as Readonly<Record<Provider, RegionLiterals>>;

/** Words, and several of them in quotes: `us-central1-a`, `"West Europe"`. */
const written = /["']([\w-]{1,40}(?: \w{1,20}){1,4})["']|[A-Za-z][\w-]{1,60}/g;

/** What the names begin with: most words of a text begin otherwise, and are not compared with all names. */
const startLength = 3;
const starts = new Set(hintedRegions.map((id) => startOf(id.slice(id.indexOf(':') + 1))));

/** False only if no region that there is a better one for is written in a text. */
function namesRegion(text: string): boolean {
  const all = Object.values(names);
  for (const [word, words = word] of text.matchAll(written))
    if (mayName(words) && all.some((each) => each.named(words) !== null)) return true;
  return false;
}

/** A space among the first letters is left out of the name that it stands for: "UK South". */
function mayName(words: string): boolean {
  return starts.has(startOf(words)) || words.lastIndexOf(' ', startLength - 1) !== -1;
}

function startOf(words: string): string {
  return words.slice(0, startLength).toLowerCase();
}
