// @ts-check
// What a person does in the editor while pictures are taken.

/**
 * @typedef {import('./window.mjs').Workbench} Workbench
 * @typedef {import('./window.mjs').Box} Box
 * @typedef {import('playwright-core').Frame} Page
 */

/** The themes with which VS Code starts today; the status bar of the light one before was red in a debug session. */
const themeNames = { light: 'Light 2026', dark: 'Dark 2026' };

/**
 * @param {Workbench} workbench
 * @param {'light' | 'dark'} theme
 * @param {Page} [frame] a page that must have taken it too
 */
export async function setTheme(workbench, theme, frame) {
  await workbench.changeSettings({ 'workbench.colorTheme': themeNames[theme] });
  await workbench.page.locator(`.monaco-workbench.${theme === 'dark' ? 'vs-dark' : 'vs'}`).waitFor();
  await frame?.locator(`body.vscode-${theme}`).waitFor();
}

/** @param {Workbench} workbench */
export const closeAll = (workbench) => workbench.runCommand('View: Close All Editors');

/**
 * @param {Workbench} workbench
 * @param {string} title
 * @param {string} first
 */
export async function ask(workbench, title, first) {
  for (let asked = false; !asked; ) {
    await workbench.runCommand(title);
    // An editor that takes the focus closes the question.
    asked = await row(workbench, first)
      .waitFor({ timeout: 20_000 })
      .then(
        () => true,
        () => false,
      );
  }
}

/**
 * @param {Workbench} workbench
 * @param {string} text
 */
const row = (workbench, text) =>
  workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();

/**
 * @param {Workbench} workbench
 * @param {string} text
 */
export async function pick(workbench, text) {
  await row(workbench, text).waitFor();
  await row(workbench, text).click();
}

/**
 * Types into the box that asks; what is typed before it asks would go to the box before it.
 * @param {Workbench} workbench
 * @param {string} asked
 * @param {string} text
 */
export async function answer({ page }, asked, text) {
  await page.locator('.quick-input-message', { hasText: asked }).waitFor();
  await page.locator('.quick-input-widget input[type=text]').fill(text);
  await page.keyboard.press('Enter');
}

/**
 * Rests on something until its hover is there.
 * @param {Workbench} workbench
 * @param {import('playwright-core').Locator} target
 * @param {import('playwright-core').Locator} hover
 */
export async function hoverUntil({ page }, target, hover) {
  for (let shown = false; !shown; ) {
    await page.mouse.move(5, 60);
    await target.hover();
    shown = await hover.waitFor({ timeout: 5000 }).then(
      () => true,
      () => false,
    );
  }
  await page.waitForTimeout(500);
}

/**
 * @param {Workbench} workbench
 * @param {number} line
 */
export async function goToLine({ page }, line) {
  const input = page.locator('.quick-input-widget input[type=text]');
  await page.keyboard.press('ControlOrMeta+g');
  await input.fill(`:${line}`);
  // The editor shows the line while it is typed.
  await page.locator('.line-numbers', { hasText: String(line) }).waitFor();
  await page
    .locator('.quick-input-widget .monaco-list-row, .quick-input-widget', { hasText: `line ${line}` })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await input.waitFor({ state: 'hidden' });
}

/** @param {Workbench} workbench */
export const sizeOf = ({ page }) => page.viewportSize() ?? { width: 0, height: 0 };

/** @param {Box} box */
export const bottomOf = ({ y, height }) => y + height;

/**
 * @param {import('playwright-core').Locator} locator
 * @returns {Promise<Box>}
 */
export async function boxOf(locator) {
  const box = await locator.boundingBox();
  if (box === null) throw new Error(`${String(locator)} is not in view.`);
  return box;
}

/**
 * Shows a key as if it were pressed: a film does not show the keyboard.
 * @param {Workbench} workbench
 * @param {string | null} key null to hide it
 */
export async function showKey({ page }, key) {
  await page.evaluate(`(() => {
    document.getElementById('pictures-key')?.remove();
    const key = ${JSON.stringify(key)};
    if (key === null) return;
    const shown = Object.assign(document.createElement('kbd'), { id: 'pictures-key', textContent: key });
    shown.style.cssText = 'position:fixed;right:28px;top:52px;z-index:9999;padding:8px 18px;border-radius:8px;font:600 22px system-ui;color:#fff;background:#0b6b4c;border-bottom:4px solid #07402e';
    document.body.append(shown);
  })()`);
}

/**
 * Draws a pointer: a screenshot has none.
 * @param {Workbench} workbench
 * @param {Box | null} box null to hide it
 */
export async function pointAt({ page }, box) {
  await page.evaluate(`(() => {
    document.getElementById('pictures-pointer')?.remove();
    const box = ${JSON.stringify(box)};
    if (box === null) return;
    const pointer = document.createElement('div');
    pointer.id = 'pictures-pointer';
    pointer.style.cssText = 'position:fixed;z-index:9999;pointer-events:none;left:' + (box.x + 60) + 'px;top:' + (box.y + 4) + 'px';
    const draw = (name, attributes) => {
      const drawn = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const [key, value] of Object.entries(attributes)) drawn.setAttribute(key, value);
      return drawn;
    };
    const svg = draw('svg', { width: 22, height: 30, viewBox: '0 0 22 30' });
    svg.append(draw('path', { d: 'M2 2v20l5-4.5 3.5 8 3.5-1.5-3.5-8h7z', fill: '#fff', stroke: '#000', 'stroke-width': 1.5 }));
    pointer.append(svg);
    document.body.append(pointer);
  })()`);
}
