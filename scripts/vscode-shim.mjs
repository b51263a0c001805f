#!/usr/bin/env node
// @ts-check
// Replaces the desktop VS Code in a test run: accepts the arguments from `runTests` of @vscode/test-electron, and runs the
// tests in the server's extension host with a workbench in a headless browser.
import { dirname } from 'node:path';
import { format, parseArgs } from 'node:util';
import { openBrowser } from './browser.mjs';
import { endAll, endAllOnSignals } from './children.mjs';
import { homeOfItsOwn } from './editor-profile.mjs';
import { main, openLog, Problem } from './progress.mjs';
import { startServer } from './vscode-server.mjs';

/** The prefix of the tests' output. Everything else comes from the editor itself. */
const testOutput = '[test] ';

await main(async () => {
  endAllOnSignals();
  const { values, positionals } = parseArgs({
    strict: false,
    allowPositionals: true,
    options: {
      extensionDevelopmentPath: { type: 'string' },
      extensionTestsPath: { type: 'string' },
      'user-data-dir': { type: 'string' },
    },
  });
  const extension = values.extensionDevelopmentPath;
  const testsPath = values.extensionTestsPath;
  const userData = values['user-data-dir'];
  const [folder] = positionals;
  if (
    typeof extension !== 'string' ||
    typeof testsPath !== 'string' ||
    typeof userData !== 'string' ||
    folder === undefined
  ) {
    throw new Problem(
      'Usage: vscode-shim.mjs FOLDER --user-data-dir=… --extensionTestsPath=… --extensionDevelopmentPath=…',
    );
  }
  try {
    const profile = dirname(userData);
    const server = await startServer({
      profile,
      environment: { ...process.env, ...(await homeOfItsOwn(profile)), GREEN_ML_OUTPUT_MARK: testOutput },
    });
    process.exitCode = await runInBrowser(server.address({ folder, extension, testsPath }), server.ended);
  } finally {
    await endAll();
  }
});

/**
 * Opens the workbench and waits until the tests in it end.
 * @param {string} address
 * @param {Promise<number>} serverEnded
 * @returns {Promise<number>} the exit status of the tests
 */
async function runInBrowser(address, serverEnded) {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const log = openLog('vscode-workbench');
    await page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
      const text = format(...args);
      if (text.startsWith(testOutput)) console.log(text.slice(testOutput.length));
      else log.stream.write(`${type}: ${text}\n`);
    });
    /** @type {Promise<number>} */
    const testsEnded = new Promise((resolve) => {
      void page.exposeFunction('codeAutomationExit', resolve);
      page.on('crash', () => resolve(1));
      page.on('close', () => resolve(1));
    });
    await page.goto(address);
    return await Promise.race([testsEnded, serverEnded.then(() => 1)]);
  } finally {
    await browser.close();
  }
}
