import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { Journal } from '../../src/runs/journal/journal';
import { headerOf, intervalOf } from '../runs/support';
import { Workbench } from './workbench';

const search = `from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

search = GridSearchCV(SVC(), {"C": range(72)}, cv=5).fit(x)
`;

describe('findings, seen by a user', function () {
  this.timeout(180_000);
  let state: string;
  let workbench: Workbench;

  before(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ui-lint-'));
    workbench = await Workbench.open({ environment: { XDG_STATE_HOME: state } });
    await record('grid.py');
    await writeFile(join(workbench.folder, 'grid.py'), search);
    await workbench.openFile('grid.py');
    await lens().waitFor();
  });
  after(async () => {
    await workbench.close();
    await rm(state, { recursive: true, force: true });
  });

  /** Writes the record of a run that a model says used 3.2 Wh. */
  async function record(script: string): Promise<void> {
    const id = '20260304T090000Z-000000';
    const startedAt = Date.UTC(2026, 2, 4, 9);
    const writer = await new Journal(join(state, 'green-ml')).begin(id);
    const source = { component: 'cpu', method: 'model', name: 'm', label: 'm', band: { low: 0.5, high: 2 } } as const;
    const run = {
      id,
      name: script,
      command: ['python3', script],
      folder: workbench.folder,
      startedAt,
      sources: [source],
    };
    await writer.append({ type: 'start', version: 1, ...headerOf(run) });
    await writer.append({ type: 'sample', ...intervalOf({ at: startedAt + 60_000, joules: 3.2 * 3600, seconds: 60 }) });
    await writer.end({ type: 'end', at: startedAt + 60_000, exitCode: 0, meterCpuSeconds: 0 });
  }

  const lens = (): Locator =>
    workbench.page
      .locator('.codelens-decoration a', { hasText: '361 fits → 101 with random search · last run ~3.2 Wh' })
      .first();
  const callee = (): Locator =>
    workbench.page.locator('.editor-instance .view-line span span', { hasText: 'GridSearchCV' }).last();
  const hover = (): Locator =>
    workbench.page.locator('.monaco-hover:visible', { hasText: 'Practice 16: Avoid grid search' }).first();

  /** Points at the finding until the hover is there: it comes only when the pointer rests. */
  async function pointAtFinding(): Promise<void> {
    for (;;) {
      await workbench.page.mouse.move(5, 5);
      await callee().hover();
      const shown = await hover()
        .waitFor({ timeout: 5000 })
        .then(
          () => true,
          () => false,
        );
      // Mocha's timeout ends the wait.
      if (shown) return;
    }
  }

  it('shows the number above the line, and more in a hover', async () => {
    await pointAtFinding();
    const text = (await hover().textContent()) ?? '';
    for (const part of ['72 candidates', 'Use RandomizedSearchCV with n_iter=20', 'Why this is waste'])
      assert.ok(text.includes(part), text);
    assert.equal(text.split('361').length, 2, text);
    await workbench.screenshot('lint-hover');
  });

  it('shows one block about a region, and the way out above a call of many lines', async () => {
    await workbench.openFile('cloud_job.py');
    const region = workbench.page.locator('.editor-instance .view-line span span', { hasText: 'us-east-1' }).last();
    const shown = workbench.page.locator('.monaco-hover:visible', { hasText: 'Compare the regions' }).first();
    await workbench.page.locator('.codelens-decoration a', { hasText: 'us-west-2' }).first().waitFor();
    for (;;) {
      await workbench.page.mouse.move(5, 5);
      await region.hover();
      if (
        await shown.waitFor({ timeout: 5000 }).then(
          () => true,
          () => false,
        )
      )
        break;
    }
    await workbench.screenshot('lint-region');
    assert.equal(((await shown.textContent()) ?? '').split('g CO₂e').length, 2);
    await workbench.openFile('grid.py');
  });

  it("opens the rule's page from the diagnostic", async () => {
    await pointAtFinding();
    await workbench.page.locator('.monaco-hover:visible a.code-link', { hasText: 'grid-search' }).first().click();
    const page = await workbench.webview('h1:has-text("grid-search")');
    await page.locator('h2', { hasText: 'Why that is waste' }).waitFor();
    await workbench.screenshot('lint-rule-page');
    await workbench.openFile('grid.py');
  });

  const entry = (text: string): Locator =>
    workbench.page.locator('.action-widget .monaco-list-row', { hasText: text }).first();
  const line = (text: string): Locator => workbench.page.locator('.editor-instance .view-line', { hasText: text });

  /** Opens the quick-fix menu on the search, as Ctrl+. does. */
  async function openMenu(): Promise<void> {
    await callee().click();
    for (;;) {
      await workbench.page.keyboard.press('ControlOrMeta+.');
      const shown = await entry('Ignore grid-search…')
        .waitFor({ timeout: 5000 })
        .then(
          () => true,
          () => false,
        );
      // Mocha's timeout ends the wait.
      if (shown) return;
      await workbench.page.keyboard.press('Escape');
    }
  }

  it('applies a fix with Enter in the menu, and undo reverts it', async () => {
    await openMenu();
    await workbench.screenshot('lint-actions');
    const titles = await workbench.page.locator('.action-widget .monaco-list-row .title').allTextContents();
    const own = titles.filter((title) => /RandomizedSearchCV|Ignore/.test(title));
    assert.match(own[0] ?? '', /^Use RandomizedSearchCV with n_iter=20/, titles.join('; '));
    assert.match(own.at(-1) ?? '', /^Ignore grid-search…/, titles.join('; '));
    await workbench.page.keyboard.press('Enter');
    await line('RandomizedSearchCV(SVC').waitFor();
    assert.equal(await workbench.page.locator('.bulk-edit-panel').count(), 0);
    await workbench.screenshot('lint-fixed');
    await workbench.page.keyboard.press('ControlOrMeta+z');
    await line('= GridSearchCV(SVC').waitFor();
  });

  it('asks where to ignore a finding, and writes the comment', async () => {
    await openMenu();
    await entry('Ignore grid-search…').click();
    const row = (label: string): Locator =>
      workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
    await row('In this project').waitFor();
    await workbench.screenshot('lint-ignore');
    await row('On this line').click();
    await line('# green-ml: ignore[grid-search] why').waitFor();
    await workbench.page.keyboard.press('ControlOrMeta+z');
    await lens().waitFor();
  });

  it('lists the findings of all files in the Problems view', async () => {
    await workbench.runCommand('Green ML: Lint Workspace');
    const problems = workbench.page.locator('.markers-panel .monaco-list-row');
    await problems.filter({ hasText: 'Green ML' }).first().waitFor();
    // The list holds only the rows in view.
    const row = problems.filter({ hasText: 'search.py' }).first();
    const isInView = (): Promise<boolean> =>
      row.waitFor({ timeout: 1000 }).then(
        () => true,
        () => false,
      );
    await workbench.page.locator('.markers-panel .monaco-list').first().hover();
    for (let page = 0; page < 20 && !(await isInView()); page++) await workbench.page.mouse.wheel(0, 60);
    await row.waitFor();
    await workbench.screenshot('lint-problems');
  });
});
