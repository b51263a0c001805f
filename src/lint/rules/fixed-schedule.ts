import { toText, type Value } from '../../python/values';
import { defineRule } from '../engine/define';
import { scheduledJobs } from '../libraries/schedulers';

/** Minute and hour: `30 2 * * *`, also in `cron(30 2 * * ? *)`. */
const atAnHour = /^(?:cron\()?\s*(\d{1,2})\s+(\d{1,2})\s/;
const daily = /^@(?:daily|midnight|weekly|monthly)$/;

export const fixedSchedule = defineRule({
  id: 'fixed-schedule',
  practice: 9,
  severity: 'information',
  enabled: false,
  summary: 'A training that always starts at the same hour, however clean the grid is then.',
  details:
    'A constant time of day in the schedule of Airflow (`DAG(schedule="30 2 * * *")`, `@daily`), Azure Machine Learning (`CronTrigger`) or SageMaker (`PipelineSchedule`), in a file that mentions training.',
  why: 'The carbon intensity of a grid changes over the day, in some zones by half, and every zone has its own pattern. Night is not always better: in [Dodge et al. 2022](https://arxiv.org/abs/2206.05229), starting at midnight raised the emissions of one job by 8 %.',
  remedy:
    'Look up the cleanest hours of the zone where the job runs: `green-ml when --location DE --hours 4`, or *Green ML: Best Time to Start*.',
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
      `This always starts ${time}, however clean the grid is then. \`green-ml when\` shows the cleanest hours of a zone.`,
  },
  needs: /train(?!ed\b)|\bfit\b/i,
}).on(scheduledJobs, ({ call, schedules }) => {
  const [time] = schedules.flatMap((schedule) => timeOf(schedule) ?? []);
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
