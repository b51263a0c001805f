import { countedInText, grouped } from '../../present/words';
import { defineRule, type Judgement } from '../engine/define';
import { azureClusters } from '../libraries/azure';
import { deletes } from '../libraries/deletions';
import { standingServices, type StandingService } from '../libraries/endpoints';
import { hasServerlessChoice, sageMakerEndpoints } from '../libraries/sagemaker';

/** A month of 30.44 days, in whole hours, so that a figure for several machines is a multiple of what one needs. */
const monthHours = 731;

const clustersAndEndpoints = defineRule({
  id: 'always-on-endpoint',
  practice: 11,
  severity: 'warning',
  summary: 'A cloud machine that stays on around the clock, whether it has work or not.',
  details: `Azure ML: an \`AmlCompute\` cluster with \`min_instances\` (\`min_nodes\` in SDK v1) above 0, in a file that neither deletes a cluster nor sets it to 0 later.
SageMaker: \`.deploy(…)\` to instances, or \`create_endpoint_config\` of boto3. Vertex AI: \`.deploy(…)\` to machines, whose \`min_replica_count\` is 1 unless it is given. Azure ML: \`ManagedOnlineDeployment\`. All of them in a file that never deletes an endpoint or takes the model off it, also in lessons and scripts, because nothing there stops the machines. Deleting an endpoint only after it failed does not count. A deletion in another file does not count: whoever runs this one may never open it. A deletion that is only a comment or a text cell of a notebook deletes nothing.
A cluster in a file for \`az ml\` as well.
Modal, BentoCloud and Inference Endpoints of Hugging Face, which scale to zero by themselves or on request: \`min_containers\`, \`scaling_min\` and \`min_replica\` above 0.
Not reported: serverless and asynchronous endpoints, and Ray Serve, whose replicas run on machines that are there anyway.`,
  why: `A machine that stays on for a month runs ${monthHours} hours. An idle server still draws a large part of its full power, while a cluster that scales to zero only needs a few minutes to start again.`,
  remedy:
    'Set `min_instances=0` and `idle_time_before_scale_down`. For endpoints, call `predictor.delete_endpoint()` when you are done, use `serverless_inference_config` for rare requests, or batch transform if nobody waits for the answer.',
  nonCompliant: [
    {
      code: `from azure.ai.ml.entities import AmlCompute

cluster = AmlCompute(name="gpu", size="Standard_NC24ads_A100_v4", min_instances=2, max_instances=8)
`,
      severity: 'warning',
      estimate: { instances: 2, hoursPerMonth: 1462 },
    },
    {
      code: `from sagemaker.pytorch import PyTorchModel

model = PyTorchModel(model_data=data, role=role, entry_point="serve.py")
predictor = model.deploy(initial_instance_count=1, instance_type="ml.g6.xlarge")
`,
      severity: 'information',
      estimate: { instances: 1, hoursPerMonth: 731 },
    },
    {
      code: `from google.cloud import aiplatform

model = aiplatform.Model.upload(display_name="reviews", serving_container_image_uri=image)
endpoint = model.deploy(machine_type="g2-standard-8", min_replica_count=2, max_replica_count=4)
`,
      severity: 'information',
      estimate: { instances: 2, hoursPerMonth: 1462 },
    },
    {
      code: `import modal

app = modal.App("reviews")

@app.function(gpu="A100", min_containers=1)
def classify(text):
    return model(text)
`,
      severity: 'information',
      estimate: { instances: 1, hoursPerMonth: 731 },
    },
  ],
  compliant: [
    `from azure.ai.ml.entities import AmlCompute

cluster = AmlCompute(name="gpu", size="Standard_NC24ads_A100_v4", min_instances=0, max_instances=8)
`,
    `from sagemaker.pytorch import PyTorchModel

model = PyTorchModel(model_data=data, role=role, entry_point="serve.py")
predictor = model.deploy(initial_instance_count=1, instance_type="ml.g6.xlarge")
print(predictor.predict(sample))
predictor.delete_endpoint()
`,
  ],
  evidence: {
    item: 'scales-to-zero',
    contradicts: true,
    one: 'service that is always on',
    several: 'services that are always on',
  },
  messages: {
    cluster: ({ parameter, instances, hoursPerMonth }: Cluster) =>
      `${parameter}=${instances} keeps ${countedInText(instances, 'machine')} running around the clock: ${grouped(hoursPerMonth)} hours a month, even without jobs. With ${parameter}=0, machines start with the first job.`,
    endpoint: ({ instances, isGpu, hoursPerMonth }: Endpoint) =>
      `This endpoint keeps ${instances === null ? 'its machines' : countedInText(instances, 'machine')} running until someone deletes it${hoursPerMonth === null ? '' : `: ${grouped(hoursPerMonth)} hours a month`}. Nothing in this file does: call delete_endpoint(), or pass ${isGpu ? 'async_inference_config, whose endpoints can scale to zero' : 'serverless_inference_config'}.`,
    service: ({ machines, unit, instead, hoursPerMonth }: Service) =>
      `This keeps ${machines === null ? `its ${unit}s` : countedInText(machines, unit)} running around the clock${hoursPerMonth === null ? '' : `: ${grouped(hoursPerMonth)} hours a month`}, whether requests come or not. To save them, ${instead}.`,
  },
})
  .on(azureClusters, ({ call, parameter, least, isStopped }) => {
    if (least === null || least <= 0 || isStopped) return null;
    const figures = clusterFigures(least);
    return { node: call.node, message: 'cluster', data: { parameter, ...figures.estimate }, ...figures };
  })
  .on(sageMakerEndpoints, ({ call, machines: instances, isGpu }, { module }) => {
    if (deletes(module, knowsEndpoints) || hasServerlessChoice(module, call.node)) return null;
    const hoursPerMonth = instances === null ? null : instances * monthHours;
    return {
      node: call.node,
      severity: 'information',
      message: 'endpoint',
      data: { instances, isGpu, hoursPerMonth },
      headline: hoursPerMonth === null ? 'always on' : `${grouped(hoursPerMonth)} h a month`,
      wayOut: isGpu ? '0 when idle with async inference' : '0 when idle with serverless inference',
      estimate: { instances, hoursPerMonth },
    };
  });

