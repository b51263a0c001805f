import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { accessibilityProblems } from './accessibility';
import { Workbench } from './workbench';

describe('the live view and the history, seen by a user', function () {
  this.timeout(180_000);
  let state: string;
  let workbench: Workbench;

  before(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ui-state-'));
    workbench = await Workbench.open({ environment: { XDG_STATE_HOME: state } });
    await workbench.openFile('train.py');
  });
  after(async () => {
    await workbench.close();
    await rm(state, { recursive: true, force: true });
  });

  const history = () => workbench.page.locator('.pane', { hasText: 'History' }).locator('.monaco-list-row');
  const chart = (frame: Frame) => frame.getByRole('slider', { name: 'Moment in the power chart' });

  /** Waits until the chart has at least so many points; mocha's timeout ends the wait. */
  async function untilPoints(frame: Frame, count: number): Promise<number> {
    for (;;) {
      const last = Number(await chart(frame).getAttribute('aria-valuemax'));
      if (last + 1 >= count) return last + 1;
      await workbench.page.waitForTimeout(100);
    }
  }

  /** The lines that the figures take in the view as narrow as it opens. */
  const figureLines = (frame: Frame): Promise<number> =>
    frame.evaluate<number>(
      'new Set([...document.querySelectorAll(".headline > [aria-hidden] span")].map((figure) => Math.round(figure.getBoundingClientRect().top))).size',
    );

  it('explains how to start before the first run', async () => {
    await workbench.runCommand('Green ML: Show Live Power');
    const frame = await workbench.webview('.nothing:not([hidden])');
    assert.match((await frame.locator('.nothing').textContent()) ?? '', /Nothing has been measured yet.*F5/);
    await workbench.page.locator('.welcome-view-content', { hasText: 'No run has been recorded yet' }).waitFor();
    assert.deepEqual(await accessibilityProblems(frame), []);
    await workbench.screenshot('live-nothing');
  });

  it('draws the power of a run, in pictures, words and a table', async () => {
    await workbench.page.keyboard.press('F5');
    await workbench.runCommand('Green ML: Show Live Power');
    const frame = await workbench.webview('.legend');
    await frame.locator('.state.running').waitFor();
    await untilPoints(frame, 4);
    // On a busy machine the first seconds may be unknown.
    await frame
      .locator('.headline > [aria-hidden]', { hasText: /^~?[\d.]+ k?W · ~?[\d.]+ m?Wh · ~?[\d.]+ m?g$/ })
      .waitFor();
    assert.equal(await figureLines(frame), 1);
    await frame
      .locator('.heard', { hasText: /^train\.py: (about )?[\d.]+ watts, .*watt-hours, .*of CO2 equivalent$/ })
      .waitFor();
    const legend = (await frame.locator('.legend').textContent()) ?? '';
    assert.match(legend, /CPU~?[\d.]+ W/);
    assert.equal(await frame.locator('.chart canvas').count(), 2);

    await chart(frame).focus();
    await workbench.page.keyboard.press('End');
    assert.match(
      (await chart(frame).getAttribute('aria-valuetext')) ?? '',
      /^at [\d.]+ .*s: ~?[\d.]+ W.*, ~?[\d.]+ m?Wh so far$/,
    );
    await workbench.page.keyboard.press('Home');
    assert.equal(await chart(frame).getAttribute('aria-valuenow'), '0');
    await workbench.page.keyboard.press('Escape');
    await frame.locator('.readout', { hasText: /^Power over / }).waitFor();

    await frame.locator('summary').click();
    const table = frame.getByRole('table');
    assert.match((await table.locator('thead').textContent()) ?? '', /^TimeCPU.*TotalMachineEnergy$/);
    assert.ok((await table.locator('tbody tr').count()) >= 3);
    // As narrow as the view opens, no figure is cut.
    assert.ok(await frame.evaluate<boolean>('innerWidth < 420'));
    assert.ok(
      await frame.evaluate<boolean>(
        '(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.querySelector("details"))',
      ),
    );
    assert.match(
      await frame.evaluate<string>('getComputedStyle(document.querySelector("tbody td"), "::before").content'),
      /CPU/,
    );
  });

  it('is accessible in every kind of theme', async () => {
    const frame = await workbench.webview('.legend');
    for (const theme of ['light', 'high contrast dark', 'high contrast light', 'dark'] as const) {
      await workbench.setTheme(theme, frame);
      assert.deepEqual(await accessibilityProblems(frame, theme === 'light' ? 'all' : 'colours'), [], theme);
      await workbench.screenshot(`live-${theme.replaceAll(' ', '-')}`);
    }
  });

  it('is complete again after being hidden', async () => {
    const before = await untilPoints(await workbench.webview('.legend'), 6);
    await workbench.runCommand('View: Show Explorer');
    await workbench.page.locator('.explorer-folders-view').waitFor();
    await workbench.runCommand('Green ML: Show Live Power');
    const frame = await workbench.webview('.legend');
    await frame.locator('.state.running').waitFor();
    assert.ok((await untilPoints(frame, 1)) >= before);
  });

  it('keeps the run in the history when it has ended', async () => {
    await history().filter({ hasText: 'running' }).waitFor();
    await workbench.runCommand('Debug: Stop');
    const frame = await workbench.webview('.legend');
    await frame.locator('.state', { hasText: 'stopped by you' }).waitFor();
    await history()
      .filter({ hasText: /train\.py~?[\d.]+ m?Wh · / })
      .waitFor();
    await workbench.screenshot('live-finished');
  });

  it('deletes a record after asking, and explains how to start again', async () => {
    await history().filter({ hasText: 'train.py' }).click({ button: 'right' });
    const item = workbench.page.getByRole('menuitem', { name: 'Delete Record' });
    const dialog = workbench.page.locator('.monaco-dialog-box');
    // VS Code takes a click right after its menu has opened for the end of the click that opened it.
    while (!(await dialog.isVisible())) {
      await item.click({ timeout: 1000 }).catch(() => undefined);
      await workbench.page.waitForTimeout(300);
    }
    await dialog.getByText('Delete the record of train.py?').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await workbench.page.locator('.welcome-view-content', { hasText: 'No run has been recorded yet' }).waitFor();
    await workbench.webview('.nothing:not([hidden])');
  });
});
