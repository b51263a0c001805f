import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workbench } from './workbench';

/** As a user has it, and as `npm start` opens it: only there does VS Code show notifications. */
describe('the installed extension', function () {
  this.timeout(240_000);
  let state: string;
  let workbench: Workbench;

  before(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ui-state-'));
    workbench = await Workbench.open({
      installed: true,
      settings: { 'greenML.budget.run': '0.0001Wh' },
      environment: { XDG_STATE_HOME: state },
    });
  });
  after(async () => {
    await workbench.close();
    await rm(state, { recursive: true, force: true });
  });

  it('notifies when a budget is reached, and Stop ends the run', async () => {
    await workbench.openFile('train.py');
    await workbench.page.keyboard.press('F5');
    const toast = workbench.page
      .locator('.notifications-toasts .notification-toast', { hasText: /train\.py .*budget/i })
      .first();
    await toast.waitFor();
    await workbench.screenshot('installed-notice');
    const buttons = await toast.locator('.monaco-button').allTextContents();
    assert.ok(buttons.includes('Stop'), buttons.join(', '));
    await toast.locator('.monaco-button', { hasText: 'Stop' }).first().click();
    // The debug toolbar leaves with the session.
    await workbench.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    const item = await workbench.statusBarItem('green-ml.green-ml.greenML.meter');
    assert.match(item?.text ?? '', /Wh/);
  });
});
