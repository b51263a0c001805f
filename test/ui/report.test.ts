import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { reportAsHtml } from '../../src/present/report/html';
import { reportOf, runOf } from '../present/report/support';
import { accessibilityProblems } from './accessibility';

/** Pixels by which the page is wider than its window. */
const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** Pixels by which the column of energies ends beyond the right edge of its table's frame, for each table. */
const beyondItsTable = `[...document.querySelectorAll('.wide')].map((table) =>
  [...table.querySelectorAll('thead th')].find((cell) => cell.textContent === 'Energy').getBoundingClientRect().right - table.getBoundingClientRect().right)`;

describe('the report in a browser', function () {
  this.timeout(120_000);
  let folder: string;
  let browser: Browser;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-report-'));
    const runs = [18, 19, 20, 21].map((day) =>
      runOf({ day, name: day % 2 === 0 ? 'train.py' : 'a search with a very long name.py', wattHours: day * 10 }),
    );
    await writeFile(
      join(folder, 'report.html'),
      reportAsHtml(reportOf(runs, { name: 'training', count: 4, hardware: null })),
    );
    const { openBrowser } = (await import(
      pathToFileURL(resolve('scripts/browser.mjs')).href
    )) as typeof import('../../scripts/browser.mjs');
    browser = await openBrowser();
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`is one accessible file, ${colorScheme}`, async () => {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1000, height: 800 } });
      const problems: string[] = [];
      const asked: string[] = [];
      page.on('console', (message) => problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(pathToFileURL(join(folder, 'report.html')).href);
      assert.deepEqual([problems, asked.length], [[], 1], asked.join());
      for (const summary of await page.locator('summary').all()) await summary.click();
      assert.deepEqual(await accessibilityProblems(page.mainFrame()), []);
      assert.equal(await page.evaluate<number>(tooWide), 0);
      await page.setViewportSize({ width: 380, height: 800 });
      assert.equal(await page.evaluate<number>(tooWide), 0, 'on a telephone');
      await page.close();
    });
  }

  it('keeps energy visible next to long names, on a phone and on a desktop', async () => {
    const long =
      'a-very-long-experiment-name-with-learning-rate-0.001-and-batch-size-64-and-seed-42-and-everything-else.py';
    await writeFile(
      join(folder, 'long.html'),
      reportAsHtml(reportOf(['1', '2'].map((end) => runOf({ name: `${end}${long}${end}` })))),
    );
    for (const width of [390, 1280]) {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      await page.goto(pathToFileURL(join(folder, 'long.html')).href);
      for (const summary of await page.locator('summary').all()) await summary.click();
      assert.equal(await page.evaluate<number>(tooWide), 0);
      // Without scrolling the table: the right edge of the cell with the energy lies within the window.
      const edges = await page.evaluate<number[]>(beyondItsTable);
      assert.ok(edges.length === 2 && edges.every((beyond) => beyond <= 0), `${edges.join()} at ${width}`);
      await page.close();
    }
  });
});
