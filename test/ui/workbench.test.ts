import assert from 'node:assert/strict';
import { accessibilityProblems } from './accessibility';
import { Workbench } from './workbench';

describe('the workbench', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open();
  });
  after(() => workbench.close());

  it('opens on the examples', async () => {
    await workbench.openFile('train.py');
    await workbench.page.locator('.monaco-editor .view-line').first().waitFor();
  });

  it('lists the commands of Green ML in the palette', async () => {
    const titles = await workbench.commandTitles('Green ML: Show');
    assert.ok(titles.includes('Green ML: Show Last Run'), titles.join());
  });

  for (const theme of ['light', 'high contrast dark', 'high contrast light', 'dark'] as const) {
    it(`takes the ${theme} theme while it runs`, async () => {
      await workbench.setTheme(theme);
      await workbench.screenshot(`workbench-${theme.replaceAll(' ', '-')}`);
    });
  }

  it('can check a webview for accessibility', async () => {
    await workbench.openFile('README.md');
    await workbench.runCommand('Markdown: Open Preview');
    const preview = await workbench.webview('h1');
    await preview.evaluate('document.body.append(document.createElement("img"))');
    const problems = await accessibilityProblems(preview);
    assert.ok(
      problems.some((problem) => problem.startsWith('image-alt:')),
      problems.join('\n'),
    );
    await workbench.screenshot('workbench-webview');
  });
});
