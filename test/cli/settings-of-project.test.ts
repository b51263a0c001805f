import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../src/runs/journal/journal';
import type { RunRecord } from '../../src/runs/record';
import { skip } from '../support/skip';
import { greenMl, type CliResult } from './support';

const settings = '[tool.green-ml]\nlocation = "aws:eu-north-1"\npue = 1.37\nscope = "machine"\n';

describe("a project's settings in the terminal", function () {
  this.timeout(120_000);
  let folder: string;
  let below: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-settings-'));
    below = join(folder, 'src', 'deep');
    await mkdir(below, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** In London, so that a guess can be told from what is set. */
  const call = (cwd: string, ...args: string[]): Promise<CliResult> =>
    greenMl(
      args,
      { XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache'), TZ: 'Europe/London' },
      cwd,
    );

  const run = (cwd: string, ...options: string[]) => runOf('0', cwd, ...options);

  async function runOf(
    script: string,
    cwd: string,
    ...options: string[]
  ): Promise<{ readonly record: RunRecord; readonly stderr: string }> {
    const file = join(folder, 'run.json');
    const { code, stderr } = await call(cwd, 'run', '--json', file, ...options, '--', process.execPath, '-e', script);
    assert.equal(code, 0, stderr);
    return { record: JSON.parse(await readFile(file, 'utf8')) as RunRecord, stderr };
  }

  const placeOf = ({ intensity, pue, scope }: RunRecord): unknown[] => [
    intensity?.region ?? intensity?.zone,
    intensity?.chosenBy,
    intensity?.file,
    pue,
    scope,
  ];

  it('say where a run draws its electricity, in its folder and below, and the record says so', async () => {
    await writeFile(join(folder, 'pyproject.toml'), settings);
    const here = await run(folder);
    assert.deepEqual(placeOf(here.record), ['aws:eu-north-1', 'project file', 'pyproject.toml', 1.37, 'machine']);
    assert.deepEqual(here.record.pueFrom, { by: 'project file', file: 'pyproject.toml' });
    assert.match(here.stderr, /g\/kWh \(SE-SE3, \d+, lifecycle, PUE 1\.37, set in pyproject\.toml\)/);
    const deep = await run(below);
    assert.deepEqual(placeOf(deep.record), ['aws:eu-north-1', 'project file', '../../pyproject.toml', 1.37, 'machine']);
    const { value } = deep.record.emissionsGrams ?? { value: NaN };
    const grams = ((deep.record.machineWh.total ?? NaN) / 1000) * 1.37 * (deep.record.intensity?.gramsPerKWh ?? NaN);
    assert.ok(Math.abs(value - grams) <= 1e-9 * grams);
    const shown = JSON.parse((await call(folder, 'runs', 'show', 'last', '--json')).stdout) as RunRecord;
    assert.deepEqual([placeOf(shown), shown.pueFrom], [placeOf(deep.record), deep.record.pueFrom]);
    assert.match((await call(folder, 'runs', 'show', 'last')).stdout, /set in \.\.\/\.\.\/pyproject\.toml/);
    assert.match((await call(folder, 'runs', 'report')).stdout, /set in pyproject\.toml/);
  });

  it('give way to options, and do not mix one place with the PUE of another', async () => {
    await writeFile(join(below, 'green-ml.toml'), 'location = "FR"\npue = 1.9\ncarbon-intensity = 700\n');
    assert.deepEqual(placeOf((await run(below)).record), ['FR', 'project file', 'green-ml.toml', 1.9, 'run']);
    assert.equal((await run(below)).record.intensity?.gramsPerKWh, 700);
    const other = await run(below, '--location', 'PL', '--scope', 'machine');
    assert.deepEqual(placeOf(other.record), ['PL', 'person', undefined, 1, 'machine']);
    assert.notEqual(other.record.intensity?.gramsPerKWh, 700);
    const cleaner = await run(below, '--intensity', '12', '--pue', '1.1');
    assert.deepEqual(
      [...placeOf(cleaner.record), cleaner.record.intensity?.gramsPerKWh, cleaner.record.pueFrom],
      ['FR', 'person', undefined, 1.1, 'run', 12, { by: 'person' }],
    );
    assert.deepEqual(
      placeOf((await run(folder)).record),
      ['GB', 'guess', undefined, 1, 'run'],
      'above the file it does not hold',
    );
  });

  it('set budgets, which an option replaces', async () => {
    // Until the meter has looked at it twice.
    const measured = `
      const { readFileSync } = require('node:fs');
      const file = ${JSON.stringify(new Journal(join(folder, 'state', 'green-ml')).folder)} + '/' + process.env.GREEN_ML_RUN_ID + '.jsonl';
      const samples = () => { try { return readFileSync(file, 'utf8').split('"sample"').length; } catch { return 0; } };
      const timer = setInterval(() => { if (samples() > 2) clearInterval(timer); }, 20);`;
    await writeFile(join(folder, 'pyproject.toml'), '[tool.green-ml]\nbudget = "1ms"\nbudget-hours = 1e-9\n');
    const { stderr } = await runOf(measured, below);
    assert.match(stderr, /budget is "1ms"; it must be an amount above zero/);
    assert.match(stderr, /has used its budget of .* \(set in \.\.\/\.\.\/pyproject\.toml\)\. The command continues\./);
    await writeFile(join(folder, 'pyproject.toml'), '[tool.green-ml]\nbudget = "0.001s"\n');
    assert.match((await runOf(measured, folder)).stderr, /has used its budget of .*\(set in pyproject\.toml\)/);
    assert.doesNotMatch((await runOf(measured, folder, '--budget', '9h')).stderr, /budget/);
  });

  it('are named where they cannot be used, and neither a run nor the linter fails for it', async () => {
    await writeFile(
      join(folder, 'pyproject.toml'),
      '[tool.green-ml]\nlocation = "Narnia"\npue = 40\nignore = ["grid-search"]\n',
    );
    await writeFile(
      join(folder, 'train.py'),
      'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, {"C": range(20)}).fit(x)\n',
    );
    const { record, stderr } = await run(folder);
    assert.deepEqual(placeOf(record), ['GB', 'guess', undefined, 1, 'run']);
    const problems = stderr.split('\n').filter((line) => line.includes('pyproject.toml'));
    assert.equal(problems.length, 2, stderr);
    for (const problem of problems) assert.ok(record.notes.includes(problem.replace('green-ml: ', '')), problem);
    const lint = await call(folder, 'lint', '--no-cache');
    assert.deepEqual([lint.code, lint.stderr], [0, '']);
    await writeFile(join(folder, 'pyproject.toml'), '[tool.green-ml]\nlocation = "PL"\nignore = ["no-such-rule"]\n');
    assert.deepEqual(placeOf((await run(folder)).record).slice(0, 2), ['PL', 'project file']);
    assert.equal((await call(folder, 'lint', '--no-cache')).code, 2);
  });

  it('do not stop the linter, nor does --config with them', async () => {
    await writeFile(
      join(folder, 'train.py'),
      'from sklearn.model_selection import GridSearchCV\nGridSearchCV(m, {"C": range(20)}).fit(x)\n',
    );
    await writeFile(
      join(folder, 'team.toml'),
      'location = "DE"\nbudget = "5Wh"\npue = 1.2\ncarbon-intensity = 300\nbudget-day = "1kWh"\nbudget-project = "1kg"\nbudget-hours = 3\nscope = "run"\nignore = ["grid-search"]\n',
    );
    assert.equal((await call(folder, 'lint', '--no-cache', '--config', 'team.toml')).code, 0);
    assert.equal((await call(folder, 'lint', '--no-cache')).code, 1);
  });

  it('are not read from a device', async function () {
    if (process.platform === 'win32') skip(this, 'Windows has other devices');
    await symlink('/dev/zero', join(folder, 'green-ml.toml'));
    const { record, stderr } = await run(below);
    assert.equal(record.intensity?.chosenBy, 'guess');
    assert.match(
      stderr,
      /The project settings are not used: .*green-ml\.toml cannot be used\. It is a device, a pipe or a folder, not a regular file\./,
    );
  });

  it('are the place of estimate, when and regions too', async () => {
    await writeFile(join(folder, 'pyproject.toml'), settings);
    const estimate = JSON.parse(
      (await call(below, 'estimate', '--watts', '1000', '--hours', '1', '--json')).stdout,
    ) as { intensity: RunRecord['intensity']; pue: number; pueFrom: unknown; energyKWh: number };
    assert.deepEqual(
      [estimate.intensity?.region, estimate.intensity?.chosenBy, estimate.pue, estimate.pueFrom, estimate.energyKWh],
      ['aws:eu-north-1', 'project file', 1.37, { by: 'project file', file: '../../pyproject.toml' }, 1.37],
    );
    assert.match(
      (await call(folder, 'estimate', '--watts', '1000', '--hours', '1')).stdout,
      /× PUE 1\.37, set in pyproject\.toml[^]*\(SE-SE3, set in pyproject\.toml, /,
    );
    assert.doesNotMatch(
      (await call(folder, 'estimate', '--watts', '1000', '--hours', '1', '--location', 'DE')).stdout,
      /PUE|pyproject/,
    );
    const when = JSON.parse((await call(folder, 'when', '--hours', '2', '--json')).stdout) as {
      zone: string;
      notes: string[];
    };
    assert.equal(when.zone, 'SE-SE3');
    assert.ok(when.notes.includes('The location aws:eu-north-1 is set in pyproject.toml.'));
    assert.equal(
      (
        JSON.parse((await call(folder, 'when', '--hours', '2', '--location', 'FR', '--json')).stdout) as {
          zone: string;
        }
      ).zone,
      'FR',
    );
    const regions = JSON.parse((await call(folder, 'regions', '--json')).stdout) as {
      from: string | null;
      notes: string[];
    };
    assert.equal(regions.from, 'aws:eu-north-1');
    assert.ok(regions.notes.includes('Compared with aws:eu-north-1, the location set in pyproject.toml.'));
    assert.equal(
      (
        JSON.parse((await call(folder, 'regions', '--from', 'gcp:europe-west3', '--json')).stdout) as {
          from: string | null;
        }
      ).from,
      'gcp:europe-west3',
    );
  });
});
