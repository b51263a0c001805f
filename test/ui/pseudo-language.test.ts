import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import german from '../../package.nls.de.json';
import { longRunHeader, writeLongRun } from '../support/long-run';
import { layoutProblems } from './page-checks';
import { Workbench } from './workbench';

const sizes = { '1280 × 800': { width: 1280, height: 800 }, narrow: { width: 440, height: 844 } } as const;

/** Longer than German makes a text. */
const longer = 0.4;
const filler = 'und noch etwas mehr davon ';

/** Each text in brackets, with its values, and longer: what lacks brackets on a page is not translated. */
function pseudo(text: string): string {
  // Names of days have fixed lengths.
  if (text.length <= 3) return `⟦${text}⟧`;
  const length = Math.ceil(text.length * longer);
  return `⟦${text} ${filler
    .repeat(Math.ceil(length / filler.length))
    .slice(0, length)
    .trimEnd()}⟧`;
}

/** What stays as it is in every language: see CONTRIBUTING, "Languages". */
const untranslated: readonly RegExp[] = [
  // Figures with their units, times and days.
  /^[\s\d.,:~<>±−×·/()%–+-]*(?:[kMmµn]?Wh?|[kmµ]?g|t|CO₂e|g\/kWh|h|min|s|d|PUE|MB|GB|UTC|pp)?[\s\d.,:~()·/%hminsdkWg<–-]*$/u,
  // Names: of files and folders, of what ran, of libraries, settings, zones, and of what measures.
  /^[\w./~:=" -]*\.(?:py|ipynb|toml|json|md|txt|ya?ml)[\w:. -]*$/,
  /^python /,
  /^Slurm:$/,
  /^sbatch --begin=/,
  /^val_loss$/,
  /^Green ML$/,
  /^332 g\/kWh \(DE, 2024, \)$/,
  // Of the run in this test.
  /^a table$/,
  // Publications that a practice is based on.
  /^(?:MIT Sloan Management Review|Patterson et al\. 2022)$/,
  /^(?:aws:[\w-]+, )?(?:US|Canada|Europe|Asia Pacific|South America)(?: \w+)* \([^()]+\)$/u,
  /^g\/IT-kWh$/,
  // Places and their clouds, sources and their licences.
  /^(?:[a-z]+:)?[a-z]+(?:-[a-z]+)+-?\d+$/,
  /Electricity Maps|ODbL/,
];

/** The texts of a page that are in no brackets, each once. */
async function outsideBrackets(frame: Frame): Promise<readonly string[]> {
  const found = await frame.evaluate<readonly string[]>(`(${inPage})()`);
  return found.filter((text) => !untranslated.some((each) => each.test(text)));
}

const inPage = String.raw`() => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let depth = 0;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (['SCRIPT', 'STYLE'].includes(node.parentElement?.tagName)) continue;
    let outside = '';
    for (const character of node.data) {
      if (character === '⟦') depth += 1;
      if (depth === 0) outside += character;
      if (character === '⟧') depth -= 1;
    }
    const text = outside.replace(/[\s·:,;.–-]+/g, ' ').trim();
    if (/\p{L}{3}/u.test(text) && node.parentElement?.checkVisibility()) found.add(outside.trim());
  }
  return [...found];
}`;

describe('the pages in a language with longer texts', function () {
  this.timeout(240_000);
  let state: string;
  let workbench: Workbench;

  before(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ui-pseudo-'));
    workbench = await Workbench.open({
      installed: true,
      language: 'de',
      translate: pseudo,
      settings: { 'greenML.location': 'DE' },
      environment: { XDG_STATE_HOME: state, AWS_REGION: '', AWS_DEFAULT_REGION: '' },
      prepare: async (folder) => {
        for (const [index, lr] of ['0.1', '0.2'].entries()) {
          const header = longRunHeader('train.py', Date.UTC(2026, 10, 20, 8 + index), folder);
          const command = [`python train.py --lr ${lr}`];
          await writeLongRun(join(state, 'green-ml'), {
            header: { ...header, command },
            hours: 0.5,
            epochs: 20,
            seed: index,
          });
        }
      },
    });
    await workbench.openFile('train.py');
    await workbench.runCommand('View: Close Primary Side Bar');
    await workbench.page.locator('.part.sidebar').waitFor({ state: 'hidden' });
  });
  after(async () => {
    await workbench.close();
    await rm(state, { recursive: true, force: true });
  });

  /** Looks at a page in both sizes; the smaller one without the side bar. */
  async function check(name: string, selector: string): Promise<void> {
    const problems: string[] = [];
    for (const [size, pixels] of Object.entries(sizes)) {
      await workbench.page.setViewportSize(pixels);
      const frame = await workbench.webview(selector);
      for (let before = -1, width = 0; before !== width; ) {
        before = width;
        await workbench.page.waitForTimeout(200);
        width = await frame.evaluate<number>('innerWidth');
      }
      const found = [
        ...(await layoutProblems(frame)),
        ...(await outsideBrackets(frame)).map((text) => `in English: ${text}`),
      ];
      problems.push(...found.map((problem) => `${size}: ${problem}`));
      await workbench.screenshot(`pseudo-${name}-${size}`.replaceAll(/[^\w]+/g, '-'));
    }
    await workbench.page.setViewportSize(sizes['1280 × 800']);
    assert.deepEqual(problems, []);
  }

  it('are whole and translated: the page of a run', async () => {
    await workbench.runCommand(`Green ML: ${german['commands.runs.showLast.title']}`);
    await (await workbench.webview('.tiles')).locator('#earlier').waitFor();
    await check('run', '.tiles');
  });

  it('are whole and translated: the practices', async () => {
    await workbench.runCommand(`Green ML: ${german['commands.practices.open.title']}`);
    const page = await workbench.webview('#practice-17');
    await page.locator('.gathering', { hasText: /^$/ }).waitFor({ state: 'attached' });
    await check('practices', '#practice-17');
  });

  const row = (text: string) => workbench.page.locator('.monaco-list-row', { hasText: text }).first();

  it('are whole and translated: the regions', async () => {
    await workbench.runCommand(`Green ML: ${german['commands.regions.recommend.title']}`);
    await row('Show regions').click();
    await row('Show as page').click();
    await workbench.webview('.map');
    await check('regions', '.map');
  });

  it('are whole and translated: the best time to start', async () => {
    await workbench.runCommand(`Green ML: ${german['commands.regions.bestTime.title']}`);
    await row('greenML.location').click();
    for (const [asked, text] of [
      ['Duration of the job in hours', '3'],
      ['When must the job be finished?', '24h'],
    ] as const) {
      await workbench.page.locator('.quick-input-message', { hasText: asked }).waitFor();
      await workbench.page.locator('.quick-input-widget input[type=text]').fill(text);
      await workbench.page.keyboard.press('Enter');
    }
    await workbench.webview('.day');
    await check('times', '.day');
  });
});
