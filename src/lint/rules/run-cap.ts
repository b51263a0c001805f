import { signature } from '../../python/signatures';
import { toNumber } from '../../python/values';
import { defineRule } from '../define';
import { azureSweeps } from '../search/clouds';
import { isSageMakerEstimator, SAGEMAKER_ESTIMATORS } from '../sagemaker';

/** The cap that Niko's article on energy-aware machine learning recommends. */
const SECONDS = 72 * 3600;

export const runCap = defineRule({
  id: 'run-cap',
  practice: 2,
  severity: 'information',
  summary: 'A cloud job that may run for more than three days, or without any limit.',
  details: `SageMaker: \`max_run\` above 259,200 s (72 h). Azure ML: a sweep without \`timeout\`.`,
  why: `A job that hangs or diverges costs energy until its limit. 72 hours is the cap that practitioners recommend; longer trainings go on from their checkpoints.`,
  remedy: `Set the limit to what the job should need, with some margin, and save checkpoints.`,
  nonCompliant: [
    {
      code: `from sagemaker.pytorch import PyTorch

estimator = PyTorch("train.py", role=role, instance_type="ml.g5.xlarge", max_run=5 * 24 * 3600)
`,
      severity: 'information',
      estimate: { hours: 120 },
    },
    {
      code: `from azure.ai.ml import command

job = command(code="src", command="python train.py")
sweep = job.sweep(primary_metric="accuracy", goal="Maximize", sampling_algorithm="random")
`,
      severity: 'information',
    },
  ],
  compliant: [
    `from sagemaker.estimator import Estimator

estimator = Estimator(image, role=role, max_run=3600)
`,
    `from azure.ai.ml import command

job = command(code="src", command="python train.py")
sweep = job.sweep(primary_metric="accuracy", goal="Maximize", sampling_algorithm="random")
sweep.set_limits(max_total_trials=20, timeout=7200)
`,
  ],
  thresholds: { seconds: SECONDS },
  apis: SAGEMAKER_ESTIMATORS,
  methods: ['sweep', 'set_limits'],
  packages: ['sagemaker', 'azure'],
  check(module, context) {
    for (const call of module.calls(SAGEMAKER_ESTIMATORS.map((name) => name.slice(name.lastIndexOf('.') + 1)))) {
      if (!isSageMakerEstimator(call)) continue;
      const seconds = toNumber(module.bind(call, signature('*')).get('max_run')?.value ?? { kind: 'unknown' });
      if (seconds === null || seconds <= context.threshold('seconds')) continue;
      const hours = seconds / 3600;
      context.report({
        node: call.node,
        severity: 'information',
        message: `This job may run for ${Math.round(hours)} hours. A cap of 72 hours, with checkpoints to go on from, bounds what a run that hangs can cost.`,
        headline: `${Math.round(hours)} h`,
        estimate: { hours },
      });
    }
    if (module.calls(['set_limits']).some((call) => !module.bind(call, signature('*')).omits('timeout'))) return;
    for (const call of azureSweeps(module)) {
      if (!module.bind(call, signature('*')).omits('timeout')) continue;
      context.report({
        node: call.node,
        severity: 'information',
        message: 'This sweep has no timeout. Give timeout in seconds, here or by set_limits.',
      });
    }
  },
});
