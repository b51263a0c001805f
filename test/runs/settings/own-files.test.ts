import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentSettings } from '../../../src/runs/settings/environment';
import { ownSettingsFiles, readOwnSettings, type OwnSettings } from '../../../src/runs/settings/own-files';
import { skip } from '../../support/skip';

const oneSentence = /^[^\n]+[.?]$/;

describe('the settings of a user and of a machine', () => {
  let folder: string;
  let files: { readonly user: string; readonly home: string; readonly machine: string; readonly machineOwner: number };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-own-'));
    await mkdir(join(folder, 'home'));
    await mkdir(join(folder, 'etc'), { mode: 0o755 });
    files = {
      user: join(folder, 'home', 'config.toml'),
      home: join(folder, 'home'),
      machine: join(folder, 'etc', 'config.toml'),
      machineOwner: process.getuid?.() ?? 0,
    };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function read(user: string | null, machine: string | null): Promise<OwnSettings> {
    if (user !== null) await writeFile(files.user, user);
    if (machine !== null) await writeFile(files.machine, machine, { mode: 0o644 });
    return readOwnSettings(files);
  }

  const problemsOf = ({ user, machine }: OwnSettings): readonly string[] => [...user.problems, ...machine.problems];

  it('are nothing without files', async () => {
    const own = await read(null, null);
    assert.deepEqual([problemsOf(own), own.limits, own.user.path, own.machine.path], [[], {}, null, null]);
  });

  it('are where the platform has settings', () => {
    const at = (platform: NodeJS.Platform, env: Record<string, string>, home: string | null) => {
      const { user, machine } = ownSettingsFiles({ platform, env, home });
      return [user, machine].map((path) => path?.replaceAll('\\', '/') ?? null);
    };
    assert.deepEqual(at('linux', {}, '/home/a'), ['/home/a/.config/green-ml/config.toml', '/etc/green-ml/config.toml']);
    assert.deepEqual(at('linux', { XDG_CONFIG_HOME: '/c' }, null)[0], '/c/green-ml/config.toml');
    assert.deepEqual(at('linux', { XDG_CONFIG_HOME: 'c' }, null)[0], null);
    assert.deepEqual(at('darwin', {}, '/Users/a'), [
      '/Users/a/Library/Application Support/green-ml/config.toml',
      '/Library/Application Support/green-ml/config.toml',
    ]);
    assert.deepEqual(
      at('win32', { APPDATA: 'C:\\Users\\a\\AppData\\Roaming', ProgramData: 'D:\\Data' }, 'C:\\Users\\a'),
      ['C:/Users/a/AppData/Roaming/green-ml/config.toml', 'D:/Data/green-ml/config.toml'],
    );
    assert.deepEqual(at('win32', { ProgramData: 'Data' }, 'C:\\Users\\a')[1], 'C:/ProgramData/green-ml/config.toml');
  });

  it('have the same keys as those of a project, and say which file set them', async () => {
    const { user, machine, limits } = await read(
      'location = "FR"\npue = 1.2\n',
      'location = "DE"\ncarbon-intensity = 300\nscope = "machine"\nbudget-day = "2kWh"\n[limits]\nbudget = "5kWh"\nbudget-hours = 72\n',
    );
    assert.deepEqual([user.location, user.pue, user.from], ['FR', 1.2, { by: 'user file', file: '~/config.toml' }]);
    const from = { by: 'machine file', file: files.machine };
    assert.deepEqual(
      [machine.location, machine.gramsPerKWh, machine.scope, machine.from],
      ['DE', 300, 'machine', from],
    );
    assert.deepEqual(machine.budgets, {
      day: { period: 'day', budget: { quantity: 'energy', wattHours: 2000 }, from },
    });
    assert.deepEqual(limits, {
      run: { period: 'run', budget: { quantity: 'energy', wattHours: 5000 }, from, isLimit: true },
      hours: { period: 'run', budget: { quantity: 'time', hours: 72 }, from, isLimit: true },
    });
  });

  for (const [name, user, machine, message] of [
    ['TOML that is none', null, 'location = ', /config\.toml cannot be read: /],
    ['a key twice', 'pue = 1.1\npue = 1.2\n', null, /cannot be read: /],
    ['binary data', null, '\u0000\u0001\u0002', /cannot be read/],
    ['a key that is misspelt', 'locaton = "DE"', null, /there is no setting "locaton"; did you mean location\?$/],
    ['a setting of the linter', 'ignore = ["grid-search"]', null, /ignore is a setting of the linter/],
    ['limits of a user', '[limits]\nbudget = "1Wh"', null, /only the settings file of a machine can set limits/],
    [
      'the table of pyproject.toml',
      null,
      '[tool.green-ml]\npue = 1.2',
      /write the settings without \[tool\.green-ml\]/,
    ],
    [
      'a limit that does not exist',
      null,
      '[limits]\nbudget-dya = "1Wh"',
      /no limit "budget-dya"; did you mean budget-day/,
    ],
    ['a limit that is none', null, '[limits]\nbudget = 5', /limits\.budget is 5; it must be an amount above zero/],
    ['limits that are no table', null, 'limits = 5', /limits must be a table/],
    ['a value that is none', 'pue = 0.5', null, /pue is 0\.5; it must be a number from 1 to 10/],
    ['a place that is none', null, 'location = "Narnia"', /location is not used: "Narnia"/],
  ] as const) {
    it(`name ${name} in one sentence`, async () => {
      const own = await read(user, machine);
      const problems = problemsOf(own);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', message);
      assert.match(problems[0] ?? '', oneSentence);
      assert.deepEqual(own.limits, {});
    });
  }

  it('may have the line ends of Windows and a byte order mark', async () => {
    const own = await read('\ufefflocation = "FR"\r\npue = 1.5\r\n', '[limits]\r\nbudget-hours = 2\r\n');
    assert.deepEqual([problemsOf(own), own.user.location, own.user.pue], [[], 'FR', 1.5]);
    assert.ok(own.limits.hours);
  });

  it('are not read from what is no file, or from a file that others can change', async function () {
    if (process.platform === 'win32') skip(this, 'Windows has other devices and owners');
    await symlink('/dev/zero', files.user);
    execFileSync('mkfifo', [files.machine]);
    const held = problemsOf(await readOwnSettings(files));
    assert.deepEqual(
      held.map((problem) => problem.replace(/^.*config\.toml /, '')),
      Array(2).fill('is not used. It is a device, a pipe or a folder, not a regular file.'),
    );
    await rm(files.user);
    await rm(files.machine);
    await writeFile(files.machine, 'pue = 2\n[limits]\nbudget = "1Wh"\n', { mode: 0o644 });
    const others = await readOwnSettings({ ...files, machineOwner: files.machineOwner + 1 });
    assert.deepEqual([others.machine.pue, others.limits], [null, {}]);
    assert.match(others.machine.problems.join(), /is not used\. It does not belong to/);
  });
});

describe('settings in environment variables', () => {
  it('are named after the keys, and an empty one sets nothing', async () => {
    const { problems, location, gramsPerKWh, pue, scope, budgets, from } = await environmentSettings({
      GREEN_ML_LOCATION: 'DE',
      GREEN_ML_CARBON_INTENSITY: '20',
      GREEN_ML_PUE: '',
      GREEN_ML_SCOPE: 'machine',
      GREEN_ML_BUDGET_HOURS: '72',
    });
    assert.deepEqual([problems, location, gramsPerKWh, pue, scope], [[], 'DE', 20, null, 'machine']);
    assert.deepEqual(budgets, { hours: { period: 'run', budget: { quantity: 'time', hours: 72 }, from } });
  });

  it('are named if they cannot be used', async () => {
    const { problems, pue } = await environmentSettings({ GREEN_ML_PUE: 'high', GREEN_ML_BUDGET: '5' });
    assert.equal(pue, null);
    assert.deepEqual(problems, [
      'GREEN_ML_PUE is "high"; it must be a number from 1 to 10, such as 1.2, so it is not used.',
      'GREEN_ML_BUDGET is "5"; it must be an amount above zero with its unit, such as "5Wh" or "72h", so it is not used.',
    ]);
  });
});
