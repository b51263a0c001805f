import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPower } from '../../../src/power/machine';
import type { MachineLoad, SourceReading } from '../../../src/power/source';
import { TreeTracker } from '../../../src/processes/tree-tracker';
import { loadInWords } from '../../../src/runs/measuring/machine-load';
import { Meter } from '../../../src/runs/measuring/meter';
import { systemClock } from '../../../src/system/clock';
import { systemFiles } from '../../../src/system/files';
import { skip } from '../../support/skip';

const load: MachineLoad = { busyCpuSeconds: 5, logicalCpus: 8, utilisation: 0.626, memoryTotalBytes: null };
const gigabyte = 2 ** 30;

function gpu(more: Partial<SourceReading>): SourceReading {
  return {
    source: { component: 'gpu', method: 'sensor', name: 'GPU-1', label: 'A100', band: { low: 0.95, high: 1.05 } },
    outcome: { kind: 'unknown', reason: 'N/A' },
    users: null,
    ...more,
  };
}

describe('the load of the machine in words', () => {
  it('is one line with processor, graphics cards and their memory', () => {
    const memory = { usedBytes: 22.2 * gigabyte, totalBytes: 80 * gigabyte };
    assert.equal(
      loadInWords({ load, readings: [gpu({ utilisation: 0.91, memory })] }),
      'CPU 63 % of 8 threads · GPU 91 % · GPU memory 22 of 80 GB',
    );
    assert.equal(
      loadInWords({ load, readings: [gpu({ utilisation: 1, memory }), gpu({ utilisation: 0, memory })] }),
      'CPU 63 % of 8 threads · 2 GPUs 50 % · GPU memory 44 of 160 GB',
    );
  });

  it('leaves out what is not known; an idle card is 0 %', () => {
    assert.equal(loadInWords({ load, readings: [gpu({ utilisation: null, memory: null })] }), 'CPU 63 % of 8 threads');
    assert.equal(loadInWords({ load: null, readings: [gpu({ utilisation: 0 })] }), 'GPU 0 %');
    assert.equal(loadInWords({ load: null, readings: [gpu({})] }), null);
  });

  it('comes from the machine, with a graphics card that nvidia-smi reports', async function () {
    this.timeout(60_000);
    if (process.platform === 'win32') skip(this, 'the stand-in for nvidia-smi is a script with a shebang');
    const path = process.env['PATH'];
    // Nothing in the current folder is a helper program.
    const folder = mkdtempSync(join(tmpdir(), 'green-ml-nvidia-'));
    copyFileSync('test/fixtures/nvidia/nvidia-smi', join(folder, 'nvidia-smi'));
    process.env['PATH'] = `${folder}:${path ?? ''}`;
    const power = await openPower({
      files: systemFiles,
      clock: systemClock,
      platform: process.platform,
      stateFolder: null,
    });
    try {
      const meter = new Meter({
        power,
        journal: null,
        clock: systemClock,
        intervalMilliseconds: 1000,
        version: '1',
        onProblem: () => undefined,
      });
      const run = await meter.start({
        name: 'x',
        kind: 'manual',
        command: null,
        folder: null,
        scope: 'run',
        intensity: null,
        pue: 1,
        notes: [],
        tree: new TreeTracker(),
      });
      const seen = new Promise<string>((done) => {
        run.onChange(() => {
          if (run.load?.includes('GPU memory') === true) done(run.load);
        });
      });
      // The first card is busy, the second is not.
      assert.match(await seen, /^CPU [\d.]+ % of \d+ threads · 2 GPUs 40 % · GPU memory 12 of 48 GB$/);
      await run.finish(0);
    } finally {
      power.dispose();
      process.env['PATH'] = path;
      rmSync(folder, { recursive: true });
    }
  });
});
