import assert from 'node:assert/strict';
import { readJobs } from '../../src/cli/slurm-read';
import { separator } from '../../src/runs/slurm/jobs';
import { systemLines, type ReadLines } from '../../src/system/spawn';

describe('cli/slurm-read', () => {
  const question = { ids: [], user: 'ada', since: 'now-1days', until: null };
  /** A `sacct` with jobs without end. */
  const flood: ReadLines = (_command, args, onLine, options) =>
    args.includes('--helpformat')
      ? systemLines('echo', ['JobID State ElapsedRaw'], onLine, options)
      : systemLines(
          'sh',
          [
            '-c',
            `printf 'JobID\\037State\\037ElapsedRaw\\n'; seq -f '%.0f${separator}COMPLETED${separator}60' 1 10000000`,
          ],
          onLine,
          options,
        );

  it('stops a flood of jobs, and says what to do', async () => {
    await assert.rejects(readJobs(question, flood, 2000), {
      message: /^sacct has more than 2,?000 jobs and steps, .*; ask for a shorter time with --since and --until, or/,
    });
  });

  it('says what sacct says of an error, but not all of it', async () => {
    const failing: ReadLines = (_command, args) =>
      Promise.resolve(
        args.includes('--helpformat')
          ? { problem: null, errors: '' }
          : { problem: 'exit 1', errors: `sacct: error: ${'x'.repeat(100_000)}\n` },
      );
    await assert.rejects(readJobs(question, failing), {
      message: /^sacct failed \(sacct: error: x{200,300}\); see whether sacct works by itself\.$/,
    });
  });

  it('takes as many as allowed', async () => {
    const lines: ReadLines = (command, args, onLine, options) => {
      if (args.includes('--helpformat')) return flood(command, args, onLine, options);
      for (const line of ['JobID,State,ElapsedRaw', '1,COMPLETED,60', '2,COMPLETED,60'])
        onLine(line.replaceAll(',', separator));
      return Promise.resolve({ problem: null, errors: '' });
    };
    const { jobs } = await readJobs(question, lines, 2);
    assert.equal(jobs.length, 2);
  });
});
