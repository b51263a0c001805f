import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { readLiveChoice } from '../../src/editor/advice/live-choice';
import { Reminder } from '../../src/editor/advice/reminder';
import { memoryStore } from '../../src/grid/services/caching-http';
import { liveServices, nothingLive, type LiveChoice } from '../../src/grid/services/services';
import { systemClock } from '../../src/system/clock';
import { systemHttp } from '../../src/system/http';
import { schedulerLines } from '../../src/place/local-time';
import { localTimeZone } from '../../src/system/time-zone';
import { FakeClock, settle } from '../support/fake-clock';
import { waitFor, workspaceFolder } from './support';

async function file(name: string, text: string): Promise<vscode.TextDocument> {
  const uri = vscode.Uri.joinPath(workspaceFolder().uri, 'regions', name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return vscode.workspace.openTextDocument(uri);
}

async function hoverAt(document: vscode.TextDocument, text: string): Promise<string> {
  const position = document.positionAt(document.getText().indexOf(text) + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents.map((content) => (content as vscode.MarkdownString).value))
    .join('\n');
}

async function lensTitles(document: vscode.TextDocument): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    100,
  );
  return lenses.flatMap(({ command }) => (command?.command === 'greenML.regions.recommend' ? [command.title] : []));
}

const tabs = (): string[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));

describe('regions in files', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('show in a hover what they emit, and where the same job would emit less', async () => {
    const python = await file('job.py', 'import boto3\nclient = boto3.client("s3", region_name="us-east-1")\n');
    await vscode.window.showTextDocument(python);
    const hover = await waitFor('a hover', async () => {
      const text = await hoverAt(python, 'us-east-1');
      return text.includes('aws:us-east-1') && text;
    });
    assert.match(hover, /481 g CO₂e per kWh/);
    assert.match(hover, /Best in the same country: \*\*us-west-2\*\*, 228 g, 52 % less/);
    assert.match(hover, /Best anywhere: \*\*eu-north-1\*\*, 21\.8 g, 95 % less/);
    assert.match(hover, /Open Database License/);
  });

  it('have a CodeLens in YAML and Terraform only if another region is much better', async () => {
    const yaml = await file(
      'job.yaml',
      'training:\n  region: us-east-1\n  name: mine\n---\nother:\n  region: eu-north-1\n',
    );
    await vscode.window.showTextDocument(yaml);
    const titles = await waitFor('a lens', async () => {
      const found = await lensTitles(yaml);
      return found.length > 0 && found;
    });
    assert.deepEqual(titles, ['481 g CO₂e/kWh → 228 in us-west-2, in the same country (−52 %)']);
    const terraform = await file(
      'main.tf',
      'resource "azurerm_resource_group" "gpu" {\n  location = "Central India"\n}\n',
    );
    await vscode.window.showTextDocument(terraform);
    assert.match(
      (await lensTitles(terraform)).join(),
      /^836 g CO₂e\/kWh → \d+ in \w+, in the same country \(−\d\d %\)$/,
    );
  });

  it('have no CodeLens if it is turned off', async () => {
    const yaml = await file('quiet.yaml', 'region: us-east-1\n');
    await vscode.window.showTextDocument(yaml);
    const setting = vscode.workspace.getConfiguration('greenML');
    await setting.update('regions.codeLens', false, vscode.ConfigurationTarget.Workspace);
    try {
      await waitFor('the lens to go', async () => (await lensTitles(yaml)).length === 0);
    } finally {
      await setting.update('regions.codeLens', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });
});

describe('the location of runs', () => {
  const setting = (): unknown => vscode.workspace.getConfiguration('greenML').get('location');

  afterEach(() =>
    vscode.workspace.getConfiguration('greenML').update('location', undefined, vscode.ConfigurationTarget.Global),
  );

  it('is written to the settings, unless it is unknown', async () => {
    await vscode.commands.executeCommand('greenML.setLocation', 'aws:eu-north-1');
    assert.equal(setting(), 'aws:eu-north-1');
    await vscode.commands.executeCommand('greenML.setLocation', 'Germny');
    assert.equal(setting(), 'aws:eu-north-1');
    await vscode.commands.executeCommand('greenML.setLocation', '');
    assert.equal(setting(), '');
  });
});

describe('the best time to start', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('is shown in one tab, without using the network', async () => {
    const request = { location: 'DE', hours: 4, deadline: '24h' };
    await vscode.commands.executeCommand('greenML.regions.bestTime', request);
    await vscode.commands.executeCommand('greenML.regions.bestTime', request);
    await waitFor('the tab', () => tabs().includes('Best Time to Start'));
    assert.equal(tabs().filter((label) => label === 'Best Time to Start').length, 1);
  });
});

