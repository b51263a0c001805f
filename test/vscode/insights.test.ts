import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Log } from '../../src/editor/log';
import { MeterEngine } from '../../src/editor/capture/engine';
import { Insights } from '../../src/editor/runs/insights';
import { effectiveSettings } from '../../src/editor/meter-settings';
import { WindowRuns } from '../../src/editor/capture/window-runs';
import { listeningPorts } from '../../src/processes/listening';
import { TreeTracker } from '../../src/processes/tree-tracker';
import { systemClock } from '../../src/system/clock';
import { systemFiles } from '../../src/system/files';
import { skip } from '../support/skip';
import { headerOf, intervalOf } from '../runs/support';
import { closedRun, greenMl } from './meter-support';
import { SessionWatch, waitFor, workspaceFolder } from './support';

/** A server that waits for connections, without clients. */
const serving = `
import socket, sys
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
print(server.getsockname()[1], flush=True)
server.accept()
`;

/** Prints as Keras does, works all the time, and saves when it is interrupted. */
const training = `
import signal, sys, time
def save(*_):
    with open("saved.txt", "w") as file:
        file.write("epoch %d" % epoch)
    sys.exit(5)
epoch = 0
signal.signal(signal.SIGINT, save)
epochs = int(sys.argv[1])
for epoch in range(1, epochs + 1):
    print("Epoch %d/%d" % (epoch, epochs), flush=True)
    end = time.monotonic() + 1
    while time.monotonic() < end: pass
    print("10/10 - 1s - 100ms/step - loss: 0.5000 - val_loss: %.4f" % (1 / epoch), flush=True)
`;

describe('progress, budgets and notifications of a run', function () {
  this.timeout(120_000);
  let watch: SessionWatch;
  const folder = () => workspaceFolder().uri.fsPath;
  const set = async (key: string, value: unknown): Promise<void> => {
    await vscode.workspace.getConfiguration('greenML').update(key, value, vscode.ConfigurationTarget.Global);
  };

  beforeEach(async () => {
    watch = new SessionWatch();
    await rm((await greenMl()).journal.folder, { recursive: true, force: true });
    await rm(join(folder(), 'saved.txt'), { force: true });
    await writeFile(join(folder(), 'training.py'), training);
  });
  afterEach(async () => {
    watch.dispose();
    await set('budget.run', undefined);
    await set('budget.day', undefined);
    await set('budget.interrupt', undefined);
  });

  /** Trains for so many seconds; gives all that the status bar and its tooltip showed meanwhile. */
  async function train(epochs: number): Promise<{ texts: string; details: string }> {
    const { api } = await greenMl();
    const texts = new Set<string>();
    const details = new Set<string>();
    const look = setInterval(() => {
      texts.add(api.statusText());
      details.add(api.statusLines().join('; '));
    }, 50);
    try {
      const program = join(folder(), 'training.py');
      const configuration = {
        type: 'debugpy',
        request: 'launch',
        name: 'training',
        program,
        args: [String(epochs)],
        cwd: folder(),
        console: 'internalConsole',
      };
      assert.ok(await vscode.debug.startDebugging(workspaceFolder(), configuration));
      await watch.ended();
      await waitFor('the run to be closed', () => !api.isMeasuring());
    } finally {
      clearInterval(look);
    }
    return { texts: [...texts].join(' | '), details: [...details].join(' | ') };
  }

  it('reads progress from the output, and forecasts the energy at the end', async () => {
    const { details } = await train(7);
    assert.match(details, /Progress: \d+ of 7 epochs done/);
    assert.match(details, /At the end of this fit: (roughly|about) [\d.]+ [mk]?Wh/);
  });

  it('notifies about an idle server, and stops it on request', async function () {
    if (process.platform !== 'linux') skip(this, 'sockets are told by /proc');
    // Never disposed of: the channel is the extension's own, found by its name.
    const log = new Log();
    const engine = new MeterEngine('test', log);
    const runs = new WindowRuns(engine, log);
    const told: string[] = [];
    const insights = new Insights(
      () => Promise.resolve([]),
      (error) => assert.fail(String(error)),
      {
        clock: systemClock,
        listeningPorts: (pids) => listeningPorts(systemFiles, pids),
        idleSeconds: 3,
        notify: (kind, text, buttons) => {
          told.push(`${kind}: ${text} [${buttons.join(', ')}]`);
          return Promise.resolve('Stop');
        },
      },
    );
    const server = spawn('python3', ['-c', serving], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = (await once(server.stdout, 'data')) as [Buffer];
      const run = await runs.start(null, {
        name: 'serve.py',
        kind: 'manual',
        command: null,
        folder: null,
        tree: new TreeTracker(),
      });
      assert.ok(server.pid);
      run.addProcess(server.pid, 'now');
      let stopped = false;
      insights.begin(run, await effectiveSettings(null), () => {
        stopped = true;
        return Promise.resolve();
      });
      await waitFor('the notice', () => stopped);
      assert.equal(told.length, 1);
      assert.match(
        told[0] ?? '',
        new RegExp(
          `^idle server: serve\\.py is waiting on port ${String(line).trim()} and has been idle for [\\d.]+ s.* \\[Stop, Ignore, Don't Show Again\\]$`,
        ),
      );
      await runs.finish(run, null);
    } finally {
      server.kill('SIGKILL');
      insights.dispose();
      await runs.close();
      runs.dispose();
      engine.dispose();
    }
  });

  it('has a command that writes valid budgets to the settings', async () => {
    const budget = (period: string): unknown => vscode.workspace.getConfiguration('greenML').get(`budget.${period}`);
    for (const [period, amount] of [
      ['run', '72h'],
      ['day', '2kWh'],
      ['project', '10kg'],
    ] as const) {
      await vscode.commands.executeCommand('greenML.setBudget', { period, amount });
      assert.equal(budget(period), amount);
      await vscode.commands.executeCommand('greenML.setBudget', { period, amount: 'much' });
      assert.equal(budget(period), amount);
      await vscode.commands.executeCommand('greenML.setBudget', { period, amount: '' });
      assert.equal(budget(period), '');
    }
  });

  it('counts other runs of the day in the daily budget', async () => {
    const { journal } = await greenMl();
    const startedAt = Date.now() - 1000;
    const writer = await journal.begin('20260101T000000Z-000000');
    await writer.append({ type: 'start', version: 1, ...headerOf({ id: 'earlier', startedAt }) });
    await writer.append({ type: 'sample', ...intervalOf({ at: startedAt + 1, joules: 3600 * 85, seconds: 1 }) });
    await writer.end({ type: 'end', at: Date.now() + 60_000, exitCode: 0, meterCpuSeconds: 0 });
    await set('budget.day', '100Wh');
    const { texts, details } = await train(4);
    assert.match(texts, /8\d % of the day's budget/);
    assert.match(details, /Daily budget: 8\d % of 100 Wh/);
  });

  it('shows how much of the budget is used, and interrupts the run so that it can save its work', async () => {
    // Enough for a few seconds: an interrupt must not come before the script has set its handler.
    await set('budget.run', '1.5mWh');
    await set('budget.interrupt', true);
    const { texts, details } = await train(60);
    const { record } = await closedRun((await greenMl()).journal);
    assert.match(await readFile(join(folder(), 'saved.txt'), 'utf8'), /^epoch \d+$/);
    assert.equal(record.exitCode, 5);
    assert.ok((record.energyWh.total ?? 0) >= 0.0015, `${record.energyWh.total} Wh`);
    assert.match(texts, /\d+ % of budget/);
    assert.match(details, /Budget: \d+ % of 1\.5 mWh/);
  });
});
