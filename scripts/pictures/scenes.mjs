// @ts-check
// What the pictures show. Each scene leaves the window as it found it, but for the runs that were measured.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  answer,
  ask,
  bottomOf,
  boxOf,
  closeAll,
  goToLine,
  hoverUntil,
  pick,
  pointAt,
  setTheme,
  showKey,
  sizeOf,
} from './gestures.mjs';
import { meter } from './window.mjs';

/**
 * @typedef {import('./window.mjs').Workbench} Workbench
 * @typedef {import('./pictures.mjs').Frame} Frame
 * @typedef {import('playwright-core').Frame} Page
 * @typedef {{ png: Buffer, part: keyof typeof lengths }} Shot
 * @typedef {import('./drawn-by.mjs').Surface} Surface
 * @typedef {(name: Surface, theme: 'light' | 'dark', png: Buffer) => Promise<void>} Keep takes a screenshot
 */

export const themes = /** @type {const} */ (['light', 'dark']);

/** A debugger makes a program slow, so it trains on fewer digits; it learns fast, and then hardly gets better, as many do. */
const launch = {
  version: '0.2.0',
  configurations: [
    {
      name: 'Train',
      type: 'debugpy',
      request: 'launch',
      program: '${workspaceFolder}/train.py',
      args: ['--samples', '1600', '--learning-rate', '0.03'],
      console: 'internalConsole',
    },
  ],
};

/**
 * Opens the training script at the loop over its epochs.
 * @param {Workbench} workbench
 */
export async function openScript(workbench) {
  await closeAll(workbench);
  await workbench.openFile('train.py');
  await goToLine(workbench, 224);
}

/**
 * Presses F5 and films until the result is there and its page is open.
 * @param {Workbench} workbench
 * @returns {Promise<readonly Frame[]>}
 */
export async function filmRun(workbench) {
  const { page } = workbench;
  const item = meter(workbench);
  /** @type {Shot[]} */
  const shots = [];
  let part = /** @type {keyof typeof lengths} */ ('before');
  let isFilming = true;
  const shoot = async () => shots.push({ png: await page.screenshot(), part });
  const film = async () => {
    while (isFilming) {
      await shoot();
      await page.waitForTimeout(300);
    }
  };

  await showKey(workbench, 'F5');
  await shoot();
  part = 'start';
  const filming = film();
  await page.keyboard.press('F5');
  await item.filter({ hasText: /Wh.*epoch/ }).waitFor();
  await showKey(workbench, null);
  part = 'run';
  await item.filter({ hasText: 'train.py' }).waitFor({ timeout: 400_000 });
  isFilming = false;
  await filming;
  part = 'result';
  // The console makes room for the page.
  await page.keyboard.press('ControlOrMeta+j');
  await page.waitForTimeout(500);
  await shoot();
  part = 'pointer';
  await pointAt(workbench, await boxOf(item));
  await shoot();
  await pointAt(workbench, null);
  const run = await openRun(workbench);
  part = 'page';
  await shoot();
  part = 'bought';
  await run.evaluate('document.getElementById("bought").scrollIntoView({ block: "center" })');
  await page.waitForTimeout(800);
  await shoot();
  return timed(shots);
}

/**
 * The page of the run that the status bar shows, when all of it is drawn.
 * @param {Workbench} workbench
 */
async function openRun(workbench) {
  await meter(workbench).click();
  const run = await workbench.webview('.tiles');
  await run.locator('.state', { hasText: 'finished' }).waitFor();
  await run.locator('#bought').waitFor();
  await workbench.page.mouse.move(1, 1);
  await workbench.page.waitForTimeout(1500);
  return run;
}

/** Seconds for each part: the run itself is shown faster than it was. */
const lengths = { before: 1.2, start: 1, run: 4.4, result: 1, pointer: 0.8, page: 1.6, bought: 2 };

/** A calm film has few pictures a second. */
const mostShots = { start: 5, run: 22 };

