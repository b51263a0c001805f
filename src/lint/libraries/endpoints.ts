import type { Call, PythonModule } from '../../python/module';
import type { BoundArguments } from '../../python/signatures';
import { signature } from '../../python/signatures';
import { entryNamed, stringValue, toInteger, toItems, type Value } from '../../python/values';
import { originOf } from '../engine/origin';
import { calls, called, query, type Query } from '../engine/query';
import { deletes } from './deletions';

/** A service that keeps machines running, whether anybody asks it or not. */
export interface StandingService {
  readonly call: Call;
  /** Machines, or containers, that are never switched off; null if it is not known how many. */
  readonly machines: number | null;
  readonly unit: 'machine' | 'container';
  /** What to do instead, as the end of a sentence. */
  readonly instead: string;
}

const byName = signature('*');

/** Vertex AI: read in google-cloud-aiplatform 2.7, `models.py`, where `min_replica_count=1` is the default. */
const vertexArguments: readonly string[] = ['machine_type', 'min_replica_count', 'accelerator_type'];
const undeploys = /\bundeploy|\.delete\s*\(|\bdelete_endpoint|\bdelete_resources|\bendpoints?\s+delete\b/g;

const vertexServices: Query<StandingService> = query(
  {
    methods: ['deploy'],
    clues: [
      {
        packages: ['aiplatform', 'vertexai', 'model_garden'],
        imported: false,
        groups: [called(['deploy'])],
        where: (text) => vertexImports.test(text),
      },
    ],
  },
  function* (module) {
    const found = module.calls(['deploy']);
    if (found.length === 0 || deletes(module, undeploys)) return;
    for (const call of found) {
      const args = module.bind(call, byName);
      if (!args.complete || !vertexArguments.some((name) => args.get(name) !== null)) continue;
      if (!isVertex(module, call)) continue;
      yield* standing(
        call,
        countOf(args, 'min_replica_count', 1),
        'machine',
        'undeploy the model when you are done (endpoint.undeploy_all()), or use batch prediction if nobody waits for the answers',
      );
    }
  },
);

/** Imports may go on in lines of their own. */
const vertexImports =
  /\b(?:from|import)[ \t]+(?:vertexai|google\.cloud\.aiplatform)\b|\bfrom[ \t]+google\.cloud[ \t]+import(?:\b[^;=]{0,300}?\baiplatform\b|[ \t]+\*)/;

function isVertex(module: PythonModule, { name, receiver }: Call): boolean {
  if (name !== null || receiver === null) return name === null || /^(?:google\.cloud\.|vertexai\.)/.test(name);
  const origin = originOf(module, receiver);
  return origin === null || /^(?:google\.cloud\.|vertexai\.)/.test(origin);
}

/** Azure ML: read in azure-ai-ml 1.35, `entities/_deployment/online_deployment.py`; `local=True` runs it on one's own machine. */
const azureDeployments = calls(['azure.ai.ml.entities.ManagedOnlineDeployment'], { packages: ['azure'] });
const deletesAzure = /\bbegin_delete\b|\blocal\s*=\s*True\b|\bonline-(?:endpoint|deployment)\s+delete\b/g;

const azureServices: Query<StandingService> = query(azureDeployments, function* (module) {
  const found = [...azureDeployments.find(module)];
  if (found.length === 0 || deletes(module, deletesAzure)) return;
  for (const call of found) {
    const args = module.bind(call, byName);
    if (args.get('instance_count') === null) continue;
    yield* standing(
      call,
      countOf(args, 'instance_count', null),
      'machine',
      'delete the endpoint when you are done (online_endpoints.begin_delete), or use a batch endpoint if nobody waits for the answers',
    );
  }
});

/** SageMaker by boto3 1.40: variants of `create_endpoint_config` with instances, in a file that gives them to an endpoint. */
const awsServices: Query<StandingService> = query(
  {
    packages: ['boto3', 'sagemaker'],
    methods: ['create_endpoint_config'],
    where: (text) => givesToEndpoint.test(text),
  },
  function* (module) {
    const found = module.calls(['create_endpoint_config']);
    if (found.length === 0 || !givesToEndpoint.test(module.text) || deletes(module, deletesAws)) return;
    for (const call of found) {
      const variants = toItems(module.bind(call, byName).value('ProductionVariants') ?? stringValue(''));
      if (variants === null) continue;
      const counts = variants.map(instancesOf);
      if (counts.length === 0 || counts.includes('none')) continue;
      const known = counts.filter((count): count is number => typeof count === 'number');
      yield* standing(
        call,
        known.length === counts.length ? known.reduce((sum, each) => sum + each, 0) : null,
        'machine',
        'call delete_endpoint when you are done, set MinInstanceCount=0, or use ServerlessConfig for rare requests',
      );
    }
  },
);
const givesToEndpoint = /\b(?:create|update)_endpoint\s*\(/;
const deletesAws =
  /\bdelete_endpoint|\bServerlessConfig\b|\bAsyncInferenceConfig\b|\bMinInstanceCount\b|\bdelete_inference_component\b/g;

/** The instances of one variant: `none` if it has none, null if they are not known. */
function instancesOf(variant: Value): number | null | 'none' {
  if (variant.kind !== 'dict') return 'none';
  if (entryNamed(variant, 'InstanceType') === null) return 'none';
  const count = entryNamed(variant, 'InitialInstanceCount');
  return count === null ? 'none' : toInteger(count);
}

/** Modal 1.6: `min_containers`, which was `keep_warm`, of functions and classes. */
const modalServices: Query<StandingService> = query(
  {
    packages: ['modal'],
    methods: ['function', 'cls'],
    where: (text) => /\b(?:min_containers|keep_warm)\s*=/.test(text),
  },
  function* (module) {
    if (!/\b(?:from|import)[ \t]+modal\b/.test(module.text)) return;
    for (const call of module.calls(['function', 'cls'])) {
      const args = module.bind(call, byName);
      const parameter = ['min_containers', 'keep_warm'].find((name) => args.get(name) !== null);
      if (parameter === undefined) continue;
      const least = countOf(args, parameter, null);
      if (least !== null)
        yield* standing(
          call,
          least,
          'container',
          `leave ${parameter} out, and set scaledown_window to how long it may wait for the next request`,
        );
    }
  },
);

/** Inference Endpoints: read in huggingface_hub 1.8, `hf_api.py`. */
const huggingFaceEndpoints = calls([
  'huggingface_hub.create_inference_endpoint',
  'huggingface_hub.HfApi.create_inference_endpoint',
]);
const pausesHuggingFace =
  /\.(?:pause|delete|scale_to_zero)\s*\(|\b(?:pause|delete|scale_to_zero)_inference_endpoint\b/g;

const huggingFaceServices: Query<StandingService> = query(huggingFaceEndpoints, function* (module) {
  const found = [...huggingFaceEndpoints.find(module)];
  if (found.length === 0 || deletes(module, pausesHuggingFace)) return;
  for (const call of found) {
    const args = module.bind(call, byName);
    const least = args.get('min_replica') === null ? null : countOf(args, 'min_replica', null);
    if (least !== null) yield* standing(call, least, 'machine', 'set min_replica=0 and scale_to_zero_timeout');
  }
});

/** BentoCloud: read in bentoml 1.4, `deployment.py`. */
const bentoDeployments = calls(['bentoml.deployment.create', 'bentoml.deployment.update', 'bentoml.deployment.apply']);

const bentoServices: Query<StandingService> = query(bentoDeployments, function* (module) {
  for (const call of bentoDeployments.find(module)) {
    const args = module.bind(call, byName);
    const least = args.get('scaling_min') === null ? null : countOf(args, 'scaling_min', null);
    if (least !== null) yield* standing(call, least, 'machine', 'set scaling_min=0');
  }
});

/** The services of all clouds but SageMaker's own SDK, which `sagemaker.ts` knows. */
export const standingServices: readonly Query<StandingService>[] = [
  ...[vertexServices, azureServices, awsServices],
  ...[modalServices, huggingFaceServices, bentoServices],
];

/** A number of machines; null if it is not known, and the default if it is left out. */
function countOf(args: BoundArguments, name: string, otherwise: number | null): number | null {
  const given = args.get(name);
  return given === null ? otherwise : toInteger(given.value);
}

function* standing(
  call: Call,
  machines: number | null,
  unit: StandingService['unit'],
  instead: string,
): Generator<StandingService> {
  if (machines === null || machines > 0) yield { call, machines, unit, instead };
}
