import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { GreenMlApi } from '../../src/extension';
import { shownEnergy } from '../../src/runs/describe';
import type { Journal, StoredRun } from '../../src/runs/journal/journal';
import { closedRun, greenMl } from './meter-support';
import { SessionWatch, waitFor, workspaceFolder } from './support';

const burnPython = `
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time\\nend = time.monotonic() + 1.5\\nwhile time.monotonic() < end: pass"])
end = time.monotonic() + 4.5
while time.monotonic() < end: pass
child.wait()
print("done", flush=True)
`;
const burnNode = 'const end = Date.now() + 6500; while (Date.now() < end) Math.sqrt(end); console.log("done");\n';

describe('the meter in the editor', function () {
  this.timeout(120_000);
  let watch: SessionWatch;
  let api: GreenMlApi;
  let journal: Journal;

  before(async () => {
    ({ api, journal } = await greenMl());
  });

  beforeEach(async () => {
    watch = new SessionWatch();
    await rm(journal.folder, { recursive: true, force: true });
    await writeFile(join(workspaceFolder().uri.fsPath, 'burn.py'), burnPython);
    await writeFile(join(workspaceFolder().uri.fsPath, 'burn.js'), burnNode);
  });
  afterEach(() => watch.dispose());

  /** Runs a session to its end; gives the texts that the status bar showed meanwhile and the record. */
  async function measure(
    configuration: vscode.DebugConfiguration,
    options: vscode.DebugSessionOptions = {},
  ): Promise<{ texts: string[]; stored: StoredRun }> {
    const before = api.statusText();
    const texts: string[] = [];
    const look = setInterval(() => {
      const text = api.statusText();
      // The last run's result stays until there is something to say of this one.
      if (text !== texts.at(-1) && (texts.length > 0 || text !== before)) texts.push(text);
    }, 100);
    try {
      assert.ok(await vscode.debug.startDebugging(workspaceFolder(), configuration, options));
      await watch.ended();
      const stored = await closedRun(journal);
      await waitFor('the status bar to show the result', () => !api.isMeasuring());
      return { texts, stored };
    } finally {
      clearInterval(look);
    }
  }

  function wattHours(text: string): number {
    const match = /~?([\d.]+) (m?)Wh/.exec(text);
    return match === null ? NaN : Number(match[1]) / (match[2] === 'm' ? 1000 : 1);
  }

  function checkRecord({ record, samples }: StoredRun): void {
    const { total } = record.energyWh;
    assert.ok(total !== null && total > 0, `the run's energy is ${total}`);
    const integral = samples.reduce((sum, { run }) => sum + (run.total ?? 0), 0) / 3600;
    assert.ok(
      Math.abs(total - integral) <= 0.01 * integral,
      `${total} Wh in the record, ${integral} Wh in the samples`,
    );
    assert.ok(record.durationSeconds > 2);
  }

  for (const console of ['internalConsole', 'integratedTerminal']) {
    for (const noDebug of [false, true]) {
      it(`measures a debugpy session: ${console}, ${noDebug ? 'without' : 'with'} debugging`, async () => {
        const program = join(workspaceFolder().uri.fsPath, 'burn.py');
        const { texts, stored } = await measure(
          { type: 'debugpy', request: 'launch', name: 'burn', program, console },
          { noDebug },
        );
        checkRecord(stored);
        const { record } = stored;
        assert.equal(record.name, 'burn.py');
        assert.equal(record.kind, noDebug ? 'launch' : 'debug');
        assert.equal(record.scope, 'run');
        assert.equal(record.exitCode, 0);
        assert.equal(record.folder, workspaceFolder().uri.fsPath);
        assert.ok(record.processes.peak >= 2, 'the subprocess counts');
        const shown = texts.map(wattHours).filter((value) => value > 0);
        assert.ok(shown.length >= 3, `the status bar showed: ${texts.join(' | ')}`);
        // A figure that gets less sure is shown with fewer digits.
        assert.ok(
          shown.every((value, index) => value >= 0.8 * Math.max(...shown.slice(0, index))),
          `energy never falls: ${shown.join(', ')}`,
        );
        assert.match(api.statusText(), /^\$\(check\) .*? ~?[\d.]+ m?Wh/);
        assert.ok(api.statusText().includes(`burn.py ${shownEnergy(record).value}`), api.statusText());
      });
    }
  }

  it('measures a node session, whose adapter reports no process', async () => {
    const program = join(workspaceFolder().uri.fsPath, 'burn.js');
    const { stored } = await measure({ type: 'node', request: 'launch', name: 'burn', program });
    checkRecord(stored);
    assert.equal(stored.record.scope, 'run');
    assert.ok(stored.record.processes.peak >= 1);
  });

  it('counts subprocess sessions of debugpy in the run of their parent', async () => {
    const program = join(workspaceFolder().uri.fsPath, 'burn.py');
    const { stored } = await measure({
      type: 'debugpy',
      request: 'launch',
      name: 'burn',
      program,
      console: 'internalConsole',
      subProcess: true,
    });
    checkRecord(stored);
    assert.ok(watch.sessions.length >= 2, 'debugpy opened a session for the subprocess');
    assert.equal(stored.record.scope, 'run');
  });

  it("uses the machine's figure for a session whose adapter reports no process, and says so", async () => {
    const { stored, texts } = await measure({ type: 'silent', request: 'launch', name: 'silent' });
    assert.equal(stored.record.scope, 'machine');
    assert.ok((stored.record.machineWh.total ?? 0) > 0);
    assert.equal(stored.record.energyWh.total, null);
    assert.match(stored.record.notes.join(' '), /whole machine/);
    assert.match(api.statusText(), / · machine$/, texts.join(' | '));
  });

  it('measures nothing if debug sessions are turned off', async () => {
    const settings = vscode.workspace.getConfiguration('greenML');
    await settings.update('meter.debugSessions', false, vscode.ConfigurationTarget.Global);
    try {
      const program = join(workspaceFolder().uri.fsPath, 'short.py');
      await writeFile(program, 'print("short")\n');
      const configuration = { type: 'debugpy', request: 'launch', name: 'short', program, console: 'internalConsole' };
      assert.ok(await vscode.debug.startDebugging(workspaceFolder(), configuration));
      await watch.ended();
      assert.equal(api.isMeasuring(), false);
      assert.deepEqual(await journal.ids(), []);
    } finally {
      await settings.update('meter.debugSessions', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('ignores invalid settings, and says so in the record', async () => {
    const settings = vscode.workspace.getConfiguration('greenML');
    await settings.update('pue', 'much', vscode.ConfigurationTarget.Global);
    await settings.update('meter.scope', 17, vscode.ConfigurationTarget.Global);
    try {
      const program = join(workspaceFolder().uri.fsPath, 'burn.py');
      const { stored } = await measure({
        type: 'debugpy',
        request: 'launch',
        name: 'burn',
        program,
        console: 'internalConsole',
      });
      checkRecord(stored);
      assert.equal(stored.record.pue, 1);
      assert.match(
        stored.record.notes.join(' '),
        /greenML\.pue is "much"; it must be a number from 1 to 10, so it is not used\./,
      );
      assert.match(stored.record.notes.join(' '), /greenML\.meter\.scope is 17/);
    } finally {
      await settings.update('pue', undefined, vscode.ConfigurationTarget.Global);
      await settings.update('meter.scope', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('shows the details of the last run as a page', async () => {
    await vscode.commands.executeCommand('greenML.runs.showLast');
    const tab = await waitFor('the page of the run', () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .find(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('greenML.run')),
    );
    assert.equal(tab.label, 'burn.py');
    await vscode.window.tabGroups.close(tab);
  });

  it('has no timer while no run is measured', () => {
    assert.equal(api.isSampling(), false);
  });
});
