import { signature } from '../../python/signatures';
import { toText, type Value } from '../../python/values';
import { defineRule } from '../engine/define';
import { calls } from '../engine/query';

/** What starts jobs by the clock, and the arguments that say when. */
const schedulers: Readonly<Record<string, readonly string[]>> = {
  'airflow.DAG': ['schedule', 'schedule_interval'],
  'airflow.models.DAG': ['schedule', 'schedule_interval'],
  'airflow.sdk.DAG': ['schedule'],
  'azure.ai.ml.entities.CronTrigger': ['expression'],
  'sagemaker.workflow.triggers.PipelineSchedule': ['cron'],
};

/** Minute and hour of the clock: `30 2 * * *`, also in `cron(30 2 * * ? *)`. */
const atAnHour = /^(?:cron\()?\s*(\d{1,2})\s+(\d{1,2})\s/;
const daily = /^@(?:daily|midnight|weekly|monthly)$/;

export const fixedSchedule = defineRule({
  id: 'fixed-schedule',
  practice: 9,
  severity: 'information',
  enabled: false,
  summary: 'Training that starts at the same hour, whatever the grid then burns.',
  details: `A constant time of day in the schedule of Airflow (\`DAG(schedule="30 2 * * *")\`, \`@daily\`), Azure Machine Learning (\`CronTrigger\`) or SageMaker (\`PipelineSchedule\`), in a file that speaks of training.`,
  why: `The carbon intensity of a grid changes over the day, in some zones by half, and at other hours in each. Night is not always better: in [Dodge et al. 2022](https://arxiv.org/abs/2206.05229) a start at midnight raised the emissions of one job by 8 %.`,
  remedy: `Ask for the cleanest hours of the zone where the job runs: \`green-ml when --location DE --hours 4\`, or *Green ML: Best Time to Start*.`,
  nonCompliant: [
    {
      code: `from airflow import DAG

dag = DAG("train_model", schedule="30 18 * * *", catchup=False)
`,
      severity: 'information',
    },
    {
      code: `from azure.ai.ml.entities import CronTrigger

every_monday = CronTrigger(expression="15 10 * * 1")  # starts the training pipeline
`,
      severity: 'information',
    },
  ],
  compliant: [
    `from airflow import DAG

dag = DAG("train_model", schedule=None)
`,
    `from airflow import DAG

dag = DAG("train_often", schedule="*/10 * * * *")
`,
    `from airflow import DAG

dag = DAG("copy_invoices", schedule="0 3 * * *")
`,
  ],
  evidence: {
    item: 'start-chosen',
    contradicts: false,
    one: 'schedule with a fixed hour',
    several: 'schedules with a fixed hour',
  },
  messages: {
    schedule: ({ time }: { readonly time: string }) =>
      `This starts ${time}, whatever the grid then burns. \`green-ml when\` tells the cleanest hours of a zone.`,
  },
  needs: /train(?!ed\b)|\bfit\b/i,
}).on(calls(Object.keys(schedulers), { packages: ['airflow', 'azure', 'sagemaker'] }), (call, { module }) => {
  const args = module.bind(call, signature('*'));
  const [time] = (schedulers[call.name] ?? []).flatMap(
    (name) => timeOf(args.get(name)?.value ?? { kind: 'unknown' }) ?? [],
  );
  return time === undefined ? null : { node: call.node, message: 'schedule', data: { time } };
});

/** The time of day that a schedule names, in words; null if it names none. */
function timeOf(schedule: Value): string | null {
  const text = toText(schedule)?.trim() ?? '';
  if (daily.test(text)) return 'at midnight';
  const match = atAnHour.exec(text);
  return match === null
    ? null
    : `at ${match[2]?.padStart(2, '0') ?? ''}:${match[1]?.padStart(2, '0') ?? ''} by the scheduler's clock`;
}
