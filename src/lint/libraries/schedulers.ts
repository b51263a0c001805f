import type { Call } from '../../python/module';
import { signature } from '../../python/signatures';
import type { Value } from '../../python/values';
import { calls, query, type Query } from '../engine/query';

/**
 * What starts jobs by the clock, and the arguments that say when: Airflow 1 to 3, azure-ai-ml 1.35 and sagemaker 2.245, by
 * their documentation.
 */
const schedulers: Readonly<Record<string, readonly string[]>> = {
  'airflow.DAG': ['schedule', 'schedule_interval'],
  'airflow.models.DAG': ['schedule', 'schedule_interval'],
  'airflow.sdk.DAG': ['schedule'],
  'azure.ai.ml.entities.CronTrigger': ['expression'],
  'sagemaker.workflow.triggers.PipelineSchedule': ['cron'],
};

const schedulerCalls = calls(Object.keys(schedulers), { packages: ['airflow', 'azure', 'sagemaker'] });

/** A job that a scheduler starts. */
interface ScheduledJob {
  readonly call: Call;
  /** The arguments that may say when, as far as they are given. */
  readonly schedules: readonly Value[];
}

export const scheduledJobs: Query<ScheduledJob> = query(schedulerCalls, function* (module) {
  for (const call of schedulerCalls.find(module)) {
    const args = module.bind(call, signature('*'));
    yield { call, schedules: (schedulers[call.name] ?? []).flatMap((name) => args.get(name)?.value ?? []) };
  }
});
