import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workbench } from './workbench';

const statusItem = 'green-ml.green-ml.greenML.meter';

const isWritten = (file: string): Promise<boolean> =>
  readFile(file, 'utf8').then(
    (text) => text.trim() !== '',
    () => false,
  );

/** For people without Python and without a project, so an empty folder is open and no Python is used. */
describe('the first minutes', function () {
  this.timeout(240_000);
  let state: string;
  let workbench: Workbench;

  before(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ui-first-'));
    workbench = await Workbench.open({
      environment: { XDG_STATE_HOME: state },
      prepare: async (folder) => {
        await rm(folder, { recursive: true });
        await mkdir(folder);
      },
    });
  });
  after(async () => {
    await workbench.close();
    await rm(state, { recursive: true, force: true });
  });

  it('begin with the walkthrough', async () => {
    await workbench.runCommand('Green ML: Get Started');
    const step = workbench.page.locator('.getting-started-step', { hasText: 'Measure a run' });
    await step.locator('.monaco-button', { hasText: 'Measure an Example' }).waitFor();
    await workbench.screenshot('first-walkthrough');
  });

  it('offer an example with findings', async () => {
    await workbench.runCommand('Green ML: Open an Example with Findings');
    const { page } = workbench;
    for (const headline of ['361 fits', '500 epochs'])
      await page.locator('.codelens-decoration a', { hasText: headline }).first().waitFor();
    await workbench.screenshot('first-findings');
  });

  it('offer an example run, measured like any other', async () => {
    await workbench.runCommand('Green ML: Show Live Power');
    const live = await workbench.webview('.nothing:not([hidden])');
    await live.locator('button', { hasText: 'Measure an Example' }).click();
    const text = async (): Promise<string> => (await workbench.statusBarItem(statusItem))?.text ?? '';
    // Mocha's timeout ends the waits.
    while (!/epoch \d+\/20/.test(await text())) await workbench.page.waitForTimeout(100);
    await workbench.screenshot('first-run');
    while (!/example .*Wh/.test(await text())) await workbench.page.waitForTimeout(200);
    await workbench.runCommand('Green ML: Show Last Run');
    const page = await workbench.webview('#how');
    await page.locator('h1', { hasText: 'example' }).waitFor();
    await workbench.screenshot('first-run-page');
  });

  it('put green-ml on the PATH of new terminals, where it works without a Node of its own', async () => {
    await workbench.runCommand('Green ML: Put green-ml on the PATH');
    const said = join(workbench.folder, '..', 'said');
    const { page } = workbench;
    for (let version = ''; version.trim() === ''; version = await readFile(said, 'utf8').catch(() => '')) {
      await workbench.runCommand('Terminal: Create New Terminal');
      await page.locator('.terminal-wrapper.active .xterm-helper-textarea').first().focus();
      await page.keyboard.type(`green-ml --version > '${said}'\n`);
      // Keys are lost while the terminal starts: then another one is tried.
      for (let looks = 0; looks < 30 && !(await isWritten(said)); looks += 1) await page.waitForTimeout(100);
    }
    await workbench.screenshot('first-path');
    assert.match(await readFile(said, 'utf8'), /^\d+\.\d+\.\d+\s*$/);
    await workbench.runCommand('Green ML: Take green-ml off the PATH');
  });
});
