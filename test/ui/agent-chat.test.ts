import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import manifest from '../../package.json';
import { Workbench } from './workbench';

/** What the agent of test/fixtures/chat-extension was asked, called and was answered. */
interface Conversation {
  readonly error?: string;
  readonly prompt: string;
  readonly attached: readonly string[];
  readonly calls: readonly { readonly name: string; readonly text: string }[];
}

/** The packed extension in an editor with its chat. The agent and its model come from a fixture: others need an account. */
describe('an editor with a chat', function () {
  this.timeout(300_000);
  let temporary: string;
  let workbench: Workbench;

  before(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'green-ml-chat-'));
    workbench = await Workbench.open({
      installed: true,
      fixtures: ['chat-extension'],
      proposedApi: true,
      settings: { 'chat.disableAIFeatures': false, 'greenML.agents.mcpServer': true },
      environment: { XDG_STATE_HOME: join(temporary, 'state'), GREEN_ML_CONVERSATION: join(temporary, 'conversation') },
      prepare: (folder) => writeFile(join(folder, 'mark.py'), 'open("executed", "w").close()\nprint("done")\n'),
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

  it('offers the skill', async () => {
    await workbench.runCommand('Chat: Open Chat');
    // The model of the fixture is known.
    const input = workbench.page.locator('.interactive-input-part');
    await input.getByText('Fixture', { exact: true }).waitFor();
    await input.locator('.monaco-editor').first().click();
    await workbench.page.keyboard.type('/green');
    await workbench.page.locator('.suggest-widget .monaco-list-row', { hasText: 'green-ml' }).first().waitFor();
    await workbench.screenshot('agent-skill');
    await workbench.page.keyboard.press('Escape');
    for (let letter = 0; letter < '/green'.length; letter++) await workbench.page.keyboard.press('Backspace');
  });

  it('gets the request for the open file, and calls the tools after the person has said yes', async () => {
    await workbench.openFile('search.py');
    await workbench.runCommand('Green ML: Make This Training Greener');
    const chat = workbench.page.locator('.interactive-session');
    const question = chat.locator('.chat-confirmation-widget-container, .chat-confirmation-widget2', {
      hasText: 'Run this command and measure its energy?',
    });
    await question.first().waitFor();
    assert.match(await question.first().innerText(), /python3 mark\.py/);
    assert.equal(existsSync(join(workbench.folder, 'executed')), false);
    await workbench.screenshot('agent-chat-question');
    await question
      .first()
      .locator('.monaco-button', { hasText: /Allow|Continue|Run/ })
      .first()
      .click();
    await chat.getByText('The script of the fixture is done.').waitFor();
    await workbench.screenshot('agent-chat');
    const { error, prompt, attached, calls } = await conversation();
    assert.equal(error, undefined);
    assert.match(prompt, /^Make the training in search\.py greener at equal quality/);
    assert.ok(attached.includes(join(workbench.folder, 'search.py')), attached.join());
    assert.deepEqual(
      calls.map(({ name }) => name),
      ['lint_ml_code', 'measure_command'],
    );
    const [lint, measure] = calls.map(({ text }) => text);
    assert.match(lint ?? '', /^\{"total":[1-9].*grid-search/);
    assert.match(measure ?? '', /^\{"runs":\[.*"exitCode":0.*"output":"done"/);
    assert.ok(existsSync(join(workbench.folder, 'executed')));
  });

  async function conversation(): Promise<Conversation> {
    for (;;) {
      const text = await readFile(join(temporary, 'conversation'), 'utf8').catch(() => null);
      if (text !== null) return JSON.parse(text) as Conversation;
      await workbench.page.waitForTimeout(100);
    }
  }
});
