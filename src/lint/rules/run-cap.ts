import { counted, grouped } from '../../present/words';
import type { Call } from '../../python/module';
import type { Argument } from '../../python/signatures';
import { toNumber } from '../../python/values';
import { defineRule } from '../engine/define';
import { azureSweeps, setsTimeoutLater } from '../libraries/azure';
import { sageMakerJobs, stoppingConditions } from '../libraries/sagemaker';

/** The cap that practitioners recommend. */
const capSeconds = 72 * 3600;

export const runCap = defineRule({
  id: 'run-cap',
  practice: 2,
  severity: 'information',
  summary: 'A cloud job that may run for more than three days, or without a limit.',
  details: `SageMaker: \`max_run\`, and \`max_runtime_in_seconds\` of a \`StoppingCondition\`, above 259,200 s (72 h). Azure ML: a sweep without \`timeout\`.`,
  why: 'A job that hangs or diverges uses energy until it reaches its limit. Practitioners recommend a cap of 72 hours; longer trainings resume from their checkpoints.',
  remedy: 'Set the limit to what the job should need plus a margin, and save checkpoints.',
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
  evidence: {
    item: 'time-cap',
    contradicts: true,
    one: 'job that may run for more than 72 hours',
    several: 'jobs that may run for more than 72 hours',
  },
  thresholds: { seconds: { default: capSeconds, unit: 'seconds', meaning: 'jobs that may run longer are reported' } },
  messages: {
    long: ({ hours }: { readonly hours: number }) =>
      `This job may run for ${counted(Math.round(hours), 'hour')}. A cap of 72 hours limits what a hanging run can cost; longer trainings can resume from checkpoints.`,
    noTimeout: 'This sweep has no timeout. Set timeout in seconds, here or with set_limits.',
  },
})
  .on(sageMakerJobs, ({ call, args }, { threshold }) => tooLong(call, args.get('max_run'), threshold('seconds')))
  .on(stoppingConditions, ({ call, args }, { threshold }) =>
    tooLong(call, args.get('max_runtime_in_seconds'), threshold('seconds')),
  )
  .on(azureSweeps, ({ call, omitsTimeout }, { module }) =>
    !omitsTimeout || setsTimeoutLater(module) ? null : { node: call.node, message: 'noTimeout' },
  );

function tooLong({ node }: Call, given: Argument | null, most: number) {
  const seconds = given === null ? null : toNumber(given.value);
  if (seconds === null || seconds <= most) return null;
  const hours = seconds / 3600;
  return {
    node,
    message: 'long' as const,
    data: { hours },
    headline: `${grouped(Math.round(hours))} h`,
    wayOut: 'a cap of 72 h',
    estimate: { hours },
  };
}
