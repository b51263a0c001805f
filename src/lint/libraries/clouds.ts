import { providers, type Provider } from '../../data/providers';
import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf, signature } from '../../python/signatures';
import { field, isField } from '../../python/syntax';
import { toText } from '../../python/values';
import { originOf } from '../engine/origin';
import { called, inCode, lastName, query, type Query } from '../engine/query';
import { azureCluster } from './azure';

/** Read in boto3 1.40, `session.py`: the first parameters of `client` and `resource`. */
const clientSignature = signature('service_name, region_name');

/** The arguments in which the libraries of clouds take a region, and the packages that belong to each provider. */
const regionArguments: readonly string[] = ['region_name', 'region', 'location', 'zone'];
const packages: Readonly<Partial<Record<Provider, RegExp>>> = {
  aws: /^(?:boto3|botocore|aiobotocore|sagemaker)\./,
  gcp: /^(?:google\.cloud|vertexai)\./,
  azure: /^(?:azure|azureml)\./,
};

/** A call that is given a constant text where its library takes a region. */
interface RegionArgument {
  readonly call: Node;
  readonly provider: Provider;
  readonly text: string;
}

export const regionArgumentsGiven: Query<RegionArgument> = query(
  {
    apis: ['boto3.client', 'boto3.resource', 'google.cloud.aiplatform.init', 'vertexai.init', azureCluster],
    methods: ['retrieve', 'provisioning_configuration'],
    words: ['region_name', 'location'],
    clues: [
      {
        packages: ['boto3', 'botocore', 'aiobotocore', 'sagemaker', 'google', 'vertexai', 'azure', 'azureml'],
        imported: true,
        groups: [
          [
            ...called(['client', 'resource', 'init', 'retrieve', 'provisioning_configuration']),
            ...inCode([lastName(azureCluster), 'region_name', 'location']),
          ],
          [...called(['client', 'resource']), ...inCode(regionArguments)],
        ],
        where: null,
      },
    ],
  },
  function* (module) {
    yield* regionsByPosition(module);
    yield* regionsByName(module);
  },
);

/** `boto3.client("sagemaker", "us-east-1")`, and the same of a session. */
function* regionsByPosition(module: PythonModule): Generator<RegionArgument> {
  for (const call of module.calls(['client', 'resource'])) {
    const region = module.bind(call, clientSignature).get('region_name');
    if (region === null || region.keyword !== null || providerOf(module, call.callee) !== 'aws') continue;
    if (calculatesNothing(module, call.node)) continue;
    const text = toText(region.value);
    if (text !== null) yield { call: call.node, provider: 'aws', text };
  }
}

function* regionsByName(module: PythonModule): Generator<RegionArgument> {
  for (const name of regionArguments) {
    for (const { call, keyword, value } of argumentsNamed(module, name)) {
      const callee = field(call, 'function');
      const provider =
        callee === null || !argumentsOf(call).some(({ id }) => id === keyword.id) ? null : providerOf(module, callee);
      const text = provider === null || value === null ? null : toText(module.evaluate(value));
      if (provider === null || text === null || (provider === 'aws' && calculatesNothing(module, call))) continue;
      yield { call, provider, text };
    }
  }
}

/** Services that look after others, where to move saves nothing, and Bedrock, which has other models in other regions. */
const looksAfterOthers =
  /^(?:bedrock[\w-]{0,30}|secretsmanager|ssm|sts|iam|kms|logs|cloudwatch|events|sns|sqs|ses|organizations|budgets|ce|pricing|support|route53|cognito-\w+|cloudformation|cloudtrail|ecr|ecr-public)$/;

function calculatesNothing(module: PythonModule, client: Node): boolean {
  const [service] = argumentsOf(client);
  return service !== undefined && looksAfterOthers.test(toText(module.evaluate(service)) ?? '');
}

/** The provider whose library is called, also through an object that it made. */
function providerOf(module: PythonModule, callee: Call['callee']): Provider | null {
  const target = module.evaluate(callee);
  const object = callee.type === 'attribute' ? field(callee, 'object') : null;
  const name = target.kind === 'reference' ? target.name : object === null ? null : originOf(module, object);
  return name === null ? null : (providers.find((provider) => packages[provider]?.test(name)) ?? null);
}

/** An argument that is given by its name. */
interface NamedArgument {
  readonly call: Node;
  readonly keyword: Node;
  readonly value: Node | null;
}

/** The arguments of this name, whatever is called. */
export function* argumentsNamed(module: PythonModule, name: string): Generator<NamedArgument> {
  for (const identifier of module.identifiers(name)) {
    const keyword = identifier.parent;
    const call = keyword?.parent?.parent;
    if (keyword?.type !== 'keyword_argument' || !isField(keyword, 'name', identifier) || call?.type !== 'call')
      continue;
    yield { call, keyword, value: field(keyword, 'value') };
  }
}