/**
 * @param {readonly Shot[]} shots
 * @returns {readonly Frame[]}
 */
function timed(shots) {
  const parts = /** @type {(keyof typeof lengths)[]} */ (Object.keys(lengths));
  return parts.flatMap((part) => {
    const same = shots.filter((shot) => shot.part === part);
    const most = part === 'start' || part === 'run' ? mostShots[part] : 1;
    const count = Math.min(most, same.length);
    const chosen = Array.from(
      { length: count },
      (_, index) => same[Math.floor(((index + 1) * same.length) / count) - 1],
    );
    return chosen.flatMap((shot) => (shot === undefined ? [] : [{ png: shot.png, seconds: lengths[part] / count }]));
  });
}

/**
 * A run in the status bar, and where its energy goes; then the page of the run.
 * @param {Workbench} workbench
 * @param {Keep} keep
 */
export async function takeRun(workbench, keep) {
  const { page } = workbench;
  await openScript(workbench);
  await page.keyboard.press('F5');
  await meter(workbench).filter({ hasText: 'epoch 6/20' }).waitFor({ timeout: 200_000 });
  await takeTooltip(workbench, 'status-bar', keep);
  await meter(workbench).filter({ hasText: 'train.py' }).waitFor({ timeout: 400_000 });
  await page.keyboard.press('ControlOrMeta+j');
  const run = await openRun(workbench);
  await takePage(
    workbench,
    run,
    { name: 'run', from: 'main > header', to: 'section[aria-labelledby=bought] canvas', below: -8 },
    keep,
  );
}

/**
 * A run that has used part of its budget.
 * @param {Workbench} workbench
 * @param {Keep} keep
 */
export async function takeBudget(workbench, keep) {
  const { page } = workbench;
  await workbench.changeSettings({ 'greenML.budget.run': '0.015Wh' });
  await openScript(workbench);
  await page.keyboard.press('F5');
  await meter(workbench).filter({ hasText: 'epoch 5/20' }).waitFor({ timeout: 200_000 });
  await takeTooltip(workbench, 'budget', keep);
  await page.keyboard.press('Shift+F5');
  await meter(workbench).filter({ hasText: 'train.py' }).waitFor();
  await workbench.changeSettings({ 'greenML.budget.run': '' });
  await page.keyboard.press('ControlOrMeta+j');
}

/**
 * @param {Workbench} workbench
 * @param {Surface} name
 * @param {Keep} keep
 */
async function takeTooltip(workbench, name, keep) {
  const { page } = workbench;
  const hover = page.locator('.monaco-hover', { hasText: 'Power Sources' });
  for (const theme of themes) {
    await setTheme(workbench, theme);
    /** @type {Buffer | null} */
    let png = null;
    // A tooltip that gets new figures at this moment is drawn anew.
    while (png === null) {
      await hoverUntil(workbench, meter(workbench), hover);
      const box = await hover.boundingBox();
      if (box === null) continue;
      const size = sizeOf(workbench);
      const top = box.y - 12;
      png = await page.screenshot({
        clip: { x: 0, y: top, width: Math.min(size.width, box.x + box.width + 24), height: size.height - top },
      });
    }
    await keep(name, theme, png);
    await page.mouse.move(300, 60);
    await hover.waitFor({ state: 'hidden' });
  }
}

/**
 * The number above a search, and what a hover says of it.
 * @param {Workbench} workbench
 * @param {Keep} keep
 */
