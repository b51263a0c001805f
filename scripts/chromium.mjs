// @ts-check
// A browser of the Chromium family, for the tests of the interface.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find-program.mjs';
import { Problem } from './progress.mjs';
import { installSystemPackages } from './system-packages.mjs';

const known = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  join(homedir(), 'Applications/Google Chrome.app/Contents/MacOS/Google Chrome'),
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * The path of a browser. Installs Debian's if that is allowed. The environment variable `CHROMIUM` overrides the search.
 * @returns {Promise<string>} rejects with a `Problem` that says what to install
 */
export async function obtainChromium() {
  const wanted = process.env['CHROMIUM'];
  const names = wanted === undefined ? known : [wanted];
  const found = findProgram(names);
  if (found !== null) return found;
  // Without a font, headless Chromium draws empty boxes.
  if (wanted === undefined && (await installSystemPackages(['chromium', 'fonts-dejavu-core']))) {
    const installed = findProgram(names);
    if (installed !== null) return installed;
  }
  throw new Problem(
    wanted === undefined
      ? 'No Chromium or Chrome was found: install one (on Debian: sudo apt-get install chromium), or name one in the environment variable CHROMIUM.'
      : `The environment variable CHROMIUM is ${wanted}, which is not a program.`,
  );
}