describe('the calendar file of a start', () => {
  it('is written where the user wants it', async () => {
    const target = vscode.Uri.joinPath(workspaceFolder().uri, 'start.ics');
    const start = Date.parse('2026-11-30T09:00:00Z');
    await vscode.commands.executeCommand('greenML.regions.saveCalendar', { start, end: start + 4 * 3_600_000 }, target);
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
    assert.match(text, /^BEGIN:VCALENDAR\r\n/);
    assert.match(text, /\r\nDTSTART:20261130T090000Z\r\nDTEND:20261130T130000Z\r\n/);
    assert.match(text, /\r\nSUMMARY:Start the job: low-carbon hours/);
  });
});

describe('the reminder of a low-carbon hour', () => {
  class Memory implements vscode.Memento {
    readonly kept = new Map<string, unknown>();
    keys = (): readonly string[] => [...this.kept.keys()];
    get = <T>(key: string, otherwise?: T): T => (this.kept.get(key) ?? otherwise) as T;
    update = (key: string, value: unknown): Promise<void> => {
      if (value === undefined) this.kept.delete(key);
      else this.kept.set(key, value);
      return Promise.resolve();
    };
  }

  it('comes once at its time, after any number of hours, and leaves no timer', async () => {
    const [memory, clock, shown]: [Memory, FakeClock, string[]] = [new Memory(), new FakeClock(), []];
    const reminder = new Reminder(memory, clock, (text) => shown.push(text));
    assert.equal(clock.pending, 0);
    await reminder.remindAt(clock.wallMilliseconds() + 5.5 * 3_600_000);
    assert.equal(clock.pending, 1);
    await clock.advance(5 * 3600);
    assert.deepEqual(shown, []);
    await clock.advance(0.5 * 3600);
    await settle();
    assert.deepEqual(shown, ['The low-carbon hours for your job begin now.']);
    assert.deepEqual([clock.pending, memory.kept.size], [0, 0]);
    reminder.dispose();
  });

  it('survives a restart, and says if it is late', async () => {
    const [memory, clock, shown]: [Memory, FakeClock, string[]] = [new Memory(), new FakeClock(), []];
    const before = new Reminder(memory, clock, () => assert.fail('too early'));
    await before.remindAt(clock.wallMilliseconds() + 2 * 3_600_000);
    before.dispose();
    assert.equal(clock.pending, 0);
    await clock.advance(4 * 3600);
    const after = new Reminder(memory, clock, (text) => shown.push(text));
    await settle();
    assert.match(shown.join(), /^The low-carbon hours for your job began while VS Code was closed/);
    assert.equal(memory.kept.size, 0);
    after.dispose();
  });
});

describe('the line for a scheduler', () => {
  it('is the one that was picked', async () => {
    const time = Date.now() + 5 * 3_600_000;
    await vscode.env.clipboard.writeText('before');
    const copied = vscode.commands.executeCommand('greenML.regions.copySchedule', time);
    await waitFor('the line', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return (await vscode.env.clipboard.readText()) !== 'before';
    });
    await copied;
    assert.equal(await vscode.env.clipboard.readText(), schedulerLines(time, localTimeZone() ?? 'UTC').slurm);
  });
});

describe('the keys of live services', () => {
  it('come only from the secret storage; without them no service is used', async () => {
    const stored = new Map<string, string>();
    const secrets: vscode.SecretStorage = {
      get: (key) => Promise.resolve(stored.get(key)),
      store: (key, value) => Promise.resolve(void stored.set(key, value)),
      delete: (key) => Promise.resolve(void stored.delete(key)),
      onDidChange: new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event,
    };
    assert.deepEqual(await readLiveChoice(secrets), nothingLive);
    stored.set('live.electricityMaps.token', 'token').set('live.wattTime.user', 'me');
    const half = await readLiveChoice(secrets);
    assert.deepEqual(half, { ...nothingLive, given: { ELECTRICITY_MAPS_TOKEN: 'token', WATTTIME_USER: 'me' } });
    const ports = { http: systemHttp, store: memoryStore(), clock: systemClock };
    const namesOf = (choice: LiveChoice): readonly string[] =>
      liveServices(choice, ports, () => Promise.resolve(null)).map(({ name }) => name);
    assert.deepEqual(namesOf(half), ['Electricity Maps']);
    stored.set('live.wattTime.password', 'secret');
    const whole = await readLiveChoice(secrets);
    assert.deepEqual([whole.given['WATTTIME_USER'], whole.given['WATTTIME_PASSWORD']], ['me', 'secret']);
    assert.deepEqual(namesOf(whole), ['Electricity Maps', 'WattTime']);
  });
});
