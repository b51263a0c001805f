import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { Workbench } from './workbench';

const SEARCH = `from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

search = GridSearchCV(SVC(), {"C": range(72)}, cv=5)
`;

describe('findings as a person sees them', function () {
  this.timeout(180_000);
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open();
    await writeFile(join(workbench.folder, 'grid.py'), SEARCH);
    await workbench.openFile('grid.py');
    await lens().waitFor();
  });
  after(() => workbench.close());

  const lens = (): Locator => workbench.page.locator('.codelens-decoration a', { hasText: '361 fits · practice 16' }).first();
  const callee = (): Locator => workbench.page.locator('.editor-instance .view-line span span', { hasText: 'GridSearchCV' }).last();
  const hover = (): Locator => workbench.page.locator('.monaco-hover:visible', { hasText: 'Practice 16: Avoid grid search' }).first();

  /** Points at the finding until the hover is there: it comes only when the pointer rests. */
  async function pointAtFinding(): Promise<void> {
    for (;;) {
      await workbench.page.mouse.move(5, 5);
      await callee().hover();
      const shown = await hover().waitFor({ timeout: 5000 }).then(() => true, () => false);
      // Mocha's timeout ends the wait.
      if (shown) return;
    }
  }

  it('shows the number above the line, and more under the pointer', async () => {
    await pointAtFinding();
    const text = (await hover().textContent()) ?? '';
    for (const part of ['361 fits', '72 candidates', 'About grid-search']) assert.ok(text.includes(part), text);
    await workbench.screenshot('lint-hover');
  });

  it('leads from the diagnostic to the page of its rule', async () => {
    await pointAtFinding();
    await workbench.page.locator('.monaco-hover:visible a.code-link', { hasText: 'grid-search' }).first().click();
    const page = await workbench.webview('h1:has-text("grid-search")');
    await page.locator('h2', { hasText: 'Why that is waste' }).waitFor();
    await workbench.screenshot('lint-rule-page');
    await workbench.openFile('grid.py');
  });

  it('shows a refactoring before it is made', async () => {
    await callee().click();
    const action = workbench.page.locator('.action-widget .monaco-list-row', { hasText: 'Draw 20 candidates with RandomizedSearchCV' });
    for (;;) {
      await workbench.page.keyboard.press('ControlOrMeta+.');
      const shown = await action.waitFor({ timeout: 5000 }).then(() => true, () => false);
      if (shown) break;
      await workbench.page.keyboard.press('Escape');
    }
    await workbench.screenshot('lint-actions');
    await action.click();
    const panel = workbench.page.locator('.bulk-edit-panel');
    await panel.locator('.monaco-list-row', { hasText: 'n_iter=20' }).waitFor();
    await panel.locator('.monaco-button', { hasText: 'Apply' }).waitFor();
    await workbench.screenshot('lint-preview');
    await panel.locator('.monaco-button', { hasText: 'Discard' }).click();
    await panel.waitFor({ state: 'hidden' });
    assert.equal(await readFile(join(workbench.folder, 'grid.py'), 'utf8'), SEARCH);
    assert.equal(await workbench.page.locator('.editor-instance .view-line', { hasText: 'RandomizedSearchCV(SVC' }).count(), 0);
  });

  it('lists the findings of all files in the Problems view', async () => {
    await workbench.runCommand('Green ML: Lint Workspace');
    const problems = workbench.page.locator('.markers-panel .monaco-list-row');
    await problems.filter({ hasText: 'search.py' }).first().waitFor();
    await problems.filter({ hasText: 'Green ML' }).first().waitFor();
    await workbench.screenshot('lint-problems');
  });
});
