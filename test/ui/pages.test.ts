import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { formatLine } from '../../src/runs/journal/journal-lines';
import { projectJournals } from '../present/report/project-weeks';
import { accessibilityProblems } from './accessibility';
import { keyboardProblems, layoutProblems } from './page-checks';
import { Workbench, type Theme } from './workbench';

const themes: readonly Theme[] = ['dark', 'light', 'high contrast dark', 'high contrast light'];

/** Only colours differ between themes: the other rules are checked in the first one. */
const rulesFor = (theme: Theme): 'all' | 'colours' => (theme === themes[0] ? 'all' : 'colours');

/** Windows in CSS pixels. A window of 1280 × 800 at 200 % has half as many; a narrow one is an editor beside others. */
const sizes = {
  '1280 × 800': { width: 1280, height: 800 },
  '1600 × 1000': { width: 1600, height: 1000 },
  narrow: { width: 440, height: 844 },
  '200 %': { width: 640, height: 400 },
} as const;

interface Shown {
  readonly name: string;
  /** Something that only this page has. */
  readonly selector: string;
  readonly open: (workbench: Workbench) => Promise<void>;
  /** Until nothing of it is replaced any more; nothing to wait for if absent. */
  readonly settled?: (frame: Frame) => Promise<void>;
  /** VS Code's own preview of Markdown makes another document for each theme and size, some time after it. */
  readonly isRedrawn?: boolean;
}

const row = (workbench: Workbench, text: string) =>
  workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();

/** Runs a command that asks something; again where an editor took the focus in the middle of the click. */
async function ask(workbench: Workbench, title: string, first: string): Promise<void> {
  for (let asked = false; !asked; ) {
    await workbench.runCommand(title);
    asked = await row(workbench, first)
      .waitFor({ timeout: 20_000 })
      .then(
        () => true,
        () => false,
      );
  }
}

async function answer(workbench: Workbench, asked: string, text: string): Promise<void> {
  await workbench.page.locator('.quick-input-message', { hasText: asked }).waitFor();
  await workbench.page.locator('.quick-input-widget input[type=text]').fill(text);
  await workbench.page.keyboard.press('Enter');
}

/** Points at something until its hover is there: it comes only while the pointer rests. */
async function pointAt({ page }: Workbench, target: Locator, shown: Locator): Promise<void> {
  for (let isShown = false; !isShown; ) {
    await page.mouse.move(5, 5);
    await target.hover();
    // Mocha's timeout ends the attempts.
    isShown = await shown.waitFor({ timeout: 5000 }).then(
      () => true,
      () => false,
    );
  }
}

const pages: readonly Shown[] = [
  {
    name: 'run',
    selector: '.tiles',
    open: (workbench) => workbench.runCommand('Green ML: Show Last Run'),
  },
  {
    name: 'practices',
    selector: '#practice-17',
    open: (workbench) => workbench.runCommand('Green ML: Open Practices'),
    // The first list is shown before anything is gathered; what may be ticked is known at the end.
    settled: async (frame) => {
      await frame.locator('.accept').waitFor();
      await frame.locator('.gathering', { hasText: /^$/ }).waitFor({ state: 'attached' });
    },
  },
  {
    name: 'regions',
    selector: 'main table',
    open: async (workbench) => {
      await workbench.openFile('cloud_job.py');
      await ask(workbench, 'Green ML: Recommend a Region', 'Region in use');
      await row(workbench, 'Show regions').click();
      await row(workbench, 'Show as page').click();
    },
  },
  {
    name: 'time',
    selector: '.day',
    open: async (workbench) => {
      await workbench.changeSettings({ 'greenML.location': 'US-CAL-CISO' });
      await ask(workbench, 'Green ML: Best Time to Start', 'CAISO');
      await row(workbench, 'CAISO').click();
      await answer(workbench, 'Duration of the job in hours', '4');
      await workbench.page.locator('.quick-input-message', { hasText: 'must the job be finished' }).waitFor();
      await workbench.page.keyboard.press('Enter');
    },
  },
  {
    name: 'a comparison',
    selector: 'h1:has-text("train_resnet.py: ")',
    isRedrawn: true,
    open: async (workbench) => {
      await ask(workbench, 'Green ML: Compare Runs', 'train_resnet.py');
      await row(workbench, 'train_resnet.py').click();
      await workbench.page.locator('.quick-input-title', { hasText: 'Compare train_resnet.py' }).waitFor();
      await row(workbench, 'train_resnet.py').click();
    },
  },
  {
    name: 'a rule',
    selector: 'h1:has-text("grid-search")',
    isRedrawn: true,
    open: async (workbench) => {
      await workbench.openFile('search.py');
      const finding = workbench.page.locator('.view-line span span', { hasText: 'GridSearchCV' }).last();
      const link = workbench.page.locator('.monaco-hover:visible a.code-link', { hasText: 'grid-search' }).first();
      await pointAt(workbench, finding, link);
      await link.click();
    },
  },
  {
    name: 'power sources',
    selector: '#what-to-do-next',
    isRedrawn: true,
    open: (workbench) => workbench.runCommand('Green ML: Show Power Sources'),
  },
];

