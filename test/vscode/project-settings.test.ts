import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { sharedSettings } from '../../src/cli/settings';
import { effectiveSettings } from '../../src/editor/meter-settings';
import { projectSettingsOf } from '../../src/editor/settings-files';
import { writeLocation } from '../../src/editor/advice/set-location';
import { describeRun } from '../../src/runs/describe';
import type { Journal } from '../../src/runs/journal/journal';
import type { OwnSettingsFiles } from '../../src/runs/settings/own-files';
import { combineSettings, type CombinedSettings } from '../../src/runs/settings/layers';
import type { RunRecord } from '../../src/runs/record';
import { settingsReport, type ReportedSetting } from '../../src/runs/settings/report';
import { eachLimit, eachSetting, levels, tomlLine } from '../support/each-setting';
import { skip } from '../support/skip';
import { closedRun, greenMl } from './meter-support';
import { waitFor, workspaceFolder } from './support';

describe("the project's settings file in the editor", function () {
  this.timeout(120_000);
  const root = workspaceFolder().uri;
  const file = join(root.fsPath, 'green-ml.toml');
  let journal: Journal;
  let child: ChildProcess | null = null;

  before(async () => {
    ({ journal } = await greenMl());
  });
  beforeEach(() => rm(journal.folder, { recursive: true, force: true }));
  afterEach(async () => {
    child?.kill('SIGKILL');
    child = null;
    await rm(file, { force: true });
    for (const target of [vscode.ConfigurationTarget.Global, vscode.ConfigurationTarget.Workspace])
      await set('location', undefined, target);
  });

  function set(key: string, value: unknown, target: vscode.ConfigurationTarget): Thenable<void> {
    return vscode.workspace.getConfiguration('greenML').update(key, value, target);
  }

  async function startRun(): Promise<void> {
    child = spawn(process.env['GREEN_ML_PYTHON'] ?? 'python3', ['-c', 'import time\nwhile True: time.sleep(0.01)']);
    assert.ok(child.pid);
    await vscode.commands.executeCommand('greenML.runs.measureProcess', child.pid);
    await waitFor('a sample', async () => (await journal.ids()).length === 1);
  }

  const record = async (): Promise<RunRecord | undefined> =>
    (await journal.read((await journal.ids())[0] ?? ''))?.record;

  async function stopRun(): Promise<RunRecord> {
    await vscode.commands.executeCommand('greenML.runs.stopManual');
    return (await closedRun(journal)).record;
  }

  it('sets the location of a run, in its record and its tooltip', async () => {
    await writeFile(file, 'location = "aws:eu-north-1"\npue = 1.37\nscope = "machine"\n');
    await startRun();
    const { intensity, pue, pueFrom, scope, ...rest } = await stopRun();
    assert.deepEqual(
      [intensity?.region, intensity?.chosenBy, intensity?.file, pue, pueFrom, scope],
      [
        'aws:eu-north-1',
        'project file',
        'green-ml.toml',
        1.37,
        { by: 'project file', file: 'green-ml.toml' },
        'machine',
      ],
    );
    assert.match(
      describeRun({ intensity, pue, ...(pueFrom === undefined ? {} : { pueFrom }), scope, ...rest }),
      /lifecycle, PUE 1\.37, set in green-ml\.toml/,
    );
  });

  it('applies to a run in progress from its start', async () => {
    await startRun();
    await writeFile(file, 'location = "FR"\npue = 1.5\n');
    await waitFor('the place of the run', async () => (await record())?.intensity?.chosenBy === 'project file');
    await writeFile(file, 'location = "PL"\n');
    await waitFor('the next place of the run', async () => (await record())?.intensity?.zone === 'PL');
    const { intensity, pue, pueFrom, energyWh, emissionsGrams, notes } = await stopRun();
    assert.deepEqual([pue, pueFrom], [1, null]);
    assert.ok(!notes.some((note) => note.includes('time zone')), 'the guess is taken back');
    const grams = ((energyWh.total ?? NaN) / 1000) * (intensity?.gramsPerKWh ?? NaN);
    assert.ok(Math.abs((emissionsGrams?.value ?? NaN) - grams) <= 1e-9 * grams + 1e-12);
  });

  it('overrides user settings, and is overridden by workspace settings', async () => {
    await writeFile(file, 'location = "FR"\nbudget = "5Wh"\nbudget-day = "7Wh"\n');
    await set('location', 'DE', vscode.ConfigurationTarget.Global);
    const place = async (): Promise<unknown> => (await effectiveSettings(root)).place.location;
    assert.deepEqual(await place(), { value: 'FR', from: { by: 'project file', file: 'green-ml.toml' } });
    await set('location', 'NO', vscode.ConfigurationTarget.Workspace);
    assert.deepEqual(await place(), { value: 'NO', from: { by: 'setting' } });
    await set('budget.run', '1kWh', vscode.ConfigurationTarget.Workspace);
    await set('budget.day', '1kWh', vscode.ConfigurationTarget.Global);
    try {
      const budgets = (await effectiveSettings(root)).watched.map(({ period, budget, from }) => [
        period,
        budget.quantity === 'energy' && budget.wattHours,
        from?.by,
      ]);
      assert.deepEqual(budgets, [
        ['run', 1000, 'setting'],
        ['day', 7, 'project file'],
      ]);
    } finally {
      await set('budget.run', undefined, vscode.ConfigurationTarget.Workspace);
      await set('budget.day', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('is named if it cannot be used, and the run is still measured', async function () {
    await writeFile(file, 'location = "Narnia"\n');
    await startRun();
    const { intensity, notes } = await stopRun();
    assert.notEqual(intensity?.chosenBy, 'project file');
    assert.ok(
      notes.some((note) => note.startsWith('green-ml.toml: location is not used: "Narnia"')),
      notes.join('\n'),
    );
    if (process.platform === 'win32') skip(this, 'Windows has other devices');
    await rm(file);
    await symlink('/dev/zero', file);
    assert.match((await effectiveSettings(root)).problems.join(), /It is a device, a pipe or a folder/);
  });

  it('is separate for each folder', async () => {
    const [a, b] = ['project-a', 'project-b'].map((name) => vscode.Uri.joinPath(root, name)) as [
      vscode.Uri,
      vscode.Uri,
    ];
    try {
      for (const [folder, zone] of [
        [a, 'FR'],
        [b, 'PL'],
      ] as const) {
        await mkdir(folder.fsPath, { recursive: true });
        await writeFile(join(folder.fsPath, 'pyproject.toml'), `[tool.green-ml]\nlocation = "${zone}"\n`);
      }
      const found = await Promise.all(
        [a, b].map(async (folder) => (await effectiveSettings(folder)).place.location?.value),
      );
      assert.deepEqual(found, ['FR', 'PL']);
    } finally {
      for (const folder of [a, b]) await rm(folder.fsPath, { recursive: true, force: true });
    }
  });

  it('is ignored in an untrusted workspace', async () => {
    await writeFile(file, 'location = "FR"\nbudget = "0.001Wh"\nscope = "machine"\n');
    const original = Object.getOwnPropertyDescriptor(vscode.workspace, 'isTrusted');
    Object.defineProperty(vscode.workspace, 'isTrusted', { configurable: true, get: () => false });
    try {
      const { place, watched, scope } = await effectiveSettings(root);
      assert.deepEqual([place.location, watched, scope, (await projectSettingsOf(root)).path], [null, [], null, null]);
    } finally {
      if (original !== undefined) Object.defineProperty(vscode.workspace, 'isTrusted', original);
    }
    assert.equal((await projectSettingsOf(root)).location, 'FR');
  });

  it('is named by Set Location, which can open it or set the location for the workspace', async () => {
    await writeFile(file, 'location = "FR"\n');
    const said: string[] = [];
    let answer = 'Open green-ml.toml';
    const original = vscode.window.showInformationMessage;
    Object.assign(vscode.window, {
      showInformationMessage: (text: string, ...buttons: string[]) =>
        Promise.resolve(buttons.includes(answer) && said.push(text) > 0 ? answer : undefined),
    });
    try {
      await writeLocation('DE');
      await waitFor('the file to open', () => vscode.window.activeTextEditor?.document.fileName === file);
      assert.match(
        said[0] ?? '',
        /^green-ml\.toml sets the location of this project \(France, \d+ g\/kWh\) and overrides your user setting\.$/,
      );
      answer = 'Set for This Workspace';
      await writeLocation('DE');
      await waitFor(
        'the setting of the workspace',
        async () => (await effectiveSettings(root)).place.location?.value === 'DE',
      );
    } finally {
      Object.assign(vscode.window, { showInformationMessage: original });
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  });

  describe('with files of the user and the machine', () => {
    let folder: string;
    let own: OwnSettingsFiles;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'green-ml-own-'));
      await mkdir(join(folder, 'etc'), { mode: 0o755 });
      own = {
        user: join(folder, 'user.toml'),
        home: null,
        machine: join(folder, 'etc', 'config.toml'),
        machineOwner: process.getuid?.() ?? 0,
      };
    });
    afterEach(async () => {
      await set('meter.scope', undefined, vscode.ConfigurationTarget.Global);
      await rm(folder, { recursive: true, force: true });
    });

    /** What a run would use. */
    const used = ({ place, scope, watched, exceeded }: CombinedSettings): unknown => ({
      place,
      scope,
      watched,
      exceeded,
    });

    const cases: readonly { readonly project?: string; readonly user?: string; readonly machine?: string }[] = [
      {},
      { machine: 'location = "DE"\npue = 1.4\nscope = "machine"\nbudget = "5Wh"\n' },
      { user: 'location = "FR"\n', machine: 'location = "DE"\npue = 1.4\n' },
      { project: 'pue = 1.2\n', user: 'carbon-intensity = 20\n', machine: 'location = "DE"\npue = 1.4\n' },
      {
        project: 'location = "PL"\nbudget = "9kWh"\n',
        machine: 'pue = 2\n[limits]\nbudget = "5kWh"\nbudget-hours = 72\n',
      },
      {
        project: 'budget = "100h"\n',
        user: 'budget-day = "9kWh"\n',
        machine: '[limits]\nbudget-day = "5kWh"\nbudget-hours = 72\n',
      },
      { project: 'location = ', user: 'pue = 0.5\n', machine: 'locaton = "DE"\n[limits]\nbudget = 5\n' },
    ];
    for (const each of cases) {
      it(`agrees with the terminal: ${JSON.stringify(each)}`, async () => {
        if (each.project !== undefined) await writeFile(file, each.project);
        if (each.user !== undefined) await writeFile(own.user ?? '', each.user);
        if (each.machine !== undefined) await writeFile(own.machine, each.machine, { mode: 0o644 });
        const editor = await effectiveSettings(root, own);
        const { layers, limits, problems } = await sharedSettings({ cwd: root.fsPath, env: {}, ownSettings: own });
        const terminal = combineSettings(layers, limits);
        assert.deepEqual(used(editor), used(terminal));
        assert.deepEqual(editor.problems, [...problems, ...terminal.exceeded]);
      });
    }

    /** What the page of the effective settings says of a key. */
    async function reported(key: (typeof eachSetting)[number]['key']): Promise<ReportedSetting | undefined> {
      const settings = await effectiveSettings(root, own);
      const { sources, problems } = settings;
      const report = await settingsReport({
        ...sources,
        combined: settings,
        table: null,
        problems,
        timeZone: null,
        prometheus: null,
      });
      return report.settings[key];
    }

    for (const { key, setting, values } of eachSetting)
      it(`counts from each level as in the terminal, and says which it was: ${key}`, async () => {
        const { Global, Workspace } = vscode.ConfigurationTarget;
        try {
          for (const [index, level] of levels.entries()) {
            const value = values[index] ?? '';
            if (level === 'environment') continue;
            if (level === 'machine file') await writeFile(own.machine, tomlLine(key, value), { mode: 0o644 });
            if (level === 'user file') await writeFile(own.user ?? '', tomlLine(key, value));
            if (level === 'user setting') await set(setting, value, Global);
            if (level === 'project file') await writeFile(file, tomlLine(key, value));
            if (level === 'option or workspace') await set(setting, value, Workspace);
            const found = await reported(key);
            assert.equal(found?.value, value, level);
            const isSetting = level === 'user setting' || level === 'option or workspace';
            assert.equal(found.from.by, isSetting ? 'setting' : level);
          }
          const limit = eachLimit[key];
          if (limit === undefined) return;
          await writeFile(own.machine, `[limits]\n${tomlLine(key, limit)}`, { mode: 0o644 });
          const found = await reported(key);
          assert.deepEqual([found?.value, found?.isLimit, found?.from.by], [limit, true, 'machine file']);
        } finally {
          for (const target of [Global, Workspace]) await set(setting, undefined, target);
        }
      });

    it('is below the settings of the user, and limits them', async () => {
      await writeFile(own.machine, 'location = "DE"\nscope = "machine"\n[limits]\nbudget-day = "1kWh"\n', {
        mode: 0o644,
      });
      await set('location', 'NO', vscode.ConfigurationTarget.Global);
      await set('budget.day', '2kWh', vscode.ConfigurationTarget.Global);
      try {
        const { place, scope, budgets, exceeded } = await effectiveSettings(root, own);
        assert.deepEqual(place.location, { value: 'NO', from: { by: 'setting' } });
        assert.deepEqual(scope, { value: 'machine', from: { by: 'machine file', file: own.machine } });
        assert.equal(budgets.day?.isLimit, true);
        assert.match(exceeded.join(), /^The day's budget of 2 kWh is above this machine's limit of 1 kWh/);
      } finally {
        await set('budget.day', undefined, vscode.ConfigurationTarget.Global);
      }
    });

    it('has its page, which names the files', async () => {
      const config = process.env['XDG_CONFIG_HOME'];
      assert.ok(config, 'the tests must have a folder for settings of their own');
      const user = join(config, 'green-ml', 'config.toml');
      await mkdir(join(config, 'green-ml'), { recursive: true });
      await writeFile(user, 'location = "PL"\npue = 0.5\n');
      await writeFile(file, 'budget = "5Wh"\nignore = ["grid-search"]\n');
      try {
        await vscode.commands.executeCommand('greenML.settings.show');
        const uri = vscode.Uri.from({ scheme: 'green-ml-settings', path: '/Effective Settings.md' });
        const text = await waitFor('the page', async () => {
          const shown = (await vscode.workspace.openTextDocument(uri)).getText();
          return shown.includes('PL') ? shown : null;
        });
        const plain = text.replaceAll('\\', '').replaceAll('&#46;', '.');
        assert.match(plain, /^\| location \| PL \| \S*config.toml \|$/m);
        assert.match(plain, /^\| budget \| 5 Wh \| green-ml.toml \|$/m);
        assert.match(plain, /^\| ignore \| \["grid-search"\] \| green-ml.toml \|$/m);
        assert.match(plain, /pue is 0.5; it must be a number from 1 to 10/);
      } finally {
        await rm(user);
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      }
    });
  });
});
