import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { assess } from '../../src/practices/assess';
import { emptyChecklist } from '../../src/practices/checklist';
import { gatherEvidence } from '../../src/practices/evidence';
import { nothingKnown } from '../../src/practices/facts';
import { whatNext } from '../../src/practices/next';
import { reportAsHtml } from '../../src/present/report/html';
import { projectRecords } from '../present/report/project-weeks';
import { reportOf, runOf } from '../present/report/support';
import { accessibilityProblems } from './accessibility';
import { layoutProblems } from './page-checks';

/** A window of 1280 × 800 at 200 % has half as many CSS pixels. */
const sizes = {
  phone: { width: 390, height: 844 },
  '1280 × 800': { width: 1280, height: 800 },
  '1600 × 1000': { width: 1600, height: 1000 },
  '200 %': { width: 640, height: 400 },
} as const;

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'forced colours': { colorScheme: 'dark', forcedColors: 'active' },
};

/** Pixels by which the column of energies ends beyond the right edge of its table's frame, for each table that has one. */
const beyondItsTable = `[...document.querySelectorAll('.wide')].flatMap((table) =>
  [...table.querySelectorAll('thead th')].filter((cell) => cell.textContent === 'Energy').map((cell) => cell.getBoundingClientRect().right - table.getBoundingClientRect().right))`;

describe('the report in a browser', function () {
  this.timeout(120_000);
  let folder: string;
  let browser: Browser;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-report-'));
    const records = projectRecords();
    const facts = { ...nothingKnown, runs: records };
    const assessed = assess(emptyChecklist, gatherEvidence(facts));
    await writeFile(
      join(folder, 'report.html'),
      reportAsHtml({
        ...reportOf(records, { name: 'training', count: 4, hardware: null }),
        practices: { assessed, next: whatNext(assessed, facts), notes: [] },
      }),
    );
    const { openBrowser } = (await import(
      pathToFileURL(resolve('scripts/browser.mjs')).href
    )) as typeof import('../../scripts/browser.mjs');
    browser = await openBrowser();
    await mkdir(join('out', 'screenshots'), { recursive: true });
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (options: BrowserContextOptions): Promise<Page> => {
    const page = await browser.newPage(options);
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    return page;
  };

  it('is one file that asks for nothing else and reports no fault', async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    assert.deepEqual([problems, asked.length], [[], 1], asked.join());
    await page.close();
  });

  for (const [look, options] of Object.entries(looks)) {
    it(`is whole and accessible in every size, ${look}`, async () => {
      const problems: string[] = [];
      for (const [size, viewport] of Object.entries(sizes)) {
        const page = await open({ ...options, viewport });
        await page.screenshot({
          path: join('out', 'screenshots', `report-${look}-${size}.png`.replaceAll(' ', '-')),
          fullPage: true,
        });
        for (const summary of await page.locator('summary').all()) await summary.click();
        const found = [...(await layoutProblems(page.mainFrame())), ...(await accessibilityProblems(page.mainFrame()))];
        problems.push(...found.map((problem) => `${size}: ${problem}`));
        await page.close();
      }
      assert.deepEqual(problems, []);
    });
  }

  it('shows its first figures without scrolling', async () => {
    for (const viewport of [sizes.phone, sizes['1280 × 800']]) {
      const page = await open({ viewport });
      for (const selector of ['.news', '.figures > div >> nth=0']) {
        const box = await page.locator(selector).boundingBox();
        assert.ok(box !== null && box.y + box.height <= viewport.height, `${selector} at ${viewport.width}`);
      }
      await page.close();
    }
  });

  it('unfolds its numbers with the keyboard alone, and shows where the focus is', async () => {
    const page = await open({ viewport: sizes['1280 × 800'] });
    const summaries = await page.locator('summary').count();
    const reached = new Set<string>();
    for (let index = 0; index < summaries * 2 + 4; index += 1) {
      await page.keyboard.press('Tab');
      const { text, outline } = await page.evaluate<{ readonly text: string; readonly outline: string }>(
        '({ text: document.activeElement.tagName + document.activeElement.textContent.slice(0, 20), outline: getComputedStyle(document.activeElement).outlineStyle })',
      );
      if (text.startsWith('BODY')) break;
      assert.notEqual(outline, 'none', text);
      reached.add(text);
      if (text.startsWith('SUMMARY')) await page.keyboard.press('Enter');
    }
    assert.equal(await page.locator('details[open]').count(), summaries, [...reached].join());
    await page.close();
  });

  it('is light on paper, with its numbers unfolded and no chart across two pages', async () => {
    // A4 without its margins, in CSS pixels.
    const page = await open({ colorScheme: 'dark', viewport: { width: 680, height: 1000 } });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    assert.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(255, 255, 255)');
    const heights = await page.evaluate<readonly number[]>(
      '[...document.querySelectorAll("details.numbers table, details.numbers .practices")].map((each) => each.getBoundingClientRect().height)',
    );
    assert.ok(heights.length >= 5 && heights.every((height) => height > 20), heights.join());
    const together = await page.evaluate<readonly string[]>(
      '[...document.querySelectorAll(".plot, .bars")].map((each) => getComputedStyle(each).breakInside)',
    );
    assert.ok(together.length >= 5 && together.every((each) => each === 'avoid'), together.join());
    assert.deepEqual(await layoutProblems(page.mainFrame()), []);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    const pages = pdf.toString('latin1').split('/Type /Page\n').length - 1;
    assert.ok(pages >= 3 && pages <= 9, `${pages} pages`);
    await writeFile(join('out', 'screenshots', 'report.pdf'), pdf);
    await page.close();
  });

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
      assert.deepEqual(await layoutProblems(page.mainFrame()), []);
      // Without scrolling the table: the right edge of the cell with the energy lies within the window.
      const edges = await page.evaluate<number[]>(beyondItsTable);
      assert.ok(edges.length === 2 && edges.every((beyond) => beyond <= 0), `${edges.join()} at ${width}`);
      await page.close();
    }
  });
});
