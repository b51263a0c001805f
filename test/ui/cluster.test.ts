import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '../../src/runs/record';
import { greenMl } from '../cli/support';
import { FakePrometheus } from '../support/fake-prometheus';
import { accessibilityProblems } from './accessibility';
import { Workbench } from './workbench';

describe('a run on a cluster, seen by a user', function () {
  this.timeout(240_000);
  let state: string;
  let server: FakePrometheus;
  let workbench: Workbench;

  before(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ui-state-'));
    server = await FakePrometheus.start({
      nodes: 12,
      gpusOfNode: 8,
      watts: (node) => (node === 3 || node === 7 ? 90 : 500 + node),
      select: 'pod=~"bert-.*"',
      token: 's3cret',
    });
    const to = Math.floor(Date.now() / 1000) - 600;
    const tokenFile = join(state, 'token');
    await writeFile(tokenFile, 's3cret\n');
    workbench = await Workbench.open({
      settings: { 'greenML.prometheus.url': server.url },
      environment: { XDG_STATE_HOME: state },
      prepare: async (folder) => {
        await mkdir(join(folder, '.vscode'), { recursive: true });
        const wait = { label: 'wait for the job', type: 'shell', command: 'until [ -e done ]; do sleep 0.2; done' };
        const presentation = { reveal: 'never' };
        const tasks = { version: '2.0.0', tasks: [{ ...wait, presentation, problemMatcher: [] }] };
        await writeFile(join(folder, '.vscode', 'tasks.json'), JSON.stringify(tasks));
        const { code, stderr } = await greenMl(
          [
            ...['runs', 'import', '--cluster', 'dcgm', '--select', 'pod=~"bert-.*"', '--name', 'bert'],
            ...['--from', String(to - 7200), '--to', String(to), '--prometheus', server.url],
          ],
          { XDG_STATE_HOME: state, GREEN_ML_PROMETHEUS_TOKEN_FILE: tokenFile },
          folder,
        );
        assert.equal(code, 0, stderr);
      },
    });
    await workbench.openFile('train.py');
  });
  after(async () => {
    await workbench.close();
    await server.dispose();
    await rm(state, { recursive: true, force: true, maxRetries: 5 });
  });

  it('shows a run that the terminal imported: nodes, devices, what is in the figures, and who waits', async () => {
    await workbench.runCommand('Green ML: Show Last Run');
    const frame = await workbench.webview('.tiles');
    await frame.locator('h1', { hasText: 'bert' }).waitFor();
    const section = frame.locator('section[aria-labelledby="cluster"]');
    const text = (await section.textContent()) ?? '';
    assert.match(text, /From Prometheus: 96 GPUs on 12 nodes\. Not in it: CPU and memory\./);
    assert.match(text, /n3 and n7 drew less than half of the power of the other nodes/);
    assert.match(text, /and 2 more nodes.*and 86 more devices/s);
    const [first] = await section.locator('tbody tr').all();
    // Eight GPUs of 512 W for two hours.
    assert.deepEqual(await first?.locator('th, td').allTextContents(), ['n12', '8.19 kWh', '4.1 kW', '100 %', '8']);
    const tiles = (await frame.locator('.tiles').textContent()) ?? '';
    // Ten nodes of eight GPUs with 500 W and the number of the node, and two with 90 W.
    assert.equal((2 * server.watts) / 1000, 83.968);
    assert.match(tiles, /Energy84 kWh.*96 GPUs on 12 nodes/);
    assert.doesNotMatch(tiles, /~|machine/);
    assert.match((await frame.locator('.facts').textContent()) ?? '', /96 devices on 12 nodes/);
    assert.equal(await frame.getByRole('button', { name: 'Show Power Sources' }).count(), 0);
    assert.equal(await frame.locator('.legend, table', { hasText: 'Rest of the machine' }).count(), 0);
    assert.deepEqual(await accessibilityProblems(frame), []);
    assert.match((await workbench.statusBarItem('greenML.meter'))?.text ?? '', /bert 84 kWh · cluster$/);
    await workbench.screenshot('run-page-cluster');
    await section.scrollIntoViewIfNeeded();
    await workbench.screenshot('run-page-cluster-nodes');
  });

  it('is measured by a command that asks for token, preset and labels', async () => {
    const { page } = workbench;
    const message = (text: string | RegExp): Promise<void> =>
      page.locator('.quick-input-message', { hasText: text }).waitFor();
    await workbench.runCommand('Green ML: Set the Token of Prometheus');
    await message('secret storage');
    await page.locator('.quick-input-widget input[type=password]').fill('s3cret');
    await page.keyboard.press('Enter');
    // It is checked once more before it is taken.
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await workbench.runCommand('Green ML: Measure a Cluster Job');
    const preset = page.locator('.quick-input-list .monaco-list-row', { hasText: 'DCGM exporter' });
    assert.match((await preset.textContent()) ?? '', /dcgm.*Whole devices, idle power included: GPU/);
    await workbench.screenshot('measure-cluster-presets');
    await preset.click();
    await message('The labels that only the devices of the job have');
    await page.keyboard.type('pod');
    await message('The label pod of the selector lacks a condition');
    await page.keyboard.type('=~"bert-.*"');
    await message('The labels that only the devices of the job have');
    const { questions } = server;
    await page.keyboard.press('Enter');
    while (server.questions === questions) await page.waitForTimeout(50);
    assert.equal(server.refused, 0);
    const item = page.locator('[id="green-ml.green-ml.greenML.meter"]', { hasText: / kW · / });
    await item.waitFor();
    assert.match((await item.textContent()) ?? '', /42 kW · .*Wh · cluster/);
    await workbench.runCommand('Green ML: Stop Measuring a Process or Cluster Job');
    await page.locator('[id="green-ml.green-ml.greenML.meter"]', { hasText: 'pod=~"bert-.*"' }).waitFor();
    await workbench.runCommand('Green ML: Show Last Run');
    const frame = await workbench.webview('.tiles');
    await frame.locator('h1', { hasText: 'pod=~"bert-.*"' }).waitFor();
    await frame.locator('section[aria-labelledby="cluster"]', { hasText: '96 GPUs on 12 nodes' }).waitFor();
    assert.match((await frame.locator('.quiet').first().textContent()) ?? '', /measured on a cluster/);
    await workbench.screenshot('run-page-cluster-live');
  });

  /** Answers what the command asks: the preset, the labels as they were the last time, and until when. */
  async function measureUntil(until: string | RegExp): Promise<void> {
    const { page } = workbench;
    const row = (text: string | RegExp) => page.locator('.quick-input-list .monaco-list-row', { hasText: text });
    await workbench.openFile('train.py');
    await workbench.runCommand('Green ML: Measure a Cluster Job');
    await row('DCGM exporter').click();
    await page
      .locator('.quick-input-message', { hasText: 'The labels that only the devices of the job have' })
      .waitFor();
    assert.equal(await page.locator('.quick-input-widget input').first().inputValue(), 'pod=~"bert-.*"');
    await page.keyboard.press('Enter');
    await row(until).click();
    await page.locator('[id="green-ml.green-ml.greenML.meter"]', { hasText: / kW · / }).waitFor();
  }

  const newest = async (): Promise<RunRecord> => {
    const { stdout } = await greenMl(['runs', 'show', 'last', '--json'], { XDG_STATE_HOME: state });
    return JSON.parse(stdout) as RunRecord;
  };

  it('ends with a task', async () => {
    const { page } = workbench;
    await workbench.runCommand('Tasks: Run Task');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'wait for the job' }).first().click();
    // The status bar counts tasks in progress.
    await page.locator('.statusbar-item', { has: page.locator('.codicon-tools') }).waitFor();
    await measureUntil('Until the task wait for the job ends');
    await writeFile(join(workbench.folder, 'done'), '');
    await page.locator('[id="green-ml.green-ml.greenML.meter"]', { hasText: 'pod=~"bert-.*"' }).waitFor();
    const { status, cluster } = await newest();
    assert.deepEqual([status, cluster?.totalDevices], ['completed', 96]);
  });

  it('ends with the command of a terminal', async () => {
    const { page } = workbench;
    await workbench.runCommand('Terminal: Create New Terminal');
    const begun = join(workbench.folder, 'begun');
    // What is typed before the shell is ready may be lost, so that the command is typed until it runs.
    while (!existsSync(begun)) {
      await page.locator('.terminal-wrapper.active .xterm-helper-textarea').first().focus();
      await page.keyboard.type('touch begun; until [ -e over ]; do sleep 0.2; done\n');
      await page.waitForTimeout(2000);
    }
    // A terminal is named after the program that runs in it, which changes.
    await measureUntil(/^Until the command in the terminal .* ends.*touch begun; until/);
    await writeFile(join(workbench.folder, 'over'), '');
    await page.locator('[id="green-ml.green-ml.greenML.meter"]', { hasText: 'pod=~"bert-.*"' }).waitFor();
    const { status, cluster } = await newest();
    assert.deepEqual([status, cluster?.totalDevices], ['completed', 96]);
  });

  it('is closed with the live figures if the window is closed before', async () => {
    await measureUntil('Until I stop it');
    await workbench.runCommand('Developer: Reload Window');
    await workbench.page.locator('[id="status.host"]').waitFor();
    let record = await newest();
    while (record.status === 'running') record = await newest();
    assert.equal(record.status, 'completed');
    assert.match(record.notes.join(' '), /The exact energy could not be read after the end: the window was closed\./);
    assert.ok((record.machineWh.total ?? 0) > 0);
  });
});
