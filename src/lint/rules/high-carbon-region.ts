import { RegionLiterals } from '../../place/region-names';
import { providers, type Provider } from '../../data/providers';
import { hintedRegions, hintYear, regionHint } from '../../data/region-hints';
import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf, signature } from '../../python/signatures';
import { field, isField } from '../../python/syntax';
import { toText } from '../../python/values';
import { azureCluster } from '../libraries/azure';
import { query, together } from '../engine/query';
import { defineRule } from '../engine/define';
import { originOf } from '../engine/origin';

/** Read in boto3 1.40, `session.py`: the first parameters of `client` and `resource`. */
const clientSignature = signature('service_name, region_name');

const regionArguments: readonly string[] = ['region_name', 'region', 'location', 'zone'];

/** Packages that speak to one provider, by the start of a qualified name. */
const packages: readonly (readonly [RegExp, Provider])[] = [
  [/^(?:boto3|botocore|aiobotocore|sagemaker)\./, 'aws'],
  [/^(?:google\.cloud|vertexai)\./, 'gcp'],
  [/^(?:azure|azureml)\./, 'azure'],
];

const sites = query(
  {
    packages: ['boto', 'sagemaker', 'aiplatform', 'vertexai', 'azure'],
    apis: ['boto3.client', 'boto3.resource', 'google.cloud.aiplatform.init', 'vertexai.init', azureCluster],
    methods: ['retrieve', 'provisioning_configuration'],
    words: ['region_name', 'location'],
  },
  function* (module): Generator<Site> {
    yield* byPosition(module);
    yield* byName(module);
  },
);

export const highCarbonRegion = defineRule({
  id: 'high-carbon-region',
  practice: 8,
  severity: 'information',
  summary: 'A constant cloud region with a dirty grid, where the same provider has a much cleaner one.',
  details: `The region of \`boto3\` clients, resources and sessions, of SageMaker, \`aiplatform.init\`, \`vertexai.init\` and Azure ML, where it is written as a constant. Each region is reported once a file.`,
  why: `The same job emits twenty times as much on some grids as on others. The figures are yearly averages of the grid (Electricity Maps, lifecycle) times the data centre's overhead (PUE), per kilowatt-hour of the computers. A region is only reported if it is above 200 g/kWh and another is surely at least 20 % better.`,
  remedy: `\`green-ml regions\` ranks all regions of a provider with distance, price and rules on where data may be. Training can nearly always move; a service should stay near the people who use it.`,
  nonCompliant: [
    {
      code: `import boto3

client = boto3.client("sagemaker", "ap-southeast-2")
`,
      severity: 'information',
    },
    {
      code: `from google.cloud import aiplatform

aiplatform.init(project="research", location="us-central1")
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
    `import os
import boto3

client = boto3.client("sagemaker", region_name=os.environ["AWS_REGION"])
`,
  ],
  evidence: {
    item: 'region-chosen',
    contradicts: true,
    one: 'region with a dirty grid',
    several: 'regions with a dirty grid',
  },
  thresholds: {
    'grams-per-kwh': { default: 200, unit: 'g CO2e/kWh', meaning: 'cleaner regions are not reported' },
  },
  messages: {
    dirty: ({ region, hint }: { readonly region: string; readonly hint: CleanerRegion }) =>
      `${region} emits ${hint.grams} g CO2e per kWh of the computers (${hintYear}, PUE included); ${hint.better}${hint.sameCountry ? ', in the same country,' : ''} emits ${hint.betterGrams}, ${hint.savingPercent} % less.`,
  },
}).on(together(sites), function* (found, { threshold }) {
  const seen = new Set<string>();
  for (const { call, provider, text } of [...found].sort((a, b) => a.call.startIndex - b.call.startIndex)) {
    const named = names[provider].named(text);
    const id = named === null ? null : `${provider}:${named.region}`;
    const hint = id === null ? null : regionHint(id);
    if (named === null || id === null || hint === null || hint.grams < threshold('grams-per-kwh') || seen.has(id))
      continue;
    seen.add(id);
    yield {
      node: call,
      message: 'dirty' as const,
      data: { region: named.region, hint },
      headline: `${hint.grams} g CO2e/kWh · ${hint.savingPercent} % less in ${hint.better}`,
      estimate: { gramsPerKWh: hint.grams, betterRegion: hint.better, betterGramsPerKWh: hint.betterGrams },
    };
  }
});

type CleanerRegion = NonNullable<ReturnType<typeof regionHint>>;

/** The names of each provider's regions alone: another's of the same spelling is not meant. */
const names = Object.fromEntries(
  providers.map((provider) => {
    const own = hintedRegions
      .filter((id) => id.startsWith(`${provider}:`))
      .map((id) => ({ provider, region: id.slice(provider.length + 1) }));
    return [provider, new RegionLiterals(own)];
  }),
) as Readonly<Record<Provider, RegionLiterals>>;

interface Site {
  readonly call: Node;
  readonly provider: Provider;
  readonly text: string;
}

/** `boto3.client("sagemaker", "us-east-1")`, and the same of a session. */
function* byPosition(module: PythonModule): Generator<Site> {
  for (const call of module.calls(['client', 'resource'])) {
    const region = module.bind(call, clientSignature).get('region_name');
    if (region === null || region.keyword !== null || providerOf(module, call.callee) !== 'aws') continue;
    const text = toText(region.value);
    if (text !== null) yield { call: call.node, provider: 'aws', text };
  }
}

function* byName(module: PythonModule): Generator<Site> {
  for (const name of regionArguments) {
    for (const identifier of module.identifiers(name)) {
      const keyword = identifier.parent;
      const call = keyword?.parent?.parent;
      if (keyword?.type !== 'keyword_argument' || !isField(keyword, 'name', identifier) || call?.type !== 'call')
        continue;
      const [callee, value] = [field(call, 'function'), field(keyword, 'value')];
      const provider =
        callee === null || !argumentsOf(call).some(({ id }) => id === keyword.id) ? null : providerOf(module, callee);
      const text = provider === null || value === null ? null : toText(module.evaluate(value));
      if (provider !== null && text !== null) yield { call, provider, text };
    }
  }
}

/** The provider whose library is called, also through an object that it made. */
function providerOf(module: PythonModule, callee: Call['callee']): Provider | null {
  const target = module.evaluate(callee);
  const object = callee.type === 'attribute' ? field(callee, 'object') : null;
  const name = target.kind === 'reference' ? target.name : object === null ? null : originOf(module, object);
  return name === null ? null : (packages.find(([pattern]) => pattern.test(name))?.[1] ?? null);
}
