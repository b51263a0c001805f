import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../src/runs/journal/journal';
import type { RunRecord } from '../../src/runs/record';
import { cli } from '../cli/support';
import { skip } from '../support/skip';
import { noSlurm, SlurmCluster } from '../support/slurm-cluster';

describe('examples/slurm', function () {
  this.timeout(180_000);
  let cluster: SlurmCluster;
  let folder: string;
  before(async function () {
    const reason = noSlurm();
    if (reason !== null) skip(this, reason);
    const script = await readFile(join('examples', 'slurm', 'job_submit.lua'), 'utf8');
    cluster = await SlurmCluster.start({ JobSubmitPlugins: 'lua' }, { 'job_submit.lua': script });
  });
  after(() => (cluster as SlurmCluster | undefined)?.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-slurm-example-'));
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin', 'green-ml'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`);
    await chmod(join(folder, 'bin', 'green-ml'), 0o755);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const submit = (script: string, ...args: string[]): Promise<string> => submitWith({}, script, ...args);
  async function submitWith(more: NodeJS.ProcessEnv, script: string, ...args: string[]): Promise<string> {
    const path = join(folder, 'job.sh');
    await writeFile(path, script);
    const env = { XDG_STATE_HOME: folder, PATH: `${join(folder, 'bin')}:${cluster.env['PATH'] ?? ''}` };
    const id = cluster.submitWith({ ...env, ...more }, `--chdir=${folder}`, ...args, path);
    await cluster.ended(id);
    return id;
  }
  const runs = async (): Promise<readonly RunRecord[]> => (await new Journal(join(folder, 'green-ml')).list()).runs;
  const stateOf = (id: string): string =>
    cluster.run('sacct', '-n', '-P', '-X', '-o', 'State,ExitCode', '-j', id).trim();

  it('measures a job with its tasks, and the job ends as it would without', async () => {
    const work = 'python3 -c "while sum(__import__(\'os\').times()[:2]) < 1: pass"';
    const id = await submit(
      `#!/bin/bash\n#SBATCH --job-name=train\nsrun --mem=0 ${work}\n${work}\necho "$@" > arguments\nexit 3\n`,
      '--cpus-per-task=1',
    );
    assert.match(stateOf(id), /^FAILED\|3:0/);
    const [run, ...others] = await runs();
    assert.deepEqual(
      [run?.name, run?.exitCode, run?.status, run?.folder, others.length],
      ['train', 3, 'completed', folder, 0],
    );
    assert.ok((run?.processes.peak ?? 0) >= 2 && (run?.durationSeconds ?? 0) > 1);
  });

  it('leaves alone jobs that say so, scripts of other languages, and jobs without green-ml', async () => {
    const touch = 'touch done\n';
    await submit(`#!/bin/sh\n${touch}`, '--comment=no-green-ml');
    await submit(`#!/usr/bin/env python3\nopen('done2', 'w').close()\n`);
    const off = await submitWith({ GREEN_ML_OFF: '1' }, `#!/bin/sh\n${touch}`);
    await rm(join(folder, 'bin', 'green-ml'));
    const without = await submit(`#!/bin/sh\n${touch}`);
    assert.deepEqual([stateOf(off), stateOf(without)], ['COMPLETED|0:0', 'COMPLETED|0:0']);
    await readFile(join(folder, 'done2'));
    assert.deepEqual(await runs(), []);
  });
});