export const alwaysOnEndpoint = standingServices.reduce(
  (rule, services) => rule.on(services, (service) => judged(service)),
  clustersAndEndpoints,
);

/** The figures of machines that never stop, for a lens and for programs that read findings. */
export function clusterFigures(instances: number) {
  const hoursPerMonth = instances * monthHours;
  return {
    headline: `${grouped(hoursPerMonth)} h a month`,
    wayOut: '0 without jobs',
    estimate: { instances, hoursPerMonth },
  };
}

/**
 * A file that deletes one endpoint knows about them, as does one that hands it to a function that cleans up, or lets the machines
 * of an endpoint with inference components scale by themselves.
 */
const knowsEndpoints =
  /delete_(?:endpoint|predictor|all_resources)|\bEndpoint\.get\s*\(|MinInstanceCount|\b(?:clean_?up|tear_?down)\w{0,40}\([^()]{0,200}endpoint/gi;

function judged({ call, machines, unit, instead }: StandingService): Judgement<typeof clustersAndEndpoints.messages> {
  const hoursPerMonth = machines === null ? null : machines * monthHours;
  return {
    node: call.node,
    severity: 'information',
    message: 'service',
    data: { machines, unit, instead, hoursPerMonth },
    headline: hoursPerMonth === null ? 'always on' : `${grouped(hoursPerMonth)} h a month`,
    wayOut: '0 when idle if it scales to zero',
    estimate: { instances: machines, hoursPerMonth },
  };
}

interface Service extends Pick<StandingService, 'machines' | 'unit' | 'instead'> {
  readonly hoursPerMonth: number | null;
}

interface Cluster {
  readonly parameter: string;
  readonly instances: number;
  readonly hoursPerMonth: number;
}

interface Endpoint {
  /** Serverless endpoints have no GPUs. */
  readonly isGpu: boolean;
  readonly instances: number | null;
  readonly hoursPerMonth: number | null;
}
