import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal, type StoredRun } from '../../src/runs/journal/journal';
import { Workbench } from './workbench';

describe('the meter, seen by a user', function () {
  this.timeout(120_000);
  let state: string;
  let workbench: Workbench;

  before(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ui-state-'));
    workbench = await Workbench.open({ environment: { XDG_STATE_HOME: state } });
  });
  after(async () => {
    await workbench.close();
    await rm(state, { recursive: true, force: true });
  });

  const item = () => workbench.statusBarItem('greenML.meter');

  async function until<T>(look: () => Promise<T | null | false>): Promise<T> {
    // Mocha's timeout ends the wait.
    for (;;) {
      const value = await look();
      if (value !== null && value !== false) return value;
      await workbench.page.waitForTimeout(100);
    }
  }

  const wattHours = (text: string): number => {
    const match = /([\d.]+) (m?)Wh/.exec(text);
    return match === null ? 0 : Number(match[1]) / (match[2] === 'm' ? 1000 : 1);
  };

  const newestRun = async (): Promise<StoredRun | null> => {
    const journal = new Journal(join(state, 'green-ml'));
    const id = (await journal.ids()).at(-1);
    return id === undefined ? null : journal.read(id);
  };

  it('shows nothing before the first run', async () => {
    await workbench.openFile('train.py');
    assert.equal((await item())?.text ?? '', '');
  });

  it('shows rising energy in the status bar while a debug session runs, and its parts in the tooltip', async () => {
    await workbench.page.keyboard.press('F5');
    const first = await until(async () => {
      const shown = await item();
      return shown !== null && wattHours(shown.text) > 0 && shown;
    });
    assert.match(first.text, /^[\s\u2007]*~?[\d.]+ k?W · [\s\u2007]*~?[\d.]+ m?Wh(?: · |$)/);
    const later = await until(async () => {
      const shown = await item();
      return shown !== null && wattHours(shown.text) > wattHours(first.text) && shown;
    });
    assert.match(
      later.label,
      /Green ML, train\.py: (about )?[\d.]+ watts, .*watt-hours, .* of CO2 equivalent, running/,
    );
    await workbench.page.locator('[id="green-ml.green-ml.greenML.meter"]').hover();
    const hover = workbench.page.locator('.monaco-hover', { hasText: 'Power Sources' });
    await hover.waitFor();
    const text = (await hover.textContent()) ?? '';
    for (const part of ['train.py', 'running for', 'Now ', 'so far', 'CPU', 'memory', 'Details', 'Stop'])
      assert.ok(text.includes(part), `${part} in ${text}`);
    await workbench.screenshot('meter-running');
  });

  it('loses at most two seconds if the extension host is killed, and shows the run as interrupted', async () => {
    const pid = await extensionHost(state);
    process.kill(pid, 'SIGKILL');
    const killedAt = Date.now();
    const stored = await until(async () => {
      const run = await newestRun();
      return run !== null && run.record.status === 'interrupted' && run;
    });
    const { record, samples } = stored;
    const lost = (killedAt - Date.parse(record.endedAt)) / 1000;
    assert.ok(lost <= 2, `${lost} s are lost`);
    const integral = samples.reduce((sum, { run }) => sum + (run.total ?? 0), 0) / 3600;
    assert.ok((record.energyWh.total ?? 0) > 0 && Math.abs((record.energyWh.total ?? 0) - integral) <= 0.01 * integral);
  });
});

/** The extension host of the editor that has this state directory. */
async function extensionHost(state: string): Promise<number> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const command = await readFile(join('/proc', name, 'cmdline'), 'utf8').catch(() => '');
    if (!command.includes('--type=extensionHost')) continue;
    const environment = await readFile(join('/proc', name, 'environ'), 'utf8').catch(() => '');
    if (environment.includes(`XDG_STATE_HOME=${state}\0`)) return Number(name);
  }
  throw new Error('There is no extension host of this editor.');
}
