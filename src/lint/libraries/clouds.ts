import { providers, type Provider } from '../../data/providers';
import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf, signature } from '../../python/signatures';
import { field, isField } from '../../python/syntax';
import { toText } from '../../python/values';
import { originOf } from '../engine/origin';
import { called, inCode, lastName, query, type Query } from '../engine/query';
import { azureCluster } from './azure';
import { decidesWhereItRuns, isSaidToBeNoChoice } from './cloud-compute';

/** Read in boto3 1.40, `session.py`: the first parameters of `client` and `resource`. */
const clientSignature = signature('service_name, region_name');

/** The arguments in which the libraries of clouds take a region, and the packages that belong to each provider. */
const regionArguments: readonly string[] = ['region_name', 'region', 'location', 'zone'];
const packages: Readonly<Partial<Record<Provider, RegExp>>> = {
  aws: /^(?:boto3|botocore|aiobotocore|sagemaker)\./,
  gcp: /^(?:google\.cloud|vertexai)\./,
  azure: /^(?:azure|azureml)\./,
};

/** A call that is given a constant text where its library takes a region, for something that calculates there. */
interface RegionArgument {
  readonly call: Node;
  /** The region as the call is given it. */
  readonly value: Node;
  readonly provider: Provider;
  readonly text: string;
  /** False if the code says itself that this region is not a free choice, or to be replaced. */
  readonly isChosen: boolean;
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
    if (region === null || region.node === null || region.keyword !== null) continue;
    yield* regionGiven(module, call.node, call.callee, region.node);
  }
}

function* regionsByName(module: PythonModule): Generator<RegionArgument> {
  for (const name of regionArguments) {
    for (const { call, keyword, value } of argumentsNamed(module, name)) {
      const callee = field(call, 'function');
      if (callee === null || value === null || !argumentsOf(call).some(({ id }) => id === keyword.id)) continue;
      yield* regionGiven(module, call, callee, value);
    }
  }
}

/** A constant region, if it decides where something is calculated. */
function* regionGiven(
  module: PythonModule,
  call: Node,
  callee: Call['callee'],
  value: Node,
): Generator<RegionArgument> {
  const text = toText(module.evaluate(value));
  const name = text === null ? null : libraryName(module, callee);
  const provider = name === null ? undefined : providers.find((each) => packages[each]?.test(name));
  if (text === null || name === null || provider === undefined) return;
  if (decidesWhereItRuns(module, provider, name, call))
    yield { call, value, provider, text, isChosen: !isSaidToBeNoChoice(module, value) };
}

/** What a library calls the function, or the object that it made and whose method is called. */
function libraryName(module: PythonModule, callee: Call['callee']): string | null {
  const target = module.evaluate(callee);
  const object = callee.type === 'attribute' ? field(callee, 'object') : null;
  return target.kind === 'reference' ? target.name : object === null ? null : originOf(module, object);
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
