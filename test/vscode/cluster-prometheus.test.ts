import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { GreenMlApi } from '../../src/extension';
import type { Journal } from '../../src/runs/journal/journal';
import type { RunRecord } from '../../src/runs/record';
import { prometheusPrograms } from '../support/prometheus';
import { allWatts, packageWatts, ScrapedCluster, wattsOf } from '../support/scraped-cluster';
import { skip } from '../support/skip';
import { closedRun, greenMl } from './meter-support';
import { SessionWatch, waitFor, workspaceFolder } from './support';

describe('runs that the settings map to a real Prometheus', function () {
  this.timeout(120_000);
  let api: GreenMlApi;
  let journal: Journal;
  let cluster: ScrapedCluster;
  const set = (name: string, value: unknown): Thenable<void> =>
    vscode.workspace.getConfiguration('greenML').update(name, value, vscode.ConfigurationTarget.Global);
  const everything = allWatts + 2 * packageWatts;
  const odd = [1, 3, 5, 7].reduce((sum, gpu) => sum + wattsOf(gpu), 0);

  before(async function () {
    const found = await prometheusPrograms();
    if ('reason' in found) skip(this, found.reason);
    ({ api, journal } = await greenMl());
    cluster = await ScrapedCluster.start(found.folder);
    await set('prometheus.url', cluster.server.url);
    await set('prometheus.runs', [
      { match: 'Train everywhere', preset: 'dcgm', select: 'pod="bert-0"' },
      { match: 'Train everywhere', preset: 'node-rapl', select: 'node=~"n[01]"' },
      { match: 'sbatch --wait', preset: 'dcgm', select: 'Hostname=n1' },
    ]);
    await writeFile(join(workspaceFolder().uri.fsPath, 'submit.py'), 'import time\ntime.sleep(8)\n');
  });
  beforeEach(() => rm(journal.folder, { recursive: true, force: true }));
  after(async () => {
    await set('prometheus.url', undefined);
    await set('prometheus.runs', undefined);
    await (cluster as ScrapedCluster | undefined)?.dispose();
  });

  /** The server is scraped each second, and shares a busy machine. */
  function isTruth({ machineWh, durationSeconds, energyWh }: RunRecord, watts: number): void {
    const [joules, truth] = [(machineWh.total ?? NaN) * 3600, watts * durationSeconds];
    assert.ok(Math.abs(joules - truth) <= 0.02 * truth + 0.6 * watts, `${joules} J instead of ${truth} J`);
    assert.ok((machineWh.low ?? NaN) * 3600 <= truth && truth <= (machineWh.high ?? NaN) * 3600);
    assert.equal(energyWh.total, null);
  }

  it('measures a launch configuration by its name, with two presets together', async () => {
    const watch = new SessionWatch();
    try {
      const folder = workspaceFolder();
      const program = join(folder.uri.fsPath, 'submit.py');
      const configuration = { type: 'debugpy', request: 'launch', name: 'Train everywhere', program };
      const console = 'internalConsole';
      assert.ok(await vscode.debug.startDebugging(folder, { ...configuration, console }, { noDebug: true }));
      await waitFor('the live power of the cluster', () => / kW · .* · cluster$/.test(api.statusText()));
      await watch.ended();
    } finally {
      watch.dispose();
    }
    const { record } = await closedRun(journal);
    assert.deepEqual([record.kind, record.scope, record.exitCode], ['launch', 'machine', 0]);
    assert.deepEqual([record.cluster?.totalDevices, record.cluster?.totalNodes], [10, 2]);
    assert.deepEqual(
      record.cluster?.sources.map(({ preset }) => preset),
      ['dcgm', 'node-rapl'],
    );
    isTruth(record, everything);
    const { cpu, gpu, total } = record.machineWh;
    assert.ok(cpu !== null && gpu !== null && total !== null);
    assert.ok(Math.abs(cpu / total - (2 * packageWatts) / everything) < 0.05, `${cpu} of ${total} Wh`);
    assert.deepEqual(
      record.missing.map(({ component }) => component),
      ['memory'],
    );
  });

  /** Runs a line in a terminal to its end; gives what the tooltip showed meanwhile. */
  async function inTerminal(line: string): Promise<string> {
    const terminal = vscode.window.createTerminal({ cwd: workspaceFolder().uri });
    const shown = new Set<string>();
    try {
      const shell = await waitFor('shell integration', () => terminal.shellIntegration);
      const execution = shell.executeCommand(line);
      let hasEnded = false;
      const listening = vscode.window.onDidEndTerminalShellExecution((event) => {
        hasEnded ||= event.execution === execution;
      });
      await waitFor('the command to end', () => {
        for (const each of api.statusLines()) shown.add(each);
        return hasEnded;
      });
      listening.dispose();
    } finally {
      terminal.dispose();
    }
    return [...shown].join('; ');
  }

  it('measures a command of a terminal, whatever its program is', async () => {
    await inTerminal('sleep 7 # sbatch --wait job.sh');
    const { record } = await closedRun(journal);
    assert.deepEqual([record.kind, record.exitCode], ['terminal', 0]);
    assert.deepEqual([record.cluster?.totalDevices, record.cluster?.totalNodes], [4, 1]);
    isTruth(record, odd);
  });

  it('has a forecast from the epochs that the waiting command prints', async () => {
    const epochs = 'for e in 1 2 3 4 5 6; do echo "Epoch $e/6"; sleep 3; echo "10/10 - 3s - loss: 0.5"; done';
    const details = await inTerminal(`${epochs} # Train everywhere`);
    assert.match(details, /Progress: \d+ of 6 epochs done/);
    // 3 kW for eighteen seconds.
    assert.match(details, /At the end of this \w+: (roughly|about) [12]?\d(\.\d+)? Wh/);
    const { record } = await closedRun(journal);
    isTruth(record, everything);
  });
});
