import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../../package.json';
import { longRunHeader, writeLongRun } from '../support/long-run';
import { FakePrometheus } from '../support/fake-prometheus';
import { Workbench } from './workbench';

const search = `from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

search = GridSearchCV(SVC(), {"C": range(72)}, cv=5).fit(x)
`;

/** What a hostile folder would set: another place, another scope, limits that interrupt, commands that count, a cluster. */
const hostile: Readonly<Record<string, unknown>> = {
  'greenML.location': 'NO',
  'greenML.carbonIntensity': 1,
  'greenML.pue': 5,
  'greenML.meter.scope': 'machine',
  'greenML.meter.commands': ['*'],
  'greenML.budget.run': '0.0001Wh',
  'greenML.budget.day': '0.0001Wh',
  'greenML.budget.project': '0.0001Wh',
  'greenML.budget.hours': 0.0001,
  'greenML.budget.interrupt': true,
  'greenML.prometheus.runs': [{ match: 'python', preset: 'dcgm', select: 'gpu="0"' }],
};

interface Probe {
  readonly trusted: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
}

const defaults = Object.fromEntries(
  manifest.contributes.configuration
    .flatMap(({ properties }) => Object.entries(properties as Record<string, { readonly default?: unknown }>))
    .map(([name, { default: value }]) => [name, value]),
);

describe('Restricted Mode', function () {
  this.timeout(240_000);
  let temporary: string;
  let workbench: Workbench;
  /** The user's own server. Another one stands for what a folder would like to be asked. */
  let prometheus: FakePrometheus;
  let foreign: FakePrometheus;

  before(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'green-ml-restricted-'));
    [prometheus, foreign] = (await Promise.all(
      [1, 2].map(() => FakePrometheus.start({ nodes: 1, gpusOfNode: 1, watts: () => 400, select: 'gpu="0"' })),
    )) as [FakePrometheus, FakePrometheus];
    workbench = await Workbench.open({
      restricted: true,
      settings: { 'greenML.prometheus.url': prometheus.url },
      fixtures: ['settings-probe-extension'],
      environment: { XDG_STATE_HOME: join(temporary, 'state'), GREEN_ML_PROBE: join(temporary, 'probe.json') },
      prepare: async (folder) => {
        await plant(folder, join(temporary, 'executed'), foreign.url);
        const header = longRunHeader('before.py', Date.UTC(2026, 10, 20), folder);
        await writeLongRun(join(temporary, 'state', 'green-ml'), { header, hours: 0.1, epochs: 5, seed: 1 });
      },
    });
  });
  after(async () => {
    await workbench.close();
    await Promise.all([prometheus, foreign].map((server) => server.dispose()));
    await rm(temporary, { recursive: true, force: true });
  });

  /** What extensions see, once it is as wanted. */
  async function probe(wanted: (seen: Probe) => boolean): Promise<Probe> {
    // Mocha's timeout ends the wait.
    for (;;) {
      const text = await readFile(join(temporary, 'probe.json'), 'utf8').catch(() => null);
      const seen = text === null ? null : (JSON.parse(text) as Probe);
      if (seen !== null && Object.keys(seen.settings).length > 0 && wanted(seen)) return seen;
      await workbench.page.waitForTimeout(100);
    }
  }

  it('is on when the window opens', async () => {
    await workbench.page.locator('.part.statusbar .statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
  });

  it("ignores the meter's settings of the folder", async () => {
    const { settings } = await probe(({ trusted }) => !trusted);
    for (const name of Object.keys(hostile)) assert.deepEqual(settings[name], defaults[name], name);
  });

  it('still lints, whatever is next to the file', async () => {
    await workbench.openFile('grid.py');
    await workbench.page.locator('.codelens-decoration a', { hasText: '361 fits' }).first().waitFor();
    // Opened in between, a file that takes long to search must not keep the next from being linted.
    await workbench.openFile('hostile.tf');
    await workbench.openFile('second.py');
    await workbench.page.locator('.codelens-decoration a', { hasText: '361 fits' }).first().waitFor();
    await workbench.screenshot('restricted-mode');
  });

  it('shows the recorded runs of the folder, and the page of one', async () => {
    await workbench.runCommand('Green ML: Focus on History View');
    const rows = workbench.page.locator('.pane', { hasText: 'History' }).locator('.monaco-list-row');
    await rows.filter({ hasText: '1 run' }).first().click();
    await rows.filter({ hasText: 'before.py' }).click();
    const page = await workbench.webview('.tiles');
    await page.getByRole('heading', { name: 'before.py' }).waitFor();
    await workbench.screenshot('restricted-mode-history');
  });

  it('shows the practices, and executes nothing from the folder', async () => {
    await workbench.runCommand('Green ML: Open Practices');
    await workbench.webview('h1');
    assert.equal(existsSync(join(temporary, 'executed')), false, 'a program of the folder was started');
  });

  it('asks neither the server of the user nor one that the folder names', () => {
    assert.deepEqual([prometheus.questions, foreign.questions], [0, 0]);
  });

  it('ends when the user trusts the folder; then its settings apply', async () => {
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await workbench.page
      .locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust/ })
      .first()
      .click();
    const { settings } = await probe(({ trusted, settings: seen }) => trusted && seen['greenML.location'] === 'NO');
    for (const [name, value] of Object.entries(hostile)) assert.deepEqual(settings[name], value, name);
  });

  it('then asks the server of the user for the commands that the folder lists, and never one that it names', async () => {
    const { page } = workbench;
    await workbench.runCommand('Terminal: Create New Terminal');
    // What is typed before the shell is ready may be lost, so that the command is typed until it runs.
    while (prometheus.questions === 0) {
      await page.locator('.terminal-wrapper.active .xterm-helper-textarea').first().focus();
      await page.keyboard.type('sleep 3 # python train.py\n');
      await page.waitForTimeout(4000);
    }
    assert.equal(foreign.questions, 0);
  });
});

/** Makes a folder that would harm whoever trusts it blindly. */
async function plant(folder: string, executed: string, foreignUrl: string): Promise<void> {
  await mkdir(join(folder, '.vscode'), { recursive: true });
  await writeFile(
    join(folder, '.vscode', 'settings.json'),
    JSON.stringify({ ...hostile, 'greenML.prometheus.url': foreignUrl }),
  );
  await writeFile(join(folder, 'grid.py'), search);
  await writeFile(join(folder, 'second.py'), search);
  // Long before it is matched, a pattern that steps back at every dash takes half a minute over this.
  await writeFile(join(folder, 'hostile.tf'), `# ${'zone.zone-'.repeat(19_000)}\n`);
  for (const program of ['nvidia-smi', 'python3', 'python', 'ps', 'git']) {
    await writeFile(join(folder, program), `#!/bin/sh\necho ${program} >> '${executed}'\n`);
    await chmod(join(folder, program), 0o755);
  }
  // Read without a look, a pipe holds its reader for ever.
  await rm(join(folder, 'pyproject.toml'), { force: true });
  assert.equal(spawnSync('mkfifo', [join(folder, 'pyproject.toml')]).status, 0);
  await mkdir(join(folder, '.green-ml'), { recursive: true });
  assert.equal(spawnSync('mkfifo', [join(folder, '.green-ml', 'checklist.json')]).status, 0);
}
