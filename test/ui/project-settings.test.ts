import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { Journal, type StoredRun } from '../../src/runs/journal/journal';
import { Workbench } from './workbench';

describe("the project's settings file", function () {
  this.timeout(240_000);
  let temporary: string;
  let workbench: Workbench;
  let page: Frame;
  let isTrusted = false;

  before(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'green-ml-ui-settings-'));
    workbench = await Workbench.open({
      restricted: true,
      environment: { XDG_STATE_HOME: join(temporary, 'state') },
      prepare: async (folder) => {
        await writeFile(join(folder, 'pyproject.toml'), '[tool.green-ml]\nlocation = "PL"\nbudget = "9kWh"\n');
        await mkdir(join(folder, 'other'));
        await writeFile(join(folder, 'other', 'green-ml.toml'), 'location = "FR"\n');
        await writeFile(
          join(folder, 'two.code-workspace'),
          JSON.stringify({ folders: [{ path: '.' }, { path: 'other' }] }),
        );
      },
    });
  });
  after(async () => {
    await workbench.close();
    await rm(temporary, { recursive: true, force: true });
  });

  async function openPage(): Promise<void> {
    await workbench.runCommand('Green ML: Open Practices');
    page = await workbench.webview('#practice-17');
  }

  /** Present, whether or not the card is open. */
  const evidence = (practice: number, hasText: string): Locator =>
    page.locator(`#practice-${practice} .evidence li`, { hasText });
  const waitForEvidence = (practice: number, text: string): Promise<void> =>
    evidence(practice, text).waitFor({ state: 'attached' });

  it('does not affect a run in an untrusted folder', async () => {
    await openPage();
    await waitForEvidence(1, 'No location is set');
    await waitForEvidence(2, 'No budget per run is set');
    assert.equal(await evidence(1, 'PL').count(), 0);
  });

  /** Does nothing if the folder is trusted already, so that each test can run by itself. */
  async function trustFolder(): Promise<void> {
    if (isTrusted) return;
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await workbench.page
      .locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust/ })
      .first()
      .click();
    await workbench.page.locator('[id^="status.workspaceTrust"]').waitFor({ state: 'hidden' });
    isTrusted = true;
  }

  it('applies when the user trusts the folder', async () => {
    await trustFolder();
    await openPage();
    await waitForEvidence(1, 'Location: PL');
    await waitForEvidence(2, 'Budget: 9 kWh per run');
  });

  it('is named in the tooltip of a run, and in its record', async () => {
    await trustFolder();
    await workbench.openFile('train.py');
    await workbench.page.keyboard.press('F5');
    const item = workbench.page.locator('[id="green-ml.green-ml.greenML.meter"]');
    await item.waitFor();
    await item.hover();
    const hover = workbench.page.locator('.monaco-hover', { hasText: 'Power Sources' });
    await hover.waitFor();
    assert.match((await hover.textContent()) ?? '', /\d+ g\/kWh \(PL, \d+, lifecycle, set in pyproject\.toml\)/);
    const journal = new Journal(join(temporary, 'state', 'green-ml'));
    let stored: StoredRun | null = null;
    // Mocha's timeout ends the wait.
    while (stored === null) {
      const [id] = await journal.ids();
      stored = id === undefined ? null : await journal.read(id);
      if (stored === null) await workbench.page.waitForTimeout(100);
    }
    assert.deepEqual(
      [stored.record.intensity?.zone, stored.record.intensity?.chosenBy, stored.record.intensity?.file],
      ['PL', 'project file', 'pyproject.toml'],
    );
    await workbench.runCommand('Debug: Stop');
  });

  it('is separate for each folder of a multi-root workspace', async () => {
    await trustFolder();
    await workbench.openWorkspace(join(workbench.folder, 'two.code-workspace'), ['workspace', 'other']);
    await openPage();
    const folders = page.getByLabel('Folder');
    await folders.locator('option').nth(1).waitFor({ state: 'attached' });
    await waitForEvidence(1, 'Location: PL');
    await folders.selectOption('other');
    await waitForEvidence(1, 'Location: FR');
    await waitForEvidence(2, 'No budget per run is set');
  });
});
