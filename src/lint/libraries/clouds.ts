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
      if (provider !== null && text !== null) yield { call, provider, text };
    }
  }
}

/** The provider whose library is called, also through an object that it made. */
function providerOf(module: PythonModule, callee: Call['callee']): Provider | null {
  const target = module.evaluate(callee);
  const object = callee.type === 'attribute' ? field(callee, 'object') : null;
  const name = target.kind === 'reference' ? target.name : object === null ? null : originOf(module, object);
  return name === null ? null : (providers.find((provider) => packages[provider]?.test(name)) ?? null);
}

/** The arguments and keys in which sagemaker 2.245, boto3 1.40, azure-ai-ml 1.35 and aiplatform 2.7 take a machine. */
const machineArguments: readonly string[] = [
  'instance_type',
  'train_instance_type',
  'InstanceType',
  'size',
  'vm_size',
  'accelerator_type',
  'machine_type',
];

/** A constant name of a machine, with the places that ask for it, in the order of the file. */
interface MachineRequest {
  readonly text: string;
  readonly nodes: readonly Node[];
}

export const machineRequests: Query<MachineRequest> = query(
  {
    packages: ['sagemaker', 'boto', 'azure', 'aiplatform'],
    apis: [azureCluster],
    words: machineArguments.filter((name) => name !== 'size'),
  },
  function* (module) {
    const requests = new Map<string, Node[]>();
    for (const { node, text } of [...machinesIn(module)].sort((a, b) => a.node.startIndex - b.node.startIndex)) {
      const nodes = requests.get(text) ?? [];
      if (!nodes.some(({ id }) => id === node.id)) nodes.push(node);
      requests.set(text, nodes);
    }
    for (const [text, nodes] of requests) yield { text, nodes };
  },
);

/** The constant texts in such arguments, each with its call; in dictionaries with the entry. */
function* machinesIn(module: PythonModule): Generator<{ readonly node: Node; readonly text: string }> {
  for (const name of machineArguments) {
    for (const { call, value } of argumentsNamed(module, name)) {
      const text = textOf(module, value);
      if (text !== null) yield { node: call, text };
    }
  }
  // boto3's own calls take dictionaries.
  for (const { index } of module.text.matchAll(/["']InstanceType["']\s*:/g)) {
    const key = module.root.descendantForIndex(index + 1);
    const pair = key?.parent?.type === 'pair' ? key.parent : key?.parent?.parent;
    const text = pair?.type === 'pair' ? textOf(module, field(pair, 'value')) : null;
    if (pair?.type === 'pair' && text !== null) yield { node: pair, text };
  }
}

const textOf = (module: PythonModule, value: Node | null): string | null =>
  value === null ? null : toText(module.evaluate(value));

interface NamedArgument {
  readonly call: Node;
  readonly keyword: Node;
  readonly value: Node | null;
}

/** The arguments of this name, whatever is called. */
function* argumentsNamed(module: PythonModule, name: string): Generator<NamedArgument> {
  for (const identifier of module.identifiers(name)) {
    const keyword = identifier.parent;
    const call = keyword?.parent?.parent;
    if (keyword?.type !== 'keyword_argument' || !isField(keyword, 'name', identifier) || call?.type !== 'call')
      continue;
    yield { call, keyword, value: field(keyword, 'value') };
  }
}
