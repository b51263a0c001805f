import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import manifest from '../../package.json';
import { Workbench } from './workbench';

/** The packed extension in an editor that has its features for agents, which those of other tests do without. */
describe('the MCP server in an editor', function () {
  this.timeout(300_000);
  let temporary: string;
  let workbench: Workbench;

  before(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'green-ml-chat-'));
    workbench = await Workbench.open({
      installed: true,
      settings: { 'chat.disableAIFeatures': false, 'greenML.agents.mcpServer': true },
      environment: { XDG_STATE_HOME: join(temporary, 'state') },
    });
  });
  after(async () => {
    await workbench.close();
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  });

  const row = (text: string): Locator =>
    workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();

  const isShown = (text: string): Promise<boolean> =>
    row(text)
      .waitFor({ timeout: 5000 })
      .then(
        () => true,
        () => false,
      );

  /** Opens "MCP: List Servers" until it lists the extension's server, or not. Mocha's timeout ends the attempts. */
  async function listServers(isListed: boolean): Promise<void> {
    for (;;) {
      await workbench.page.keyboard.press('Escape');
      await workbench.runCommand('MCP: List Servers');
      // The list asks the extension for its servers, and does not say when all have answered; what takes the focus closes it.
      if (!(await isShown('Add Server'))) continue;
      if (isListed && !(await isShown('Green ML'))) continue;
      const text = await workbench.page.locator('.quick-input-list').innerText();
      if (text.includes('Add Server') && text.includes('Green ML') === isListed) return;
    }
  }

  /** Chooses what the list of servers offers for the extension's. */
  async function choose(option: string): Promise<void> {
    const click = (text: string): Promise<boolean> =>
      row(text)
        .click({ timeout: 5000 })
        .then(
          () => true,
          () => false,
        );
    do await listServers(true);
    while (!((await click('Green ML')) && (await click(option))));
  }

  const processes = async (): Promise<readonly string[]> => {
    const { stdout } = await promisify(execFile)('ps', ['-Ao', 'args']);
    return stdout.split('\n').filter((line) => line.includes('cli.js mcp ') && line.includes(workbench.folder));
  };

  it('lists the MCP server of the extension, which does not run before it is needed', async () => {
    await listServers(true);
    assert.match(await row('Green ML').innerText(), /Stopped/);
    assert.deepEqual(await processes(), []);
    await workbench.screenshot('mcp-servers');
  });

  it('starts it without another question, and finds its tools', async () => {
    await choose('Start Server');
    const { length } = manifest.contributes.languageModelTools;
    await choose('Show Output');
    const output = workbench.page.locator('.part.panel .view-lines', { hasText: `Discovered ${length} tools` });
    await output.waitFor();
    assert.match((await output.innerText()).replaceAll('\u00a0', ' '), /Connection state: Running/);
    assert.doesNotMatch(await output.innerText(), /\[(?:error|warning)\]/);
    assert.equal(await workbench.page.locator('.monaco-dialog-box').count(), 0);
    assert.equal((await processes()).length, 1);
    await workbench.screenshot('mcp-server-output');
  });

  it('stops it', async () => {
    await choose('Stop Server');
    // Mocha's timeout ends the wait.
    while ((await processes()).length > 0) await workbench.page.waitForTimeout(100);
    await listServers(true);
    assert.match(await row('Green ML').innerText(), /Stopped/);
  });

  it('lists it no longer when it is turned off', async () => {
    await workbench.changeSettings({ 'greenML.agents.mcpServer': false });
    await listServers(false);
    await workbench.page.keyboard.press('Escape');
  });
});
