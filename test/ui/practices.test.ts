import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Frame } from 'playwright-core';
import type { ChecklistChange } from '../../src/practices/checklist';
import { changeChecklistText } from '../../src/practices/checklist-file';
import { Journal } from '../../src/runs/journal/journal';
import { headerOf, intervalOf } from '../runs/support';
import { accessibilityProblems } from './accessibility';
import { Workbench } from './workbench';

const gridSearchAvoided: ChecklistChange = { kind: 'tick', practice: 16, item: 'no-grid-search', done: true };
const notApplicable: ChecklistChange = { kind: 'not-applicable', practice: 7, reason: 'We train on tables only.' };

const themes = ['light', 'high contrast dark', 'high contrast light', 'dark'] as const;

describe('the practices page', function () {
  this.timeout(180_000);
  let state: string;
  let workbench: Workbench;
  let page: Frame;
  /** Whether the page is open in an editor. */
  let isOpen = false;

  before(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ui-practices-'));
    workbench = await Workbench.open({ environment: { XDG_STATE_HOME: state } });
  });
  after(async () => {
    await workbench.close();
    await rm(state, { recursive: true, force: true });
  });

  const file = (): string => join(workbench.folder, '.green-ml', 'checklist.json');
  const exists = (path: string): Promise<boolean> =>
    stat(path).then(
      () => true,
      () => false,
    );
  const practice = (number: number) => page.locator(`#practice-${number}`);
  const item = (id: string) => page.locator(`#item-${id}`);
  const status = (number: number) => practice(number).getAttribute('data-status');

  /** Mocha's timeout ends the wait. */
  async function until(look: () => Promise<boolean>): Promise<void> {
    while (!(await look())) await workbench.page.waitForTimeout(50);
  }

  async function openPage(): Promise<void> {
    await workbench.runCommand('Green ML: Open Practices');
    page = await workbench.webview('#practice-17');
    isOpen = true;
  }

  /** A new page on a checklist with these changes and no others, so that each test passes alone and after any other. */
  async function startWith(...changes: readonly ChecklistChange[]): Promise<void> {
    await workbench.page.setViewportSize({ width: 1280, height: 800 });
    if (isOpen) {
      await workbench.runCommand('View: Close All Editors');
      await until(() => Promise.resolve(page.isDetached()));
    }
    await rm(dirname(file()), { recursive: true, force: true });
    if (changes.length > 0) {
      await mkdir(dirname(file()));
      await writeFile(file(), changes.reduce<string | null>(changed, null) ?? '');
    }
    await openPage();
    const ticked = changes.flatMap((change) => (change.kind === 'tick' ? `item-${change.item}` : []));
    const without = changes.flatMap((change) => (change.kind === 'not-applicable' ? change.practice : []));
    await until(async () => {
      const checked = await page.evaluate<string[]>(
        '[...document.querySelectorAll("input[id^=item-]:checked")].map(({ id }) => id)',
      );
      return (
        isDeepStrictEqual(checked, ticked) &&
        (await page.locator('[data-status=not-applicable]').count()) === without.length
      );
    });
    // The evidence arrives after the list.
    await page.locator('.ring-label', { hasText: '/' }).waitFor();
    await page.locator('.gathering', { hasText: /^$/ }).waitFor({ state: 'attached' });
  }

  function changed(text: string | null, change: ChecklistChange): string {
    const result = changeChecklistText(text, change);
    assert.ok('text' in result);
    return result.text;
  }

  async function expand(number: number): Promise<void> {
    await practice(number).locator('summary').click();
    await page.locator(`#practice-${number}[open]`).waitFor();
  }

  type Saved = Record<string, Record<string, { done: boolean; note?: string }>>;

  /** What the file says; nothing while it is not there, or is being written. */
  async function saved(): Promise<Saved> {
    const text = await readFile(file(), 'utf8').catch(() => '');
    return text.endsWith('}\n') ? (JSON.parse(text) as { practices: Saved }).practices : {};
  }

  it('lists the 17 practices in groups, and writes nothing', async () => {
    await startWith();
    assert.equal(await page.locator('details.practice').count(), 17);
    assert.deepEqual(await page.locator('.group > h2').allTextContents(), [
      'Plan',
      'Start simple',
      'Choose when and where',
      'Adjust the code',
    ]);
    assert.equal(await exists(join(workbench.folder, '.green-ml')), false);
  });

  it('says that it is gathering evidence, and moves neither the list nor the focus when the evidence comes', async () => {
    await startWith(gridSearchAvoided);
    await workbench.runCommand('View: Close All Editors');
    await until(() => Promise.resolve(page.isDetached()));
    // Many files take their time, while the list is there.
    await mkdir(join(workbench.folder, 'many'));
    const code = await readFile(join(workbench.folder, 'search.py'), 'utf8');
    for (let index = 0; index < 400; index += 1)
      await writeFile(join(workbench.folder, 'many', `search_${index}.py`), `${code}\nprint(${index})\n`);
    try {
      await openPage();
      await page.evaluate(`(() => {
        window.seen = [];
        const look = () => {
          const card = document.querySelector('#practice-3');
          if (!card) return requestAnimationFrame(look);
          const summary = card.querySelector('summary');
          if (window.seen.length === 0) summary.focus();
          window.seen.push({
            top: Math.round(card.getBoundingClientRect().top),
            focused: document.activeElement === summary,
            gathering: document.querySelector('.progress-words').textContent.startsWith('Gathering'),
            ring: document.querySelector('.ring-label').textContent,
          });
          requestAnimationFrame(look);
        };
        look();
      })()`);
      await page.locator('.ring-label', { hasText: '/17' }).waitFor();
      await page.locator('.gathering', { hasText: /^$/ }).waitFor({ state: 'attached' });
      await page.waitForTimeout(300);
      const seen = await page.evaluate<{ top: number; focused: boolean; gathering: boolean; ring: string }[]>('seen');
      assert.ok(
        seen.some(({ gathering }) => gathering),
        'it was seen gathering',
      );
      assert.ok(
        seen.every(({ focused }) => focused),
        'the focus stays',
      );
      // Browsers scroll by whole pixels.
      const tops = seen.map(({ top }) => top);
      assert.ok(Math.max(...tops) - Math.min(...tops) <= 1, `${Math.min(...tops)} to ${Math.max(...tops)}`);
      assert.ok(seen.every(({ gathering, ring }) => !gathering || ring === '…'));
      await workbench.screenshot('practices-gathered');
    } finally {
      await rm(join(workbench.folder, 'many'), { recursive: true });
    }
  });

  it('shows what the linter found, and opens the code', async () => {
    await startWith();
    await expand(16);
    const place = practice(16).getByRole('button', { name: 'search.py:17', exact: true });
    await place.click();
    await workbench.page.locator('.tabs-container .tab.active', { hasText: 'search.py' }).waitFor();
    await workbench.page.locator('[id="status.editor.selection"]', { hasText: 'Ln 17, Col 1' }).waitFor();
    await workbench.screenshot('practices-evidence-opened');
  });

  it('opens at the practice of a CodeLens', async () => {
    await startWith();
    await workbench.openFile('search.py');
    await workbench.page.locator('.codelens-decoration a', { hasText: '361 fits' }).click();
    page = await workbench.webview('#practice-16[open]');
    await practice(16).locator('summary:focus').waitFor();
    await workbench.screenshot('practices-from-lens');
  });

  it('saves a tick, and says if the evidence contradicts it', async () => {
    await startWith();
    await expand(16);
    await item('no-grid-search').check();
    await until(async () => (await status(16)) === 'contradicted');
    await until(async () => (await saved())['P16']?.['no-grid-search']?.done === true);
    assert.equal(
      await practice(16).locator('#item-no-grid-search-remark').textContent(),
      'Ticked, but the evidence below contradicts it.',
    );
    await page
      .locator('.progress-words', { hasText: '0 of 17 practices done, 1 contradicted by the evidence' })
      .waitFor();
    await workbench.screenshot('practices-contradicted');
  });

  it('ticks in one click what the evidence suggests, and shows its title once', async () => {
    await startWith();
    await page.locator('.accept', { hasText: /\d+ items look done and are not ticked yet/ }).waitFor();
    const suggested = await page.locator('.remark:has-text("suggests that this is done")').count();
    await page.evaluate('scrollTo(0, 0)');
    await page.locator('.accept summary').click();
    await workbench.screenshot('practices-accept');
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.getByRole('button', { name: `Tick all ${suggested}` }).click();
    await page.locator('.accept', { hasText: 'nothing more to tick' }).waitFor();
    await until(
      async () =>
        Object.values(await saved())
          .flatMap((items) => Object.values(items))
          .filter(({ done }) => done).length === suggested,
    );
    // The tab has it.
    assert.equal((await page.locator('h1').boundingBox())?.width, 1);
    await page.evaluate('scrollTo(0, 0)');
    await workbench.screenshot('practices-accepted');
  });

  it('keeps a note and a reason after the window is reloaded', async () => {
    await startWith();
    await expand(16);
    await expand(7);
    await practice(7).getByRole('button', { name: 'Does not apply to this project…' }).click();
    await page.locator('#reason-7').fill('We train on tables only.');
    await page.locator('#reason-7').press('Enter');
    await until(async () => (await status(7)) === 'not-applicable');
    await practice(16)
      .getByRole('button', { name: /^Add a note: Results are saved/ })
      .click();
    await practice(16).getByRole('textbox').fill('In the notebook <of> Ada');
    await practice(16).getByRole('textbox').press('Enter');
    await practice(16).locator('.note', { hasText: 'In the notebook <of> Ada' }).waitFor();
    await page.getByLabel('Search the practices').fill('results');
    await page.locator('.shown', { hasText: 'of 17 practices shown' }).waitFor();

    await workbench.runCommand('Developer: Reload Window');
    await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await workbench.page.locator('[id="status.host"]').waitFor();
    page = await workbench.webview('#practice-16[open]');
    assert.equal(await page.getByLabel('Search the practices').inputValue(), 'results');
    await practice(16).locator('.note', { hasText: 'In the notebook <of> Ada' }).waitFor();
    await page.getByLabel('Search the practices').fill('');
    await practice(7).locator('.said', { hasText: 'We train on tables only.' }).waitFor();
    await page.locator('.progress-words', { hasText: '0 of 16' }).waitFor();
    await workbench.screenshot('practices-after-reload');
  });

  it('follows changes of the file by others', async () => {
    await startWith(gridSearchAvoided);
    const text = await readFile(file(), 'utf8');
    await writeFile(file(), changed(text, { kind: 'tick', practice: 11, item: 'idle-shutdown', done: true }));
    await until(() => item('idle-shutdown').isChecked());
  });

  it('does not change an invalid file, says where it is invalid and opens it; a corrected one is used again', async () => {
    await startWith(gridSearchAvoided);
    const good = await readFile(file(), 'utf8');
    const bad = good.replace('"practices": {', '"practices": oops');
    await writeFile(file(), bad);
    const alert = () => page.getByRole('alert');
    await alert().waitFor();
    assert.match(
      (await alert().textContent()) ?? '',
      /^\.green-ml\/checklist\.json, line 3, cannot be used and was not changed\. It is not valid JSON/,
    );
    assert.equal(await item('no-grid-search').isDisabled(), true);
    await page.evaluate('scrollTo(0, 0)');
    await workbench.screenshot('practices-broken-file');
    await alert().getByRole('button', { name: 'Open checklist.json' }).click();
    await workbench.page.locator('.tabs-container .tab.active', { hasText: 'checklist.json' }).waitFor();
    assert.equal(await readFile(file(), 'utf8'), bad);
    await openPage();
    await writeFile(file(), good);
    // The page is drawn anew when it is opened: for a moment, it has neither the alert nor items that can be ticked.
    await until(() => item('no-grid-search').isEnabled());
    await alert().waitFor({ state: 'detached' });
  });

  it('searches and filters, and shows how many match', async () => {
    await startWith(notApplicable);
    await page.locator('.filters label', { hasText: 'Not applicable' }).click();
    await page.locator('.shown', { hasText: '1 of 17 practices shown.' }).waitFor();
    assert.equal(await practice(7).isVisible(), true);
    await page.getByLabel('Search the practices').fill('zzz');
    await page.locator('.shown', { hasText: 'No practice matches.' }).waitFor();
    await page.locator('.filters label', { hasText: 'All' }).click();
    await page.getByLabel('Search the practices').fill('p9');
    await page.locator('.shown', { hasText: '1 of 17 practices shown.' }).waitFor();
    await page.getByLabel('Search the practices').fill('');
  });

  it('works with the keyboard alone', async () => {
    await startWith();
    const { keyboard } = workbench.page;
    await page.getByLabel('Search the practices').focus();
    await keyboard.press('Tab');
    await page.locator('.filters input:checked:focus').waitFor();
    await keyboard.press('Tab');
    await practice(1).locator('summary:focus').waitFor();
    await keyboard.press('Enter');
    await keyboard.press('Tab');
    await page.locator('#item-runs-measured:focus').waitFor();
    await keyboard.press('Space');
    await until(async () => (await saved())['P1']?.['runs-measured']?.done === true);
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await practice(1).locator('textarea:focus').waitFor();
    await keyboard.type('by the pipeline');
    await keyboard.press('Escape');
    await practice(1)
      .getByRole('button', { name: /^Add a note: Training runs/ })
      .and(page.locator(':focus'))
      .waitFor();
    await keyboard.press('Enter');
    await keyboard.type('by the pipeline');
    await keyboard.press('Enter');
    await until(async () => (await saved())['P1']?.['runs-measured']?.note === 'by the pipeline');
  });

  it('keeps the focus where the keyboard was used, and Escape takes back', async () => {
    await startWith();
    const { keyboard } = workbench.page;
    const search = page.getByLabel('Search the practices');
    await search.fill('zzz');
    await keyboard.press('Escape');
    assert.equal(await search.inputValue(), '');
    await page.locator('.shown', { hasText: /^$/ }).waitFor({ state: 'attached' });
    assert.equal(await practice(1).isVisible(), true);

    await practice(7).locator('summary').press('Enter');
    const begin = practice(7).getByRole('button', { name: 'Does not apply to this project…' });
    await begin.press('Enter');
    await practice(7).locator('#reason-7:focus').waitFor();
    await keyboard.press('Escape');
    await begin.and(page.locator(':focus')).waitFor();
    await keyboard.press('Enter');
    await keyboard.type('We train on tables only.');
    await keyboard.press('Enter');
    await practice(7).locator('.said button:focus').waitFor();
    await keyboard.press('Enter');
    await begin.and(page.locator(':focus')).waitFor();

    await page.getByRole('button', { name: /^Tick all/ }).press('Enter');
    await page.locator('.accept:focus', { hasText: 'nothing more to tick' }).waitFor();
  });

  it('counts recorded runs, and sorts next steps by what was measured', async () => {
    await startWith();
    const journal = new Journal(join(state, 'green-ml'));
    for (const [index, [name, joules]] of (['search.py', 'train.py', 'train.py'] as const)
      .map((script, each) => [script, [900_000, 200_000, 250_000][each]!] as const)
      .entries()) {
      const startedAt = Date.UTC(2026, 2, 4 + index, 9);
      const writer = await journal.begin(`20260304T09000${index}Z-00000${index}`);
      await writer.append({
        type: 'start',
        version: 1,
        ...headerOf({ id: `20260304T09000${index}Z-00000${index}`, name, folder: workbench.folder, startedAt }),
      });
      await writer.append({ type: 'sample', ...intervalOf({ at: startedAt + 3_600_000, joules, seconds: 3600 }) });
      await writer.end({ type: 'end', at: startedAt + 3_600_000, exitCode: 0, meterCpuSeconds: 1 });
    }
    await page.getByRole('button', { name: 'Gather the evidence again' }).click();
    await page.locator('.next li', { hasText: 'Computed from your measurements' }).waitFor();
    assert.match(
      (await page.locator('.next li').first().textContent()) ?? '',
      /^Avoid grid search.*search\.py used 250 Wh for searches of 361 fits\..*Practice 16 · Computed from/,
    );
    await page.evaluate('scrollTo(0, 0)');
    await workbench.screenshot('practices-what-next');
  });

  it('has no accessibility problems in any theme, with everything open', async () => {
    await startWith(gridSearchAvoided, notApplicable);
    await page.evaluate('for (const practice of document.querySelectorAll("details")) practice.open = true');
    for (const theme of themes) {
      await workbench.setTheme(theme, page);
      await page.evaluate('scrollTo(0, 0)');
      await workbench.screenshot(`practices-${theme.replaceAll(' ', '-')}`);
      await page.evaluate('document.querySelector("#practice-16").scrollIntoView()');
      await workbench.screenshot(`practices-${theme.replaceAll(' ', '-')}-16`);
      assert.deepEqual(await accessibilityProblems(page, theme === themes[0] ? 'all' : 'colours'), [], theme);
    }
  });

  it('fits a narrow column, and 200 % zoom', async () => {
    await startWith(gridSearchAvoided, notApplicable);
    const overflow = (): Promise<boolean> =>
      page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
    await workbench.page.setViewportSize({ width: 700, height: 800 });
    await until(async () => (await page.evaluate<number>('innerWidth')) < 400);
    assert.equal(await overflow(), false);
    await workbench.screenshot('practices-narrow-editor');
    assert.deepEqual(await accessibilityProblems(page), []);
    await workbench.page.setViewportSize({ width: 1280, height: 800 });
    await page.evaluate('document.documentElement.style.fontSize = document.body.style.fontSize = "26px"');
    assert.equal(await overflow(), false);
    await workbench.screenshot('practices-200-percent');
  });

  it('also works in the side bar', async () => {
    await startWith(gridSearchAvoided);
    await workbench.runCommand('View: Close All Editors');
    await until(() => Promise.resolve(page.isDetached()));
    isOpen = false;
    await workbench.page.locator('.activitybar .action-label[aria-label="Green ML"]').click();
    page = await workbench.webview('#practice-17');
    await until(async () => (await status(16)) === 'contradicted');
    await workbench.screenshot('practices-side-bar');
    assert.equal(await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth'), false);
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  it('keeps a checklist for each folder of a workspace', async () => {
    await startWith(gridSearchAvoided);
    const other = join(state, 'other project');
    await mkdir(other);
    await writeFile(join(other, 'model.py'), 'stop = EarlyStopping(patience=3)\n');
    const workspaceFile = join(state, 'two.code-workspace');
    await writeFile(workspaceFile, JSON.stringify({ folders: [{ path: workbench.folder }, { path: other }] }));
    await workbench.openWorkspace(workspaceFile, ['workspace', 'other project']);
    await openPage();
    const folders = page.getByLabel('Folder');
    // The list of practices is shown before the page has heard of the folders.
    await folders.locator('option').nth(1).waitFor({ state: 'attached' });
    assert.deepEqual(await folders.locator('option').allTextContents(), ['workspace', 'other project']);
    await until(async () => (await status(16)) === 'contradicted');
    await folders.selectOption('other project');
    await until(async () => (await status(16)) === 'open');
    await practice(5).locator('.evidence', { hasText: 'The code uses EarlyStopping' }).waitFor({ state: 'attached' });
    await practice(5).locator('summary').click();
    await item('early-stopping').check();
    await until(() => exists(join(other, '.green-ml', 'checklist.json')));
    await workbench.screenshot('practices-two-folders');
  });
});
