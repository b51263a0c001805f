import * as v from 'valibot';
import { between, noted, type Shaped } from '../system/shapes';

const text = v.string();
const maybeText = v.nullable(text);
const amount = v.nullable(between(0, 1e15));
const seconds = { unit: 's' };
const gigabytes = { unit: 'GB' };

/** What a scheduler knows of a job, besides what every run has. All of it stays on this machine. */
export const jobShape = v.object({
  scheduler: noted(v.literal('slurm'), 'the scheduler'),
  cluster: noted(maybeText, 'the name of the cluster'),
  id: noted(
    text,
    'the id as people write it: `123`, `123_4` for a task of an array, `123+1` for a part of a heterogeneous job',
  ),
  rawId: noted(text, 'the number that Slurm gave this job, task or part'),
  user: noted(maybeText, 'who submitted it'),
  group: noted(maybeText, 'their group'),
  account: noted(maybeText, 'the account that it was charged to'),
  partition: noted(maybeText, 'the partition that it ran in'),
  state: noted(text, 'as Slurm says it, such as `COMPLETED` or `TIMEOUT`'),
  submittedAt: noted(v.nullable(v.pipe(text, v.isoTimestamp())), 'when it was submitted'),
  nodes: noted(amount, 'how many nodes it had'),
  exclusive: noted(
    v.nullable(v.boolean()),
    'whether the job had its nodes to itself; `null` if that is unknown. On a shared node, Slurm counts the energy of the whole node to every job',
  ),
  cpus: noted(amount, 'the CPUs that it was given'),
  cpuSeconds: noted(amount, 'the CPU time that it used', seconds),
  memoryGigabytes: noted(amount, 'the memory that it was given', gigabytes),
  memoryUsedGigabytes: noted(amount, 'the most memory that one of its steps used', gigabytes),
  gpus: noted(amount, 'the GPUs that it was given; 0 if none'),
  gpuType: noted(maybeText, 'their type, as the cluster names it'),
  gpusUsed: noted(
    v.nullable(v.boolean()),
    'whether Slurm ever saw load or memory in use on its GPUs; `null` if Slurm does not record that',
  ),
  limitSeconds: noted(amount, 'its time limit', seconds),
});

/** What a scheduler knows of a job. */
export type JobFacts = Shaped<typeof jobShape>;
