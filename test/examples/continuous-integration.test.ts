import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { assertSarif } from '../support/sarif-schema';
import { skip } from '../support/skip';

const search = 'from sklearn.model_selection import GridSearchCV\ns = GridSearchCV(m, {"C": range(72)}, cv=5).fit(x)\n';

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly language: string;
  readonly types_or: readonly string[];
}

interface Workflow {
  readonly on: object;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: {
    readonly lint: {
      readonly steps: readonly {
        readonly name?: string;
        readonly run?: string;
        readonly uses?: string;
        readonly with?: Readonly<Record<string, unknown>>;
      }[];
    };
  };
}

const read = async (path: string): Promise<unknown> => parse(await readFile(path, 'utf8')) as unknown;

describe('continuous integration', function () {
  let folder: string;

  before(async function () {
    if (process.platform === 'win32') skip(this, 'the commands are lines for a POSIX shell');
    folder = await mkdtemp(join(tmpdir(), 'green-ml-ci-'));
    await mkdir(join(folder, 'bin'));
    await mkdir(join(folder, 'project'));
    const command = join(folder, 'bin', 'green-ml');
    await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/cli.js')}" "$@"\n`);
    await chmod(command, 0o755);
    await writeFile(join(folder, 'project', 'waste.py'), search);
    await writeFile(join(folder, 'project', 'hint.py'), search.replace('72', '3'));
    await writeFile(
      join(folder, 'project', 'sweep.yaml'),
      'method: grid\nparameters:\n  a: {values: [1, 2, 3, 4, 5, 6, 7, 8]}\n  b: {min: 1, max: 8}\n',
    );
    await writeFile(join(folder, 'project', 'other.yaml'), 'a: 1\n');
  });

  after(async () => {
    if (process.platform !== 'win32') await rm(folder, { recursive: true });
  });

  function shell(line: string): SpawnSyncReturns<string> {
    const env = {
      ...process.env,
      PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      XDG_CACHE_HOME: join(folder, 'cache'),
      GITHUB_WORKSPACE: join(folder, 'project'),
    };
    return spawnSync('sh', ['-e', '-c', line], { cwd: join(folder, 'project'), env, encoding: 'utf8' });
  }

  it('the hook for pre-commit stops on warnings alone', async () => {
    const [hook, ...others] = (await read('.pre-commit-hooks.yaml')) as Hook[];
    assert.deepEqual(others, []);
    assert.deepEqual([hook?.id, hook?.language, hook?.types_or], ['green-ml', 'node', ['python', 'jupyter', 'yaml']]);
    // What pre-commit runs: the entry, its arguments, the files that a commit changes.
    const commit = (...files: string[]): SpawnSyncReturns<string> =>
      shell([hook?.entry ?? '', ...(hook?.args ?? []), ...files].join(' '));
    const warned = commit('waste.py', 'sweep.yaml', 'other.yaml');
    assert.equal(warned.status, 1, warned.stderr);
    assert.match(warned.stdout, /waste\.py:2:5: warning grid-search[^]*sweep\.yaml:1:1: warning grid-search/);
    const passed = commit('hint.py', 'other.yaml');
    assert.deepEqual([passed.status, passed.stderr], [0, '']);
  });

  it('the workflow annotates warnings and writes SARIF for all findings', async () => {
    const workflow = (await read('examples/github-workflow.yml')) as Workflow;
    assert.deepEqual(Object.keys(workflow.on), ['push', 'pull_request']);
    assert.equal(workflow.permissions['security-events'], 'write');
    const { steps } = workflow.jobs.lint;
    const line = (name: string): string => steps.find((step) => step.name === name)?.run ?? '';
    // The package is the person's own copy: nothing is fetched from a place that may not be there.
    assert.doesNotMatch(JSON.stringify(steps), /https?:|git clone/);
    assert.match(line('Install'), /^npm install --global \.\/\.github\/green-ml\.tgz$/);
    for (const { uses } of steps) if (uses !== undefined) assert.match(uses, /^[\w-]+\/[\w/-]+@v\d+$/);
    const annotated = shell(line('Annotate'));
    assert.equal(annotated.status, 1, annotated.stderr);
    assert.deepEqual(annotated.stdout.match(/^::\w+ file=[^,]+/gm), [
      '::warning file=sweep.yaml',
      '::warning file=waste.py',
    ]);
    const reported = shell(line('Report'));
    assert.equal(reported.status, 0, reported.stderr);
    const upload = steps.find(({ uses }) => uses?.startsWith('github/codeql-action/upload-sarif') === true);
    const log = JSON.parse(await readFile(join(folder, 'project', String(upload?.with?.['sarif_file'])), 'utf8')) as {
      runs: { results: object[] }[];
    };
    await assertSarif(log);
    assert.equal(log.runs[0]?.results.length, 3);
  });
});
