import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { longRunHeader, writeLongRun } from '../support/long-run';
import { Workbench } from './workbench';

describe('zzlook', function () {
  this.timeout(400_000);
  let state: string;
  let w: Workbench;
  before(async () => {
    state = await mkdtemp(join(tmpdir(), 'green-ml-ui-state-'));
    w = await Workbench.open({
      environment: { XDG_STATE_HOME: state, TZ: 'Europe/Berlin' },
      settings: { 'workbench.startupEditor': 'none' },
      prepare: async (folder) => {
        const journal = join(state, 'green-ml');
        const start = Date.now() - 20 * 3_600_000;
        const base = '--data /data/sets/2026/imagenet/resized-224';
        const commands = [`python train.py ${base}/a.csv --lr 0.1`, `python train.py ${base}/b.csv --lr 0.1`];
        for (const [index, command] of commands.entries()) {
          const header = longRunHeader('train.py', start + index * 120_000, folder);
          await writeLongRun(journal, { header: { ...header, command: [command] }, hours: 2, epochs: 20, seed: index });
        }
        await writeFile(
          join(folder, 'children.py'),
          'import subprocess, sys\nif len(sys.argv) > 1:\n  t = 0\n  while True:\n    t += 1\nelse:\n  ps = [subprocess.Popen([sys.executable, __file__, "--worker", str(i)]) for i in range(2)]\n  [p.wait() for p in ps]\n',
        );
      },
    });
    await w.openFile('train.py');
    await w.changeSettings({ 'greenML.location': 'DE' });
  });
  after(async () => {
    await w.close();
    await rm(state, { recursive: true, force: true });
  });
  const shot = async (name: string): Promise<void> => {
    await w.page.waitForTimeout(800);
    await w.screenshot(`look-${name}`);
  };
  for (const theme of ['dark', 'high contrast light'] as const)
    it(`looks ${theme}`, async () => {
      const t = theme.replaceAll(' ', '-');
      await w.setTheme(theme);
      await w.openFile('train.py');
      await w.page.keyboard.press('F5');
      await w.runCommand('Green ML: Show Live Power');
      const live = await w.webview('.legend');
      await live.locator('.state.running').waitFor();
      const meter = w.page.locator('[id="green-ml.green-ml.greenML.meter"]');
      await meter.filter({ hasText: 'Wh' }).waitFor();
      await w.page.waitForTimeout(4000);
      await meter.hover();
      await w.page.locator('.monaco-hover', { hasText: 'Power Sources' }).waitFor();
      await shot(`${t}-1-tooltip-first`);
      await w.page.mouse.move(900, 300);
      await w.page
        .locator('.pane', { hasText: 'History' })
        .locator('.monaco-list-row', { hasText: 'Yesterday' })
        .click()
        .catch(() => undefined);
      await shot(`${t}-3-sidebar`);
      await live.locator('summary').click();
      await live.evaluate('document.querySelector("details").scrollIntoView()');
      await shot(`${t}-4-table`);
      await live.locator('summary').click();
      await w.runCommand('Green ML: Show Last Run');
      await w.webview('.tiles');
      await shot(`${t}-5-run`);
      await w.runCommand('Green ML: Open Practices');
      const p = await w.webview('#practice-17');
      await shot(`${t}-6-practices-early`);
      await p.locator('.ring-label', { hasText: '/17' }).waitFor();
      await p.locator('.gathering', { hasText: /^$/ }).waitFor({ state: 'attached' });
      await shot(`${t}-7-practices`);
      await w.runCommand('Green ML: Show Power Sources');
      await w.page.waitForTimeout(3000);
      await shot(`${t}-8-sources`);
      const sources = await w.webview('h2');
      await sources.evaluate('scrollTo(0, 100000)');
      await shot(`${t}-9-sources-end`);
      await w.runCommand('Debug: Stop');
      await w.runCommand('Green ML: Open an Example with Findings');
      await w.page.locator('.codelens-decoration a').first().waitFor();
      await shot(`${t}-a-example`);
      await w.runCommand('Green ML: Show Log');
      await shot(`${t}-b-log`);
      await w.runCommand('View: Close All Editors');
      await w.page
        .locator('.monaco-dialog-box')
        .getByRole('button', { name: "Don't Save" })
        .click({ timeout: 3000 })
        .catch(() => undefined);
    });
  it('looks at children', async () => {
    await w.setTheme('dark');
    await w.runCommand('Terminal: Create New Terminal');
    await w.page.locator('.terminal.xterm').first().waitFor();
    await w.page.waitForTimeout(6000);
    await w.page.keyboard.type('python3 children.py\n');
    await w.page.waitForTimeout(5000);
    await w.runCommand('Green ML: Show Last Run');
    await shot('children-run');
    await w.runCommand('Green ML: Measure a Running Process');
    await shot('children-pick');
    await w.page.keyboard.press('Escape');
    await w.runCommand('Terminal: Kill All Terminals');
  });
  it('looks at the example', async () => {
    await w.setTheme('dark');
    await w.runCommand('Green ML: Measure an Example');
    await w.page.waitForTimeout(25_000);
    await shot('example-run');
  });
});