export async function takeFinding(workbench, keep) {
  const { page } = workbench;
  await closeAll(workbench);
  await workbench.openFile('search.py');
  const lens = page.locator('.codelens-decoration a', { hasText: '361 fits' }).first();
  await lens.waitFor();
  const callee = page.locator('.editor-instance .view-line span span', { hasText: 'GridSearchCV' }).last();
  const hover = page.locator('.monaco-hover:visible', { hasText: 'Practice 16' }).first();
  for (const theme of themes) {
    await setTheme(workbench, theme);
    await hoverUntil(workbench, callee, hover);
    const editor = await boxOf(page.locator('.editor-instance').first());
    const [above, below] = [await boxOf(lens), await boxOf(hover)];
    const top = Math.max(editor.y, above.y - 150);
    const bottom = Math.max(bottomOf(above), bottomOf(below)) + 12;
    const clip = { x: editor.x, y: top, width: editor.width, height: bottom - top };
    await keep('finding', theme, await page.screenshot({ clip }));
    await page.mouse.move(1, 1);
  }
}

/**
 * @param {Workbench} workbench
 * @param {Keep} keep
 */
export async function takePractices(workbench, keep) {
  await closeAll(workbench);
  await workbench.runCommand('Green ML: Open Practices');
  const practices = await workbench.webview('details');
  await practices.locator('body', { hasText: '361 fits' }).first().waitFor();
  await takePage(workbench, practices, { name: 'practices', from: 'body', to: 'body', most: 600 }, keep);
}

/**
 * @param {Workbench} workbench
 * @param {Keep} keep
 */
export async function takeRegions(workbench, keep) {
  await closeAll(workbench);
  await workbench.openFile('cloud_job.py');
  await ask(workbench, 'Green ML: Recommend a Region', 'Region in use');
  // What one run on this machine used is too little to move for.
  await pick(workbench, 'Energy');
  await answer(workbench, 'Energy of the job in kWh', '100');
  await pick(workbench, 'Show regions');
  await pick(workbench, 'Show as page');
  const regions = await workbench.webview('main table');
  await takePage(workbench, regions, { name: 'regions', from: 'h1', to: '.map' }, keep);
}

/**
 * @param {Workbench} workbench
 * @param {Keep} keep
 */
export async function takeTimes(workbench, keep) {
  await closeAll(workbench);
  await ask(workbench, 'Green ML: Best Time to Start', 'Germany');
  await pick(workbench, 'Germany');
  await answer(workbench, 'Duration of the job in hours', '4');
  await answer(workbench, 'must the job be finished', '24h');
  const asking = await workbench.webview('.day');
  await asking.locator('a', { hasText: 'Enter the Energy' }).click();
  await answer(workbench, 'Energy of the job in kWh', '100');
  const times = await workbench.webview('.hero:has-text("kg")');
  await takePage(workbench, times, { name: 'times', from: 'h1', to: '.day' }, keep);
}

/**
 * Pictures of a page in a tab, in each theme.
 * @param {Workbench} workbench
 * @param {Page} frame
 * @param {{ name: Surface, from: string, to: string, most?: number, below?: number }} part from the top of one element to
 *   the end of another and a little below, at most so high
 * @param {Keep} keep
 */
async function takePage(workbench, frame, { name, from, to, most = Infinity, below = 4 }, keep) {
  const { page } = workbench;
  const before = sizeOf(workbench);
  // The whole part must be in view at once.
  await page.setViewportSize({ width: before.width, height: 1600 });
  await page.mouse.move(1, 1);
  for (const theme of themes) {
    await setTheme(workbench, theme, frame);
    await page.waitForTimeout(1500);
    const body = await boxOf(frame.locator('body'));
    const top = await boxOf(frame.locator(from).first());
    const end = Math.min(bottomOf(await boxOf(frame.locator(to).first())), top.y + most);
    const clip = { x: body.x, y: Math.max(body.y, top.y - 12), width: body.width, height: 0 };
    clip.height = end + below - clip.y;
    await keep(name, theme, await page.screenshot({ clip }));
  }
  await page.setViewportSize(before);
}

/**
 * Gives the copy of the examples one configuration to start.
 * @param {string} folder
 */
export async function prepare(folder) {
  await writeFile(join(folder, '.vscode', 'launch.json'), JSON.stringify(launch, null, 2));
}
