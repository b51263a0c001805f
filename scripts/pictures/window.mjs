// @ts-check
// The editor that the pictures are taken of: a real VS Code with the packed extension, with nothing else in view.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importTypeScript } from '../import-typescript.mjs';
import { Problem } from '../progress.mjs';
import { obtainPython } from '../python.mjs';
import { useFonts } from './fonts.mjs';

/**
 * @typedef {import('../../test/ui/workbench').Workbench} Workbench
 * @typedef {{ x: number, y: number, width: number, height: number }} Box in CSS pixels of the window
 */

/** Screens that are sold today draw two pixels for each CSS pixel. */
const scale = 2;

const settings = {
  'breadcrumbs.enabled': false,
  'debug.console.wordWrap': false,
  'debug.internalConsoleOptions': 'openOnSessionStart',
  'debug.openDebug': 'neverOpen',
  'debug.showInStatusBar': 'never',
  'debug.toolBarLocation': 'hidden',
  'editor.cursorBlinking': 'solid',
  'editor.fontFamily': 'JetBrains Mono, monospace',
  'editor.fontSize': 13,
  'editor.hideCursorInOverviewRuler': true,
  'editor.hover.above': false,
  'editor.hover.delay': 100,
  'editor.minimap.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.overviewRulerBorder': false,
  'editor.renderLineHighlight': 'none',
  'editor.scrollbar.horizontal': 'hidden',
  'editor.scrollbar.vertical': 'hidden',
  'editor.stickyScroll.enabled': false,
  'window.commandCenter': false,
  'window.menuBarVisibility': 'hidden',
  'workbench.activityBar.location': 'hidden',
  'workbench.editor.editorActionsLocation': 'hidden',
  'workbench.layoutControl.enabled': false,
  'workbench.list.smoothScrolling': false,
  'workbench.panel.showLabels': false,
};

/** Without the items of the status bar that VS Code has in a browser only, and with one font for all code. */
const style = `
  [id="status.host"], [id="status.forwardedPorts"], [id="status.editor.keyboardLayout"], [id="status.notifications"],
  [id*="keyboardLayout"] { display: none !important; }
  .repl .expression, .repl .expression * { font-family: 'JetBrains Mono', monospace !important; font-size: 12px !important; }`;

/**
 * Opens the editor on a copy of `examples`, does something, and closes it.
 * @template T
 * @param {{ size: { width: number, height: number }, prepare: (folder: string) => Promise<void> }} options
 * @param {(workbench: Workbench) => Promise<T>} body
 * @returns {Promise<T>}
 */
export async function withWorkbench({ size, prepare }, body) {
  await useFonts();
  /** @type {typeof import('../../test/ui/workbench')} */
  const { Workbench } = await importTypeScript("export { Workbench } from './test/ui/workbench';");
  const state = await mkdtemp(join(tmpdir(), 'green-ml-pictures-'));
  const environment = {
    GREEN_ML_PYTHON: await obtainPython(),
    XDG_STATE_HOME: state,
    // The time zone of the place that the pictures are set in.
    TZ: 'Europe/Berlin',
    AWS_REGION: '',
    AWS_DEFAULT_REGION: '',
  };
  const folder = join(tmpdir(), 'digits');
  if (existsSync(folder)) throw new Problem(`The pictures show the folder ${folder}, which exists already: remove it.`);
  try {
    const workbench = await Workbench.open({ installed: true, settings, environment, size, scale, folder, prepare });
    try {
      await workbench.page.addStyleTag({ content: style });
      // The side bar is open at first.
      await workbench.page.keyboard.press('ControlOrMeta+b');
      await workbench.changeSettings({ 'greenML.location': 'DE' });
      return await body(workbench);
    } finally {
      await workbench.close();
    }
  } finally {
    for (const each of [state, folder]) await rm(each, { recursive: true, force: true });
  }
}

/** @param {Workbench} workbench */
export const meter = (workbench) => workbench.page.locator('[id="green-ml.green-ml.greenML.meter"]');
