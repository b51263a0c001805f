import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import Ajv from 'ajv';
import { main } from '../../src/cli/main';
import type { Io } from '../../src/cli/io';
import { measuringKeys } from '../../src/project/settings-file';
import type { RunRecord } from '../../src/runs/record';
import { systemClock } from '../../src/system/clock';
import { systemFiles } from '../../src/system/files';
import { eachLimit, eachSetting, levels, tomlLine } from '../support/each-setting';
import { greenMl, type CliResult } from './support';

interface Reported {
  readonly value: unknown;
  readonly from: { readonly by: string; readonly file?: string; readonly reason?: string };
  readonly variable?: string;
  readonly isLimit?: true;
}

interface Document {
  readonly version: number;
  readonly folder: string;
  readonly settings: Readonly<Record<string, Reported>>;
  readonly limits: Readonly<Record<string, Reported>>;
  readonly files: readonly { readonly owner: string; readonly path: string | null; readonly state: string }[];
  readonly problems: readonly string[];
}

describe('the settings of project, user and machine in the terminal', function () {
  this.timeout(120_000);
  let folder: string;
  let project: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-config-'));
    project = join(folder, 'project');
    for (const name of ['project', 'home', 'config/green-ml']) await mkdir(join(folder, name), { recursive: true });
    await mkdir(join(folder, 'etc'), { mode: 0o755 });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const userFile = (): string => join(folder, 'config', 'green-ml', 'config.toml');
  const machineFile = (): string => join(folder, 'etc', 'config.toml');
  const write = (path: string, text: string): Promise<void> => writeFile(path, text, { mode: 0o644 });

  /** The command line in this process, with a machine of its own. */
  async function call(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CliResult> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const io: Io = {
      stdin: (async function* () {})(),
      stdout,
      stderr,
      env: { PATH: process.env['PATH'], HOME: join(folder, 'home'), XDG_STATE_HOME: join(folder, 'state'), ...env },
      cwd: project,
      clock: systemClock,
      files: systemFiles,
      http: {
        get: () => Promise.reject(new Error('no network')),
        post: () => Promise.reject(new Error('no network')),
      },
      productFolder: 'dist',
      ownSettings: {
        user: userFile(),
        home: join(folder, 'home'),
        machine: machineFile(),
        machineOwner: process.getuid?.() ?? 0,
      },
    };
    const code = await main(args, io);
    const text = (stream: PassThrough): string => String(stream.read() ?? '');
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  async function config(env: NodeJS.ProcessEnv = {}, ...args: string[]): Promise<Document> {
    const { code, stdout, stderr } = await call(['config', '--json', ...args], env);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Document;
  }

  it('count in this order: option, environment, project, user, machine', async () => {
    const from = async (env: NodeJS.ProcessEnv = {}, ...args: string[]) => {
      const { pue } = (await config(env, ...args)).settings;
      return [pue?.value, pue?.from.by, pue?.from.file ?? pue?.variable];
    };
    assert.deepEqual(await from(), [1, 'default', undefined]);
    await write(machineFile(), 'pue = 1.1\n');
    assert.deepEqual(await from(), [1.1, 'machine file', machineFile()]);
    await write(userFile(), 'pue = 1.2\n');
    assert.deepEqual(await from(), [1.2, 'user file', userFile()]);
    await write(join(project, 'green-ml.toml'), 'pue = 1.3\n');
    assert.deepEqual(await from(), [1.3, 'project file', 'green-ml.toml']);
    assert.deepEqual(await from({ GREEN_ML_PUE: '1.4' }), [1.4, 'environment', 'GREEN_ML_PUE']);
    assert.deepEqual(await from({ GREEN_ML_PUE: '1.4' }, '--pue', '1.5'), [1.5, 'person', undefined]);
  });

  for (const { key, option, values } of eachSetting)
    it(`count from each level, and say which it was: ${key}`, async () => {
      const [env, args]: [Record<string, string>, string[]] = [{}, []];
      const variable = `GREEN_ML_${key.toUpperCase().replaceAll('-', '_')}`;
      for (const [index, level] of levels.entries()) {
        const value = values[index] ?? '';
        if (level === 'user setting' || (level === 'option or workspace' && option === null)) continue;
        if (level === 'machine file') await write(machineFile(), tomlLine(key, value));
        if (level === 'user file') await write(userFile(), tomlLine(key, value));
        if (level === 'project file') await write(join(project, 'green-ml.toml'), tomlLine(key, value));
        if (level === 'environment') env[variable] = String(value);
        if (level === 'option or workspace') args.push(option ?? '', String(value));
        const reported = (await config(env, ...args)).settings[key];
        assert.equal(reported?.value, value, level);
        assert.equal(reported.from.by, level === 'option or workspace' ? 'person' : level);
        const place = { 'machine file': machineFile(), 'user file': userFile(), 'project file': 'green-ml.toml' };
        assert.equal(reported.from.file, (place as Record<string, string>)[level]);
        assert.equal(reported.variable, level === 'environment' ? variable : undefined);
      }
      const limit = eachLimit[key];
      if (limit === undefined) return;
      await write(machineFile(), `[limits]\n${tomlLine(key, limit)}`);
      const { settings, limits, problems } = await config(env, ...args);
      assert.deepEqual([settings[key]?.value, settings[key]?.isLimit, limits[key]?.value], [limit, true, limit]);
      assert.deepEqual([settings[key]?.from.file, problems.length], [machineFile(), 1]);
    });

  it('are all of the keys that files have, each', () => {
    assert.deepEqual(
      eachSetting.map(({ key }) => key),
      measuringKeys,
    );
  });

  it('are listed with their values, files, limits and problems', async () => {
    await write(machineFile(), 'location = "DE"\nbudget = "2kWh"\n[limits]\nbudget = "5kWh"\nbudget-hours = 72\n');
    await write(userFile(), 'budget = "9kWh"\nlocaton = "DE"\n');
    await write(join(project, 'pyproject.toml'), '[tool.green-ml]\nignore = ["grid-search"]\nscope = "machine"\n');
    const document = await config();
    assert.deepEqual([document.version, document.folder], [1, project]);
    const { location, scope, budget, ignore } = document.settings;
    assert.deepEqual([location?.value, location?.from.file], ['DE', machineFile()]);
    assert.deepEqual([scope?.value, scope?.from.file], ['machine', 'pyproject.toml']);
    assert.deepEqual([budget?.value, budget?.isLimit], ['5000Wh', true]);
    assert.deepEqual([ignore?.value, ignore?.from.file], [['grid-search'], 'pyproject.toml']);
    assert.deepEqual(document.settings['budget-hours']?.value, 72);
    assert.equal(document.settings['budget-day']?.value, null);
    assert.deepEqual(Object.keys(document.limits), ['budget', 'budget-hours']);
    assert.deepEqual(document.files, [
      { owner: 'project', path: join(project, 'pyproject.toml'), state: 'used' },
      { owner: 'user', path: userFile(), state: 'used' },
      { owner: 'machine', path: machineFile(), state: 'used' },
    ]);
    assert.equal(document.problems.length, 2);
    assert.match(document.problems.join('\n'), /did you mean location\?\n.*is above this machine's limit of 5 kWh/);
    const { stdout } = await call(['config']);
    for (const line of [
      /^location +DE +\S+config\.toml$/m,
      /^carbon-intensity +\d+ g\/kWh +DE, \d+, lifecycle$/m,
      /^budget +5 kWh +limit in \S+config\.toml$/m,
      /^budget-day +none +default$/m,
      /^machine +\S+config\.toml +used$/m,
      /is above this machine's limit/,
    ])
      assert.match(stdout, line);
  });

  it('name the server for clusters, without what is secret in its address', async () => {
    const server = async (url?: string): Promise<unknown> =>
      (await config(url === undefined ? {} : { GREEN_ML_PROMETHEUS_URL: url })).settings['prometheus'];
    const from = { by: 'environment' };
    const variable = 'GREEN_ML_PROMETHEUS_URL';
    assert.deepEqual(await server('https://me:s3cret@p.example:9090/prom?token=t'), {
      value: 'https://p.example:9090/prom',
      from,
      variable,
    });
    for (const none of ['s3cret', 'localhost:9090', 'file:///etc/hosts'])
      assert.deepEqual(await server(none), { value: null, from, variable }, none);
    assert.deepEqual(await server(), { value: null, from: { by: 'default', reason: 'default' } });
    const { stdout } = await call(['config'], { GREEN_ML_PROMETHEUS_URL: 'http://me:s3cret@p.example' });
    assert.match(stdout, /^prometheus +http:\/\/p\.example +GREEN_ML_PROMETHEUS_URL$/m);
    assert.doesNotMatch(stdout, /s3cret/);
  });

  it('do not stop a measurement if a file is broken, and the record says where each value came from', async () => {
    await write(userFile(), 'location = ');
    await write(machineFile(), 'location = "FR"\npue = 1.4\nscope = "machine"\n[limits]\nbudget = "1kWh"\n');
    const file = join(folder, 'run.json');
    const { code, stderr } = await call(
      ['run', '--json', file, '--budget', '2kWh', '--', process.execPath, '-e', '0'],
      { GREEN_ML_CARBON_INTENSITY: 'x' },
    );
    assert.equal(code, 0, stderr);
    const lines = stderr.trim().split('\n');
    assert.match(lines.join('\n'), /^green-ml: GREEN_ML_CARBON_INTENSITY is "x"; it must be a number/m);
    assert.match(lines.join('\n'), /^green-ml: \S+config\.toml cannot be read: /m);
    assert.match(lines.join('\n'), /^green-ml: The run's budget of 2 kWh is above this machine's limit of 1 kWh/m);
    const record = JSON.parse(await systemFiles.readText(file)) as RunRecord;
    const from = { by: 'machine file', file: machineFile() };
    assert.deepEqual(
      [record.intensity?.zone, record.intensity?.chosenBy, record.intensity?.file, record.pueFrom, record.scopeFrom],
      ['FR', 'machine file', machineFile(), from, from],
    );
    assert.match(stderr, /the whole machine, set in \S+config\.toml/);
    const shown = await call(['runs', 'show', 'last']);
    assert.match(shown.stdout, /PUE 1\.4, set in \S+config\.toml/);
    const schema = JSON.parse(await systemFiles.readText('schemas/run.schema.json')) as object;
    const ajv = new Ajv({ strict: false, logger: false });
    assert.ok(ajv.validate(schema, record), JSON.stringify(ajv.errors));
  });

  it('refuse what is no folder, in one sentence', async () => {
    const { code, stderr } = await call(['config', 'nowhere']);
    assert.equal(code, 2);
    assert.match(stderr, /^green-ml: \S+nowhere cannot be read \(ENOENT\); give the folder of a project\.\n$/);
  });

  it('are read by the built command from the folder for settings', async () => {
    await write(userFile(), 'location = "PL"\n');
    const { code, stdout } = await greenMl(['config', '--json'], { XDG_CONFIG_HOME: join(folder, 'config') }, project);
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as Document).settings['location']?.value, 'PL');
    const estimate = await greenMl(
      ['estimate', '--watts', '100', '--hours', '1', '--json'],
      { XDG_CONFIG_HOME: join(folder, 'config') },
      project,
    );
    assert.equal((JSON.parse(estimate.stdout) as { intensity: { zone: string } }).intensity.zone, 'PL');
  });
});