/** The runs of a project of ten weeks, as its own. */
async function writeRuns(state: string, folder: string): Promise<void> {
  const runs = join(state, 'green-ml', 'runs');
  await mkdir(runs, { recursive: true });
  for (const lines of projectJournals(folder)) {
    const [start] = lines;
    if (start?.type === 'start') await writeFile(join(runs, `${start.id}.jsonl`), lines.map(formatLine).join(''));
  }
}

/** The packed extension, as people have it. The report is looked at on its own: it opens in any browser. */
describe('every page, in every kind of theme and in every size', function () {
  this.timeout(300_000);
  let state: string;
  let workbench: Workbench;

  before(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ui-state-'));
    workbench = await Workbench.open({
      installed: true,
      environment: { XDG_STATE_HOME: state, AWS_REGION: '', AWS_DEFAULT_REGION: '' },
      prepare: (folder) => writeRuns(state, folder),
    });
  });
  after(async () => {
    await workbench.close();
    await rm(state, { recursive: true, force: true });
  });

  /** Looks once more if the document was replaced meanwhile; mocha's timeout ends the attempts. */
  async function again<T>(isRedrawn: boolean, look: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await look();
      } catch (error) {
        if (!isRedrawn || !/detached|destroyed/.test(String(error))) throw error;
      }
    }
  }

  /** Waits until the page has the new size of the window. */
  async function resize(selector: string, size: { readonly width: number; readonly height: number }): Promise<Frame> {
    await workbench.page.setViewportSize(size);
    await workbench.page.waitForFunction(`innerWidth === ${size.width}`);
    let frame = await workbench.webview(selector);
    for (let before = -1, same = 0; same < 3; ) {
      const width = await frame.evaluate<number>('innerWidth').catch(() => null);
      if (width === null) frame = await workbench.webview(selector);
      same = width === before ? same + 1 : 0;
      before = width ?? -1;
      await workbench.page.waitForTimeout(50);
    }
    return frame;
  }

  for (const { name, selector, open, settled, isRedrawn = false } of pages) {
    describe(`the page of ${name}`, () => {
      let frame: Frame;

      before(async () => {
        await workbench.page.setViewportSize(sizes['1280 × 800']);
        await workbench.runCommand('View: Close All Editors');
        await open(workbench);
        frame = await workbench.webview(selector);
        await settled?.(frame);
        const sideBar = workbench.page.locator('.part.sidebar');
        // The palette does not list what would do nothing.
        if (await sideBar.isVisible()) await workbench.runCommand('View: Close Primary Side Bar');
        await sideBar.waitFor({ state: 'hidden' });
      });

      it('is used with the keyboard alone', async () => {
        assert.deepEqual(await keyboardProblems(frame, () => workbench.page.keyboard.press('Tab')), []);
      });

      for (const theme of themes) {
        it(`is whole and accessible, ${theme}`, async () => {
          const problems: string[] = [];
          await workbench.setTheme(theme, ...(isRedrawn ? [] : [frame]));
          for (const [size, pixels] of Object.entries(sizes)) {
            const found = await again(isRedrawn, async () => {
              frame = await resize(selector, pixels);
              await frame.evaluate('scrollTo(0, 0)');
              return [
                ...(await layoutProblems(frame)),
                ...(await accessibilityProblems(frame, isRedrawn ? 'structure' : rulesFor(theme))),
              ];
            });
            problems.push(...found.map((problem) => `${size}: ${problem}`));
            await workbench.screenshot(`page-${name}-${theme}-${size}`.replaceAll(/[^\w%]+/g, '-'));
          }
          assert.deepEqual(problems, []);
        });
      }
    });
  }

  describe('the live view in the side bar', () => {
    let frame: Frame;

    before(async () => {
      await workbench.page.setViewportSize(sizes['1280 × 800']);
      await workbench.runCommand('View: Close All Editors');
      await workbench.runCommand('Green ML: Show Live Power');
      frame = await workbench.webview('.legend');
    });

    for (const theme of themes) {
      it(`is whole and accessible, with the chart of power in view, ${theme}`, async () => {
        const problems: string[] = [];
        await workbench.setTheme(theme, frame);
        for (const size of ['1600 × 1000', '1280 × 800'] as const) {
          frame = await resize('.legend', sizes[size]);
          const found = [...(await layoutProblems(frame)), ...(await accessibilityProblems(frame, rulesFor(theme)))];
          problems.push(...found.map((problem) => `${size}: ${problem}`));
          const below = await frame.evaluate<number>(
            'document.querySelector(".chart > div").getBoundingClientRect().bottom - innerHeight',
          );
          if (below > 0) problems.push(`${size}: ${Math.round(below)} px of the chart of power are out of view`);
          await workbench.screenshot(`page-live-${theme}-${size}`.replaceAll(/[^\w%]+/g, '-'));
        }
        assert.deepEqual(problems, []);
      });
    }
  });

  /** Drawn by VS Code itself, so that there is no page to look into. */
  describe('what the editor draws', () => {
    const item = () => workbench.page.locator('[id="green-ml.green-ml.greenML.meter"]');
    const hover = (text: string) => workbench.page.locator('.monaco-hover:visible', { hasText: text }).first();
    const lens = () => workbench.page.locator('.codelens-decoration a', { hasText: '361 fits' }).first();

    before(async () => {
      await workbench.page.setViewportSize(sizes['1280 × 800']);
      await workbench.runCommand('View: Close All Editors');
      await workbench.runCommand('Green ML: Get Started');
      await workbench.page.locator('.getting-started-step').first().waitFor();
      await workbench.openFile('search.py');
      // VS Code asks for lenses a moment later, and not at all if the editor has lost the focus by then.
      await lens().waitFor();
      await workbench.runCommand('Green ML: Focus on History View');
    });

    /** Pixels of it that are out of the window. */
    async function cut(
      shown: Locator,
      { width, height }: { readonly width: number; readonly height: number },
    ): Promise<number> {
      const box = await shown.boundingBox();
      assert.ok(box);
      return Math.max(-box.x, -box.y, box.x + box.width - width, box.y + box.height - height, 0);
    }

    for (const theme of themes) {
      it(`is whole: history, status bar, tooltip, lens and hover, ${theme}`, async () => {
        await workbench.setTheme(theme);
        for (const size of ['1600 × 1000', '1280 × 800'] as const) {
          const keep = (what: string) =>
            workbench.screenshot(`editor-${what}-${theme}-${size}`.replaceAll(/[^\w%]+/g, '-'));
          await workbench.page.setViewportSize(sizes[size]);
          await workbench.page.waitForFunction(`innerWidth === ${sizes[size].width}`);
          const tooltip = hover('Power Sources');
          await pointAt(workbench, item(), tooltip);
          assert.equal(await cut(tooltip, sizes[size]), 0, `the tooltip at ${size}`);
          await keep('tooltip');
          const finding = workbench.page.locator('.view-line span span', { hasText: 'GridSearchCV' }).last();
          const block = hover('Practice 16: Avoid grid search');
          await pointAt(workbench, finding, block);
          assert.equal(await cut(block, sizes[size]), 0, `the hover at ${size}`);
          await keep('finding');
          await lens().waitFor();
        }
      });
    }

    it('has a walkthrough in every theme', async () => {
      await workbench.runCommand('Green ML: Get Started');
      for (const theme of themes) {
        await workbench.setTheme(theme);
        await workbench.page.locator('.getting-started-step.expanded').waitFor();
        await workbench.screenshot(`editor-walkthrough-${theme}`.replaceAll(' ', '-'));
      }
    });
  });
});
