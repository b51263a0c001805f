import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { isRunning } from '../../src/processes/alive';
import { once } from 'node:events';
import { skip } from '../support/skip';

describe('processes/alive', () => {
  it('distinguishes a running process from one that has ended', () => {
    assert.equal(isRunning(process.pid), true);
    assert.equal(isRunning(spawnSync(process.execPath, ['-e', '']).pid), false);
  });

  it('treats a killed process that nobody has waited for as ended', async function () {
    if (process.platform !== 'linux') skip(this, 'only /proc shows the state of a process');
    // The shell turns into sleep, which does not wait for children.
    const parent = spawn('/bin/sh', ['-c', 'sh -c "echo \\$\\$; exec sleep 60" & exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(String(line));
      assert.equal(isRunning(pid), true);
      process.kill(pid, 'SIGKILL');
      while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
      process.kill(pid, 0);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});
