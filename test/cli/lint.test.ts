import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawn } from 'node:child_process';
import type { LintReportJson } from '../../src/lint/engine/findings';
import { assertSarif } from '../support/sarif-schema';
import { cli, greenMl, type CliResult } from './support';

const search = 'from sklearn.model_selection import GridSearchCV\ns = GridSearchCV(m, {"C": range(72)}, cv=5).fit(x)\n';

interface SarifJson {
  readonly runs: readonly {
    readonly results: readonly {
      readonly level: string;
      readonly properties: { readonly cell: number | null };
      readonly partialFingerprints: object;
    }[];
  }[];
}

describe('green-ml lint', function () {
  // Each call starts a process, on a machine that may be busy.
  this.timeout(30_000);
  let folder: string;

  /** Beside the folder that is linted, so that no test sees the person's own. */
  let cacheHome: string;

  beforeEach(async () => {
    const base = await mkdtemp(join(tmpdir(), 'green-ml-lint-'));
    folder = join(base, 'project');
    cacheHome = join(base, 'cache');
    await mkdir(folder);
  });

  afterEach(() => rm(dirname(folder), { recursive: true }));

  async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
  }

  const run = (...args: string[]): Promise<CliResult> =>
    greenMl(['lint', ...args], { XDG_CACHE_HOME: cacheHome }, folder);

  async function report(...args: string[]): Promise<LintReportJson & { code: number | null }> {
    const { stdout, code } = await run('--format', 'json', ...args);
    return { ...(JSON.parse(stdout) as LintReportJson), code };
  }

  const paths = ({ findings }: LintReportJson): string[] => findings.map(({ path }) => path);

  it('gives the JSON of the contract', async () => {
    await write({ 'train.py': search });
    const { durationMs, ...rest } = await report('train.py');
    assert.ok(Number.isInteger(durationMs));
    assert.deepEqual(rest, {
      code: 1,
      version: 1,
      files: 1,
      findings: [
        {
          rule: 'grid-search',
          practice: 16,
          severity: 'warning',
          message:
            'GridSearchCV tries 72 candidates × 5 folds + 1 refit = 361 fits. RandomizedSearchCV with n_iter=20 needs 101.',
          path: 'train.py',
          cell: null,
          line: 2,
          column: 5,
          endLine: 2,
          endColumn: 44,
          estimate: { candidates: 72, splits: 5, fits: 361 },
          url: null,
          fix: { title: 'Use RandomizedSearchCV with n_iter=20', safe: false },
        },
      ],
      errors: [],
    });
  });

  it('shows the line in text', async () => {
    await write({ 'a.py': `\ufeff${search.replace('s = ', '\ts = ').replace('\n\t', '\nif x:\n\t')}` });
    const { stdout, code } = await run();
    assert.equal(code, 1);
    assert.match(stdout, /^a\.py:3:6: warning grid-search \(practice 16\): GridSearchCV tries 72 /);
    assert.ok(stdout.includes('3 | \ts = GridSearchCV(m'));
    assert.ok(stdout.includes('\n  | \t    ^^^^^'));
    assert.match(stdout, /1 finding \(1 warning\): 1 file linted\.\n$/);
  });

  it('writes SARIF that its schema accepts, with findings, cells and errors', async () => {
    const cells = [
      { cell_type: 'markdown', source: 'x' },
      { cell_type: 'code', source: search },
    ];
    await write({
      'a.py': `${search}${search}`,
      'n.ipynb': JSON.stringify({ cells }),
      'bad.ipynb': '{',
      'clean.py': 'x = 1\n',
    });
    const { stdout, stderr, code } = await run('--format', 'sarif');
    assert.deepEqual([code, stderr], [1, '']);
    const log = JSON.parse(stdout) as SarifJson;
    await assertSarif(log);
    const [sarif] = log.runs;
    assert.deepEqual(
      sarif?.results.map(({ level, properties }) => [level, properties.cell]),
      [
        ['warning', null],
        ['warning', null],
        ['warning', 1],
      ],
    );
    assert.equal(new Set(sarif.results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints))).size, 3);
    const clean = JSON.parse((await run('--format', 'sarif', 'clean.py')).stdout) as SarifJson;
    assert.deepEqual(clean.runs[0]?.results, []);
  });

  it('writes annotations for GitHub', async () => {
    await write({ 'ml/a.py': search, 'ml/bad.ipynb': '{' });
    const { stdout, code } = await greenMl(
      ['lint', '--format', 'github'],
      { GITHUB_WORKSPACE: folder, XDG_CACHE_HOME: cacheHome },
      join(folder, 'ml'),
    );
    assert.equal(code, 1);
    const [warning, error] = stdout.split('\n');
    assert.match(
      warning ?? '',
      /^::warning file=ml\/a\.py,line=2,endLine=2,col=5,endColumn=44,title=grid-search \(practice 16\)::GridSearchCV tries 72 /,
    );
    assert.match(error ?? '', /^::error file=ml\/bad\.ipynb,title=not linted::It is not a notebook/);
  });

  it('is clean and says so', async () => {
    await write({ 'a.py': 'x = 1\n' });
    const { stdout, code } = await run();
    assert.equal(code, 0);
    assert.equal(stdout, 'No findings: 1 file linted.\n');
  });

  it('finds files in folders, respects every .gitignore, and lints ignored files that are named', async () => {
    await write({
      'a.py': search,
      'ignored.py': search,
      'deep/b.py': search,
      'deep/c_ignored.py': search,
      'deep/kept.py': search,
      'venv/pyvenv.cfg': '',
      'venv/lib.py': search,
      'node_modules/x.py': search,
      'out/x.py': search,
      'notes.txt': search,
      '.gitignore': 'ignored.py\n/out/\nkept.py\n',
      'deep/.gitignore': '*_ignored.py\n!kept.py\n',
      '.git/HEAD': '',
    });
    assert.deepEqual(paths(await report()), ['a.py', 'deep/b.py', 'deep/kept.py']);
    assert.deepEqual(paths(await report('deep')), ['deep/b.py', 'deep/kept.py']);
    assert.deepEqual(paths(await report('./deep/', 'ignored.py', 'a.py', 'a.py')), [
      'deep/b.py',
      'deep/kept.py',
      'ignored.py',
      'a.py',
    ]);
    assert.deepEqual(paths(await report(join(folder, 'deep'))), [
      join(folder, 'deep/b.py'),
      join(folder, 'deep/kept.py'),
    ]);
  });

  it('follows links to files and not in circles', async () => {
    await write({ 'real/a.py': search });
    await symlink('.', join(folder, 'circle'));
    await symlink('real/a.py', join(folder, 'link.py'));
    await symlink('nowhere.py', join(folder, 'dangling.py'));
    const result = await report();
    assert.deepEqual(paths(result), ['link.py', 'real/a.py']);
    assert.deepEqual(result.errors, []);
  });

  it('reads notebooks, with the cell and the line within it', async () => {
    const cells = [
      { cell_type: 'markdown', source: 'x' },
      { cell_type: 'code', source: search.split('\n')[0] },
      { cell_type: 'code', source: ['%matplotlib inline\n', '\n', search.split('\n')[1]] },
    ];
    await write({ 'n.ipynb': JSON.stringify({ cells }) });
    const { findings } = await report();
    assert.deepEqual(
      findings.map(({ cell, line, column }) => [cell, line, column]),
      [[2, 3, 5]],
    );
    assert.match((await run()).stdout, /^n\.ipynb cell 2:3:5: warning/);
  });

  it('reads sweeps in YAML, and passes over all other YAML', async () => {
    const grid = 'method: grid\nparameters:\n  a: {values: [1, 2, 3, 4]}\n  b: {values: [1, 2, 3]}\n';
    await write({
      'sweep.yaml': grid,
      'ci.yml': 'on: push\n',
      'broken.yml': 'a: [\n',
      'broken-sweep.yml': `${grid}  c: [`,
    });
    const result = await report();
    assert.deepEqual(
      result.findings.map(({ path, rule, line, column, endColumn, cell }) => [
        path,
        rule,
        line,
        column,
        endColumn,
        cell,
      ]),
      [['sweep.yaml', 'grid-search', 1, 1, 13, null]],
    );
    assert.deepEqual([result.files, result.errors.map(({ path }) => path)], [1, ['broken-sweep.yml']]);
    assert.match((await run('sweep.yaml')).stdout, /\n1 \| method: grid\n/);
    const other = await report('ci.yml');
    assert.deepEqual([other.code, other.files, other.findings, other.errors], [0, 0, [], []]);
  });

  const training = 'import keras\nmodel = keras.Sequential()\nmodel.compile()\nmodel.fit(x, y, epochs=2)\n';
  const stateOf = (): NodeJS.ProcessEnv => ({ XDG_CACHE_HOME: cacheHome, XDG_STATE_HOME: join(cacheHome, 'state') });
  async function unmeasured(): Promise<string[]> {
    const { stdout } = await greenMl(
      ['lint', '--format', 'json', '--select', 'unmeasured-training'],
      stateOf(),
      folder,
    );
    return paths(JSON.parse(stdout) as LintReportJson);
  }

  it('says once a project that nothing measures, unless something does', async () => {
    await write({ 'a.py': training, 'b.py': training, 'sub/c.py': training });
    assert.deepEqual(await unmeasured(), ['a.py']);
    assert.deepEqual(await unmeasured(), ['a.py']);
    await write({ 'tracker.py': 'from codecarbon import EmissionsTracker\n' });
    assert.deepEqual(await unmeasured(), []);
    await rm(join(folder, 'tracker.py'));
    assert.deepEqual(await unmeasured(), ['a.py']);
    await greenMl(['run', '--quiet', '--', process.execPath, '-e', ''], stateOf(), folder);
    assert.deepEqual(await unmeasured(), []);
  });

  it('does not say it of a training that a job of the project sends elsewhere', async () => {
    await write({
      'src/train.py': training,
      'tune.py': training,
      'job.py': 'from azureml.core import ScriptRunConfig\nScriptRunConfig("src", script="train.py")\n',
    });
    assert.deepEqual(await unmeasured(), ['tune.py']);
    assert.deepEqual(await unmeasured(), ['tune.py']);
    await write({ 'job.yml': '$schema: https://x/commandJob.schema.json\ncommand: python tune.py --epochs 3\n' });
    assert.deepEqual(await unmeasured(), []);
    await rm(join(folder, 'job.yml'));
    await rm(join(folder, 'job.py'));
    assert.deepEqual(await unmeasured(), ['src/train.py']);
  });

  it('does not take the tracker or the runs of one project for those of another', async () => {
    const head = 'ref: refs/heads/main\n';
    await write({
      'one/.git/HEAD': head,
      'one/train.py': training,
      'two/.git/HEAD': head,
      'two/train.py': training,
      'three/.git/HEAD': head,
      'three/train.py': training,
      'three/tracker.py': 'from codecarbon import EmissionsTracker\n',
    });
    assert.deepEqual(await unmeasured(), ['one/train.py', 'two/train.py']);
    await greenMl(['run', '--quiet', '--', process.execPath, '-e', ''], stateOf(), join(folder, 'two'));
    assert.deepEqual(await unmeasured(), ['one/train.py']);
  });

  it('says once a project what is as true of each of its files, and loudest where that is no test', async () => {
    const client = (region: string): string => `import boto3\nclient = boto3.client("sagemaker", "${region}")\n`;
    await write({
      'a_test.py': client('eu-central-1'),
      'b.py': client('eu-central-1'),
      'c.py': `${client('eu-central-1')}# green-ml: ignore-file[high-carbon-region] the data is there\n`,
      'd.py': client('eu-central-1'),
      'e.py': client('us-east-2'),
    });
    const other = { 'other/.git/HEAD': '', 'other/f.py': client('eu-central-1') };
    for (const files of [{}, other]) {
      await write(files);
      const { findings } = await report('.', '--select', 'high-carbon-region');
      assert.deepEqual(
        findings.map(({ path, severity }) => [path, severity]),
        [['b.py', 'information'], ['e.py', 'information'], ...(files === other ? [['other/f.py', 'information']] : [])],
      );
    }
  });

  it('lowers what it says of files in folders of tests, within the project', async () => {
    await write({
      'tests/a.py': search,
      'src/testing/b.py': search,
      'src/latest/c.py': search,
      'test/project/.git/HEAD': '',
      'test/project/d.py': search,
      'test/project/test/e.py': search,
    });
    for (let round = 0; round < 2; round++) {
      const { findings } = await report('.');
      assert.deepEqual(
        findings.map(({ path, severity }) => [path, severity]),
        [
          ['src/latest/c.py', 'warning'],
          ['src/testing/b.py', 'information'],
          ['test/project/d.py', 'warning'],
          ['test/project/test/e.py', 'information'],
          ['tests/a.py', 'information'],
        ],
      );
    }
    // The results of the same file as a project of its own.
    assert.deepEqual(
      (await report('tests')).findings.map(({ severity }) => severity),
      ['information'],
    );
  });

  it('shows the findings of copied notebooks once, except in JSON', async () => {
    const book = (source: string): string =>
      JSON.stringify({ cells: [{ cell_type: 'code', source, metadata: {}, outputs: [] }], metadata: {}, nbformat: 4 });
    await write({ 'a.ipynb': book(search), 'copy/a.ipynb': book(search), 'copy/b.ipynb': book(`\n${search}`) });
    await write({ 'c.py': search, 'd.py': search });
    const { stdout } = await run('.');
    assert.deepEqual(
      [...stdout.matchAll(/^(\S+?)(?: cell \d+)?:\d+:\d+: warning/gm)].map(([, path]) => path),
      ['a.ipynb', 'c.py', 'copy/b.ipynb', 'd.py'],
    );
    assert.match(stdout, /^a\.ipynb cell 0:.* And in 1 copy of this file\.$/m);
    assert.match(stdout, /\nNot repeated: the same findings in 1 copy\.\n {2}a\.ipynb: copy\/a\.ipynb\n$/);
    const sarif = JSON.parse((await run('.', '--format', 'sarif')).stdout) as { runs: { results: unknown[] }[] };
    assert.equal(sarif.runs[0]?.results.length, 4);
    assert.equal((await report('.')).findings.length, 5);
  });

  it('shows the findings of nearly equal files once, except to programs', async () => {
    const steps = Array.from({ length: 60 }, (_, step) => `step_${step} = prepare(${step})\n`);
    const changed = steps.map((step, index) => (index === 30 ? 'other = 1\n' : step)).join('');
    const file = `${steps.join('')}${search}`;
    await write({ 'a.py': file, 'runs/run_1.py': `${changed}${search}`, 'runs/run_2.py': file, 'z.py': search });
    // Other figures are another finding.
    await write({ 'runs/other.py': `${steps.join('')}${search.replace('72', '73')}` });
    await write({ 'runs/b.ipynb': JSON.stringify({ cells: [{ cell_type: 'code', source: file }], nbformat: 4 }) });
    const { stdout } = await run('.');
    assert.deepEqual(
      [...stdout.matchAll(/^(\S+?)(?: cell \d+)?:\d+:\d+: warning/gm)].map(([, path]) => path),
      ['a.py', 'runs/other.py', 'z.py'],
    );
    assert.match(stdout, /^a\.py:.* And in 3 copies of this file\.$/m);
    assert.match(
      stdout,
      /\nNot repeated: the same findings in 3 copies\.\n {2}a\.py: runs\/b\.ipynb, runs\/run_1\.py, runs\/run_2\.py\n$/,
    );
    const sarif = JSON.parse((await run('.', '--format', 'sarif')).stdout) as { runs: { results: unknown[] }[] };
    assert.equal(sarif.runs[0]?.results.length, 6);
    assert.equal((await report('.')).findings.length, 6);
  });

  it('turns what it cannot read into errors and goes on', async () => {
    await write({
      'a.py': search,
      'bad.ipynb': '{ not json',
      'bytes.py': new Uint8Array([0x78, 0x3d, 0xff, 0xfe, 0x31]),
      'latin.py': Buffer.from(`# -*- coding: latin-1 -*-\n# \xe9\n${search}`, 'latin1'),
      'null.py': 'x\0y',
      'utf16.py': Buffer.from('\ufeffx = 1', 'utf16le'),
      'large.py': `x = 1\n${'# sklearn\n'.repeat(110_000)}`,
      'broken.py': `${search}GridSearchCV(\n`,
    });
    const result = await report('.', 'missing.py');
    assert.equal(result.code, 1);
    assert.deepEqual(paths(result), ['a.py', 'broken.py', 'latin.py']);
    assert.deepEqual(result.errors.map(({ path }) => path).sort(), [
      'bad.ipynb',
      'broken.py',
      'bytes.py',
      'large.py',
      'missing.py',
      'null.py',
      'utf16.py',
    ]);
    for (const { message } of result.errors) assert.match(message, /^[A-Z][^\n]*\.$/);
  });

  it('exits with 2 when nothing could be linted, and one sentence per file', async () => {
    const { code, stderr } = await run('missing.py');
    assert.equal(code, 2);
    assert.equal(stderr, 'missing.py: There is no such file or folder.\n');
  });

  it('reads standard input', async () => {
    const child = spawn(
      process.execPath,
      [cli, 'lint', '-', '--stdin-filename', 'src/test_x.py', '--format', 'json', '--no-cache'],
      { cwd: folder },
    );
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stdin.end(search);
    const code = await new Promise((done) => child.once('close', done));
    assert.equal(code, 1);
    const { findings } = JSON.parse(stdout) as LintReportJson;
    assert.deepEqual(
      findings.map(({ path, severity }) => [path, severity]),
      [['src/test_x.py', 'information']],
    );
  });

  it('takes rules, tiers and counts from its options', async () => {
    await write({ 'a.py': search, 'b.py': `${search}GridSearchCV(m, {"C": [1, 2]}).fit(x)\n` });
    assert.deepEqual((await report('--select', 'P15')).findings, []);
    assert.deepEqual((await report('--ignore', 'grid-search')).findings, []);
    assert.equal((await report('--min-severity', 'warning')).findings.length, 2);
    const { code, stdout } = await run('--exit-zero', '--statistics');
    assert.equal(code, 0);
    assert.match(stdout, /\n {5}3 {2}grid-search\n/);
  });

  it('uses the nearest configuration, or the one that is named', async () => {
    await write({
      'pyproject.toml': '[tool.green-ml.severity]\ngrid-search = "hint"\n',
      'a.py': search,
      'own/green-ml.toml': 'ignore = ["grid-search"]\n',
      'own/b.py': search,
      'other/pyproject.toml': '[project]\nname = "x"\n',
      'other/c.py': search,
      'strict.toml': 'severity = { grid-search = "information" }\n',
    });
    const severities = (result: LintReportJson): string[][] =>
      result.findings.map(({ path, severity }) => [path, severity]);
    assert.deepEqual(severities(await report()), [
      ['a.py', 'hint'],
      ['other/c.py', 'hint'],
    ]);
    assert.deepEqual(severities(await report('--config', 'strict.toml', 'own')), [['own/b.py', 'information']]);
  });

  it('goes by the versions that the nearest file asks for, within the repository', async () => {
    const writer =
      'from transformers import AutoModelForCausalLM\nm = AutoModelForCausalLM.from_pretrained("m-7b", device_map="auto")\nm.generate(i)\n';
    await write({
      '../requirements.txt': 'transformers==4.41.2\n',
      '.git/HEAD': '',
      'a.py': writer,
      'old/requirements.txt': 'transformers==4.41.2\n',
      'old/deep/b.py': writer,
      'new/uv.lock': '[[package]]\nname = "transformers"\nversion = "5.2.0"\n',
      'new/c.py': writer,
    });
    assert.deepEqual(paths(await report()), ['old/deep/b.py']);
    await write({ 'old/requirements.txt': 'transformers==5.0.0\n', 'requirements.txt': 'transformers<5\n' });
    assert.deepEqual(paths(await report()), ['a.py']);
    await write({ 'any.toml': 'ignore = ["grid-search"]\n' });
    assert.deepEqual(paths(await report('--config', 'any.toml')), ['a.py']);
  });

  it('refuses a wrong call in one sentence with exit code 2', async () => {
    await write({ 'a.py': search, 'bad/pyproject.toml': '[tool.green-ml]\nselect = ["nope"]\n', 'bad/b.py': search });
    for (const [args, sentence] of [
      [['--select', 'nope'], /^green-ml: --select takes rule ids .* "nope" is neither/],
      [['--ignore', ''], /^green-ml: --ignore takes rule ids/],
      [['--config', 'none.toml'], /^green-ml: There is no configuration file .*none\.toml\.\n$/],
      [['bad'], /^green-ml: .*bad\/pyproject\.toml: there is no rule "nope"\.\n$/],
      [['--format', 'xml'], /Allowed choices are/],
      [['--jobs', '0'], /^green-ml: --jobs takes a whole number from 1 to 64, not "0"\.\n$/],
      [['--jobs', 'all'], /--jobs takes a whole number/],
    ] as const) {
      const { code, stderr } = await run(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, sentence);
      assert.equal(stderr.trim().split('\n').length, 1);
    }
  });

  describe('cache', () => {
    const cacheFiles = async (): Promise<string[]> =>
      (await readdir(join(cacheHome, 'green-ml/lint')).catch(() => [])).map((name) =>
        join(cacheHome, 'green-ml/lint', name),
      );

    /** Puts another message into every answer that the cache holds, by which its answers are known. */
    async function mark(): Promise<void> {
      const [file = ''] = await cacheFiles();
      const text = (await readFile(file)).toString('latin1');
      const sumOf = (part: string): string =>
        createHash('sha256').update(Buffer.from(part, 'latin1')).digest('base64url').slice(0, 16);
      const [header = ''] = text.split('\n', 1);
      const words = header.split(' ');
      const indexLength = Number(words[5]);
      const index = JSON.parse(text.slice(header.length + 1, header.length + 1 + indexLength)) as {
        results: [string, unknown, string, number, number][];
      };
      const bodies = text.slice(header.length + 1 + indexLength).replaceAll('361 fits', 'IN CACHE');
      let at = 0;
      for (const row of index.results) {
        const end = at + row[3] + Math.max(0, row[4]);
        if (end > at) row[2] = sumOf(bodies.slice(at, end));
        at = end;
      }
      const marked = JSON.stringify(index);
      assert.equal(marked.length, indexLength);
      words[7] = sumOf(marked);
      await writeFile(file, Buffer.from(`${words.join(' ')}\n${marked}${bodies}`, 'latin1'));
    }

    const answers = ({ findings }: LintReportJson): boolean[] =>
      findings.map(({ message }) => message.includes('IN CACHE'));

    it('remembers by content, wherever the file lies', async () => {
      await write({ 'a.py': search, 'clean.py': 'x = 1\n', 'bad.ipynb': '{' });
      const first = await report();
      await mark();
      const again = await report();
      assert.deepEqual(answers(again), [true]);
      assert.deepEqual([again.files, again.errors], [first.files, first.errors]);
      await write({ 'b/c.py': search, 'd.py': `${search}\n` });
      assert.deepEqual(answers(await report()), [true, true, false]);
      assert.match((await run('a.py')).stdout, /\n2 \| s = GridSearchCV\(m, /);
    });

    it('forgets nothing that matters: rules, tiers, thresholds, kinds of file', async () => {
      await write({ 'a.py': search });
      await report();
      await mark();
      await write({ 'test_a.py': search });
      assert.deepEqual(answers(await report('test_a.py')), [false]);
      assert.deepEqual((await report('--ignore', 'grid-search', 'a.py')).findings, []);
      assert.deepEqual(answers(await report('--select', 'grid-search', 'a.py')), [false]);
      await write({ 'green-ml.toml': 'thresholds = { "grid-search.candidates" = 100 }\n' });
      assert.deepEqual(
        (await report('a.py')).findings.map(({ severity }) => severity),
        ['hint'],
      );
    });

    it('is left alone with --no-cache', async () => {
      await write({ 'a.py': search });
      await report('--no-cache');
      assert.deepEqual(await cacheFiles(), []);
      await report();
      await mark();
      assert.deepEqual(answers(await report('--no-cache')), [false]);
      assert.deepEqual(answers(await report()), [true]);
    });

    it('is made anew when it is broken, and missed by nobody where it cannot be', async () => {
      await write({ 'a.py': search });
      await report();
      const [file = ''] = await cacheFiles();
      const whole = await readFile(file, 'utf8');
      for (const broken of ['', whole.slice(0, whole.length / 2), '\0\0', '{"version":1,"entries":[["x",{}]]}']) {
        await writeFile(file, broken);
        assert.equal((await report()).findings.length, 1);
        // Only the state of a file that has just been written may be missing.
        await mark();
        assert.deepEqual(answers(await report()), [true]);
      }
      assert.deepEqual(await cacheFiles(), [file]);
      await writeFile(join(folder, 'occupied'), '');
      const { stdout, stderr, code } = await greenMl(['lint'], { XDG_CACHE_HOME: join(folder, 'occupied') }, folder);
      assert.deepEqual([code, stderr], [1, '']);
      assert.match(stdout, /1 finding/);
    });
  });

  it('finds the same in the same order, whatever the number of jobs', async () => {
    const files = Array.from({ length: 60 }, (_, index): [string, string] => [
      `f${index}.py`,
      index % 3 === 0 ? 'x = 1\n' : search.repeat(1 + (index % 4)),
    ]);
    await write({
      ...Object.fromEntries(files),
      'own/green-ml.toml': 'severity = { grid-search = "hint" }\n',
      'own/a.py': search,
      'bad.ipynb': '{',
      'n.ipynb': JSON.stringify({ cells: [{ cell_type: 'code', source: search }] }),
    });
    const withoutTime = async (...args: string[]): Promise<unknown> => ({ ...(await report(...args)), durationMs: 0 });
    const alone = await withoutTime('--jobs', '1', '--no-cache');
    assert.equal((alone as LintReportJson).files, 62);
    for (const jobs of ['2', '3', '64']) assert.deepEqual(await withoutTime('--jobs', jobs, '--no-cache'), alone);
    assert.deepEqual(await withoutTime('--no-cache'), alone);
    // Threads fill the cache, and read it.
    assert.deepEqual(await withoutTime('--jobs', '3'), alone);
    assert.deepEqual(await withoutTime('--jobs', '3'), alone);
    assert.deepEqual(await withoutTime(), alone);
  });
});
