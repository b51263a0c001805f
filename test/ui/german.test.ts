import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import german from '../../package.nls.de.json';
import { longRunHeader, writeLongRun } from '../support/long-run';
import { Workbench } from './workbench';

const statusItem = '[id="green-ml.green-ml.greenML.meter"]';

/** The packed extension, because VS Code reads the texts of an extension under development in English only. */
describe('the editor in German', function () {
  this.timeout(240_000);
  let state: string;
  let workbench: Workbench;

  before(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ui-german-'));
    workbench = await Workbench.open({
      installed: true,
      language: 'de',
      settings: { 'greenML.location': 'DE' },
      environment: { XDG_STATE_HOME: state },
      prepare: async (folder) => {
        const yesterday = new Date();
        yesterday.setDate(yesterday.getDate() - 1);
        yesterday.setHours(10, 0, 0, 0);
        for (const [index, lr] of ['0.1', '0.2'].entries()) {
          const header = longRunHeader('train.py', yesterday.getTime() + index * 3_600_000, folder);
          const command = [`python train.py --lr ${lr}`];
          const run = { header: { ...header, command }, hours: 0.5, epochs: 20, seed: index };
          await writeLongRun(join(state, 'green-ml'), run);
        }
      },
    });
    await workbench.openFile('train.py');
  });
  after(async () => {
    await workbench.close();
    await rm(state, { recursive: true, force: true });
  });

  const row = (text: string): Locator => workbench.page.locator('.monaco-list-row', { hasText: text }).first();

  it('shows the status bar and its tooltip', async () => {
    await workbench.runCommand(`Green ML: ${german['commands.runs.reveal.title']}`);
    const item = workbench.page.locator(statusItem);
    await item.waitFor();
    await item.hover();
    const hover = workbench.page.locator('.monaco-hover', { hasText: 'beendet nach 30 min' });
    await hover.waitFor();
    const text = (await hover.textContent()) ?? '';
    assert.match(text, /Verbraucht: .* bis .*im Durchschnitt/);
    assert.match(text, /Details · Aktuelle Leistung · Budget · Standort · Messquellen/);
    await workbench.screenshot('german-tooltip');
  });

  it('shows the history', async () => {
    await workbench.runCommand(`Green ML: Focus on ${german['views.runs.history.name']} View`);
    await row('Gestern').waitFor();
    assert.match((await row('Gestern').textContent()) ?? '', /2 Läufe · /);
    await workbench.screenshot('german-history');
  });

  it('asks in a quick pick, and confirms in the status bar', async () => {
    await workbench.runCommand(`Green ML: ${german['commands.setBudget.title']}`);
    await row('Jeder Lauf').click();
    await row('etwa das Doppelte des letzten Laufs').waitFor();
    await workbench.screenshot('german-budget');
    await row('eine übliche Grenze für die Laufzeit').click();
    await workbench.page.locator('.statusbar-item', { hasText: 'Jeder Lauf: 72 h' }).waitFor();
  });

  it('shows the page of a run', async () => {
    await workbench.runCommand(`Green ML: ${german['commands.runs.showLast.title']}`);
    const page = await workbench.webview('.tiles');
    await page.getByRole('heading', { name: 'Was die Energie gebracht hat' }).waitFor();
    await page.getByRole('heading', { name: 'Energie je Epoche' }).waitFor();
    await page.getByRole('heading', { name: 'Im Vergleich zum vorigen Lauf' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    assert.match((await page.locator('.tiles').textContent()) ?? '', /Energie.*Emissionen.*Durchschnitt.*Zeit/);
    await workbench.screenshot('german-run-page');
  });

  it('shows the practices, with what a rule found in its own words', async () => {
    await workbench.runCommand(`Green ML: ${german['commands.practices.open.title']}`);
    const page = await workbench.webview('#practice-17');
    await page.getByRole('heading', { name: 'Nächste Schritte' }).waitFor();
    await page.locator('#practice-16', { hasText: 'Rastersuche vermeiden' }).locator('summary').click();
    await page.locator('#practice-16 .evidence', { hasText: /\d Rastersuchen? \(.*361 fits/ }).waitFor();
    await workbench.screenshot('german-practices');
  });

  it('shows the pages of regions and of the best time to start', async () => {
    await workbench.runCommand(`Green ML: ${german['commands.regions.recommend.title']}`);
    await row('Regionen anzeigen').click();
    await row('Als Seite anzeigen').click();
    const regions = await workbench.webview('.map');
    await regions.getByText(/Die sauberste Region ist|Wechseln Sie von/).waitFor();
    await regions.getByRole('heading', { name: 'Regionen', exact: true }).waitFor();
    await workbench.screenshot('german-regions');
    await workbench.runCommand(`Green ML: ${german['commands.regions.bestTime.title']}`);
    await row('greenML.location').click();
    for (const [asked, text] of [
      ['Dauer des Auftrags in Stunden', '3'],
      ['Wann muss der Auftrag fertig sein?', '24h'],
    ] as const) {
      await workbench.page.locator('.quick-input-message', { hasText: asked }).waitFor();
      await workbench.page.locator('.quick-input-widget input[type=text]').fill(text);
      await workbench.page.keyboard.press('Enter');
    }
    const time = await workbench.webview('.day');
    await time.getByRole('heading', { name: 'CO₂-Intensität nach Stunde' }).waitFor();
    await time.getByText('Für einen Auftrag von 3 h').waitFor();
    await workbench.screenshot('german-best-time');
  });
});
