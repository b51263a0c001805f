import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { GreenMlApi } from '../../src/extension';
import type { Journal } from '../../src/runs/journal/journal';
import { closedRun, greenMl } from './meter-support';
import { waitFor } from './support';

describe('runs started by hand', function () {
  this.timeout(120_000);
  let api: GreenMlApi;
  let journal: Journal;
  let child: ChildProcess | null = null;

  before(async () => {
    ({ api, journal } = await greenMl());
  });
  beforeEach(() => rm(journal.folder, { recursive: true, force: true }));
  afterEach(() => {
    child?.kill('SIGKILL');
    child = null;
  });

  function burn(seconds: number): number {
    child = spawn(process.env['GREEN_ML_PYTHON'] ?? 'python3', [
      '-c',
      `import time\nend = time.monotonic() + ${seconds}\nwhile time.monotonic() < end: pass`,
    ]);
    assert.ok(child.pid);
    return child.pid;
  }

  it('measure any process until it ends', async () => {
    await vscode.commands.executeCommand('greenML.runs.measureProcess', burn(4));
    const { record } = await closedRun(journal);
    assert.equal(record.kind, 'manual');
    assert.equal(record.scope, 'run');
    assert.ok((record.energyWh.total ?? 0) > 0);
    await waitFor('the run to end', () => !api.isMeasuring());
  });

  it('stop on command, and leave the process running', async () => {
    await vscode.commands.executeCommand('greenML.runs.measureProcess', burn(60));
    await waitFor('a sample', async () => (await journal.ids()).length === 1);
    await vscode.commands.executeCommand('greenML.runs.stopManual');
    await closedRun(journal);
    assert.equal(child?.exitCode, null);
    assert.equal(api.isMeasuring(), false);
  });

  it('use a location that is set during the run for all of its emissions', async () => {
    await vscode.commands.executeCommand('greenML.runs.measureProcess', burn(60));
    await waitFor('a sample', async () => (await journal.ids()).length === 1);
    try {
      await vscode.commands.executeCommand('greenML.setLocation', 'aws:eu-north-1');
      const intensity = async () => (await journal.read((await journal.ids())[0] ?? ''))?.record.intensity;
      await waitFor('the place of the run', async () => (await intensity())?.chosenBy === 'setting');
      await vscode.commands.executeCommand('greenML.runs.stopManual');
      const { record } = await closedRun(journal);
      assert.equal(record.intensity?.zone, 'SE-SE3');
      assert.ok(record.pue > 1);
      assert.ok(!record.notes.some((note) => note.includes('time zone')), 'the guess is taken back');
      const grams = ((record.energyWh.total ?? NaN) / 1000) * record.pue * record.intensity.gramsPerKWh;
      assert.ok(Math.abs((record.emissionsGrams?.value ?? NaN) - grams) <= 1e-9 * grams);
    } finally {
      await vscode.commands.executeCommand('greenML.setLocation', '');
    }
  });

  it('do not start for a process that does not exist', async () => {
    // Above the largest pid that Linux gives (4194304, proc(5)).
    await vscode.commands.executeCommand('greenML.runs.measureProcess', 99_999_999);
    assert.equal(api.isMeasuring(), false);
    assert.deepEqual(await journal.ids(), []);
  });
});

describe('the machine between runs', () => {
  it('is shown only while the setting is on, and leaves no timer behind', async () => {
    const { api } = await greenMl();
    await waitFor('the window to have the focus', () => vscode.window.state.focused);
    assert.equal(api.isSampling(), false);
    const configuration = vscode.workspace.getConfiguration('greenML');
    await configuration.update('meter.ambient', true, vscode.ConfigurationTarget.Global);
    try {
      const text = await waitFor('a reading', () => /machine/.test(api.statusText()) && api.statusText());
      assert.match(text, /^\$\(zap\) machine · ~?[\d.]+ k?W · today ~?[\d.]+ [mk]?Wh$/);
      assert.equal(api.isMeasuring(), false);
    } finally {
      await configuration.update('meter.ambient', undefined, vscode.ConfigurationTarget.Global);
    }
    await waitFor('the sampling to end', () => !api.isSampling());
    assert.doesNotMatch(api.statusText(), /machine ·/);
  });
});
