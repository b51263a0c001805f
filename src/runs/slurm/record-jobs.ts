import type { Journal } from '../journal/journal';
import { idOfJob, journalText, type JobRun, type Writing } from './job-run';

/** How many jobs were written into the journal. */
export interface RecordedJobs {
  readonly written: number;
  /** They are in the journal already. */
  readonly known: number;
}

/**
 * Writes jobs into the journal, each once: a job that is there and has ended stays as it is, and one that was in progress
 * is replaced.
 *
 * @param again replaces jobs that have ended too, as after a change of the location
 * @throws Node's `ErrnoException` if the journal cannot be written
 */
export async function recordJobs(
  runs: readonly JobRun[],
  journal: Journal,
  { again, ...writing }: Writing & { readonly again: boolean },
): Promise<RecordedJobs> {
  let [written, known] = [0, 0];
  for (const run of runs) {
    const text = journalText(run, writing);
    if (text === null || run.job.start === null) continue;
    const id = idOfJob(run.job, run.job.start);
    const { record } = await journal.entry(id);
    if (record !== null && record.status !== 'running' && !again) {
      known += 1;
      continue;
    }
    await journal.put(id, text);
    written += 1;
  }
  return { written, known };
}
