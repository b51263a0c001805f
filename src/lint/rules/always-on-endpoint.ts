import type { Call, PythonModule } from '../../python/module';
import { signature } from '../../python/signatures';
import { toInteger } from '../../python/values';
import { defineRule } from '../define';
import type { Report } from '../rule';

/** 365.25 days in twelve months. */
const HOURS_PER_MONTH = 730.5;

/** Read in azure-ai-ml 1.35 (`entities/_compute/aml_compute.py`) and azureml-core 1.60 (`compute/amlcompute.py`). */
const CLUSTER = 'azure.ai.ml.entities.AmlCompute';
const OLD_CLUSTER = 'azureml.core.compute.AmlCompute.provisioning_configuration';
/** Read in sagemaker 2.245: `EstimatorBase.deploy` and `Model.deploy` begin alike. */
const DEPLOY = signature('initial_instance_count, instance_type');

export const alwaysOnEndpoint = defineRule({
  id: 'always-on-endpoint',
  practice: 11,
  severity: 'warning',
  summary: 'Machines in the cloud that wait around the clock, whether there is work or not.',
  details: `Azure ML: an \`AmlCompute\` cluster with \`min_instances\` (\`min_nodes\` in the first SDK) above 0.
SageMaker: \`.deploy(…)\` on instances in a file that never deletes an endpoint; serverless and asynchronous endpoints are not reported.`,
  why: `A machine that waits for a month runs ${Math.round(HOURS_PER_MONTH)} hours. An idle server still draws a good part of its full power, and a cluster that scales to zero needs minutes to start, once.`,
  remedy: `\`min_instances=0\` with \`idle_time_before_scale_down\`. For endpoints: \`predictor.delete_endpoint()\` when you are done, \`serverless_inference_config\` for rare requests, batch transform where nobody waits for the answer.`,
  nonCompliant: [
    {
      code: `from azure.ai.ml.entities import AmlCompute

cluster = AmlCompute(name="gpu", size="Standard_NC24ads_A100_v4", min_instances=2, max_instances=8)
`,
      severity: 'warning',
      estimate: { instances: 2, hoursPerMonth: 1461 },
    },
    {
      code: `from sagemaker.pytorch import PyTorchModel

model = PyTorchModel(model_data=data, role=role, entry_point="serve.py")
predictor = model.deploy(initial_instance_count=1, instance_type="ml.g6.xlarge")
`,
      severity: 'information',
      estimate: { instances: 1, hoursPerMonth: 730.5 },
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
  apis: [CLUSTER, OLD_CLUSTER],
  methods: ['deploy'],
  packages: ['azure', 'sagemaker'],
  check(module, context) {
    for (const report of [...clusters(module), ...endpoints(module)]) context.report(report);
  },
});

function* clusters(module: PythonModule): Generator<Report> {
  for (const call of module.calls(['AmlCompute', 'provisioning_configuration'])) {
    const name = call.name ?? '';
    const parameter =
      name === CLUSTER
        ? 'min_instances'
        : /^azureml\.core\.compute\.(?:amlcompute\.)?AmlCompute\.provisioning_configuration$/.test(name)
          ? 'min_nodes'
          : null;
    const least = parameter === null ? null : module.bind(call, signature('*')).get(parameter);
    const instances = least === null ? null : toInteger(least.value);
    if (parameter === null || instances === null || instances <= 0) continue;
    const hoursPerMonth = instances * HOURS_PER_MONTH;
    yield {
      node: call.node,
      severity: 'warning',
      message: `${parameter}=${instances} keeps ${machines(instances)} on around the clock: ${hours(hoursPerMonth)} hours a month, whether there is a job or not. ${parameter}=0 starts them with the first job.`,
      headline: `${hours(hoursPerMonth)} h a month`,
      estimate: { instances, hoursPerMonth },
      fixes: [],
    };
  }
}

function* endpoints(module: PythonModule): Generator<Report> {
  // Who deletes one endpoint in a file knows about them.
  if (
    !module.text.includes('sagemaker') ||
    /delete_(?:endpoint|predictor)|serverless|async_inference/i.test(module.text)
  )
    return;
  for (const call of module.calls(['deploy'])) {
    const args = module.bind(call, DEPLOY);
    if (
      !args.complete ||
      args.value('instance_type') === null ||
      !isSageMaker(module, call, args.get('initial_instance_count') !== null)
    )
      continue;
    const count = args.value('initial_instance_count');
    const instances = count === null ? null : toInteger(count);
    const hoursPerMonth = instances === null ? null : instances * HOURS_PER_MONTH;
    yield {
      node: call.node,
      severity: 'information',
      message: `This endpoint keeps ${instances === null ? 'its machines' : machines(instances)} on until somebody deletes it${hoursPerMonth === null ? '' : `: ${hours(hoursPerMonth)} hours a month`}. Nothing in this file does: call delete_endpoint(), or give a serverless_inference_config.`,
      headline: hoursPerMonth === null ? 'always on' : `${hours(hoursPerMonth)} h a month`,
      estimate: { instances, hoursPerMonth },
      fixes: [],
    };
  }
}

/** An object of SageMaker; or one that is not known and is given what only SageMaker takes. */
function isSageMaker(module: PythonModule, { receiver }: Call, takesCount: boolean): boolean {
  if (receiver === null) return false;
  const value = module.evaluate(receiver);
  const name = module.callOf(value)?.name;
  return name === undefined || name === null
    ? takesCount && /^[ \t]*(?:from|import)[ \t]+sagemaker\b/m.test(module.text)
    : name.startsWith('sagemaker.');
}

const machines = (count: number): string => (count === 1 ? 'a machine' : `${count} machines`);
const hours = (number: number): string => Math.round(number).toLocaleString('en');
