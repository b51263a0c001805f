import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { Journal } from '../../src/runs/journal/journal';
import { newRunId } from '../../src/runs/header';
import { intervalOf } from '../runs/support';
import { longRunHeader, writeLongRun } from '../support/long-run';
import { Workbench } from './workbench';

const hour = 3_600_000;
/** Three times what people should wait, for a machine that does other work. */
const limitMilliseconds = 1500;

describe('the history, seen by a user', function () {
  this.timeout(240_000);
  let state: string;
  let workbench: Workbench;
  /** Noon of yesterday, so that no run of the test is in another day. */
  const noon = new Date();
  noon.setDate(noon.getDate() - 1);
  noon.setHours(12, 0, 0, 0);

  before(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ui-state-'));
    workbench = await Workbench.open({
      environment: { XDG_STATE_HOME: state },
      prepare: async (folder) => {
        const journal = join(state, 'green-ml');
        const start = noon.getTime() - 11 * hour;
        for (const [index, name] of ['train.py', 'train.py', 'search.py'].entries()) {
          const header = longRunHeader(name, start + index * 60_000, folder);
          const command = [`python ${name} --data imagenet --lr 0.${index + 1}`];
          await writeLongRun(journal, { header: { ...header, command }, hours: 10, epochs: 100, seed: index });
        }
        for (let index = 0; index < 5; index += 1) await shortRun(journal, noon.getTime() + index * 60_000, folder);
        await shortRun(journal, noon.getTime() + hour, '/other/project');
      },
    });
    await workbench.openFile('train.py');
    await workbench.runCommand('Green ML: Focus on History View');
    await day().waitFor();
  });
  after(async () => {
    await workbench.close();
    await rm(state, { recursive: true, force: true });
  });

  async function shortRun(directory: string, startedAt: number, folder: string): Promise<void> {
    const header = { ...longRunHeader('train.py', startedAt, folder), id: newRunId(startedAt) };
    const writer = await new Journal(directory).begin(header.id);
    const at = startedAt + 2000;
    void writer.append({ type: 'start', version: 1, ...header });
    void writer.append({ type: 'sample', ...intervalOf({ at, joules: 80, seconds: 2 }) });
    await writer.end({ type: 'end', at, exitCode: 1, meterCpuSeconds: 0.1 });
  }

  const rows = (): Locator => workbench.page.locator('.pane', { hasText: 'History' }).locator('.monaco-list-row');
  const day = (): Locator => rows().filter({ hasText: 'Yesterday' });
  const row = (text: string): Locator => rows().filter({ hasText: text }).first();
  const tabs = (): Promise<string[]> => workbench.page.locator('.tabs-container .tab').allTextContents();

  it('shows the runs of the open folder by day, with totals, what tells them apart, and short ones folded', async () => {
    assert.match((await day().textContent()) ?? '', /8 runs · ~[\d.]+ kWh/);
    await day().click();
    await row('--lr 0.1').waitFor();
    assert.match((await row('search.py').textContent()) ?? '', /~[\d.]+ kWh/);
    // The newest one is short too, and stays in sight.
    assert.match((await row('4 short runs').textContent()) ?? '', /m?Wh/);
    await workbench.screenshot('history');
  });

  it('shows the run that is clicked in one tab, at once, and the list keeps the keyboard and its place', async () => {
    const times: number[] = [];
    const place = await row('--lr 0.1').boundingBox();
    for (const [text, title] of [
      ['search.py', 'search.py'],
      ['--lr 0.1', 'train.py'],
      ['search.py', 'search.py'],
      ['--lr 0.2', 'train.py'],
    ] as const) {
      const began = performance.now();
      await row(text).click();
      await drawn(title);
      times.push(performance.now() - began);
    }
    assert.deepEqual((await tabs()).map((tab) => tab.trim()).filter((tab) => /search|train/.test(tab)).length, 2);
    assert.deepEqual(await row('--lr 0.1').boundingBox(), place);
    const later = times.slice(1).sort((a, b) => a - b);
    assert.ok((later[1] ?? Infinity) < limitMilliseconds, times.map((each) => each.toFixed(0)).join(', '));
    const frame = await workbench.webview('.tiles');
    assert.match((await frame.locator('.facts').textContent()) ?? '', /Codecommit 1a2b3c4d/);
    await workbench.screenshot('run-page-ten-hours');
    await workbench.page.keyboard.press('ArrowUp');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.waitForFunction('document.activeElement?.closest(".monaco-list") != null');
  });

  it('compares two runs by two clicks that move nothing', async () => {
    const place = await row('--lr 0.2').boundingBox();
    await row('--lr 0.1').hover();
    await row('--lr 0.1').getByRole('button', { name: 'Select for Compare' }).click();
    await row('--lr 0.2').hover();
    const second = row('--lr 0.2').getByRole('button', { name: 'Compare with Selected' });
    await second.waitFor();
    await workbench.screenshot('history-compare');
    assert.deepEqual(await row('--lr 0.2').boundingBox(), place);
    await second.click();
    await workbench.page.locator('.tab', { hasText: 'Two runs of train.py' }).waitFor();
  });

  it('shows the runs of other folders when asked, and remembers that', async () => {
    const pane = workbench.page.locator('.pane', { hasText: 'History' });
    await pane.hover();
    await pane.getByRole('button', { name: 'Show Runs of All Folders' }).click();
    await workbench.page.locator('.pane-header', { hasText: 'all folders' }).waitFor();
    await day().filter({ hasText: '9 runs' }).waitFor();
    await pane.hover();
    await pane.getByRole('button', { name: 'Show Only Runs of the Open Folders' }).click();
    await day().filter({ hasText: '8 runs' }).waitFor();
  });

  /** Waits until the page shows the chart of this run. */
  async function drawn(name: string): Promise<void> {
    for (;;) {
      for (const frame of workbench.page.frames()) {
        const shown = frame.evaluate<boolean>(
          `document.querySelector('h1')?.textContent === '${name}' && (document.querySelector('.chart canvas')?.width ?? 0) > 100`,
        );
        if (await shown.catch(() => false)) return;
      }
      await workbench.page.waitForTimeout(5);
    }
  }
});
